"""Records of binary workbooks (.xlsb), as far as calamine does not tell what they say.

MS-XLSB 2.1.4: a record is its type in one or two bytes, its size in one to four, and its data.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mtool.readers.spreadsheet.sheets import LAST_COLUMN, LAST_ROW, Box

ROW, CELLS, ERRORS = 0, range(1, 12), (3, 11)
COLUMNS, MERGED, SHEET = 60, 176, 156
FONT, NUMBER_FORMAT, STYLE, FIRST_STYLE, LAST_STYLE = 43, 44, 47, 617, 618

_HIDDEN_ROW = 0x10
_HIDDEN_COLUMN = 0x01
_RAISED = 1
_ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


@dataclass(slots=True)
class SheetRecords:
    """What the records of a sheet say besides values; rows and columns from 1.

    `styles` are the style numbers of cells that have one other than the default.
    """

    last_row: int = 0
    last_column: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    merged: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and data of each record; ends at the first that is cut off."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80 and at < len(data):
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        for _ in range(4):
            if at >= len(data):
                return
            size |= (data[at] & 0x7F) << shift
            shift += 7
            at += 1
            if not data[at - 1] & 0x80:
                break
        if at + size > len(data):
            return
        yield kind, data[at : at + size]
        at += size


def read_sheet_records(data: bytes) -> SheetRecords:
    """Go through a sheet's records: how far its cells reach, errors, hidden and merged places."""
    found = SheetRecords()
    row = 0
    for kind, body in records(data):
        if kind == ROW and len(body) >= 12:
            row = struct.unpack_from("<I", body)[0] + 1
            if body[11] & _HIDDEN_ROW:
                found.hidden_rows.add(row)
        elif kind in CELLS and len(body) >= 8:
            _take_cell(found, kind, row, body)
        elif kind == COLUMNS and len(body) >= 18:
            first, last = struct.unpack_from("<II", body)
            if body[16] & _HIDDEN_COLUMN:
                found.hidden_columns.update(range(first + 1, min(last + 1, LAST_COLUMN) + 1))
        elif kind == MERGED and len(body) >= 16:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            bottom, right = min(bottom + 1, LAST_ROW), min(right + 1, LAST_COLUMN)
            found.merged.append(Box(top + 1, left + 1, bottom, right))
    return found


def _take_cell(found: SheetRecords, kind: int, row: int, body: bytes) -> None:
    column = struct.unpack_from("<I", body)[0] + 1
    if not (1 <= row <= LAST_ROW and column <= LAST_COLUMN):
        raise ValueError(f"a cell in row {row}, column {column} is outside any sheet")
    found.last_row = max(found.last_row, row)
    found.last_column = max(found.last_column, column)
    if kind in ERRORS and len(body) >= 9:
        found.errors[row, column] = _ERROR_TEXTS.get(body[8], "#N/A")
    style = int.from_bytes(body[4:7], "little")
    if style and kind != 1:
        found.styles[row, column] = style


def read_formats(data: bytes) -> tuple[dict[int, str], bool]:
    """Number format codes by style number, and whether any font is raised; built-in ones by number.

    A style without a code of its own is left out.
    """
    codes: dict[int, str] = {}
    formats: dict[int, str] = {}
    is_raised = False
    style = -1
    for kind, body in records(data):
        if kind == NUMBER_FORMAT and len(body) >= 6:
            codes[struct.unpack_from("<H", body)[0]] = wide_text(body, 2)[0]
        elif kind == FONT and len(body) >= 8:
            is_raised = is_raised or struct.unpack_from("<H", body, 6)[0] == _RAISED
        elif kind == FIRST_STYLE:
            style = 0
        elif kind == LAST_STYLE:
            break
        elif kind == STYLE and style >= 0 and len(body) >= 4:
            number = struct.unpack_from("<H", body, 2)[0]
            formats[style] = codes.get(number, f"#{number}")
            style += 1
    return formats, is_raised


def read_sheet_list(data: bytes) -> Iterator[tuple[str, str, bool]]:
    """Yield name, relation id and whether it is hidden for each sheet of `xl/workbook.bin`."""
    for kind, body in records(data):
        if kind == SHEET and len(body) >= 16:
            state = struct.unpack_from("<I", body)[0]
            relation, at = wide_text(body, 8)
            yield wide_text(body, at)[0], relation, state != 0


def wide_text(body: bytes, at: int) -> tuple[str, int]:
    """A text stored as its length and UTF-16, and where it ends."""
    length = struct.unpack_from("<I", body, at)[0]
    end = at + 4 + 2 * length if length != 0xFFFFFFFF else at + 4
    return body[at + 4 : end].decode("utf-16-le", "replace"), end
