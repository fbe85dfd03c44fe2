"""The body of a table as rows that can be read again and again without holding them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mtool.model import Row
from mtool.printed_numbers import read_number
from mtool.readers.csv.fitting import Fit, Frame
from mtool.readers.csv.lines import TextLines
from mtool.readers.csv.records import Record, read_records
from mtool.readers.csv.spans import Dialect
from mtool.readers.marks import split_marks

#: What a cell with a footnote mark may end with; anything else needs no second look.
_MARK_ENDS = frozenset("]*†‡§¶#⁰¹²³⁴⁵⁶⁷⁸⁹ \u00a0")


@dataclass(frozen=True, slots=True)
class TableBody:
    """The rows of one table: those between two physical lines that are not blank."""

    lines: TextLines
    dialect: Dialect
    widths: frozenset[int]
    frame: Frame
    first: int
    last: int

    def __iter__(self) -> Iterator[Row]:
        width = self.frame.width
        for record in self.records():
            cells = record.cells
            if len(cells) != width:
                cells = self.frame.fit(cells, record.raw).cells
            for cell in cells:
                if cell and cell[-1] in _MARK_ENDS:
                    yield row_of(cells, record.line)
                    break
            else:
                yield Row(tuple(cells), record.line)

    def records(self) -> Iterator[Record]:
        """Yield the records of the body as they were read, blank ones left out."""
        if self.last < self.first:
            return
        for record in read_records(self.lines, self.dialect, self.widths, self.first):
            if record.line > self.last:
                return
            cells = record.cells
            if (cells and cells[0].strip()) or not record.is_blank:
                yield record

    def fits(self) -> Iterator[tuple[Record, Fit]]:
        """Yield each record that did not follow the dialect or the width, and how it was read."""
        for record in self.records():
            if record.flaws or len(record.cells) != self.frame.width:
                yield record, self.frame.fit(record.cells, record.raw)


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
