"""A comparison to send on: a workbook with the differences coloured, or a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtool.compare import ComparedFigure, Comparison
from mtool.errors import UsageError
from mtool.language import translated
from mtool.web_page import Markup, Table, element, page, plain_row
from mtool.whole_files import staged

COLUMNS = (
    "dataset",
    "measure",
    "area",
    "period",
    "group",
    "a",
    "b",
    "difference",
    "ratio",
    "status",
    "why",
    "a_cell",
    "b_cell",
)
COLOURS = {"equal": "#FFFFFF", "different": "#F8CBAD", "only_a": "#FFE699", "only_b": "#DDEBF7"}


def write_comparison(compared: Comparison, out: Path) -> None:
    """Write `.xlsx` or `.html`; the same comparison gives the same bytes."""
    ending = out.suffix.lower()
    if ending not in (".html", ".xlsx"):
        raise UsageError(f"{out}: a comparison is written as .xlsx or .html")
    with staged(out) as new:
        if ending == ".html":
            new.write_text(comparison_page(compared), encoding="utf-8", newline="\n")
        else:
            _write_workbook(compared, new)


def _write_workbook(compared: Comparison, out: Path) -> None:
    from mtool.writers.xlsx import MOST_ROWS
    from mtool.writers.xlsx_book import new_workbook

    if len(compared.figures) > MOST_ROWS - 3:
        raise UsageError(
            f"{len(compared.figures)} figures; an Excel sheet holds {MOST_ROWS + 1} rows; write "
            "an .html page, or use: mtool compare --format csv"
        )
    book = new_workbook(out, translated("Comparison"))
    sheet = book.add_worksheet(translated("Comparison"))
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {
        status: book.add_format({"bg_color": colour, "valign": "top", "text_wrap": True})
        for status, colour in COLOURS.items()
    }
    sheet.write_string(0, 0, translated(f"A: {compared.a}"))
    sheet.write_string(1, 0, translated(f"B: {compared.b}"))
    for at, column in enumerate(COLUMNS):
        sheet.write_string(3, at, translated(column), head)
        sheet.set_column(at, at, 40 if column in ("why", "a_cell", "b_cell") else 14)
    for row, figure in enumerate(compared.figures, start=4):
        for at, column in enumerate(COLUMNS):
            value = _shown(figure, column)
            sheet.write(row, at, "" if value is None else value, formats[figure.status])
    sheet.freeze_panes(4, 0)
    sheet.autofilter(3, 0, 3 + max(len(compared.figures), 1), len(COLUMNS) - 1)
    book.close()


def comparison_page(compared: Comparison) -> str:
    """A page with every figure of both sides; equal ones without colour."""
    title = translated("Comparison")
    sides = (translated(f"A: {compared.a}"), translated(f"B: {compared.b}"))
    flips = [element("li", translated(_flip(flip))) for flip in compared.flips]
    table = Table("figures", translated("Figures of both sides"), COLUMNS)
    return page(
        title,
        element("h1", title),
        element("p", *sides[:1], element("br"), *sides[1:]),
        element("h2", translated("Verdicts that changed")) if flips else None,
        element("ul", *flips) if flips else None,
        table.of(_row(figure) for figure in compared.figures),
    )


def _flip(flip: Mapping[str, str]) -> str:
    return f"{flip['what']}: {flip['a']} in A, {flip['b']} in B"


def _shown(figure: ComparedFigure, column: str) -> Any:
    """A value of a figure, its explanations in the language in use."""
    value = getattr(figure, column)
    return translated(value) if column in ("status", "why") and value else value


def _row(figure: ComparedFigure) -> Markup:
    return plain_row((_shown(figure, column) for column in COLUMNS), figure.status)
