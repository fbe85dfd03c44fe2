"""Tables whose cells stand one below the other, as archives of web pages leave them.

Taken for a table only where the width is proved: every row has its label and its figures at the
same places, the header is of that width, and no other width fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.captions import has_caption_above, is_caption
from mtool.readers.text.headers import is_figure, is_value, is_year_label
from mtool.readers.text.lines import Line

_LISTED = re.compile(r"(?:#|[-*•·▪+] |\(?(?:\d{1,3}|[a-zA-Z])[.)] )")
_LONGEST_CELL = 70
_WIDEST = 25
_FEWEST_ROWS = 2
_MOST_BLANKS = 2
_MOST_LEADING = 6


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the tables with one cell per line between `start` and `stop`."""
    index = start
    while index < stop:
        cells, end = _run(lines, index, stop)
        if len(cells) >= 6:
            block = _read(lines, cells)
            if block is not None:
                yield block
                end = block.stop
        index = max(end, index + 1)


def _run(lines: Sequence[Line], start: int, stop: int) -> tuple[list[int], int]:
    """The short lines from `start` on that may be cells, over a few blank lines."""
    cells: list[int] = []
    blanks = 0
    index = start
    while index < stop:
        line = lines[index]
        if line.blank:
            blanks += 1
            if blanks > _MOST_BLANKS:
                break
        elif _may_be_cell(line.text):
            cells.append(index)
            blanks = 0
        else:
            break
        index += 1
    return cells, index


def _may_be_cell(text: str) -> bool:
    words = text.strip()
    if len(words) > _LONGEST_CELL or is_caption(words) or _LISTED.match(words):
        return False
    return not words.endswith((".", ":", ";", "!", "?")) or is_figure(words)


def _read(lines: Sequence[Line], cells: list[int]) -> Block | None:
    """Read the one table that a run of cells proves; null when none or more than one fits."""
    texts = [lines[index].text.strip() for index in cells]
    run = _Run(cells, [is_figure(text) for text in texts], [is_year_label(t) for t in texts])
    if sum(run.figures) < _FEWEST_ROWS:
        return None
    captioned = has_caption_above(lines, cells[0])
    for first in range(min(_MOST_LEADING, len(cells))):
        if not run.begins_at(first):
            continue
        is_captioned = captioned and first == 0
        fits = [
            (width, rows)
            for width in range(2 if is_captioned else 3, _WIDEST + 1)
            if (rows := run.rows_of(first, width)) > 1
            and (is_captioned or rows > 2 or run.is_all_figures(first, width))
        ]
        if len(fits) == 1 and _prints_numbers(texts[first:], *fits[0]):
            return _block(lines, cells, first, *fits[0])
        if fits:
            return None
    return None


def _prints_numbers(texts: list[str], width: int, rows: int) -> bool:
    """True when every row of the body prints at least one number."""
    body = [texts[row * width : (row + 1) * width] for row in range(1, rows + 1)]
    return all(any(map(is_value, row[1:])) for row in body)


@dataclass(frozen=True, slots=True)
class _Run:
    """Short lines in a row: their indices, which are figures, which are years."""

    cells: list[int]
    figures: list[bool]
    years: list[bool]

    def gap(self, cell: int) -> int:
        """How many lines a cell stands below the one before it."""
        return self.cells[cell] - self.cells[cell - 1]

    def begins_at(self, first: int) -> bool:
        """True where a header may begin: at the start, or set off from what stands above it."""
        return first == 0 or (first + 1 < len(self.cells) and self.gap(first) > self.gap(first + 1))

    def rows_of(self, first: int, width: int) -> int:
        """How many rows of this width follow a header of this width; 0 unless that is sure."""
        body = first + width
        pattern = self.figures[body : body + width]
        if len(pattern) < width or pattern[0] or not any(pattern):
            return 0
        if not _is_header(self.figures[first:body], self.years[first:body], pattern):
            return 0
        rows = 0
        while self.figures[body + rows * width : body + (rows + 1) * width] == pattern:
            rows += 1
        evenly_set = self._is_evenly_set(first, width, rows)
        return rows if evenly_set and self._ends_after(body + rows * width, width) else 0

    def _ends_after(self, end: int, width: int) -> bool:
        """True where no broken row follows: what does is set off, or has no figures."""
        if end >= len(self.cells) or not any(self.figures[end : end + width]):
            return True
        return self.gap(end) > max(self.gap(end - 1), self.gap(end - width))

    def is_all_figures(self, first: int, width: int) -> bool:
        """True when every cell of a row but its label is a figure."""
        return all(self.figures[first + width + 1 : first + 2 * width])

    def _is_evenly_set(self, first: int, width: int, rows: int) -> bool:
        """True when the gaps between cells are all alike, and those between rows are."""
        inside: set[int] = set()
        between: set[int] = set()
        for cell in range(first + 1, first + (rows + 1) * width):
            (inside if (cell - first) % width else between).add(self.gap(cell))
        return len(inside) == 1 and len(between) <= 1 and max(inside) <= max(between, default=99)


def _is_header(kinds: list[bool], years: list[bool], pattern: list[bool]) -> bool:
    """True for words above everything, or for words above the label and years above figures."""
    if not any(kinds):
        return True
    above_figures = [year for year, is_number in zip(years, pattern, strict=True) if is_number]
    others = [kind for kind, is_number in zip(kinds, pattern, strict=True) if not is_number]
    return all(above_figures) and not any(others)


def _block(lines: Sequence[Line], cells: list[int], first: int, width: int, rows: int) -> Block:
    printed = []
    for row in range(rows + 1):
        at = cells[first + row * width : first + (row + 1) * width]
        printed.append(PrintedRow(at[0], tuple(lines[index].text.strip() for index in at)))
    last = cells[first + (rows + 1) * width - 1]
    return Block(
        cells[first],
        last + 1,
        (printed[0],),
        tuple(printed[1:]),
        confidence=0.8,
        reasons=("one cell per line", f"{rows} rows alike"),
    )
