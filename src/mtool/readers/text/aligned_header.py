"""The header above columns aligned with blanks: wrapped names, and names over several columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mtool.readers.periods import is_period
from mtool.readers.text.aligned_lines import (
    LONGEST_CELL,
    RULE,
    Cells,
    Span,
    cut_line,
    nearest_column,
)
from mtool.readers.text.block import PrintedRow
from mtool.readers.text.captions import is_caption
from mtool.readers.text.lines import Line
from mtool.readers.text.wrapping import joined_levels

_WORD = re.compile(r"\S+")
_MOST_HEADER_LINES = 8
#: Twice the distance, in characters, at which a name still counts as centred.
_OFF_CENTRE = 3


def read_header(
    lines: Sequence[Line], first: int, floor: int, columns: Sequence[Span]
) -> list[PrintedRow]:
    """The header above the line `first`: wrapped lines joined, lines that span columns apart."""
    printed: list[Cells] = []
    index = first - 1
    while index >= floor and first - index <= _MOST_HEADER_LINES:
        text = lines[index].text
        if RULE.fullmatch(text) or (lines[index].blank and not printed):
            if printed and RULE.fullmatch(text):
                break
            index -= 1
            continue
        cells = None if lines[index].blank or is_caption(text[:400]) else cut_line(lines, index)
        if cells is None or not _names_columns(cells, columns, bool(printed)):
            break
        printed.insert(0, cells)
        index -= 1
    if not printed:
        return []
    printed[-1] = _parted(printed[-1], columns)
    wide = _widened(columns, printed)
    return joined_levels([_assigned(cells, wide) for cells in printed])


def with_named_columns(
    lines: Sequence[Line], first: int, floor: int, columns: list[Span]
) -> list[Span]:
    """The columns with those added that have a name above the line `first` and no figure below."""
    index = first - 1
    while index > floor and (lines[index].blank or RULE.fullmatch(lines[index].text)):
        index -= 1
    names = (
        cut_line(lines, index) if index >= floor and first - index < _MOST_HEADER_LINES else None
    )
    if names is None or len(names.pieces) <= len(columns):
        return columns
    spans = [(start, end) for start, end, _ in names.pieces]
    alone = [(a, b) for a, b in spans if not any(c < b and d > a for c, d in columns)]
    return sorted([*columns, *alone]) if len(columns) + len(alone) == len(spans) else columns


def _widened(columns: Sequence[Span], printed: Sequence[Cells]) -> Sequence[Span]:
    """The columns as wide as their names, where a line of the header names them all."""
    for names in reversed(printed):
        if len(names.pieces) == len(columns):
            pairs = zip(columns, names.pieces, strict=True)
            return [(min(a, start), max(b, end)) for (a, b), (start, end, _) in pairs]
    return columns


def _names_columns(cells: Cells, columns: Sequence[Span], has_more: bool) -> bool:
    """True when a line above the body can be (part of) its header."""
    if any(len(text) > LONGEST_CELL for *_, text in cells.pieces):
        return False
    if len(cells.pieces) > 1:
        return len(cells.pieces) <= len(columns)
    start, _, text = cells.pieces[0]
    return has_more and start >= columns[0][1] and not text.endswith(".")


def _parted(cells: Cells, columns: Sequence[Span]) -> Cells:
    """Part the pieces of the lowest header line at single blanks where each column gets a word."""
    pieces: list[tuple[int, int, str]] = []
    for start, end, text in cells.pieces:
        covered = [c for c, (a, b) in enumerate(columns) if a < end and b > start]
        groups: dict[int, tuple[int, int, str]] = {}
        for word in _WORD.finditer(text):
            a, b = start + word.start(), start + word.end()
            column = nearest_column(columns, a, b)
            first, _, before = groups.get(column, (a, b, ""))
            groups[column] = (first, b, f"{before} {word.group()}".strip())
        pieces += groups.values() if sorted(groups) == covered else [(start, end, text)]
    return Cells(cells.index, tuple(pieces))


def _assigned(cells: Cells, columns: Sequence[Span]) -> tuple[PrintedRow, bool]:
    """Give each piece of a header line its column, or all it spans; true where one spans.

    Years above fewer columns than there are stand over the columns that follow them, too.
    """
    texts = [text for *_, text in cells.pieces]
    if len(texts) == len(columns):
        return PrintedRow(cells.index, tuple(texts)), False
    near = [_covered(columns, start, end) for start, end, _ in cells.pieces]
    placed = [""] * len(columns)
    spans = False
    for number, piece in enumerate(cells.pieces):
        first = near[number - 1][-1] + 1 if number else 1
        last = near[number + 1][0] if number + 1 < len(near) else len(columns)
        over = _spanned(piece, columns, near[number], range(first, last))
        spans = spans or len(over) > 1
        for column in over:
            placed[column] = f"{placed[column]} {piece[2]}".strip()
    if not spans and all(map(is_period, texts)) and len(texts) < len(columns) - 1:
        return PrintedRow(cells.index, _filled_right(placed)), True
    return PrintedRow(cells.index, tuple(placed)), spans


def _filled_right(placed: Sequence[str]) -> tuple[str, ...]:
    filled: list[str] = []
    for text in placed:
        filled.append(text or (filled[-1] if filled else ""))
    return tuple(filled)


def _covered(columns: Sequence[Span], start: int, end: int) -> list[int]:
    covered = [c for c, (a, b) in enumerate(columns) if a < end and b > start]
    return covered or [nearest_column(columns, start, end)]


def _spanned(
    piece: tuple[int, int, str], columns: Sequence[Span], near: list[int], free: range
) -> Sequence[int]:
    """The columns that a name is centred over; its own column where it lines up with that."""
    start, end, _ = piece
    left, right = columns[near[0]][0], columns[near[-1]][1]
    if len(near) == 1 and (abs(start - left) <= 1 or abs(end - right) <= 1):
        return near
    middle = start + end
    groups = [
        range(first, last + 1)
        for first in free
        for last in range(first, free.stop)
        if first <= near[0] and last >= near[-1]
    ]
    off = {group: abs(columns[group[0]][0] + columns[group[-1]][1] - middle) for group in groups}
    best = min(groups, key=lambda group: (off[group], len(group)), default=None)
    if best is None:
        return near
    width = columns[best[-1]][1] - columns[best[0]][0]
    return best if off[best] <= max(_OFF_CENTRE, width // 4) else near
