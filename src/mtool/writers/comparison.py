"""A comparison to send on: a workbook with the differences coloured, or a page."""

from __future__ import annotations

import html
from pathlib import Path

from mtool.compare import ComparedFigure, Comparison
from mtool.errors import UsageError
from mtool.language import language_in_use, translated

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
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid; padding: .15rem .4rem; text-align: left; }
.different, .only_a, .only_b { background: #F8CBAD; color: #000; }
.only_a { background: #FFE699; } .only_b { background: #DDEBF7; }
"""


def write_comparison(compared: Comparison, out: Path) -> None:
    """Write `.xlsx` or `.html`; the same comparison gives the same bytes."""
    staged = out.with_name(f".{out.name}.new")
    try:
        if out.suffix.lower() == ".html":
            staged.write_text(comparison_page(compared), encoding="utf-8", newline="\n")
        elif out.suffix.lower() == ".xlsx":
            _write_workbook(compared, staged)
        else:
            raise UsageError(f"{out}: a comparison is written as .xlsx or .html")
        staged.replace(out)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written: {error.strerror or error}") from None
    finally:
        staged.unlink(missing_ok=True)


def _write_workbook(compared: Comparison, out: Path) -> None:
    import xlsxwriter

    from mtool.writers.xlsx import document_date

    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": translated("Comparison"), "created": document_date()})
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
    head = "".join(f"<th>{translated(column)}</th>" for column in COLUMNS)
    rows = "".join(_row(figure) for figure in compared.figures)
    said = (
        translated(f"{flip['what']}: {flip['a']} in A, {flip['b']} in B") for flip in compared.flips
    )
    flips = "".join(f"<li>{html.escape(line)}</li>" for line in said)
    sides = (translated(f"A: {compared.a}"), translated(f"B: {compared.b}"))
    names = "<br>".join(map(html.escape, sides))
    title = translated("Comparison")
    return (
        f'<!DOCTYPE html>\n<html lang="{language_in_use()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<p>{names}</p>\n"
        + (f"<h2>{translated('Verdicts that changed')}</h2>\n<ul>{flips}</ul>\n" if flips else "")
        + f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>\n"
        "</main>\n</body>\n</html>\n"
    )


def _shown(figure: ComparedFigure, column: str) -> object:
    """A value of a figure, its explanations in the language in use."""
    value = getattr(figure, column)
    return translated(value) if column in ("status", "why") and value else value


def _row(figure: ComparedFigure) -> str:
    values = (_shown(figure, column) for column in COLUMNS)
    cells = "".join(f"<td>{'' if v is None else html.escape(str(v))}</td>" for v in values)
    return f'<tr class="{figure.status}">{cells}</tr>\n'
