"""Places of cells in a grid, whatever the format; and the size beyond which a table is a bomb."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

from mtool.model import Finding

#: Wider or larger than any report.
MOST_COLUMNS = 16_384
MOST_PLACES = 2_000_000


class TooLarge(Exception):
    """The spans of a table ask for more places than any report has."""


class Placed(NamedTuple):
    """A cell element and the places it covers, from 0."""

    element: Any
    row: int
    column: int
    rowspan: int
    colspan: int


def without_empty_columns(placed: list[Placed], height: int) -> list[Placed]:
    """Leave out columns in which no cell begins: the page does not show them either.

    Raises TooLarge for more than two million places.
    """
    starts = sorted({cell.column for cell in placed})
    if len(starts) * height > MOST_PLACES:
        raise TooLarge
    width = max((cell.column + cell.colspan for cell in placed), default=0)
    if len(starts) == width:
        return placed
    return [_moved(cell, starts) for cell in placed]


def _moved(cell: Placed, starts: Sequence[int]) -> Placed:
    left = bisect_left(starts, cell.column)
    right = bisect_left(starts, cell.column + cell.colspan)
    return cell._replace(column=left, colspan=right - left)


def too_large(where: str) -> Finding:
    """The finding for a table that was left out for its size; `where` is ` at line 5`, or blank."""
    return Finding(
        rule="table_too_large",
        class_="structure",
        severity="error",
        message=f"the table{where} asks for more than {MOST_COLUMNS:,} columns or "
        f"{MOST_PLACES:,} cells, as no report does, and was left out",
        suggestion="save the data as CSV or XLSX",
    )
