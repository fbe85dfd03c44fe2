"""Binary workbooks (.xlsb) → sheets: values by calamine, what it leaves out from the records."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mtool.errors import UnreadableInput
from mtool.model import Finding, Locator
from mtool.readers.runs import Run
from mtool.readers.spreadsheet.biff12 import (
    SheetRecords,
    read_formats,
    read_sheet_list,
    read_sheet_records,
)
from mtool.readers.spreadsheet.calamine import MOST_PLACES, sheet_values
from mtool.readers.spreadsheet.cell_findings import CellTrouble, Place
from mtool.readers.spreadsheet.cells import Cells
from mtool.readers.spreadsheet.displayed import displayed
from mtool.readers.spreadsheet.ooxml import BUILT_IN_FORMATS, relations, relations_of
from mtool.readers.spreadsheet.sheets import Sheet, SheetRows
from mtool.readers.spreadsheet.unread import sheet_unread

_WORKBOOK = "xl/workbook.bin"
_SAVE = "open the workbook in Excel or LibreOffice, save it as .xlsx, and read that"


def read_xlsb(path: Path, findings: list[Finding]) -> Iterator[Sheet]:
    """Yield the visible sheets in order; what is not read is added to `findings`."""
    with zipfile.ZipFile(path) as package:
        styles = [package.read(part) for part in relations_of(package, _WORKBOOK, "styles")]
        formats, is_raised = read_formats(styles[0]) if styles else ({}, False)
        codes = {
            n: BUILT_IN_FORMATS.get(int(c[1:]), "General") if c[:1] == "#" else c
            for n, c in formats.items()
        }
        if is_raised:
            findings.append(_marks_unseen(path))
        targets = relations(package, _WORKBOOK)
        for name, relation, is_hidden in read_sheet_list(package.read(_WORKBOOK)):
            locator = Locator(path=str(path), sheet=name)
            part = targets.get(relation)
            if is_hidden or part is None or part.kind != "worksheet":
                findings.append(sheet_unread(locator, "hidden" if is_hidden else "chart"))
                continue
            found = read_sheet_records(package.read(part.target))
            if found.last_row * found.last_column > MOST_PLACES:
                raise UnreadableInput(
                    f"{path}: the cells of sheet {name} are spread over too many places; {_SAVE}"
                )
            cells = Cells(CellTrouble(locator))
            rows = _rows(*sheet_values(path, name), found, codes, cells)
            yield _sheet(name, rows, found, cells)


def _rows(
    first: int,
    lines: Iterable[list[Any]],
    found: SheetRecords,
    codes: Mapping[int, str],
    cells: Cells,
) -> SheetRows:
    rows = SheetRows()
    for number, values in enumerate(lines, start=1):
        places = ((number, column) for column in range(first, first + len(values)))
        texts = [
            _text(v, place, found, codes, cells) for v, place in zip(values, places, strict=True)
        ]
        rows.add(number, texts, first)
    return rows


def _text(
    value: Any, place: Place, found: SheetRecords, codes: Mapping[int, str], cells: Cells
) -> str:
    if place in found.errors:
        return cells.error(found.errors[place], place)
    if isinstance(value, str):
        return cells.text([Run(value)], place)
    code = codes.get(found.styles.get(place, 0), "General")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return displayed(value, code)
    return cells.number(value, code, place)


def _sheet(name: str, rows: SheetRows, found: SheetRecords, cells: Cells) -> Sheet:
    return Sheet(
        name=name,
        rows=rows,
        marks=cells.marks,
        merged=tuple(found.merged),
        hidden_rows=frozenset(found.hidden_rows),
        hidden_columns=frozenset(found.hidden_columns),
        findings=tuple(cells.trouble.findings(found.hidden_rows, found.hidden_columns)),
    )


def _marks_unseen(path: Path) -> Finding:
    return Finding(
        rule="marks_unseen",
        class_="structure",
        severity="warning",
        message="the workbook uses raised characters, which cannot be told from figures in .xlsb: "
        f"a footnote mark may stand as the last digit of a number; {_SAVE}",
        locator=Locator(path=str(path)),
    )
