"""Which of a table's first rows are its header, told by what stands below them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from mtool.printed_numbers import read_number
from mtool.readers.marks import split_marks
from mtool.readers.periods import is_year
from mtool.readers.table_shape import header_depth
from mtool.readers.text.block import PrintedRow
from mtool.readers.text.markup import strip_markup

_ROWS_LOOKED_AT = 200


@lru_cache(maxsize=32_768)
def is_figure(cell: str) -> bool:
    """True for a cell that prints a number, a range or the absence of one (`N/R`, `–`)."""
    if not cell or len(cell) > 200:
        return False
    text = split_marks(strip_markup(cell).text)[0]
    return bool(text) and read_number(text) is not None


def is_value(cell: str) -> bool:
    """True for a figure that prints a number, not the absence of one."""
    text = split_marks(strip_markup(cell).text)[0] if len(cell) <= 200 else ""
    number = read_number(text) if text else None
    return number is not None and number.status is None


def is_year_label(cell: str) -> bool:
    """True for `2017`, `2017–18` and the like, marks left aside."""
    return len(cell) < 60 and is_year(split_marks(strip_markup(cell).text)[0])


def count_header_rows(rows: Sequence[tuple[str, ...]]) -> int:
    """Return how many of the first rows are header; 0 where the first row reads like the others."""
    sample = rows[:_ROWS_LOOKED_AT]
    return header_depth([[split_marks(strip_markup(c).text)[0] for c in row] for row in sample])


def figure_columns(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the columns, the first left out, where most of the filled cells are figures."""
    sample = rows[:_ROWS_LOOKED_AT]
    found = []
    for column in range(1, max((len(row) for row in sample), default=0)):
        cells = [row[column] for row in sample if column < len(row) and row[column].strip()]
        if cells and sum(map(is_figure, cells)) * 2 > len(cells):
            found.append(column)
    return found


def repeat_spans(levels: Sequence[PrintedRow]) -> tuple[PrintedRow, ...]:
    """Repeat the cells of upper levels over the blanks to their right with a cell below."""
    repeated = []
    for upper, lower in pairwise(levels):
        cells = list(upper.cells)
        for column in range(2, len(cells)):
            if not cells[column].strip() and lower.cells[column].strip():
                cells[column] = cells[column - 1]
        repeated.append(PrintedRow(upper.line, tuple(cells)))
    return (*repeated, *levels[-1:])
