"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) → `Document`.

A sheet may hold several tables anywhere, with titles above and notes below. Hidden rows, columns
and sheets are left out and named; section labels and totals stay rows of the body as printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mtool.model import Document, Finding, Locator, Paragraph, RawTable, Source
from mtool.readers import ReadOptions
from mtool.readers.spreadsheet.blocks import Block, Text, find_blocks
from mtool.readers.spreadsheet.forms import is_form
from mtool.readers.spreadsheet.kinds import open_sheets
from mtool.readers.spreadsheet.parts import is_figure
from mtool.readers.spreadsheet.regions import View
from mtool.readers.spreadsheet.sheets import Sheet, address, fill_merged
from mtool.readers.spreadsheet.table_findings import (
    findings_of_hidden,
    findings_of_split,
    findings_of_table,
)
from mtool.readers.spreadsheet.tables import folded, raw_table, table_in


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read every visible sheet of a workbook, tables numbered over all of them.

    Raises UnreadableInput when the file is no workbook, is encrypted, damaged, or a bomb.
    """
    workbook = open_sheets(path)
    reading = _Reading(path)
    for sheet in workbook.sheets:
        reading.take(sheet)
    findings = [*workbook.findings, *reading.findings, *findings_of_split(reading.tables)]
    if not reading.tables and not reading.paragraphs:
        findings.append(_nothing(path))
    return Document(
        source=source,
        media_type=workbook.media_type,
        tables=tuple(reading.tables),
        paragraphs=tuple(reading.paragraphs),
        findings=tuple(findings),
    )


class _Reading:
    """What has been found in the sheets read so far."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.tables: list[RawTable] = []
        self.paragraphs: list[Paragraph] = []
        self.findings: list[Finding] = []

    def take(self, sheet: Sheet) -> None:
        locator = Locator(path=self.path, sheet=sheet.name)
        self.findings.extend(findings_of_hidden(sheet, locator))
        self.findings.extend(sheet.findings)
        view = View(sheet, fill_merged(sheet))
        for seen, part in find_blocks(view, view.visible).parts:
            if isinstance(part, Text):
                self._take_lines(seen, part.rows)
            else:
                self._take_block(seen, part)

    def _take_block(self, view: View, block: Block) -> None:
        table = table_in(view, block) if len(block.columns) > 1 or block.declared else None
        if table is None or is_form(table):
            self._take_text(view, block)
            return
        raw = raw_table(table, f"t{len(self.tables) + 1}", self.path)
        self.tables.append(raw)
        self.findings.extend(findings_of_table(table, raw))

    def _take_text(self, view: View, block: Block) -> None:
        self._take_lines(view, [*block.titles, *block.rows, *block.notes])
        texts = [text for row in block.rows[:50] for text in view.texts(row, block.columns)]
        if len(block.columns) == 1 and sum(map(is_figure, texts)) < 2:
            return
        first, last = view.number(block.rows[0]), view.number(block.rows[-1])
        self.findings.append(
            Finding(
                rule="read_as_text",
                class_="note",
                severity="info",
                message=f"rows {first} to {last} read as a form, a list or a header alone, "
                "not as a table",
                locator=Locator(
                    path=self.path, sheet=view.sheet.name, cell=address(first, block.columns[0])
                ),
            )
        )

    def _take_lines(self, view: View, rows: list[int]) -> None:
        for row in rows:
            self.paragraphs.extend(_paragraphs(self.path, view, row))


def _paragraphs(path: str, view: View, row: int) -> Iterator[Paragraph]:
    """The prose of a row: a label and its value together, each line of a cell apart."""
    cells = view.cells(row)
    number, column = view.number(row), min(cells)
    at = Locator(
        path, sheet=view.sheet.name, cell=address(number, column), row=number, column=column
    )
    texts = list(dict.fromkeys(cells.values()))
    if len(texts) == 2 and len(texts[0]) < 60:
        yield Paragraph(f"{folded(texts[0]).rstrip(' :')}: {folded(texts[1])}", at)
        return
    for text in texts:
        for line in text.splitlines():
            if line.strip():
                yield Paragraph(folded(line), at)


def _nothing(path: Path) -> Finding:
    return Finding(
        rule="empty_workbook",
        class_="structure",
        severity="error",
        message="no visible sheet of the workbook holds a cell with text or a figure",
        locator=Locator(path=str(path)),
    )


__all__ = ["read"]
