"""Render tables of known truth to HTML and let LibreOffice print them to PDF.

    python benchmarks/extraction/render_office.py OUT --documents 40 --seed 1

Another producer than ReportLab: other fonts, borders as filled boxes, text in runs.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import subprocess
import tempfile
from pathlib import Path

from printed_tables import TrueCell, TrueTable, paragraph, policy_table, statistical_table

BORDERS = {
    "grid": "td, th { border: 0.5pt solid black }",
    "rows": "td, th { border-bottom: 0.5pt solid black } tr.first td, tr.first th { border-top: 1pt solid black }",
    "three": "tr.first td, tr.first th { border-top: 1pt solid black } "
    "tr.headend td, tr.headend th, tr.last td { border-bottom: 0.7pt solid black }",
    "none": "",
    "zebra": "tr.odd td { background: #dde6ee } tr.first th, tr.headend th { background: #a0b4c8 }",
    "columns": "td, th { border-left: 0.5pt solid black; border-right: 0.5pt solid black } "
    "tr.first th, tr.first td { border-top: 0.5pt solid black } "
    "tr.headend th, tr.last td { border-bottom: 0.5pt solid black }",
}


def table_html(table: TrueTable, align: str) -> str:
    """One table as HTML, with row classes for its borders."""
    rows: dict[int, list[TrueCell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    lines = ["<table>"]
    taken: set[tuple[int, int]] = set()
    for number in range(table.rows):
        names = [name for name, holds in _classes(table, number) if holds]
        lines.append(f'<tr class="{" ".join(names)}">')
        cells = {cell.column: cell for cell in rows.get(number, [])}
        for column in range(table.columns):
            if (number, column) in taken:
                continue
            cell = cells.get(column, TrueCell(number, column, ""))
            taken |= {
                (cell.row + r, column + c) for r in range(cell.rowspan) for c in range(cell.colspan)
            }
            lines.append(_cell_html(table, cell, align))
        lines.append("</tr>")
    return "\n".join([*lines, "</table>"])


def _classes(table: TrueTable, row: int) -> list[tuple[str, bool]]:
    return [
        ("first", row == 0),
        ("headend", row == table.header_rows - 1),
        ("last", row == table.rows - 1),
        ("odd", row >= table.header_rows and row % 2 == 1),
    ]


def _cell_html(table: TrueTable, cell: TrueCell, align: str) -> str:
    side = "left" if cell.column == 0 or table.title.startswith("Table 2:") else align
    side = "center" if cell.colspan > 1 else side
    indent = "&nbsp;" * 3 * table.indents.get(cell.row, 0) if cell.column == 0 else ""
    note = f"<sup>{html.escape(cell.note)}</sup>" if cell.note else ""
    spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    tag = "th" if cell.header else "td"
    return f'<{tag}{spans} align="{side}">{indent}{html.escape(cell.text)}{note}</{tag}>'


def document_html(rng: random.Random) -> tuple[str, list[TrueTable]]:
    """A page of prose with one or two tables."""
    size = rng.choice((7, 8, 9, 10))
    family = rng.choice(("Liberation Serif", "Liberation Sans", "DejaVu Sans"))
    borders = rng.choice(list(BORDERS))
    padding = rng.choice((0.5, 1, 2, 4))
    style = (
        f"body {{ font-family: '{family}'; font-size: 10pt }} table {{ border-collapse: collapse; "
        f"font-size: {size}pt; width: {rng.choice((60, 80, 100))}% }} td, th {{ padding: {padding}pt; "
        f"vertical-align: {rng.choice(('top', 'middle', 'bottom'))}; "
        f"font-weight: normal }} {BORDERS[borders]}"
    )
    parts = [f"<html><head><meta charset='utf-8'><style>{style}</style></head><body>"]
    tables = []
    for _ in range(rng.randint(1, 2)):
        words = borders in ("grid", "rows") and rng.random() < 0.3
        table = policy_table(rng) if words else statistical_table(rng, rng.choice(("en", "fr")))
        tables.append(table)
        parts.append(f"<p align='justify'>{paragraph(rng, 3)}</p><p><b>{table.title}</b></p>")
        parts.append(table_html(table, rng.choice(("right", "right", "center"))))
        parts.extend(f"<p><font size='1'>{html.escape(note)}</font></p>" for note in table.notes)
    parts.append(f"<p align='justify'>{paragraph(rng, 3)}</p></body></html>")
    return "\n".join(parts), tables


def truth(tables: list[TrueTable]) -> dict[str, object]:
    return {
        "kind": "office",
        "pages": 1,
        "tables": [
            {
                "page": 1,
                "cells": [
                    {
                        "row": c.row,
                        "column": c.column,
                        "rowspan": c.rowspan,
                        "colspan": c.colspan,
                        "text": c.text,
                        "header": c.header,
                        "note": c.note,
                    }
                    for c in table.cells
                    if c.text
                ],
            }
            for table in tables
        ],
    }


def render_all(out: Path, documents: int, seed: int) -> int:
    """Write documents that fill one page each; those that run over it are left out."""
    import pypdfium2

    out.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        rng = random.Random(seed * 10_000 + number)
        text, tables = document_html(rng)
        (out / f"{number:03}-office.html").write_text(text, encoding="utf-8")
        (out / f"{number:03}-office.json").write_text(json.dumps(truth(tables)), encoding="utf-8")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{profile}",
                "--headless",
                "--convert-to",
                "pdf:writer_pdf_Export",
                "--infilter=HTML (StarWriter)",
                "--outdir",
                str(out),
                *map(str, sorted(out.glob("*-office.html"))),
            ],
            check=True,
            capture_output=True,
        )
    kept = 0
    for path in sorted(out.glob("*-office.pdf")):
        document = pypdfium2.PdfDocument(path)
        one = len(document) == 1
        document.close()
        kept += one
        if not one:
            path.unlink()
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{render_all(given.out, given.documents, given.seed)} documents in {given.out}")


if __name__ == "__main__":
    main()
