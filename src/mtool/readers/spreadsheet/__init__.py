"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) → `Document`.

A sheet may hold several tables anywhere, with titles above and notes below. Hidden rows, columns
and sheets are left out and named; section labels and totals stay rows of the body as printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mtool.model import Document, Finding, FormMark, Locator, Paragraph, RawTable, Source
from mtool.readers import ReadOptions
from mtool.readers.spreadsheet.blocks import Block, Text, find_blocks
from mtool.readers.spreadsheet.form_marks import form_table, is_guide, without_notes_on
from mtool.readers.spreadsheet.forms import is_form
from mtool.readers.spreadsheet.kinds import open_sheets
from mtool.readers.spreadsheet.merged_cells import fill_merged
from mtool.readers.spreadsheet.regions import View
from mtool.readers.spreadsheet.sheets import Sheet, address
from mtool.readers.spreadsheet.table_findings import (
    findings_of_hidden,
    findings_of_merged,
    findings_of_split,
    findings_of_table,
)
from mtool.readers.spreadsheet.tables import raw_table, rows_outside, table_in
from mtool.readers.spreadsheet.texts import (
    ParagraphKind,
    beside_table,
    is_more_than_prose,
    paragraphs_of_row,
    read_as_text,
)


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read every visible sheet of a workbook, tables numbered over all of them.

    Raises UnreadableInput when the file is no workbook, is encrypted, damaged, or a bomb.
    """
    workbook = open_sheets(path)
    reading = _Reading(path, workbook.form)
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

    def __init__(self, path: Path, form: FormMark | None) -> None:
        self.path = str(path)
        self.form = form
        self.tables: list[RawTable] = []
        self.paragraphs: list[Paragraph] = []
        self.findings: list[Finding] = []

    def take(self, sheet: Sheet) -> None:
        if self.form and is_guide(sheet, self.form):
            return
        locator = Locator(path=self.path, sheet=sheet.name)
        self.findings.extend(findings_of_hidden(sheet, locator))
        self.findings.extend(sheet.findings)
        if self.form and self._take_form(sheet, self.form):
            return
        filling = fill_merged(sheet)
        self.findings.extend(findings_of_merged(filling.hiding, locator))
        view = View(sheet, filling.covered)
        before = len(self.tables)
        for seen, part in find_blocks(view, view.visible).parts:
            if isinstance(part, Text):
                self._take_text(seen, part.rows)
            else:
                self._take_block(seen, part)
        self._take_comments(sheet, self.tables[before:])

    def _take_form(self, sheet: Sheet, mark: FormMark) -> bool:
        """Take the rows typed into a form; false for a sheet that somebody added to it."""
        table = form_table(sheet, mark, f"t{len(self.tables) + 1}", self.path)
        if table is None:
            return False
        self.tables.append(table)
        self._take_comments(without_notes_on(sheet, table.locator.row or 0), [])
        return True

    def _take_block(self, view: View, block: Block) -> None:
        table = table_in(view, block) if len(block.columns) > 1 or block.declared else None
        if table is None or is_form(table):
            self._take_text(view, [*block.titles, *block.rows, *block.notes])
            return
        self._take_lines(view, [*block.titles, *table.parts.titles], "caption")
        raw = raw_table(table, f"t{len(self.tables) + 1}", self.path)
        self.tables.append(raw)
        self.findings.extend(findings_of_table(table, raw))
        self._take_lines(view, [*table.parts.below, *block.notes], "note")
        outside = rows_outside(table)
        if outside:
            self._take_lines(view, outside, "prose")
            self.findings.append(beside_table(view, outside, raw))

    def _take_text(self, view: View, rows: list[int]) -> None:
        self._take_lines(view, rows, "prose")
        if is_more_than_prose(view, rows):
            self.findings.append(read_as_text(view, rows, self.path))

    def _take_lines(self, view: View, rows: Sequence[int], kind: ParagraphKind) -> None:
        for row in rows:
            self.paragraphs.extend(paragraphs_of_row(view, row, self.path, kind))

    def _take_comments(self, sheet: Sheet, tables: list[RawTable]) -> None:
        """Comments on cells outside all tables are remarks of the sheet."""
        told = {note.mark for table in tables for note in table.notes}
        for (row, column), text in sorted(sheet.comments.items()):
            at = address(row, column)
            is_seen = row not in sheet.hidden_rows and column not in sheet.hidden_columns
            if at not in told and is_seen:
                place = Locator(self.path, sheet=sheet.name, cell=at, row=row, column=column)
                self.paragraphs.append(Paragraph(text, place, kind="note"))


def _nothing(path: Path) -> Finding:
    return Finding(
        rule="empty_workbook",
        class_="structure",
        severity="error",
        message="no visible sheet of the workbook holds a cell with text or a figure",
        locator=Locator(path=str(path)),
    )


__all__ = ["read"]
