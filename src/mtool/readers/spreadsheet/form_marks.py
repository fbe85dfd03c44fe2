"""Data-entry forms made by mtool: known by a hidden sheet or by document properties.

LibreOffice keeps both, Google Sheets the sheet, and whoever deletes hidden sheets the properties.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mtool.form_mark import (
    FORM_SHEET,
    columns_typed,
    mark_from,
    text_of_properties,
)
from mtool.model import FormMark, Locator, RawTable, Row
from mtool.printed_numbers import fold_blanks
from mtool.readers.spreadsheet.ods_styles import attribute
from mtool.readers.spreadsheet.ooxml import open_workbook, parse
from mtool.readers.spreadsheet.ooxml_sheet import read_ooxml_sheet
from mtool.readers.spreadsheet.plain import is_large_sheet
from mtool.readers.spreadsheet.sheets import Sheet, address

_CHUNK = 1 << 20
#: The header is looked for in this many printed rows.
_HEADER_WITHIN = 50


def form_mark(path: Path) -> FormMark | None:
    """The mark of a form saved as .xlsx or .ods; null for any other workbook."""
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        if "content.xml" in names:
            return mark_from(_ods_properties(package, names)) or _mark_in_ods(package, path)
        if "xl/workbook.xml" not in names:
            return None
        return mark_from(_ooxml_properties(package, names)) or _mark_in_ooxml(package, path)


def _ooxml_properties(package: zipfile.ZipFile, names: set[str]) -> str:
    part = "docProps/custom.xml"
    if part not in names:
        return ""
    found = {e.get("name", ""): _text(e) for e in parse(package, part, ("property",))}
    return text_of_properties(found)


def _ods_properties(package: zipfile.ZipFile, names: set[str]) -> str:
    if "meta.xml" not in names:
        return ""
    entries = parse(package, "meta.xml", ("user-defined",))
    return text_of_properties({attribute(e, "name"): _text(e) for e in entries})


def _text(element: Any) -> str:
    return "".join(element.itertext())


def _mark_in_ooxml(package: zipfile.ZipFile, path: Path) -> FormMark | None:
    workbook = open_workbook(package, path)
    part = next((sheet for sheet in workbook.sheets if sheet.name == FORM_SHEET), None)
    if part is None or part.part is None or is_large_sheet(package.getinfo(part.part)):
        return None
    return _mark_in(read_ooxml_sheet(workbook, part, Locator(path=str(path), sheet=part.name)))


def _mark_in_ods(package: zipfile.ZipFile, path: Path) -> FormMark | None:
    from mtool.readers.spreadsheet.ods import sheets_named

    if not _mentions(package, "content.xml", FORM_SHEET.encode()):
        return None
    return next(
        (_mark_in(sheet) for sheet in sheets_named(package, FORM_SHEET, str(path))),
        None,
    )


def _mentions(package: zipfile.ZipFile, part: str, word: bytes) -> bool:
    """True when a part holds a word; read in pieces, so that no large part is held in memory."""
    kept = b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if word in kept + chunk:
                return True
            kept = chunk[-len(word) :]
    return False


def _mark_in(sheet: Sheet) -> FormMark | None:
    first = sheet.rows.cells(0) if len(sheet.rows) else {}
    return mark_from(first.get(1, ""))


def is_guide(sheet: Sheet, mark: FormMark) -> bool:
    """True for the sheet that explains the columns of a form: nobody types there."""
    return len(sheet.rows) > 0 and mark.guide in sheet.rows.cells(0).values()


def form_table(sheet: Sheet, mark: FormMark, table_id: str, path: str) -> RawTable | None:
    """The rows that were typed into a form, by its own header, wherever its columns stand now.

    Blank rows and the example row are left out; columns that somebody added stay. Null for a sheet
    that has no such header.
    """
    visible = [at for at, n in enumerate(sheet.rows.numbers) if n not in sheet.hidden_rows]
    top = _header_row(sheet, mark, visible[:_HEADER_WITHIN])
    if top is None:
        return None
    below = [at for at in visible if at > top]
    used = {column for at in (top, *below) for column in sheet.rows.cells(at)}
    columns = tuple(sorted(used - sheet.hidden_columns))
    number = sheet.rows.numbers[top]
    return RawTable(
        id=table_id,
        header=tuple(map(fold_blanks, sheet.rows.texts(top, columns))),
        body=tuple(_typed_rows(sheet, mark, below, columns)),
        locator=Locator(
            path=path,
            table=table_id,
            sheet=sheet.name,
            cell=address(number, columns[0]),
            row=number,
            column=columns[0],
        ),
        columns=columns,
        form=mark,
    )


def _header_row(sheet: Sheet, mark: FormMark, rows: Sequence[int]) -> int | None:
    """The row that names most of the form's columns, if it names half of them."""
    named = {at: len(columns_typed(mark, tuple(sheet.rows.cells(at).values()))) for at in rows}
    best = max(named, key=lambda at: named[at], default=None)
    return best if best is not None and 2 * named[best] >= len(mark.columns) else None


def _typed_rows(
    sheet: Sheet, mark: FormMark, rows: Sequence[int], columns: Sequence[int]
) -> list[Row]:
    typed = []
    for at in rows:
        cells = tuple(map(fold_blanks, sheet.rows.texts(at, columns)))
        filled = [cell for cell in cells if cell.strip()]
        if filled and not all(cell.startswith(mark.example) for cell in filled):
            typed.append(Row(cells, sheet.rows.numbers[at]))
    return typed


def without_notes_on(sheet: Sheet, row: int) -> Sheet:
    """A sheet without the notes that the form itself put on its header."""
    kept = {place: text for place, text in sheet.comments.items() if place[0] != row}
    return replace(sheet, comments=kept)
