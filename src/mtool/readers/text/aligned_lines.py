"""Lines cut at their wide gaps, and the columns that the pieces stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mtool.printed_numbers import missing_status
from mtool.readers.text.headers import is_figure, is_year_label
from mtool.readers.text.lines import LONGEST_TABLE_LINE, Line

#: A piece of a line that is longer is prose.
LONGEST_CELL = 80
_MOST_COLUMNS = 60
_CHUNK = re.compile(r"\S+(?: \S+)*")
RULE = re.compile(r"\s*[-=─═_]{3,}[-=─═_ ]*")
_LEADERS = re.compile(r"(?:\.|…){3,}|(?: \.){3,}")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cells:
    """One line cut at its wide gaps: its index, and each piece with the columns it covers."""

    index: int
    pieces: tuple[tuple[int, int, str], ...]
    led: bool = False

    @property
    def names_years(self) -> bool:
        """True for a line of years as a header prints them: nothing else, or several in order."""
        years = [text[:4] for _, _, text in self.pieces[1:] if is_year_label(text)]
        in_order = years in (sorted(set(years)), sorted(set(years), reverse=True))
        return len(years) == len(self.pieces) - 1 or (len(years) > 1 and in_order)

    @property
    def is_body(self) -> bool:
        """True for a line that has a figure beside its label, or right-aligned figures only."""
        first, *others = self.pieces
        if first[0] > 8 and all(is_figure(text) for *_, text in self.pieces):
            return not is_year_label(first[2])
        return any(is_figure(text) for *_, text in others) and not self.names_years


def cut_line(lines: Sequence[Line], index: int) -> Cells | None:
    """Cut a line at gaps of two blanks or more; null for blank lines, rules and prose."""
    text = lines[index].text
    if len(text) > LONGEST_TABLE_LINE or ("  " not in text and "\t" not in text):
        text = text[:LONGEST_TABLE_LINE] if len(text) <= LONGEST_CELL else ""
    text = text.expandtabs()
    led = "..." in text or "…" in text or ". . ." in text
    if led:
        text = _LEADERS.sub(lambda found: " " * len(found.group()), text)
    pieces = tuple((m.start(), m.end(), m.group()) for m in _CHUNK.finditer(text))
    return Cells(index, pieces, led) if pieces and len(pieces) <= _MOST_COLUMNS else None


def find_columns(body: Sequence[Cells]) -> list[Span]:
    """The stretches that some row fills, parted where no row has a character.

    Words for a missing figure (`not reported`) may stand over several columns: they make a
    column only where nothing else does.
    """
    words = {
        (start, end)
        for cells in body
        for start, end, text in cells.pieces[1:]
        if says_missing(text)
    }
    figures = [(start, end) for cells in body for start, end, _ in cells.pieces]
    columns = _stretches([span for span in figures if span not in words])
    alone = [span for span in words if not any(a < span[1] and b > span[0] for a, b in columns)]
    return _stretches([*columns, *alone])


def says_missing(text: str) -> bool:
    """True for words, not signs, that stand for a missing figure."""
    return len(text) > 4 and missing_status(text) is not None


def _stretches(spans: Sequence[Span]) -> list[Span]:
    """The unions of spans that overlap, in order."""
    edges: dict[int, int] = {}
    for start, end in spans:
        edges[start] = edges.get(start, 0) + 1
        edges[end] = edges.get(end, 0) - 1
    columns: list[Span] = []
    depth = opened = 0
    for position in sorted(edges):
        if depth == 0:
            opened = position
        depth += edges[position]
        if depth == 0:
            columns.append((opened, position))
    return columns


def nearest_column(columns: Sequence[Span], start: int, end: int) -> int:
    return min(range(len(columns)), key=lambda c: max(columns[c][0] - end, start - columns[c][1]))
