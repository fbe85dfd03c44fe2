"""Ranges of lines that are set like the rows of one table."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from mtool.readers.pdf.columns import atoms_of
from mtool.readers.pdf.stream import is_data, is_tabular
from mtool.readers.pdf.words import Line


def find_blocks(lines: Sequence[Line], stops: Sequence[bool]) -> list[tuple[int, int]]:
    """Ranges of lines, ends included, from a first to a last line set like rows of one table.

    `stops` marks lines over which no table goes on: captions, notes, sentences.
    """
    blocks: list[tuple[int, int]] = []
    start: int | None = None
    last = 0
    for index, line in enumerate(lines):
        if stops[index]:
            if start is not None:
                blocks.append((start, last))
            start = None
            continue
        if not is_tabular(line):
            continue
        if start is not None and not _goes_on(lines, start, last, index):
            blocks.append((start, last))
            start = None
        if start is None:
            start = index
        last = index
    if start is not None:
        blocks.append((start, last))
    return blocks


def _goes_on(lines: Sequence[Line], start: int, last: int, index: int) -> bool:
    between = index - last - 1
    if between > 4:
        return False
    size = median(line.size for line in lines[start : last + 1])
    if abs(lines[index].size - size) > 0.3 * size:
        return False
    widest = max(lines[i + 1].base - lines[i].base for i in range(last, index))
    pitches = [lines[i + 1].base - lines[i].base for i in range(start, last)]
    usual = median(pitches) if pitches else 1.6 * size
    if widest > max(3.2 * size, 2.2 * usual) or _led_in(lines, start, last, index, usual):
        return False
    return _share_columns(lines[max(start, last - 12) : last + 1], lines[index])


def _led_in(lines: Sequence[Line], start: int, last: int, index: int, usual: float) -> bool:
    """One line between blanks stands to the left of all rows of data: it leads to another table."""
    data = [line for line in lines[start : last + 1] if is_data(line)]
    if index - last != 2 or not data:
        return False
    line = lines[last + 1]
    blanks = (line.base - lines[last].base, lines[index].base - line.base)
    return min(blanks) > 1.5 * usual and line.x0 < min(li.x0 for li in data) - line.size


def _share_columns(above: Sequence[Line], line: Line) -> bool:
    """Most figures stand under something, or the line has as many pieces as the one above.

    A header over which no data stand yet goes on to any line.
    """
    if not any(is_data(other) for other in above):
        return True
    last = next(other for other in reversed(above) if is_tabular(other))
    pieces = len(atoms_of(line.words)) if is_data(line) else 0
    if pieces > 2 and pieces == len(atoms_of(last.words)):
        return True
    atoms = [a for a in atoms_of(line.words) if a.figure] or atoms_of(line.words)
    known = [(a.x0, a.x1) for li in above for a in atoms_of(li.words)]
    under = sum(any(a.x0 < x1 + 2 and x0 - 2 < a.x1 for x0, x1 in known) for a in atoms)
    return under >= 0.5 * len(atoms)
