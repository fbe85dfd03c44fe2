"""OpenDocument spreadsheets (.ods) → sheets, read from their XML.

calamine and pandas see only values there; merged and hidden cells, raised marks, comments and
what a cell shows are in the XML alone. Repeated blank rows are counted, never unrolled.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtool.errors import UnreadableInput
from mtool.form_mark import FORM_SHEET
from mtool.model import Finding, Locator
from mtool.readers.spreadsheet.cell_findings import CellTrouble, Place
from mtool.readers.spreadsheet.cells import Cells
from mtool.readers.spreadsheet.ods_cells import cell_text, comment_of, shown_runs, stored_kind
from mtool.readers.spreadsheet.ods_styles import OdsStyles, attribute
from mtool.readers.spreadsheet.ooxml import freed, local_name
from mtool.readers.spreadsheet.sheets import LAST_COLUMN, LAST_ROW, Box, Sheet, SheetRows
from mtool.readers.spreadsheet.unread import drawings_unread, sheet_unread

#: A row of texts repeated more often than this is a slip of the hand, or a bomb.
MOST_REPEATED = 100_000

_STYLES = ("style", "date-style")
_HIDDEN = ("collapse", "filter")


def read_ods(path: Path, findings: list[Finding]) -> Iterator[Sheet]:
    """Yield the visible sheets in order; what is not read is added to `findings`."""
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        if "content.xml" not in names:
            raise UnreadableInput(f"{path}: the part content.xml is missing; fetch it again")
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in package.read(manifest):
            raise UnreadableInput(
                f"{path}: the workbook is protected by a password; open it in LibreOffice, "
                "save it without a password, and read it again"
            )
        findings.extend(drawings_unread(path, names))
        styles = OdsStyles()
        for part in ("styles.xml", "content.xml"):
            if part not in names:
                continue
            for reading in _sheets_of(package, part, styles, str(path)):
                is_hidden = attribute(reading.element, "style-name") in styles.hidden_tables
                if is_hidden and attribute(reading.element, "name") == FORM_SHEET:
                    continue
                if is_hidden:
                    findings.append(sheet_unread(reading.cells.trouble.sheet, "hidden"))
                else:
                    yield reading.sheet()


def sheets_named(package: zipfile.ZipFile, name: str, path: str) -> Iterator[Sheet]:
    """The sheets of one name, hidden ones too."""
    for reading in _sheets_of(package, "content.xml", OdsStyles(), path):
        if attribute(reading.element, "name") == name:
            yield reading.sheet()


def _sheets_of(
    package: zipfile.ZipFile, part: str, styles: OdsStyles, path: str
) -> Iterator[_Reading]:
    """Go through a part once: the styles come first, then each table with its columns and rows."""
    from lxml import etree

    tags = ("table", "table-column", "table-row", *_STYLES)
    reading: _Reading | None = None
    with package.open(part) as stream:
        for event, element in etree.iterparse(
            stream,
            events=("start", "end"),
            tag=[f"{{*}}{tag}" for tag in tags],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        ):
            kind = local_name(element)
            if kind in _STYLES:
                if event == "end":
                    styles.take(element)
            elif event == "start":
                if kind == "table" and reading is None:
                    locator = Locator(path=path, sheet=attribute(element, "name"))
                    reading = _Reading(element, Cells(CellTrouble(locator)), styles)
            elif reading is not None and element is reading.element:
                yield reading
                reading = None
                element.clear()
            elif reading is not None:
                _TAKEN[kind](reading, element)
                freed(element)


@dataclass(slots=True)
class _Reading:
    """What has been read of one sheet so far; `row` and `column` are the next ones."""

    element: Any
    cells: Cells
    styles: OdsStyles
    rows: SheetRows = field(default_factory=SheetRows)
    merged: list[Box] = field(default_factory=list)
    comments: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    column_styles: list[tuple[int, int, str]] = field(default_factory=list)
    row: int = 1
    column: int = 1

    def sheet(self) -> Sheet:
        return Sheet(
            name=self.cells.trouble.sheet.sheet or "",
            rows=self.rows,
            marks=self.cells.marks,
            merged=tuple(self.merged),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            comments=self.comments,
            findings=tuple(self.cells.trouble.findings(self.hidden_rows, self.hidden_columns)),
        )

    def style_at(self, cell: Any, row_style: str, column: int) -> str:
        """The style of a cell: its own, or the one its row or column gives it."""
        own = attribute(cell, "style-name") or row_style
        if own:
            return own
        columns = self.column_styles
        return next((name for first, last, name in columns if first <= column <= last), "")


def _take_column(reading: _Reading, element: Any) -> None:
    count = _repeated(element, "number-columns-repeated", LAST_COLUMN)
    last = min(reading.column + count - 1, LAST_COLUMN)
    if attribute(element, "visibility") in _HIDDEN:
        reading.hidden_columns.update(range(reading.column, last + 1))
    style = attribute(element, "default-cell-style-name")
    reading.column_styles.append((reading.column, last, style))
    reading.column = last + 1


def _take_row(reading: _Reading, element: Any) -> None:
    count = _repeated(element, "number-rows-repeated", LAST_ROW)
    cells = _cells_of(reading, element)
    last = min(reading.row + count - 1, LAST_ROW)
    if cells:
        if count > MOST_REPEATED:
            name = reading.cells.trouble.sheet.sheet
            raise UnreadableInput(
                f"sheet {name} repeats row {reading.row} {count:,} times, as no table does; "
                "delete the repetitions and save the file again"
            )
        for number in range(reading.row, last + 1):
            reading.rows.add_sparse(number, cells)
        if attribute(element, "visibility") in _HIDDEN:
            reading.hidden_rows.update(range(reading.row, last + 1))
    elif attribute(element, "visibility") in _HIDDEN:
        reading.hidden_rows.update(range(reading.row, min(last, reading.row + 65_535) + 1))
    reading.row = last + 1


def _cells_of(reading: _Reading, element: Any) -> dict[int, str]:
    cells: dict[int, str] = {}
    row_style = attribute(element, "default-cell-style-name")
    column = 1
    for cell in element:
        kind = local_name(cell)
        if kind not in ("table-cell", "covered-table-cell"):
            continue
        count = _repeated(cell, "number-columns-repeated", LAST_COLUMN)
        last = min(column + count - 1, LAST_COLUMN)
        if kind == "table-cell" and (len(cell) or cell.attrib):
            _take_comment(reading, cell, (reading.row, column))
            text = _text(reading, cell, row_style, (reading.row, column))
            if text:
                cells.update(dict.fromkeys(range(column, last + 1), text))
            _take_span(reading, cell, column)
        column = last + 1
    return cells


def _text(reading: _Reading, cell: Any, row_style: str, place: Place) -> str:
    kind = stored_kind(cell)
    if not kind:
        if attribute(cell, "formula"):
            reading.cells.trouble.uncomputed.append(place)
        return ""
    if kind == "error":
        shown = "".join(run.text for run in shown_runs(cell, reading.styles)).strip() or "Err"
        return reading.cells.error(shown, place)
    style = reading.style_at(cell, row_style, place[1])
    read = cell_text(cell, kind, reading.styles, style)
    if read.marks:
        reading.cells.marks[place] = read.marks
    if read.left_out:
        warning = f"shows {read.left_out!r} beside the number, which was left out"
        reading.cells.trouble.formats.setdefault((place[1], warning), place)
    text = reading.cells.checked(read.text, place)
    return reading.cells.raised(text, place) if style in reading.styles.raised else text


def _take_comment(reading: _Reading, cell: Any, place: Place) -> None:
    comment = comment_of(cell)
    if comment:
        reading.comments[place] = comment


def _take_span(reading: _Reading, cell: Any, column: int) -> None:
    wide = _repeated(cell, "number-columns-spanned", LAST_COLUMN)
    high = _repeated(cell, "number-rows-spanned", LAST_ROW)
    if wide > 1 or high > 1:
        bottom = min(reading.row + high - 1, LAST_ROW)
        right = min(column + wide - 1, LAST_COLUMN)
        reading.merged.append(Box(reading.row, column, bottom, right))


def _repeated(element: Any, name: str, most: int) -> int:
    count = attribute(element, name, "1")
    return max(1, min(int(count), most)) if count.isdecimal() and len(count) < 9 else 1


_TAKEN = {
    "table": lambda reading, element: None,
    "table-column": _take_column,
    "table-row": _take_row,
}
