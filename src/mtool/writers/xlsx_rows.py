"""Rows of a frame → the XML of a worksheet, column by column, many times as fast as cell by cell.

XlsxWriter writes everything else of the workbook: styles, tables, links, page set-up. A cell is
what XlsxWriter would make of it, except where Excel or LibreOffice would not show the same value:
days before March 1900, which the two count otherwise, whole numbers of more than 15 digits, and
infinity are written as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from mtool.model import column_letters

if TYPE_CHECKING:
    import pandas as pd

_ROWS_AT_ONCE = 10_000
_MOST_EXACT = 10**15
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
                self.fh.writelines(_rows(self.frame, styles))

    return RowsBook, RowsSheet


def _rows(frame: pd.DataFrame, styles: Mapping[str, int]) -> Iterator[str]:
    import pyarrow as pa

    insides = [_inside(frame[name], styles) for name in frame]
    for start in range(0, len(frame), _ROWS_AT_ONCE):
        part = frame.iloc[start : start + _ROWS_AT_ONCE]
        numbers = pa.array(range(start + 2, start + 2 + len(part))).cast(pa.large_string())
        cells = []
        for at, (name, inside) in enumerate(zip(part, insides, strict=True), start=1):
            opening = f'<c r="{column_letters(at)}'
            printed = inside(pa.Array.from_pandas(part[name]))
            cells.append(_joined(opening, numbers, '" s="', printed, "</c>").fill_null(""))
        rows = _joined('<row r="', numbers, '">', *cells, "</row>")
        yield "".join(rows.to_pylist())


def _joined(*parts: Any) -> Any:
    """Texts and columns of texts put together row by row; null where one of them is null."""
    import pyarrow as pa
    from pyarrow.compute import binary_join_element_wise

    text = pa.large_string()
    columns = [pa.scalar(part, text) if isinstance(part, str) else part for part in parts]
    return binary_join_element_wise(*columns, pa.scalar("", text))


def _inside(values: pd.Series, styles: Mapping[str, int]) -> Callable[[Any], Any]:
    """How the values of a column become the style and the content of cells, null for nothing."""
    from pandas.api import types

    text = styles["text"]
    if types.is_bool_dtype(values.dtype):
        return partial(_each, lambda flag: f'{text}" t="b"><v>{flag:d}</v>')
    if types.is_datetime64_any_dtype(values.dtype):
        return partial(_each, partial(_day, text, styles["date"]))
    if types.is_numeric_dtype(values.dtype):
        is_place = values.name in ("latitude", "longitude")
        figure = styles["degrees" if is_place else "figure"]
        return partial(_numbers, text, figure if is_place else styles["count"], figure)
    return partial(
        _each, lambda value: f'{text}" t="inlineStr">{_inline(value)}' if value else None
    )


def _each(made: Callable[[Any], str | None], values: Any) -> Any:
    """A text for each value, made once for equal ones."""
    import pyarrow as pa

    coded = values.dictionary_encode()
    texts = pa.array(map(made, coded.dictionary.to_pylist()), pa.large_string())
    return texts.take(coded.indices)


def _numbers(text: int, count: int, figure: int, values: Any) -> Any:
    import pyarrow as pa
    from pyarrow.compute import min_max

    if pa.types.is_integer(values.type):
        reach = min_max(values).as_py()
        if reach["min"] is None or (reach["min"] > -_MOST_EXACT and reach["max"] < _MOST_EXACT):
            return _joined(f'{count}"><v>', values.cast(pa.large_string()), "</v>")
    return _each(partial(_number, text, count, figure), values)


def _number(text: int, count: int, figure: int, value: float) -> str:
    """Style and content of a number's cell; the styles are those of text, whole and other numbers."""
    if -_MOST_EXACT < value < _MOST_EXACT:
        if value == int(value):
            return f'{count}"><v>{int(value)}</v>'
        return f'{figure}"><v>{value:.16G}</v>'
    if isinstance(value, int) or value - value != 0:
        return f'{text}" t="inlineStr">{_inline(str(value))}'
    return f'{count}"><v>{value:.16G}</v>'


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
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    is_bare = text[0].isspace() or text[-1].isspace() or "\n" in text
    return f'<is><t xml:space="preserve">{text}</t></is>' if is_bare else f"<is><t>{text}</t></is>"
