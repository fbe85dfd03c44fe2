"""Lists of a label and its figure, one below the other, as archives of country profiles leave them.

Taken for a table without a header only where it is certain: a heading above, then nothing but
labels each followed by one value that opens with a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.captions import title_above
from mtool.readers.text.headers import is_figure
from mtool.readers.text.lines import Line

_VALUE = re.compile(
    r"(?:at least |more than |over |about |some |almost |up to |au moins |plus de )?\d"
)
_LABEL = re.compile(r"(?:(?:19|20)\d\d )?[^\W\d_]")
_NUMBERED_LINE = re.compile(r"\d{1,3}[.)]\s")
_FEWEST_PAIRS = 3
_LONGEST = 120
_CLOSING = (".", ";", "!", "?", ",")


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the lists of labels and figures between `start` and `stop`."""
    index = start
    while index < stop:
        pairs, reached = _pairs(lines, index, stop)
        title = title_above(lines, index, start) if len(pairs) >= _FEWEST_PAIRS else None
        if title is None:
            index = reached
            continue
        rows = tuple(
            PrintedRow(label, (lines[label].text.strip(), lines[value].text.strip()))
            for label, value in pairs
        )
        end = pairs[-1][1] + 1
        yield Block(
            index, end, (), rows, is_list=True, confidence=0.7, reasons=("labels and figures",)
        )
        index = end


def _pairs(lines: Sequence[Line], start: int, stop: int) -> tuple[list[tuple[int, int]], int]:
    """The pairs of lines from `start` on, and the line after them.

    No pairs when what follows breaks the pattern.
    """
    pairs: list[tuple[int, int]] = []
    index = start
    gap = None
    while index < stop and not lines[index].blank:
        value = _next_filled(lines, index + 1, stop)
        if value is None or not _is_pair(lines[index].text, lines[value].text):
            break
        if gap not in (None, value - index):
            return [], max(index, start + 1)
        gap = value - index
        pairs.append((index, value))
        index = value + gap
        if index < stop and gap > 1 and not lines[index - 1].blank:
            break
    after = pairs[-1][1] + 1 if pairs else start + 1
    ends = after >= stop or lines[after].blank
    return (pairs if ends else []), after


def _next_filled(lines: Sequence[Line], index: int, stop: int) -> int | None:
    if index < stop and lines[index].blank:
        index += 1
    return index if index < stop and not lines[index].blank else None


def _is_pair(label: str, value: str) -> bool:
    label, value = label.strip(), value.strip()
    if max(len(label), len(value)) > _LONGEST or not _VALUE.match(value.lower()):
        return False
    if label.endswith(_CLOSING) or value.endswith(".") or is_figure(label):
        return False
    if not _LABEL.match(label) or label[0].islower() or "  " in label or "  " in value:
        return False
    return not (_NUMBERED_LINE.match(value) or _NUMBERED_LINE.match(label))
