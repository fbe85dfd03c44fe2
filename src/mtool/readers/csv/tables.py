"""Stretches of records → tables with their titles, notes, reasons and findings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from mtool.model import Note, Paragraph, RawTable
from mtool.readers.csv.body import TableBody, without_marks
from mtool.readers.csv.layout import Layout, lay_out
from mtool.readers.csv.records import Record
from mtool.readers.csv.review import (
    Sheet,
    confidence_in,
    reasons_for,
    review_body,
    review_delimiter,
    review_header,
    review_second_header,
)
from mtool.readers.csv.stretches import Stretch
from mtool.readers.note_lines import is_note_line, read_note
from mtool.readers.table_shape import joined_header

_CAPTION = re.compile(r"(?:table|tableau|figure|annex|annexe) ?[\dIVX]", re.IGNORECASE)
_LABELLED = re.compile(r"[^:]{1,30}:(?: |$)")
_NOTES_LOOKED_AT = 200
_FEW_PAIRS = 5


@dataclass(slots=True)
class _Draft:
    """A table whose title lines are known and whose notes are still being gathered."""

    stretch: Stretch
    layout: Layout
    above: list[Record]
    below: list[Record] = field(default_factory=list)


def assemble(
    sheet: Sheet, stretches: Sequence[Stretch]
) -> tuple[tuple[RawTable, ...], tuple[Paragraph, ...]]:
    """Make tables of the stretches that are tables; give each its title lines and its notes.

    Texts above a table are its title and remarks. Below it, lines that open as notes do belong
    to it; other lines belong to the next table, and to the last table where none follows.
    """
    drafts, loose = _drafts(sheet, stretches)
    tables = tuple(_table(sheet, draft, number) for number, draft in enumerate(drafts, 1))
    for number, draft in enumerate(drafts):
        if number and not draft.above and not draft.stretch.blanks_before:
            headers = tables[number].header, tables[number - 1].header
            review_second_header(sheet, draft.stretch, *headers)
    review_delimiter(sheet)
    paragraphs: list[Paragraph] = []
    for draft in drafts:
        paragraphs += (_paragraph(sheet, record, "caption") for record in draft.above)
        paragraphs += (_paragraph(sheet, record, "note") for record in draft.below)
    paragraphs += (_paragraph(sheet, record, "prose") for record in loose)
    return tables, tuple(paragraphs)


def _paragraph(
    sheet: Sheet, record: Record, kind: Literal["caption", "note", "prose"]
) -> Paragraph:
    return Paragraph(sheet.text_of(record), sheet.at(record.line), kind)


def _drafts(sheet: Sheet, stretches: Sequence[Stretch]) -> tuple[list[_Draft], list[Record]]:
    layouts = [lay_out(stretch, sheet.choice.dialect) for stretch in stretches]
    most = max(
        (stretch.count for stretch, layout in zip(stretches, layouts, strict=True) if layout),
        default=0,
    )
    drafts: list[_Draft] = []
    waiting: list[Record] = []
    tables_left = sum(layout is not None for layout in layouts)
    for stretch, layout in zip(stretches, layouts, strict=True):
        if layout is not None and not _is_aside(stretch, layout, most):
            tables_left -= 1
            drafts.append(_Draft(stretch, layout, [*waiting, *layout.above], list(layout.below)))
            waiting = []
            continue
        tables_left -= layout is not None
        rows = stretch.rows
        if stretch.count > len(rows):
            sheet.collected.add(
                "text_left_out",
                ("note", "warning"),
                f"{stretch.count - len(rows)} lines of running text were left out",
                sheet.at(rows[0].line),
            )
        notes = _leading_notes(sheet, rows, bool(tables_left)) if drafts else 0
        if drafts:
            drafts[-1].below += rows[:notes]
        waiting += rows[notes:]
    return drafts, waiting


def _is_aside(stretch: Stretch, layout: Layout, most: int) -> bool:
    """True for a few pairs such as `Published,2023-11` beside a real table."""
    few = stretch.count <= _FEW_PAIRS and stretch.count < most
    if not few or stretch.width != 2 or any(len(r.cells) > 2 for r in stretch.rows):
        return False
    columns = layout.frame.columns
    figures = columns.typed[1] == "number" and not columns.periods[1]
    return not figures or not columns.votes(stretch.header or [])[0]


def _leading_notes(sheet: Sheet, rows: Sequence[Record], a_table_follows: bool) -> int:
    if not a_table_follows:
        return len(rows)
    count = 0
    while count < len(rows) and is_note_line(sheet.text_of(rows[count])):
        count += 1
    return count


def _table(sheet: Sheet, draft: _Draft, number: int) -> RawTable:
    layout, stretch, choice = draft.layout, draft.stretch, sheet.choice
    table_id = f"t{number}"
    frame = layout.frame
    span = layout.first, layout.last, layout.count
    body = TableBody(sheet.lines, choice.dialect, choice.widths, frame, *span)
    header, header_marks = _header(layout)
    review_header(sheet, layout, header, table_id)
    unsure = review_body(sheet, body, stretch, header, table_id)
    title, remarks = _title(sheet, draft.above)
    marks = {mark for _, mark in header_marks} | _marks_of(body)
    notes = [Note("HXL", ",".join(layout.tags))] if layout.tags else []
    notes += (read_note(sheet.text_of(record), marks) for record in (*remarks, *draft.below))
    return RawTable(
        id=table_id,
        header=header,
        body=body,
        title=title,
        notes=tuple(notes),
        locator=sheet.at(layout.header_line),
        columns=tuple(range(1, frame.width + 1)),
        header_marks=header_marks,
        confidence=confidence_in(choice, layout, unsure, stretch.count),
        reasons=reasons_for(sheet, layout, len(draft.above), len(draft.below)),
    )


def _header(layout: Layout) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """Join the levels of the header; footnote marks go out of years and other numbers."""
    if not layout.header:
        return tuple(f"column_{c}" for c in range(1, layout.frame.width + 1)), ()
    names: list[str] = []
    marks: list[tuple[int, str]] = []
    joined = layout.header[0]
    if len(layout.header) > 1:
        joined = joined_header(layout.header, fill_right=True)
    for column, cell in enumerate(joined):
        name, found = without_marks(cell)
        names.append(name)
        marks += ((column, mark) for mark in found)
    return tuple(names), tuple(marks)


def _marks_of(body: TableBody) -> set[str]:
    marks: set[str] = set()
    for count, row in enumerate(body):
        marks.update(mark for _, mark in row.marks)
        if count >= _NOTES_LOOKED_AT:
            break
    return marks


def _title(sheet: Sheet, above: Sequence[Record]) -> tuple[str, list[Record]]:
    """The most title-like of the lines above a table, and the others."""
    best: Record | None = None
    best_rank = 0
    for record in above:
        text = sheet.text_of(record)
        rank = 1
        if _CAPTION.match(text):
            rank = 4
        elif is_note_line(text) or _LABELLED.match(text) or sum(map(bool, record.cells)) > 1:
            rank = 1
        elif any(character.isalpha() for character in text):
            rank = 3 if " " in text else 2
        if rank > best_rank:
            best, best_rank = record, rank
    if best is None:
        return "", []
    return sheet.text_of(best), [record for record in above if record is not best]
