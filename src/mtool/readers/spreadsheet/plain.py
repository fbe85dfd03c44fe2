"""Large .xlsx sheets that are nothing but values: proved plain by their bytes, read by calamine.

calamine reads several times as fast as any reader in Python, but leaves out error cells, formats,
hidden rows and raised marks without a word, and asks for the memory of every place between the
first and the last cell. A sheet is only given to it when none of this can happen; cells whose
number format means more than rounding are noted on the way and shown as their format says.
"""

from __future__ import annotations

import datetime as dt
import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

from mtool.model import Locator
from mtool.readers.spreadsheet.calamine import MOST_PLACES, sheet_values
from mtool.readers.spreadsheet.cell_findings import CellTrouble, Place
from mtool.readers.spreadsheet.cells import Cells
from mtool.readers.spreadsheet.displayed import displayed, is_plain_format, plain_number
from mtool.readers.spreadsheet.marked import split_if_marked
from mtool.readers.spreadsheet.ooxml import SheetPart, Style, Workbook
from mtool.readers.spreadsheet.sheets import (
    Box,
    DeclaredTable,
    Sheet,
    SheetRows,
    column_of,
    read_box,
)

#: Smaller sheets are read in full within a second or two.
LARGE_BYTES = 8_000_000

_CHUNK = 1 << 20
_LONGEST_ROW = 1 << 24
_ROW = re.compile(rb'<row r="(\d{1,7})"')
_WIDE = re.compile(rb'<c r="([A-Z]{2,4})\d')
_UNUSUAL = (b't="e"', b't="d"', b"hidden=", b'ht="0"', b"vertAlign", b"<!")
_UNUSUAL_AROUND = (b"hidden=", b'width="0"')
_MERGED = re.compile(rb'<mergeCell ref="([A-Z0-9:]{2,30})"')
_FILTER = re.compile(rb'<autoFilter ref="([A-Z0-9:$]{2,30})"')
_NO_RESULT = (b"<v></v>", b"<v/>", b"<v />")
_MARKED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹\]*†‡§¶#]$", re.MULTILINE)
_FIRST_SURE_YEAR = 1901
_MOST_NUMBERS = 1 << 17


class _Numbers(dict[float, str]):
    """Numbers → their plain texts, made once for equal ones and forgotten when they are many."""

    def __missing__(self, value: float) -> str:
        if len(self) >= _MOST_NUMBERS:
            self.clear()
        text = self[value] = plain_number(value)
        return text


class NotPlainError(Exception):
    """The sheet holds something that only the full reader sees."""


@dataclass(frozen=True, slots=True)
class _Formats:
    """The styles in which calamine's value is not what is shown: none may be raised."""

    styles: Mapping[int, Style]
    anywhere: re.Pattern[bytes] | None
    in_cell: re.Pattern[bytes] | None


@dataclass(slots=True)
class _Survey:
    """How far the cells of a sheet reach, how many there are, and which have a format to show."""

    formats: _Formats
    cells: int = 0
    last_row: int = 0
    wide_columns: set[bytes] = field(default_factory=set)
    merged: list[Box] = field(default_factory=list)
    filters: list[Box] = field(default_factory=list)
    shown_rows: array[int] = field(default_factory=lambda: array("L"))
    shown_columns: array[int] = field(default_factory=lambda: array("H"))
    shown_styles: array[int] = field(default_factory=lambda: array("L"))

    def is_full(self) -> bool:
        columns = max((column_of(name.decode()) for name in self.wide_columns), default=26)
        places = self.last_row * columns
        return places <= MOST_PLACES and places <= 4 * self.cells + 100_000


def read_plain_sheet(
    path: Path, workbook: Workbook, part: SheetPart, locator: Locator
) -> Sheet | None:
    """A large sheet of values only, without its comments; null where the full reader is needed."""
    if part.part is None or workbook.package.getinfo(part.part).file_size < LARGE_BYTES:
        return None
    survey = _Survey(_unusual_formats(workbook))
    try:
        if workbook.strings_part is not None:
            with workbook.package.open(workbook.strings_part) as stream:
                _refuse_raised(stream)
        with workbook.package.open(part.part) as stream:
            _survey_rows(stream, survey)
        cells = Cells(CellTrouble(locator), workbook.is_1904)
        return _sheet_by_calamine(path, survey, cells)
    except NotPlainError:
        return None


def _unusual_formats(workbook: Workbook) -> _Formats:
    styles = {
        int(number): style
        for number, style in workbook.styles.items()
        if style.is_raised or not (style.is_plain or is_plain_format(style.number_format))
    }
    if not styles:
        return _Formats({}, None, None)
    numbers = "|".join(map(str, styles))
    return _Formats(
        styles,
        re.compile(rf' s="(?:{numbers})"'.encode()),
        re.compile(rf'<c r="([A-Z]{{1,3}})(\d{{1,7}})" s="({numbers})"'.encode()),
    )


def _refuse_raised(stream: IO[bytes]) -> None:
    before = b""
    while chunk := stream.read(_CHUNK):
        if b"vertAlign" in before + chunk:
            raise NotPlainError
        before = chunk[-10:]


def _survey_rows(stream: IO[bytes], survey: _Survey) -> None:
    """Go through the XML by whole rows; every cell must be written the one common way."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        text = rest + chunk
        cut = text.rfind(b"</row>") + 1
        if not cut and len(text) > _LONGEST_ROW:
            raise NotPlainError
        rest = text[cut:]
        _survey_text(text[:cut], survey)
    _survey_text(rest, survey)
    if not survey.is_full() or any(b < a for a, b in pairwise(survey.shown_rows)):
        raise NotPlainError


def _survey_text(text: bytes, survey: _Survey) -> None:
    start = max(text.find(b"<sheetData"), 0)
    end = text.find(b"</sheetData")
    if start or end >= 0:
        around = text[:start] + (text[end:] if end >= 0 else b"")
        _survey_around(around, survey)
        text = text[start : end if end >= 0 else len(text)]
    cells = text.count(b'<c r="')
    rows = _ROW.findall(text)
    if cells != text.count(b"<c") or len(rows) != text.count(b"<row"):
        raise NotPlainError
    if any(word in text for word in _UNUSUAL):
        raise NotPlainError
    if b"<f" in text:
        _refuse_without_result(text)
    survey.cells += cells
    survey.last_row = max(survey.last_row, max(map(int, rows), default=0))
    survey.wide_columns.update(_WIDE.findall(text))
    _note_formats(text, survey)


def _survey_around(text: bytes, survey: _Survey) -> None:
    """Columns stand before the cells of a sheet, merged cells and filters after them."""
    merged, filters = _MERGED.findall(text), _FILTER.findall(text)
    is_common = len(merged) == text.count(b"<mergeCell ") and len(filters) == text.count(b"<autoF")
    if not is_common or any(word in text for word in _UNUSUAL_AROUND):
        raise NotPlainError
    survey.merged.extend(read_box(reference.decode()) for reference in merged)
    survey.filters.extend(read_box(reference.decode()) for reference in filters)


def _refuse_without_result(text: bytes) -> None:
    """Formulas must stand beside their results: every cell that ends, ends with a value."""
    ends = text.count(b"</v></c>") + text.count(b"</is></c>")
    if ends != text.count(b"</c>") or any(word in text for word in _NO_RESULT):
        raise NotPlainError


def _note_formats(text: bytes, survey: _Survey) -> None:
    formats = survey.formats
    if formats.anywhere is None or formats.in_cell is None or not formats.anywhere.search(text):
        return
    found = formats.in_cell.findall(text)
    if len(found) != len(formats.anywhere.findall(text)):
        raise NotPlainError
    letters, rows, numbers = zip(*found, strict=True)
    if any(formats.styles[int(number)].is_raised for number in set(numbers)):
        raise NotPlainError
    survey.shown_rows.extend(map(int, rows))
    survey.shown_columns.extend(map(_column, letters))
    survey.shown_styles.extend(map(int, numbers))


@lru_cache(maxsize=1 << 12)
def _column(letters: bytes) -> int:
    return column_of(letters.decode())


def _sheet_by_calamine(path: Path, survey: _Survey, cells: Cells) -> Sheet:
    rows = SheetRows()
    name = cells.trouble.sheet.sheet or ""
    first, lines = sheet_values(path, name)
    numbers = _Numbers()
    at = 0
    for number, values in enumerate(lines, start=1):
        texts = [
            v if (kind := type(v)) is str else numbers[v] if kind is float else _text(v)
            for v in values
        ]
        while at < len(survey.shown_rows) and survey.shown_rows[at] == number:
            place = survey.shown_columns[at] - first
            if 0 <= place < len(values):
                code = survey.formats.styles[survey.shown_styles[at]].number_format
                texts[place] = _shown(values[place], code, cells, (number, first + place))
            at += 1
        if _MARKED.search("\n".join(texts)):
            for place, text in enumerate(texts):
                texts[place], found = split_if_marked(text)
                if found:
                    cells.marks[number, first + place] = found
        rows.add(number, texts, first)
    return Sheet(
        name=name,
        rows=rows,
        marks=cells.marks,
        merged=tuple(survey.merged),
        declared=tuple(DeclaredTable(box, exact=False) for box in survey.filters),
        findings=tuple(cells.trouble.findings()),
    )


def _shown(value: Any, code: str, cells: Cells, place: Place) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return cells.number(value, code, place)
    return displayed(value, code)


@lru_cache(maxsize=1 << 14, typed=True)
def _text(value: object) -> str:
    """calamine's value as text; dates that the two calendars count otherwise are not plain."""
    if isinstance(value, dt.date) and value.year < _FIRST_SURE_YEAR:
        raise NotPlainError
    assert isinstance(value, bool | int | dt.date | dt.time | dt.timedelta)
    return displayed(value)
