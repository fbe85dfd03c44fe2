"""Rows of a frame → the XML of a worksheet, column by column, many times as fast as cell by cell.

XlsxWriter writes everything else of the workbook: styles, tables, links, page set-up. A cell is
what XlsxWriter would make of it, except that short fractions are written as they are (`0.807`, not
`0.8070000000000001`), and where Excel or LibreOffice would not show the same value: days before
March 1900, which the two count otherwise, whole numbers of more than 15 digits, and infinity are
written as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from mtool.model import column_letters

if TYPE_CHECKING:
    import pandas as pd

_ROWS_AT_ONCE = 10_000
_MOST_EXACT = 10**15
#: In this order: what an entity begins with comes first.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_FIRST_PRINTED = 32
#: What a character that is none begins with in UTF-8, and what blanks begin and end with.
_NO_CHARACTER = 0xEF
_BLANKS = [chr(code).encode() for code in range(0x3001) if chr(code).isspace()]
_BLANK_STARTS = frozenset(blank[0] for blank in _BLANKS)
_BLANK_ENDS = frozenset(blank[-1] for blank in _BLANKS)
#: The first byte that is no ASCII, and what most letters of Latin script begin with.
_WIDE, _LATIN = 0x80, 0xC3
#: Numbers that are written alike however many digits are asked for.
_PLAIN_NUMBER = r"^(?:0|-?[1-9][0-9]{0,12}|-?(?:0|[1-9][0-9]{0,5})\.[0-9]{1,7})$"
#: Serial number of 1970-01-01, and of 1900-03-01: Excel counts a 29 February before it.
_SERIAL_1970, _FIRST_SURE = 25_569, 61


@lru_cache(maxsize=1)
def book_and_sheet() -> tuple[Any, Any]:
    """The classes of a workbook and of its sheets of rows, made when XlsxWriter is first wanted."""
    import xlsxwriter.workbook
    from xlsxwriter.utility import xl_range
    from xlsxwriter.worksheet import Worksheet

    from mtool.writers.xlsx_book import workbook_class

    class RowsBook(workbook_class()):  # type: ignore[misc] # XlsxWriter is untyped
        """A workbook compressed three times as fast as usual, to a file a quarter larger."""

        def _store_workbook(self) -> None:
            kept = xlsxwriter.workbook.ZipFile
            xlsxwriter.workbook.ZipFile = partial(ZipFile, compresslevel=1)
            try:
                super()._store_workbook()
            finally:
                xlsxwriter.workbook.ZipFile = kept

    class RowsSheet(Worksheet):  # type: ignore[misc] # XlsxWriter is untyped
        """A worksheet of one frame as an Excel table; made by `add_worksheet(name, sheet_class)`.

        The frame is read when the workbook is closed, `_ROWS_AT_ONCE` rows at a time.
        """

        frame: pd.DataFrame | None = None
        formats: Mapping[str, Any]
        dim_rowmax: int

        def write_frame(
            self, frame: pd.DataFrame, formats: Mapping[str, Any], options: Mapping[str, Any]
        ) -> None:
            """Write a frame with its header into the first rows, as a table with XlsxWriter's options."""
            self.frame, self.formats = frame, formats
            last, width = max(len(frame), 1), len(frame.columns)
            # Told of all rows, `add_table` would note each of their cells.
            self.add_table(0, 0, 1, width - 1, options)
            reach = xl_range(0, 0, last, width - 1)
            self.tables[-1].update(range=reach, a_range=reach, autofilter=reach)
            self._check_dimensions(last, width - 1)

        def _write_rows(self) -> None:
            last, self.dim_rowmax = self.dim_rowmax, 0
            super()._write_rows()
            self.dim_rowmax = last
            if self.frame is not None:
                names = ("text", "count", "figure", "degrees", "date")
                styles = {name: self.formats[name]._get_xf_index() for name in names}
                self.fh.flush()
                for rows in _rows(self.frame, styles):
                    self.fh.buffer.write(rows)

    return RowsBook, RowsSheet


def _rows(frame: pd.DataFrame, styles: Mapping[str, int]) -> Iterator[memoryview]:
    """The XML of the rows in UTF-8, `_ROWS_AT_ONCE` at a time."""
    import numpy as np
    import pyarrow as pa

    insides = [_inside(frame[name], styles) for name in frame]
    for start in range(0, len(frame), _ROWS_AT_ONCE):
        part = frame.iloc[start : start + _ROWS_AT_ONCE]
        numbers = pa.array(range(start + 2, start + 2 + len(part))).cast(pa.large_string())
        cells: list[Any] = []
        for at, (name, inside) in enumerate(zip(part, insides, strict=True), start=1):
            opening = f'<c r="{column_letters(at)}'
            cell = [opening, numbers, '" s="', *inside(_array(part[name])), "</c>"]
            has_gaps = any(piece.null_count for piece in cell if not isinstance(piece, str))
            cells += [_joined(cell).fill_null("")] if has_gaps else cell
        rows = _joined(['<row r="', numbers, '">', *cells, "</row>"])
        _, ends, letters = rows.buffers()
        yield memoryview(letters)[: np.frombuffer(ends, np.int64)[len(rows)]]


def _array(values: pd.Series) -> Any:
    import pyarrow as pa

    array = pa.Array.from_pandas(values)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _joined(parts: Iterable[Any]) -> Any:
    """Texts and columns of texts put together row by row; null where one of them is null."""
    import pyarrow as pa
    from pyarrow.compute import binary_join_element_wise

    text = pa.large_string()
    columns: list[Any] = []
    for is_fixed, pieces in groupby(parts, lambda piece: isinstance(piece, str)):
        gathered = list(pieces)
        columns += [pa.scalar("".join(gathered), text)] if is_fixed else gathered
    return binary_join_element_wise(*columns, pa.scalar("", text))


def _inside(values: pd.Series, styles: Mapping[str, int]) -> Callable[[Any], list[Any]]:
    """How the values of a column become the style and the content of cells: pieces to be joined.

    Where one of them is null, there is no cell.
    """
    from pandas.api import types

    text = styles["text"]
    if types.is_bool_dtype(values.dtype):
        return partial(_one_by_one, lambda flag: f'{text}" t="b"><v>{flag:d}</v>')
    if types.is_datetime64_any_dtype(values.dtype):
        return partial(_one_by_one, partial(_day, text, styles["date"]))
    if types.is_numeric_dtype(values.dtype):
        is_place = values.name in ("latitude", "longitude")
        figure = styles["degrees" if is_place else "figure"]
        return partial(_numbers, text, figure if is_place else styles["count"], figure)
    return partial(_texts, text)


def _texts(text: int, values: Any) -> list[Any]:
    """Style and content of texts' cells: all at once, but for those with something to escape."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = values.cast(pa.large_string())
    ends, letters = _bytes_of(values)
    escaped = values
    for character, entity in _ENTITIES.items():
        if (letters == ord(character)).any():
            escaped = pc.replace_substring(escaped, character, entity)
    if (ends[1:] == ends[:-1]).any():
        escaped = pc.if_else(pc.equal(pc.binary_length(values), 0), None, escaped)
    odd = pa.array(_may_be_odd(ends, letters))
    each = partial(_text, text)
    return _or_each(odd, [f'{text}" t="inlineStr"><is><t>', escaped, "</t></is>"], each, values)


def _text(text: int, value: str) -> str:
    return f'{text}" t="inlineStr">{_inline(value)}'


def _bytes_of(values: Any) -> tuple[Any, Any]:
    """Where each text ends, the first with where it begins, and the bytes of all."""
    import numpy as np

    _, ends, letters = values.buffers()
    reach = np.frombuffer(ends, np.int64)[values.offset : values.offset + len(values) + 1]
    return reach, np.frombuffer(letters or b"", np.uint8)[: reach[-1]]


def _may_be_odd(ends: Any, letters: Any) -> Any:
    """Which texts may hold what XML cannot hold, what Excel undoes, or blanks that it drops."""
    import numpy as np

    at = np.flatnonzero((letters < _FIRST_PRINTED) | (letters == _NO_CHARACTER))
    escape = np.flatnonzero(letters[:-1] == ord("_"))
    at = np.append(at, escape[letters[escape + 1] == ord("x")])
    odd = np.zeros(len(ends), bool)
    odd[np.searchsorted(ends, at, "right") - 1] = True
    odd = odd[:-1]
    filled = np.flatnonzero(ends[1:] > ends[:-1])
    first, last = letters[ends[:-1][filled]], letters[ends[1:][filled] - 1]
    before = letters[np.maximum(ends[1:][filled] - 2, 0)]
    odd[filled] |= _is_in(_BLANK_STARTS, first)
    # `é` ends as some blanks do, but begins otherwise.
    odd[filled] |= _is_in(_BLANK_ENDS, last) & ((last < _WIDE) | (before != _LATIN))
    odd &= ends[1:] > ends[:-1]
    return odd


def _is_in(known: frozenset[int], letters: Any) -> Any:
    import numpy as np

    table = np.zeros(256, bool)
    table[list(known)] = True
    return table[letters]


def _or_each(odd: Any, made: list[Any], each: Callable[[Any], str], values: Any) -> list[Any]:
    """What was made of all values, where they are not odd; those are made one by one."""
    import pyarrow.compute as pc

    odd = pc.fill_null(odd, False)
    if not pc.any(odd).as_py():
        return made
    return [pc.replace_with_mask(_joined(made), odd, _each(each, values.filter(odd)))]


def _one_by_one(each: Callable[[Any], str], values: Any) -> list[Any]:
    return [_each(each, values)]


def _each(made: Callable[[Any], str], values: Any) -> Any:
    """A text for each value, made once for equal ones."""
    import pyarrow as pa

    coded = values.dictionary_encode()
    texts = pa.array(map(made, coded.dictionary.to_pylist()), pa.large_string())
    return texts.take(coded.indices)


def _numbers(text: int, count: int, figure: int, values: Any) -> list[Any]:
    import pyarrow as pa
    from pyarrow.compute import if_else, invert, match_substring, match_substring_regex, min_max

    if pa.types.is_integer(values.type):
        reach = min_max(values).as_py()
        if reach["min"] is None or (reach["min"] > -_MOST_EXACT and reach["max"] < _MOST_EXACT):
            return [f'{count}"><v>', values.cast(pa.large_string()), "</v>"]
        return _one_by_one(partial(_number, text, count, figure), values)
    printed = values.cast(pa.large_string())
    is_whole = invert(match_substring(printed, "."))
    style = if_else(is_whole, *(pa.scalar(f"{one}", pa.large_string()) for one in (count, figure)))
    made = [style, '"><v>', printed, "</v>"]
    odd = invert(match_substring_regex(printed, _PLAIN_NUMBER))
    return _or_each(odd, made, partial(_number, text, count, figure), values)


def _as_written(value: float) -> str:
    """A number in the digits that Excel keeps; with all of its own where those would be endless."""
    import math

    shown = f"{value:.16G}"
    return shown if math.isfinite(float(shown)) else repr(value)


def _number(text: int, count: int, figure: int, value: float) -> str:
    """Style and content of a number's cell; the styles are those of text, whole and other numbers."""
    if -_MOST_EXACT < value < _MOST_EXACT:
        if value == int(value):
            return f'{count}"><v>{int(value)}</v>'
        return f'{figure}"><v>{_as_written(value)}</v>'
    if isinstance(value, int) or value - value != 0:
        return f'{text}" t="inlineStr">{_inline(str(value))}'
    return f'{count}"><v>{_as_written(value)}</v>'


def _day(text: int, date: int, value: datetime) -> str:
    """Style and content of a day's cell; the styles are those of text and dates."""
    day = value.replace(tzinfo=None)
    since = day - datetime(1970, 1, 1)
    serial, part = _SERIAL_1970 + since.days, since.seconds / 86_400 + since.microseconds / 86_400e6
    if serial < _FIRST_SURE:
        return f'{text}" t="inlineStr">{_inline(day.isoformat().removesuffix("T00:00:00"))}'
    shown = f"{serial + part:.16G}" if part else serial
    return f'{date}"><v>{shown}</v>'


@lru_cache(maxsize=1 << 17)
def _inline(text: str) -> str:
    """The text of a cell, never a formula, with what XML cannot hold escaped as Excel does it."""
    from xlsxwriter.worksheet import Worksheet

    if not text.isprintable() or "_x" in text:
        text = Worksheet._escape_control_characters(text)
    for character, entity in _ENTITIES.items():
        text = text.replace(character, entity)
    is_bare = text[0].isspace() or text[-1].isspace() or "\n" in text
    return f'<is><t xml:space="preserve">{text}</t></is>' if is_bare else f"<is><t>{text}</t></is>"
