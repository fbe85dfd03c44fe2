"""A form → an Excel workbook: the sheet to fill in, the guide, and the hidden sheet of lists.

Lists stand behind names, so that Excel, LibreOffice and Google Sheets all find them. Sheets are
protected without a password: against slips, not against people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import Any

from mtool.form_mark import FORM_SHEET, mark_text, properties_of
from mtool.forms.layout import Form, FormColumn
from mtool.language import translated
from mtool.model import column_letters
from mtool.writers.xlsx_book import date_format, new_workbook

HEADER_ROW = 2
FIRST_ROW = HEADER_ROW + 2
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
#: What Excel takes of a message beside a cell, and of its title.
LONGEST_MESSAGE, LONGEST_TITLE = 255, 32
#: Columns beside the form's own that stay open for remarks.
OPEN_BESIDE = 12
GUIDE_WIDTH, LINE_HEIGHT, MOST_SHOWN = 60, 15, 40
DARK, PALE, GREY = "#1F3864", "#DDE5F2", "#595959"
NAMES = {"area": "mtool_admin1", "area_within": "mtool_admin2"}
PARENTS = "mtool_admin2_parent"
ALLOWED = {
    "sort": True,
    "autofilter": True,
    "insert_rows": True,
    "insert_columns": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
}


@dataclass(frozen=True)
class _Book:
    """A workbook being written, and its formats."""

    workbook: Any
    formats: Mapping[str, Any]


def write_form(form: Form, out: Path, rows: int) -> None:
    """Write the workbook of a form with `rows` rows to fill in; the same bytes every time."""
    workbook = new_workbook(out, form.title)
    book = _Book(workbook, _formats(workbook))
    entry = workbook.add_worksheet(translated("Data entry")[:31])
    guide = workbook.add_worksheet(translated("Guide")[:31])
    _write_mark(book, form)
    _write_entry(book, form, entry, rows)
    _write_guide(book, form, guide)
    entry.activate()
    workbook.close()


def _formats(workbook: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#A6A6A6"}
    header = {"bold": True, "text_wrap": True, "valign": "vcenter", **line}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "said": workbook.add_format({"font_color": GREY}),
        "required": workbook.add_format({**header, "bg_color": DARK, "font_color": "#FFFFFF"}),
        "optional": workbook.add_format({**header, "bg_color": PALE, "font_color": "#000000"}),
        "example": workbook.add_format(
            {**line, "italic": True, "font_color": GREY, "bg_color": "#F2F2F2", "bottom": 2}
        ),
        "open": workbook.add_format({"locked": False}),
        "text": workbook.add_format({"locked": False, "num_format": "@"}),
        "date": workbook.add_format(
            {"locked": False, "num_format": date_format(), "align": "left"}
        ),
        "wrap": workbook.add_format({"text_wrap": True, "valign": "top", **line}),
    }


def _write_mark(book: _Book, form: Form) -> None:
    """The mark in the first cell of a hidden sheet and in the properties, and lists beside it."""
    text = mark_text(form.mark)
    sheet = book.workbook.add_worksheet(FORM_SHEET)
    sheet.write_string(0, 0, text)
    book.workbook.define_name(FORM_SHEET, f"={FORM_SHEET}!$A$1")
    for name, piece in properties_of(text).items():
        book.workbook.set_custom_property(name, piece, "text")
    lists = {_list_name(c): c.choices for c in form.columns if c.choices}
    pairs = [(outer, inner) for outer, names in form.within.items() for inner in names or ("",)]
    if any(column.kind == "area_within" for column in form.columns):
        lists[PARENTS] = tuple(outer for outer, _ in pairs)
        lists[NAMES["area_within"]] = tuple(inner for _, inner in pairs)
    for at, (name, choices) in enumerate(lists.items(), start=1):
        sheet.write_column(0, at, choices)
        letters = column_letters(at + 1)
        area = f"={FORM_SHEET}!${letters}$1:${letters}${len(choices)}"
        book.workbook.define_name(name, area)
    sheet.protect()
    sheet.very_hidden()


def _list_name(column: FormColumn) -> str:
    return NAMES.get(column.kind, f"mtool_{column.name}")


def _write_entry(book: _Book, form: Form, sheet: Any, rows: int) -> None:
    formats = book.formats
    sheet.write_string(0, 0, form.title, formats["title"])
    sheet.write_string(
        1,
        0,
        translated("One row per figure. The grey row is an example and is not read."),
        formats["said"],
    )
    sheet.set_column(0, len(form.columns) + OPEN_BESIDE, 18, formats["open"])
    last = FIRST_ROW + rows - 1
    places = {column.name: column_letters(at + 1) for at, column in enumerate(form.columns)}
    for at, column in enumerate(form.columns):
        sheet.set_column(at, at, _width(column), formats[_format_name(column)])
        header = formats["required" if column.required else "optional"]
        sheet.write_string(HEADER_ROW, at, column.header, header)
        sheet.write_comment(HEADER_ROW, at, _note(column), {"x_scale": 2, "y_scale": 1.5})
        example = f"{form.mark.example}{column.example}" if column.example else ""
        sheet.write(HEADER_ROW + 1, at, example or None, formats["example"])
        options = {**_rule(column, places), **_messages(column)}
        sheet.data_validation(FIRST_ROW, at, last, at, options)
    sheet.set_row(HEADER_ROW, 4 + LINE_HEIGHT * max(map(_header_lines, form.columns)))
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.set_selection(FIRST_ROW, 0, FIRST_ROW, 0)
    sheet.protect("", ALLOWED)
    _set_up_page(sheet, form)
    sheet.repeat_rows(HEADER_ROW)


def _format_name(column: FormColumn) -> str:
    return column.kind if column.kind in ("date", "text") else "open"


def _width(column: FormColumn) -> float:
    """Wide enough for most choices and for the longest word of the header."""
    longest = sorted(map(len, (*column.choices, column.example)))
    words = max(map(len, column.header.split()))
    return float(min(max(longest[len(longest) * 9 // 10] + 7, words + 3, 14), 34))


def _header_lines(column: FormColumn) -> int:
    """How many lines the header needs in its column; bold letters are wider than plain ones."""
    return len(wrap(column.header, int(_width(column) * 0.8)))


def _rule(column: FormColumn, places: Mapping[str, str]) -> dict[str, Any]:
    """The validation of one column, in the words of XlsxWriter."""
    first = FIRST_ROW + 1
    if column.kind == "area_within" and "provider_admin1_name" in places:
        outer = f"${places['provider_admin1_name']}{first}"
        inside = f"MATCH({outer},{PARENTS},0)-1,0,COUNTIF({PARENTS},{outer}),1"
        return {"validate": "list", "source": f"=OFFSET({NAMES['area_within']},{inside})"}
    if column.choices:
        return {"validate": "list", "source": f"={_list_name(column)}"}
    if column.kind == "date" and column.not_before in places:
        start = f"=${places[column.not_before]}{first}"
        return {"validate": "date", "criteria": ">=", "value": start}
    if column.kind == "date":
        return {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
    if column.kind in ("whole", "decimal"):
        kind = {"whole": "integer", "decimal": "decimal"}[column.kind]
        least = -1e12 if column.least is None else column.least
        if column.most is None:
            return {"validate": kind, "criteria": ">=", "value": least}
        bounds = {"minimum": least, "maximum": column.most}
        return {"validate": kind, "criteria": "between", **bounds}
    return {"validate": "any"}


def _messages(column: FormColumn) -> dict[str, str]:
    messages = {
        "input_title": _cut(column.header, LONGEST_TITLE),
        "input_message": _cut(_note(column), LONGEST_MESSAGE),
    }
    if not column.choices and column.kind == "text":
        return messages
    title = _cut(column.header, LONGEST_TITLE)
    return {**messages, "error_title": title, "error_message": _cut(_allowed(column), 255)}


def _cut(text: str, longest: int) -> str:
    """A text of at most so many letters, cut between words."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rpartition(" ")[0] + "…"


def _note(column: FormColumn) -> str:
    """What the column is, what may be typed, and whether it must be."""
    must = translated("Required.") if column.required else translated("May stay empty.")
    return " ".join(part for part in (_allowed(column), must, column.note) if part)


def _allowed(column: FormColumn) -> str:
    """What may be typed, in a sentence; empty for any text."""
    if column.choices:
        return translated("Choose from the list.")
    if column.kind == "area_within":
        return translated("Choose the area of the first level, then one within it from the list.")
    if column.not_before:
        return translated("A date such as 2024-01-31, not before the start.")
    if column.kind == "date":
        return translated("A date such as 2024-01-31.")
    if column.kind == "whole":
        return _bounded(column, translated("A whole number."))
    return _bounded(column, translated("A number.")) if column.kind == "decimal" else ""


def _bounded(column: FormColumn, plain: str) -> str:
    if column.least is not None and column.most is not None:
        return f"{plain} {translated(f'From {column.least:g} to {column.most:g}.')}"
    if column.least is not None:
        return f"{plain} {translated(f'{column.least:g} or more.')}"
    return plain


def _set_up_page(sheet: Any, form: Form) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{form.title.replace('&', '&&')}&R&P / &N")


def _write_guide(book: _Book, form: Form, sheet: Any) -> None:
    """What each column is, for people; its first cell tells `mtool ingest` to leave it alone."""
    sheet.write_string(0, 0, form.mark.guide, book.formats["title"])
    steps = (
        translated("Type below the example, on the first sheet; blank rows do no harm."),
        translated("Columns may be moved, and columns of your own added; keep the headers."),
        translated("Check the filled form: mtool validate FORM.xlsx --annotate MARKED.xlsx"),
    )
    sheet.write_column(1, 0, steps)
    header = (translated("Column"), translated("What to fill in"), translated("Choices"))
    top = len(steps) + 2
    sheet.write_row(top, 0, header, book.formats["required"])
    for row, column in enumerate(form.columns, start=top + 1):
        cells = (column.header, _note(column), _chosen(column.choices))
        sheet.write_row(row, 0, cells, book.formats["wrap"])
        lines = max(ceil(len(text) / (GUIDE_WIDTH)) for text in cells)
        sheet.set_row(row, LINE_HEIGHT * lines)
    sheet.set_column(0, 0, GUIDE_WIDTH / 2)
    sheet.set_column(1, 2, GUIDE_WIDTH)
    sheet.protect()
    _set_up_page(sheet, form)


def _chosen(choices: Sequence[str]) -> str:
    """The choices in a row; the first of many."""
    shown = list(choices[:MOST_SHOWN])
    more = ["…"] if len(choices) > len(shown) else []
    return ", ".join(chain(shown, more))
