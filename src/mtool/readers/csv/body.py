"""The body of a table as rows that can be read again and again without holding them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtool.model import Row
from mtool.printed_numbers import read_number
from mtool.readers.csv.fitting import Fit, Frame
from mtool.readers.csv.lines import TextLines
from mtool.readers.csv.records import Record, read_runs, records_of
from mtool.readers.csv.regular import Block
from mtool.readers.csv.spans import Dialect
from mtool.readers.marks import split_marks

#: What a cell with a footnote mark may end with; anything else needs no second look.
_MARK_ENDS = frozenset("]*†‡§¶#⁰¹²³⁴⁵⁶⁷⁸⁹ \u00a0")


@dataclass(frozen=True, slots=True)
class TableBody:
    """The rows of one table: those between two physical lines that are not blank.

    `count` is how many they are, known from when the whole file was looked at.
    """

    lines: TextLines
    dialect: Dialect
    widths: frozenset[int]
    frame: Frame
    first: int
    last: int
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Row]:
        for run in self._runs():
            if isinstance(run, Block):
                yield from self._rows_of(run)
            else:
                yield self._row(run)

    def cells(self) -> Iterator[Sequence[str]]:
        """The cells of each row, as in the rows themselves but without line and marks."""
        for run in self._runs():
            if not isinstance(run, Block):
                yield self._row(run).cells
            elif _may_hold_marks(run) or run.width != self.frame.width:
                yield from (row.cells for row in self._rows_of(run))
            else:
                yield from (cells for cells in run.rows() if _is_printed(cells))

    def fits(self) -> Iterator[tuple[Record, Fit]]:
        """Yield each record that did not follow the dialect or the width, and how it was read."""
        for run in self._runs():
            if isinstance(run, Record):
                if run.flaws or len(run.cells) != self.frame.width:
                    yield run, self.frame.fit(run.cells, run.raw)
            elif run.width != self.frame.width:
                yield from (
                    (record, self.frame.fit(record.cells))
                    for record in records_of(run)
                    if not record.is_blank
                )

    def _runs(self) -> Iterator[Block | Record]:
        """Yield what the file holds between the two lines, blank records left out."""
        if self.last < self.first:
            return
        for run in read_runs(self.lines, self.dialect, self.widths, self.first):
            if run.line > self.last:
                return
            if isinstance(run, Block):
                yield run.part(0, self.last - run.line + 1)
            elif not run.is_blank:
                yield run

    def _rows_of(self, block: Block) -> Iterator[Row]:
        if _may_hold_marks(block) or block.width != self.frame.width:
            yield from (self._row(record) for record in records_of(block) if not record.is_blank)
            return
        for line, cells in enumerate(block.rows(), block.line):
            if _is_printed(cells):
                yield Row(tuple(cells), line)

    def _row(self, record: Record) -> Row:
        cells = record.cells
        if len(cells) != self.frame.width:
            cells = self.frame.fit(cells, record.raw).cells
        if any(cell and cell[-1] in _MARK_ENDS for cell in cells):
            return row_of(cells, record.line)
        return Row(tuple(cells), record.line)


def _is_printed(cells: Sequence[str]) -> bool:
    return bool(cells[0].strip()) or any(cell and not cell.isspace() for cell in cells)


def _may_hold_marks(block: Block) -> bool:
    """False when no cell of a block can end with a footnote mark."""
    text = "".join(block.lines)
    quote, after = block.dialect.quote, (block.dialect.delimiter, "\n", "\r")
    ends = (*after, *(quote + end for end in after if quote))
    if text.rstrip(quote)[-1:] in _MARK_ENDS:
        return True
    return any(mark in text and any(mark + end in text for end in ends) for mark in _MARK_ENDS)


def row_of(cells: list[str], line: int) -> Row:
    """Make a row; footnote marks go out of cells that hold numbers, other cells stay verbatim."""
    kept: list[str] = []
    marks: list[tuple[int, str]] = []
    for column, cell in enumerate(cells):
        text, found = without_marks(cell)
        kept.append(text)
        marks += ((column, mark) for mark in found)
    return Row(tuple(kept), line, marks=tuple(marks))


def without_marks(cell: str) -> tuple[str, tuple[str, ...]]:
    """Take the footnote marks off a number: `85[3]` → `85` and `("3",)`; `Note*` stays."""
    if not cell or cell[-1] not in _MARK_ENDS:
        return cell, ()
    text, marks = split_marks(cell)
    if not marks or not text or read_number(text) is None:
        return cell, ()
    return text, marks
