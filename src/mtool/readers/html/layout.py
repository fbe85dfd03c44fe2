"""Tables that only lay out a page, told from tables of figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mtool.model import Cell
from mtool.printed_numbers import LONGEST, read_number
from mtool.readers.html.spans import Placed

_LONG = 200


def lays_out(table: Any, placed: Sequence[Placed], cells: Sequence[Cell]) -> bool:
    """True when a table's cells are places on the page, not facts.

    So are tables with the role `presentation`, with one printed cell, of one row without figures,
    of one column without a header, and those whose cells hold headings or tables beside long text.
    """
    if (table.get("role") or "").strip().lower() in ("presentation", "none"):
        return True
    printed = [cell for cell in cells if cell.text]
    if len(printed) < 2:
        return True
    if any(cell.header for cell in printed) or table.find("caption") is not None:
        return False
    rows, columns = {cell.row for cell in printed}, {cell.column for cell in printed}
    figures = sum(_is_figure(cell.text) for cell in printed)
    if len(rows) == 1 or len(columns) == 1:
        return not figures or len(columns) == 1
    if any(len(cell.element.findall(".//table")) for cell in placed):
        return figures * 4 < len(printed)
    long = sum(len(cell.text) > _LONG for cell in printed)
    headed = any(
        cell.element.find(f".//h{level}") is not None for cell in placed for level in "123456"
    )
    return not figures and (long * 2 > len(printed) or headed)


def _is_figure(text: str) -> bool:
    number = read_number(text) if len(text) <= LONGEST else None
    return number is not None and number.status is None
