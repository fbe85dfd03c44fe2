"""Rows of cell elements → places in a grid, with spans as the HTML standard limits them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mtool.readers.html.rows import RowOfCells
from mtool.readers.places import MOST_COLUMNS, Placed, TooLarge, without_empty_columns

#: HTML Living Standard, "Forming a table".
MOST_COLUMNS_SPANNED = 1_000
MOST_ROWS_SPANNED = 65_534
_MOST_STEPS = 10_000_000

_DIGITS = re.compile(r"\s{0,20}\+?(\d{1,9})")


def place(rows: Sequence[RowOfCells]) -> list[Placed]:
    """Give every cell its row and column.

    A `colspan` reaches over at most 1000 columns, a `rowspan` (0 means all) to the end of its
    row group. Raises TooLarge for tables beyond 16,384 columns or two million places.
    """
    ends = _group_ends(rows)
    free_from: list[int] = []
    placed: list[Placed] = []
    steps = 0
    for number, row in enumerate(rows):
        column = 0
        for element in row.cells:
            start = column
            while column < len(free_from) and free_from[column] > number:
                column += 1
            steps += column - start
            cell = _spanned(element, number, column, ends[number])
            if steps > _MOST_STEPS or column + cell.colspan > MOST_COLUMNS:
                raise TooLarge
            _occupy(free_from, cell)
            placed.append(cell)
            column += cell.colspan
    return without_empty_columns(placed, len(rows))


def _spanned(element: Any, row: int, column: int, end: int) -> Placed:
    if not element.keys():
        return Placed(element, row, column, 1, 1)
    colspan = min(_span(element.get("colspan")) or 1, MOST_COLUMNS_SPANNED)
    rowspan = _span(element.get("rowspan"))
    rowspan = 1 if rowspan is None else min(rowspan or end, MOST_ROWS_SPANNED)
    return Placed(element, row, column, min(rowspan, end - row), colspan)


def _span(value: str | None) -> int | None:
    """Read an attribute as the standard reads non-negative integers: `2abc` is 2, `-1` none."""
    found = _DIGITS.match(value[:40]) if value else None
    return int(found[1]) if found else None


def _occupy(free_from: list[int], cell: Placed) -> None:
    stop, below = cell.column + cell.colspan, cell.row + cell.rowspan
    if cell.colspan == 1 and cell.column < len(free_from):
        free_from[cell.column] = below
        return
    free_from.extend([0] * (stop - len(free_from)))
    covered = free_from[cell.column : stop]
    if max(covered) > cell.row:
        free_from[cell.column : stop] = [max(below, free) for free in covered]
    else:
        free_from[cell.column : stop] = [below] * cell.colspan


def _group_ends(rows: Sequence[RowOfCells]) -> list[int]:
    """For each row, the number of the first row after its group."""
    ends = [len(rows)] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        same = rows[number].group == rows[number + 1].group
        ends[number] = ends[number + 1] if same else number + 1
    return ends
