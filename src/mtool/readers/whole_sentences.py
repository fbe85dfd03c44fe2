"""Sentences that a page, a table or notes broke in two → one paragraph each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mtool.model import Paragraph
from mtool.readers.text.sentences import is_ended, is_unfinished

#: A shorter paragraph without an end is a line of a list or an address.
_SHORTEST_PART = 60


def made_whole(paragraphs: Iterable[tuple[Paragraph, bool]]) -> tuple[Paragraph, ...]:
    """Join a paragraph without an end to the prose that goes on behind it in lower case.

    In: paragraphs in reading order, each with whether it is an item of a list. Notes, captions
    and tables may stand between, headings and items not. The first part gives the place.
    """
    whole: list[Paragraph] = []
    open_at: int | None = None
    for paragraph, is_item in paragraphs:
        if paragraph.kind in ("note", "caption"):
            whole.append(paragraph)
            continue
        is_prose = paragraph.kind == "prose" and not is_item
        if open_at is not None and is_prose and _goes_on(whole[open_at].text, paragraph.text):
            text = f"{whole[open_at].text} {paragraph.text}"
            whole[open_at] = replace(whole[open_at], text=text)
        else:
            whole.append(paragraph)
            open_at = len(whole) - 1 if is_prose else None
    return tuple(whole)


def _goes_on(first: str, second: str) -> bool:
    if is_ended(first) or not second[:1].islower():
        return False
    return is_unfinished(first) or len(first) >= _SHORTEST_PART
