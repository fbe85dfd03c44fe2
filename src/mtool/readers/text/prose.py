"""The prose of a document: headings, captions, notes, and sentences made whole again."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.model import Paragraph
from mtool.readers.text.captions import Title
from mtool.readers.text.tables import Surroundings


def read_prose(
    around: Surroundings, taken: Sequence[int], captions: Sequence[Title]
) -> tuple[Paragraph, ...]:
    return ()
