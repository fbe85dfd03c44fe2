"""Workbooks of Excel 97 to 2003 (.xls) → sheets, through xlrd, which sees formats and structure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtool.model import Finding, Locator
from mtool.printed_numbers import fold_blanks
from mtool.readers.runs import Run, SetAs
from mtool.readers.spreadsheet.calamine import read_values_only
from mtool.readers.spreadsheet.cell_findings import CellTrouble
from mtool.readers.spreadsheet.cells import Cells
from mtool.readers.spreadsheet.sheets import Box, Sheet, SheetRows
from mtool.readers.spreadsheet.unread import sheet_unread

_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
_SUPERSCRIPT = 1
_ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}


def read_xls(path: Path, findings: list[Finding]) -> Iterator[Sheet]:
    """Yield the visible sheets in order; what is not read is added to `findings`."""
    try:
        import xlrd
    except ImportError:
        yield from read_values_only(path, findings, "xlrd is not installed")
        return
    with Path(os.devnull).open("w") as silence:
        book = xlrd.open_workbook(
            str(path), logfile=silence, formatting_info=True, ragged_rows=True, on_demand=True
        )
        for name in book.sheet_names():
            locator = Locator(path=str(path), sheet=name)
            sheet = book.sheet_by_name(name)
            if sheet.visibility:
                findings.append(sheet_unread(locator, "hidden"))
            else:
                yield _read_sheet(book, sheet, CellTrouble(locator))
            book.unload_sheet(name)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sheet that is being read; xlrd counts rows and columns from 0."""

    book: Any
    sheet: Any
    cells: Cells


def _read_sheet(book: Any, sheet: Any, trouble: CellTrouble) -> Sheet:
    reading = _Reading(book, sheet, Cells(trouble, is_1904=book.datemode == 1))
    rows = SheetRows()
    for r in range(sheet.nrows):
        rows.add_sparse(r + 1, {c + 1: _text(reading, r, c) for c in range(sheet.row_len(r))})
    hidden_rows = frozenset(r + 1 for r, info in sheet.rowinfo_map.items() if info.hidden)
    hidden_columns = frozenset(c + 1 for c, info in sheet.colinfo_map.items() if info.hidden)
    return Sheet(
        name=sheet.name,
        rows=rows,
        marks=reading.cells.marks,
        merged=tuple(
            Box(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells
        ),
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
        comments={
            (r + 1, c + 1): fold_blanks(note.text) for (r, c), note in sheet.cell_note_map.items()
        },
        findings=tuple(trouble.findings(hidden_rows, hidden_columns)),
    )


def _text(reading: _Reading, r: int, c: int) -> str:
    """The printed text of one cell."""
    kind, value = reading.sheet.cell_type(r, c), reading.sheet.cell_value(r, c)
    style = reading.book.xf_list[reading.sheet.cell_xf_index(r, c)]
    place = (r + 1, c + 1)
    if kind == _TEXT:
        text = reading.cells.text(_runs(reading, r, c, value), place)
    elif kind in (_NUMBER, _DATE):
        code = reading.book.format_map[style.format_key].format_str
        text = reading.cells.number(value, code, place)
    elif kind == _BOOLEAN:
        text = "TRUE" if value else "FALSE"
    elif kind == _ERROR:
        text = reading.cells.error(_ERRORS.get(value, "#N/A"), place)
    else:
        return ""
    is_raised = _is_raised(reading.book, style.font_index)
    return reading.cells.raised(text, place) if is_raised else text


def _runs(reading: _Reading, r: int, c: int, text: str) -> list[Run]:
    """The text in stretches of one font; xlrd gives the places where another font begins."""
    changes = reading.sheet.rich_text_runlist_map.get((r, c), ())
    edges = [offset for offset, _ in changes] + [len(text)]
    runs = [Run(text[: edges[0]])]
    for number, (offset, font) in enumerate(changes):
        set_as: SetAs = "raised" if _is_raised(reading.book, font) else "line"
        runs.append(Run(text[offset : edges[number + 1]], set_as))
    return runs


def _is_raised(book: Any, font: int) -> bool:
    return font < len(book.font_list) and book.font_list[font].escapement == _SUPERSCRIPT
