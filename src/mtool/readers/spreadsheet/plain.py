"""Large .xlsx sheets that are nothing but values: proved plain by their bytes, read by calamine.

calamine reads ten times as fast as any reader in Python, but leaves out error cells, formats,
hidden rows and raised marks without a word, and asks for the memory of every place between the
first and the last cell. A sheet is only given to it when none of this can happen.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from mtool.readers.spreadsheet.calamine import MOST_PLACES, sheet_values
from mtool.readers.spreadsheet.displayed import displayed, is_plain_format, plain_number
from mtool.readers.spreadsheet.marked import split_if_marked
from mtool.readers.spreadsheet.ooxml import SheetPart, Workbook
from mtool.readers.spreadsheet.sheets import Sheet, SheetRows, column_of

#: Smaller sheets are read in full within a second or two.
LARGE_BYTES = 8_000_000

_CHUNK = 1 << 20
_LONGEST_ROW = 1 << 24
_ROW = re.compile(rb'<row r="(\d{1,7})"')
_WIDE = re.compile(rb'<c r="([A-Z]{2,4})\d')
_UNUSUAL = (b't="e"', b't="d"', b"hidden=", b'ht="0"', b"vertAlign", b"<!")
_UNUSUAL_AROUND = (b"<mergeCell", b"<autoFilter", b"hidden=", b'width="0"')
_NO_RESULT = (b"<v></v>", b"<v/>", b"<v />")
_MARKED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹\]*†‡§¶#]$", re.MULTILINE)
_FIRST_SURE_YEAR = 1901


class NotPlainError(Exception):
    """The sheet holds something that only the full reader sees."""


@dataclass(slots=True)
class _Extent:
    """How far the cells of a sheet reach, and how many there are."""

    cells: int = 0
    last_row: int = 0
    wide_columns: set[bytes] = field(default_factory=set)

    def is_full(self) -> bool:
        columns = max((column_of(name.decode()) for name in self.wide_columns), default=26)
        places = self.last_row * columns
        return places <= MOST_PLACES and places <= 4 * self.cells + 100_000


def read_plain_sheet(path: Path, workbook: Workbook, part: SheetPart) -> Sheet | None:
    """A large sheet of values only, without its comments; null where the full reader is needed."""
    if part.part is None or workbook.package.getinfo(part.part).file_size < LARGE_BYTES:
        return None
    try:
        if workbook.strings_part is not None:
            with workbook.package.open(workbook.strings_part) as stream:
                _refuse_raised(stream)
        with workbook.package.open(part.part) as stream:
            _refuse_unless_plain(stream, _unusual_styles(workbook))
        return _sheet_by_calamine(path, part.name)
    except NotPlainError:
        return None


def _unusual_styles(workbook: Workbook) -> re.Pattern[bytes] | None:
    """Cells in whose style calamine's value is not what is shown."""
    numbers = [
        number
        for number, style in workbook.styles.items()
        if style.is_raised or not (style.is_plain or is_plain_format(style.number_format))
    ]
    return re.compile(rf' s="(?:{"|".join(numbers)})"'.encode()) if numbers else None


def _refuse_raised(stream: IO[bytes]) -> None:
    before = b""
    while chunk := stream.read(_CHUNK):
        if b"vertAlign" in before + chunk:
            raise NotPlainError
        before = chunk[-10:]


def _refuse_unless_plain(stream: IO[bytes], styles: re.Pattern[bytes] | None) -> None:
    """Go through the XML by whole rows; every cell must be written the one common way."""
    extent = _Extent()
    rest = b""
    while chunk := stream.read(_CHUNK):
        text = rest + chunk
        cut = text.rfind(b"</row>") + 1
        if not cut and len(text) > _LONGEST_ROW:
            raise NotPlainError
        rest = text[cut:]
        _refuse_rows(text[:cut], styles, extent)
    _refuse_rows(rest, styles, extent)
    if not extent.is_full():
        raise NotPlainError


def _refuse_rows(text: bytes, styles: re.Pattern[bytes] | None, extent: _Extent) -> None:
    start = max(text.find(b"<sheetData"), 0)
    end = text.find(b"</sheetData")
    if start or end >= 0:
        around = text[:start] + (text[end:] if end >= 0 else b"")
        if any(word in around for word in _UNUSUAL_AROUND):
            raise NotPlainError
        text = text[start : end if end >= 0 else len(text)]
    cells = text.count(b'<c r="')
    rows = _ROW.findall(text)
    if cells != text.count(b"<c") or len(rows) != text.count(b"<row"):
        raise NotPlainError
    if any(word in text for word in _UNUSUAL) or (styles and styles.search(text)):
        raise NotPlainError
    if b"<f" in text:
        _refuse_without_result(text)
    extent.cells += cells
    extent.last_row = max(extent.last_row, max(map(int, rows), default=0))
    extent.wide_columns.update(_WIDE.findall(text))


def _refuse_without_result(text: bytes) -> None:
    """Formulas must stand beside their results: every cell that ends, ends with a value."""
    ends = text.count(b"</v></c>") + text.count(b"</is></c>")
    if ends != text.count(b"</c>") or any(word in text for word in _NO_RESULT):
        raise NotPlainError


def _sheet_by_calamine(path: Path, name: str) -> Sheet:
    rows = SheetRows()
    marks: dict[tuple[int, int], tuple[str, ...]] = {}
    first, lines = sheet_values(path, name)
    for number, values in enumerate(lines, start=1):
        texts = [v if type(v) is str else _text(v) for v in values]
        if _MARKED.search("\n".join(texts)):
            for place, text in enumerate(texts):
                texts[place], found = split_if_marked(text)
                if found:
                    marks[number, first + place] = found
        rows.add(number, texts, first)
    return Sheet(name, rows, marks)


def _text(value: object) -> str:
    """calamine's value as text; dates that the two calendars count otherwise are not plain."""
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, dt.date) and value.year < _FIRST_SURE_YEAR:
        raise NotPlainError
    assert isinstance(value, bool | int | dt.date | dt.time | dt.timedelta)
    return displayed(value)
