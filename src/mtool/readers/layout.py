"""Tables that only lay out a page, told from tables of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtool.model import Cell
from mtool.printed_numbers import LONGEST, read_number

_LONG = 200
#: The first cells speak for the rest.
_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class Inside:
    """What else the cells of a table hold, and whether the format names a header or a caption."""

    tables: bool = False
    headings: bool = False
    named: bool = False


def lays_out(cells: Sequence[Cell], inside: Inside) -> bool:
    """True when a table's cells are places on the page, not facts.

    So are tables with one printed cell, of one row without figures, of one column without a
    header, and those whose cells hold headings or tables beside few figures.
    """
    printed = [cell for cell in cells if cell.text]
    if len(printed) < 2:
        return True
    if inside.named:
        return False
    rows, columns = {cell.row for cell in printed}, {cell.column for cell in printed}
    printed = printed[:_LOOKED_AT]
    figures = sum(is_figure(cell.text) for cell in printed)
    if len(columns) == 1 or (len(rows) == 1 and not figures):
        return True
    if inside.tables:
        return figures * 4 < len(printed)
    long = sum(len(cell.text) > _LONG for cell in printed)
    return not figures and (long * 2 > len(printed) or inside.headings)


def is_figure(text: str) -> bool:
    """True for a printed number, missing ones aside."""
    number = read_number(text) if len(text) <= LONGEST else None
    return number is not None and number.status is None
