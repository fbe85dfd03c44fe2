"""Tables of known truth → Word documents, as word processors write them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from truth import TrueCell, TrueTable, paragraph

MANNERS = ("caption", "bold", "heading row", "box", "split runs")


def render_document(
    tables: Sequence[TrueTable], rng: random.Random, manner: str, path: Path
) -> None:
    """Write a document with prose around each table; `manner` is one of MANNERS."""
    document = Document()
    document.add_heading("Report", 1)
    for table in tables:
        document.add_paragraph(paragraph(rng, 2))
        if manner == "caption":
            document.add_paragraph(table.title, style="Caption")
        else:
            document.add_paragraph().add_run(table.title).bold = True
        _table(_room(document, manner), table, rng, manner)
        for note in table.notes:
            document.add_paragraph(note)
    document.add_paragraph(paragraph(rng, 1))
    document.save(str(path))


def _room(document: Any, manner: str) -> Any:
    """Where the table goes: into the text, or into the one cell of a box around it."""
    return document.add_table(1, 1).cell(0, 0) if manner == "box" else document


def _table(room: Any, table: TrueTable, rng: random.Random, manner: str) -> None:
    made = room.add_table(table.rows, table.columns)
    for cell in table.cells:
        place = made.cell(cell.row, cell.column)
        if cell.rowspan > 1 or cell.colspan > 1:
            corner = made.cell(cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
            place = place.merge(corner)
        _write(place.paragraphs[0], cell, rng, manner)
    if manner == "heading row":
        for row in made.rows[: table.header_rows]:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _write(into: Any, cell: TrueCell, rng: random.Random, manner: str) -> None:
    if manner == "split runs":
        cut = rng.randint(0, len(cell.text))
        into.add_run(cell.text[:cut])
        into.add_run(cell.text[cut:])
    else:
        into.add_run(cell.text).bold = cell.header
    if cell.note:
        mark = into.add_run(cell.note)
        if rng.random() < 0.7:
            mark.font.superscript = True
        else:
            raised = OxmlElement("w:position")
            raised.set(qn("w:val"), "8")
            mark._r.get_or_add_rPr().append(raised)
