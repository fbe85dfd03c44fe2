"""One sheet of an .xlsx package → `Sheet`, in one pass over its XML.

`<dimension>` is not believed; only cells that are there count, wherever they stand.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from mtool.model import Locator
from mtool.readers.runs import Run
from mtool.readers.spreadsheet.attachments import declared_tables, read_comments
from mtool.readers.spreadsheet.cell_findings import CellTrouble, Place
from mtool.readers.spreadsheet.cells import Cells
from mtool.readers.spreadsheet.displayed import TYPED_DIGITS, displayed, plain_number
from mtool.readers.spreadsheet.ooxml import (
    SheetPart,
    Style,
    Workbook,
    local_name,
    parse,
    text_runs,
    unescaped,
)
from mtool.readers.spreadsheet.sheets import (
    LAST_COLUMN,
    LAST_ROW,
    Box,
    DeclaredTable,
    Sheet,
    SheetRows,
    column_of,
    read_box,
)

_PARTS = ("row", "cols", "mergeCells", "autoFilter")
_PLAIN = Style()
_TRUE = ("1", "true")


@dataclass(slots=True)
class _Reading:
    """What has been read of a sheet so far; `late` are rows that came out of order."""

    workbook: Workbook
    cells: Cells
    rows: SheetRows = field(default_factory=SheetRows)
    late: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: list[Box] = field(default_factory=list)
    row: int = 0


def read_ooxml_sheet(workbook: Workbook, part: SheetPart, locator: Locator) -> Sheet:
    """Read a sheet: printed texts, marks, merged and hidden cells, comments, declared tables."""
    if part.part is None:
        raise ValueError("its part is missing")
    reading = _Reading(workbook, Cells(CellTrouble(locator), workbook.is_1904))
    for element in parse(workbook.package, part.part, _PARTS):
        _TAKEN[local_name(element)](reading, element)
    trouble = reading.cells.trouble
    return Sheet(
        name=part.name,
        rows=reading.rows.with_late(reading.late),
        marks=reading.cells.marks,
        merged=tuple(reading.merged),
        hidden_rows=frozenset(reading.hidden_rows),
        hidden_columns=frozenset(reading.hidden_columns),
        comments=read_comments(workbook.package, part.part),
        declared=(*declared_tables(workbook.package, part.part), *map(_filtered, reading.filtered)),
        findings=tuple(trouble.findings(reading.hidden_rows, reading.hidden_columns)),
    )


def _take_row(reading: _Reading, element: Any) -> None:
    number = element.get("r")
    reading.row = int(number) if number else reading.row + 1
    if not 1 <= reading.row <= LAST_ROW:
        raise ValueError(f"row {reading.row} is outside any sheet")
    if element.get("hidden") in _TRUE or element.get("ht") == "0":
        reading.hidden_rows.add(reading.row)
    cells: dict[int, str] = {}
    column = 0
    for cell in element:
        reference = cell.get("r")
        column = column_of(reference) if reference else column + 1
        text = _cell_text(reading, cell, (reading.row, column))
        if text:
            cells[column] = text
    if not cells:
        return
    if len(reading.rows) and reading.row <= reading.rows.numbers[-1]:
        reading.late.setdefault(reading.row, {}).update(cells)
    else:
        reading.rows.add_sparse(reading.row, cells)


def _cell_text(reading: _Reading, cell: Any, place: Place) -> str:
    """The printed text of one cell; its marks and troubles go to `reading.cells`."""
    stored = inline = None
    has_formula = False
    for child in cell:
        kind = child.tag[-2:]
        if kind == "}v":
            stored = child.text
        elif kind == "}f":
            has_formula = True
        elif kind == "is":
            inline = child
    style = reading.workbook.styles.get(cell.get("s", "0"), _PLAIN)
    if inline is not None:
        text = reading.cells.text(text_runs(inline), place)
    elif stored is not None:
        text = _stored_text(reading, cell, stored, style, place)
    else:
        if has_formula and cell.get("t") != "str":
            reading.cells.trouble.uncomputed.append(place)
        return ""
    return reading.cells.raised(text, place) if style.is_raised else text


def _stored_text(reading: _Reading, cell: Any, stored: str, style: Style, place: Place) -> str:
    kind = cell.get("t", "n")
    if kind == "n":
        if style.is_plain and len(stored) <= TYPED_DIGITS and stored.isdecimal():
            return stored
        return _number(reading, stored, style, place)
    if kind == "s":
        return _shared(reading, stored, place)
    if kind == "b":
        return "TRUE" if stored.strip().lower() in _TRUE else "FALSE"
    if kind == "e":
        return reading.cells.error(stored.strip(), place)
    if kind == "d":
        return _iso(stored.strip())
    return reading.cells.text([Run(unescaped(stored))], place)


def _number(reading: _Reading, stored: str, style: Style, place: Place) -> str:
    try:
        number = float(stored)
    except ValueError:
        reading.cells.trouble.unread.append((place, f"{stored[:40]!r} is not a number"))
        return stored.strip()
    if style.is_plain:
        return plain_number(number)
    return reading.cells.number(number, style.number_format, place)


def _shared(reading: _Reading, stored: str, place: Place) -> str:
    number = int(stored) if stored.strip().isdecimal() else -1
    if not 0 <= number < len(reading.workbook.strings.texts):
        reading.cells.trouble.unread.append(
            (place, f"its text, number {stored[:40]!r}, is missing")
        )
        return ""
    if number in reading.workbook.strings.marks:
        reading.cells.marks[place] = reading.workbook.strings.marks[number]
    return reading.cells.checked(reading.workbook.strings.texts[number], place)


def _iso(text: str) -> str:
    """Strict workbooks store dates as ISO texts, with a midnight where only a day is meant."""
    try:
        return displayed(dt.datetime.fromisoformat(text))
    except ValueError:
        return text


def _take_columns(reading: _Reading, element: Any) -> None:
    for column in element:
        if column.get("hidden") in _TRUE or column.get("width") == "0":
            first, last = int(column.get("min", "1")), int(column.get("max", "1"))
            reading.hidden_columns.update(range(max(first, 1), min(last, LAST_COLUMN) + 1))


def _take_merged(reading: _Reading, element: Any) -> None:
    reading.merged.extend(read_box(merged.get("ref", "")) for merged in element)


def _take_filter(reading: _Reading, element: Any) -> None:
    reading.filtered.append(read_box(element.get("ref", "")))


def _filtered(box: Box) -> DeclaredTable:
    return DeclaredTable(box, exact=False)


_TAKEN = {
    "row": _take_row,
    "cols": _take_columns,
    "mergeCells": _take_merged,
    "autoFilter": _take_filter,
}
