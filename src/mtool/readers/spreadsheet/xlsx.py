"""Workbooks of Excel 2007 and later (.xlsx, .xlsm): their visible sheets, and what is not read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.form_mark import FORM_SHEET
from mtool.model import Finding, Locator
from mtool.readers.packages import check_member
from mtool.readers.spreadsheet.attachments import declared_tables, read_comments
from mtool.readers.spreadsheet.ooxml import SheetPart, Workbook, open_workbook
from mtool.readers.spreadsheet.ooxml_sheet import read_ooxml_sheet
from mtool.readers.spreadsheet.plain import read_plain_sheet
from mtool.readers.spreadsheet.sheets import Sheet
from mtool.readers.spreadsheet.unread import drawings_unread, sheet_unread


def read_xlsx(
    path: Path, findings: list[Finding], unchecked: Sequence[str] = ()
) -> Iterator[Sheet]:
    """Yield the visible sheets in order; what is not read is added to `findings`.

    `unchecked` are parts that `check_package` has not looked into: each is read as plain, which
    proves as much, or checked.
    """
    waiting = set(unchecked)
    with zipfile.ZipFile(path) as package:
        workbook = open_workbook(package, path)
        if not workbook.sheets:
            raise UnreadableInput(f"{path}: the workbook lists no sheets; save it again as .xlsx")
        findings.extend(drawings_unread(path, package.namelist()))
        for part in workbook.sheets:
            if part.is_hidden and part.name == FORM_SHEET:
                continue
            locator = Locator(path=str(path), sheet=part.name)
            reason = _unread(part)
            if reason:
                findings.append(sheet_unread(locator, reason))
            elif part.part is None:
                raise UnreadableInput(
                    f"{path}: sheet {part.name!r} is listed but missing from the file; "
                    "fetch it again, or open it in Excel and save it again"
                )
            else:
                sheet = _plain_sheet(workbook, part, locator)
                if sheet is None:
                    _check(path, package, waiting & {part.part})
                    sheet = read_ooxml_sheet(workbook, part, locator)
                waiting.discard(part.part)
                yield sheet
        _check(path, package, waiting)


def _plain_sheet(workbook: Workbook, part: SheetPart, locator: Locator) -> Sheet | None:
    sheet = read_plain_sheet(workbook, part, locator)
    if sheet is None or part.part is None:
        return None
    return replace(
        sheet,
        comments=read_comments(workbook.package, part.part),
        declared=(*declared_tables(workbook.package, part.part), *sheet.declared),
    )


def _check(path: Path, package: zipfile.ZipFile, names: Iterable[str]) -> None:
    for name in sorted(names):
        check_member(path, package, name)


def _unread(part: SheetPart) -> str | None:
    if part.is_errors:
        return "errors"
    if part.is_chart:
        return "chart"
    return "hidden" if part.is_hidden else None
