"""Render tables of known truth to HTML and let LibreOffice print them to PDF.

    python benchmarks/extraction/render_office.py OUT --documents 40 --seed 1

Another producer than ReportLab: other fonts, borders as filled boxes, text in runs.
"""

from __future__ import annotations

import argparse
import html
import json
import random
from pathlib import Path

from libreoffice import convert
from report_tables import report_table
from statistical_tables import policy_table
from truth import TrueCell, TrueTable, paragraph

BORDERS = ("grid", "rows", "three", "none", "zebra", "columns")


def cell_borders(table: TrueTable, cell: TrueCell, borders: str) -> str:
    """Inline style of one cell: LibreOffice takes no borders from rules for rows."""
    last = cell.row + cell.rowspan
    first, head_end, end = cell.row == 0, last == table.header_rows, last == table.rows
    line = "0.5pt solid #000000"
    sides = set()
    if borders in ("three", "columns"):
        sides = {s for s, at in (("top", first), ("bottom", head_end or end)) if at}
    if borders == "columns":
        sides |= {"left", "right"}
    if borders == "rows":
        sides = {"bottom", "top"} if first else {"bottom"}
    if borders == "grid":
        sides = {"left", "right", "top", "bottom"}
    style = "".join(f"border-{side}: {line}; " for side in sorted(sides))
    if borders == "zebra":
        color = "#a0b4c8" if cell.header else "#dde6ee" if cell.row % 2 else ""
        style += f"background: {color}; " if color else ""
    return style


def table_html(table: TrueTable, align: str, borders: str) -> str:
    """One table as HTML."""
    lines = ["<table>"]
    for number in range(table.rows):
        cells = table.begun_in(number)
        printed = [_cell_html(table, c, align, cell_borders(table, c, borders)) for c in cells]
        lines += ["<tr>", *printed, "</tr>"]
    return "\n".join([*lines, "</table>"])


def _cell_html(table: TrueTable, cell: TrueCell, align: str, style: str) -> str:
    side = "left" if cell.column == 0 or table.title.startswith("Table 2:") else align
    side = "center" if cell.colspan > 1 else side
    indent = "&nbsp;" * 3 * table.indents.get(cell.row, 0) if cell.column == 0 else ""
    note = f"<sup>{html.escape(cell.note)}</sup>" if cell.note else ""
    spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    tag = "th" if cell.header else "td"
    text = html.escape(cell.text)
    if cell.column and not cell.header and text[:1] in "0123456789-($":
        text = text.replace(" ", "&nbsp;")
    return f'<{tag}{spans} align="{side}" style="{style}">{indent}{text}{note}</{tag}>'


def document_html(rng: random.Random) -> tuple[str, list[TrueTable]]:
    """A page of prose with one or two tables."""
    size = rng.choice((7, 8, 9, 10))
    family = rng.choice(("Liberation Serif", "Liberation Sans", "DejaVu Sans"))
    borders = rng.choice(BORDERS)
    padding = rng.choice((0.5, 1, 2, 4))
    turned = "@page { size: 29.7cm 21cm } " if rng.random() < 0.2 else ""
    style = (
        f"{turned}body {{ font-family: '{family}'; font-size: 10pt }} table {{ border-collapse: collapse; "
        f"font-size: {size}pt; width: {rng.choice((80, 100))}% }} td, th {{ padding: {padding}pt; "
        f"vertical-align: {rng.choice(('top', 'middle', 'bottom'))}; "
        f"font-weight: normal }}"
    )
    parts = [f"<html><head><meta charset='utf-8'><style>{style}</style></head><body>"]
    tables = []
    for _ in range(rng.randint(1, 2)):
        words = borders in ("grid", "rows") and rng.random() < 0.3
        lang, most = rng.choice(("en", "fr")), 6 if size > 8 else 8
        table = policy_table(rng) if words else report_table(rng, lang, rng.randint(2, most))
        tables.append(table)
        parts.append(f"<p align='justify'>{paragraph(rng, 3)}</p><p><b>{table.title}</b></p>")
        parts.append(table_html(table, rng.choice(("right", "right", "center")), borders))
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
    pages = sorted(out.glob("*-office.html"))
    convert(pages, out, "pdf:writer_pdf_Export", read_as="HTML (StarWriter)")
    kept = 0
    for path in sorted(out.glob("*-office.pdf")):
        document = pypdfium2.PdfDocument(path)
        printed = document[0].get_textpage().get_text_range().replace("\xa0", " ")
        good = len(document) == 1 and _numbers_whole(printed, path.with_suffix(".json"))
        document.close()
        kept += good
        if not good:
            path.unlink()
    return kept


def _numbers_whole(printed: str, truth_path: Path) -> bool:
    """No number was broken over two lines: too narrow a table is not worth reading."""
    tables = json.loads(truth_path.read_text(encoding="utf-8"))["tables"]
    texts = [c["text"] for t in tables for c in t["cells"] if not c["header"]]
    return all(text in printed for text in texts if text.lstrip("(-$ ")[:1].isdigit())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{render_all(given.out, given.documents, given.seed)} documents in {given.out}")


if __name__ == "__main__":
    main()
