"""Stretches of records → tables with their titles, notes, reasons and findings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from mtool.model import Locator, Note, Paragraph, RawTable
from mtool.readers.csv.body import TableBody, without_marks
from mtool.readers.csv.dialects import Choice
from mtool.readers.csv.findings import Collected, name_of
from mtool.readers.csv.layout import Layout, lay_out, text_of
from mtool.readers.csv.lines import TextLines
from mtool.readers.csv.records import Record
from mtool.readers.csv.stretches import Stretch
from mtool.readers.note_lines import is_note_line, read_note
from mtool.readers.table_shape import joined_header

_DOUBTFUL = 0.85
#: One column is doubtful where so many of its lines hold a delimiter.
_DOUBTFUL_COLUMN = 0.5
_CAPTION = re.compile(r"(?:table|tableau|figure|annex|annexe) ?[\dIVX]", re.IGNORECASE)
_LABELLED = re.compile(r"[^:]{1,30}:(?: |$)")
_NOTES_LOOKED_AT = 200
_FEW_PAIRS = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file on its way to tables: its lines, the dialect chosen for them, the findings."""

    lines: TextLines
    choice: Choice
    collected: Collected

    def text_of(self, record: Record) -> str:
        """The text of a line that is no row of a table."""
        return text_of(record, self.choice.dialect.delimiter)

    def at(self, line: int, table: str | None = None) -> Locator:
        """A place in the file."""
        return Locator(path=self.collected.path, table=table, line=line)


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
    _review_delimiter(sheet)
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


def _is_doubtful(choice: Choice) -> bool:
    return choice.doubt >= (_DOUBTFUL if choice.width > 1 else _DOUBTFUL_COLUMN)


def _review_delimiter(sheet: Sheet) -> None:
    choice = sheet.choice
    if not _is_doubtful(choice):
        return
    chosen = choice.dialect.delimiter
    sheet.collected.add(
        "delimiter_unsure",
        ("structure", "warning"),
        f"read as divided by {name_of(chosen)}; {name_of(choice.runner_up)} is nearly as likely",
        sheet.at(1),
        suggestion="declare the delimiter in the passport of the file",
    )


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
    body = TableBody(sheet.lines, choice.dialect, choice.widths, frame, layout.first, layout.last)
    header, header_marks = _header(layout)
    _review_header(sheet, layout, header, table_id)
    unsure = _review_body(sheet, body, stretch, header, table_id)
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
        confidence=_confidence(choice, layout, unsure, stretch.count),
        reasons=_reasons(sheet, draft),
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


def _review_header(sheet: Sheet, layout: Layout, header: tuple[str, ...], table_id: str) -> None:
    at = sheet.at(layout.header_line, table_id)
    for record, fit in layout.header_fits:
        sheet.collected.add_fit(record, fit, sheet.at(record.line, table_id), header)
        sheet.collected.add_flaws(record, layout.frame.width, sheet.at(record.line, table_id))
    if not layout.header:
        sheet.collected.add(
            "no_header",
            ("structure", "warning"),
            f"no row names the columns; they are called {header[0]} to {header[-1]}",
            at,
            suggestion="write the names of the columns into the passport or above the first row",
        )
        return
    named = [name.strip() for name in header if name.strip()]
    twice = [name for name in dict.fromkeys(named) if named.count(name) > 1]
    if twice:
        listed = ", ".join(f'"{name}"' for name in twice[:5])
        sheet.collected.add(
            "duplicate_column_names",
            ("note", "warning"),
            f"more than one column is called {listed}",
            at,
        )
    nameless = [str(column) for column, name in enumerate(header, 1) if not name.strip()]
    if nameless:
        sheet.collected.add(
            "nameless_columns",
            ("note", "warning"),
            f"no name stands above column {', '.join(nameless[:10])}"
            + (f" and {len(nameless) - 10} more" if len(nameless) > 10 else ""),
            at,
        )


def _review_body(
    sheet: Sheet, body: TableBody, stretch: Stretch, header: tuple[str, ...], table_id: str
) -> int:
    """Note every row that did not fit; return how many of them were not fitted surely."""
    if stretch.blanks_inside:
        sheet.collected.add(
            "blank_lines",
            ("note", "info"),
            f"{stretch.blanks_inside} blank lines inside the table were left out",
            sheet.at(body.first, table_id),
        )
    if set(stretch.widths) == {body.frame.width} and not stretch.flawed:
        return 0
    unsure = 0
    for record, fit in body.fits():
        at = sheet.at(record.line, table_id)
        sheet.collected.add_flaws(record, body.frame.width, at)
        sheet.collected.add_fit(record, fit, at, header)
        unsure += not fit.sure
    return unsure


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


def _confidence(choice: Choice, layout: Layout, unsure: int, count: int) -> float:
    confidence = 0.6 if _is_doubtful(choice) else 1.0
    if not layout.header:
        confidence = min(confidence, 0.7)
    if unsure:
        confidence = min(confidence, max(0.3, 0.9 - unsure / max(count, 1)))
    return round(confidence, 2)


def _reasons(sheet: Sheet, draft: _Draft) -> tuple[str, ...]:
    choice, layout = sheet.choice, draft.layout
    dialect = choice.dialect
    reasons = [
        f"delimiter: {name_of(dialect.delimiter)} ({choice.share:.1%} of the records looked at "
        f"have {choice.width} cells)",
        f"quote: {dialect.quote or 'none'}"
        + (f", escaped by {dialect.escape}" if dialect.escape else ", doubled inside quotes"),
        f"encoding: {sheet.lines.codec}",
    ]
    if choice.runner_up and choice.doubt > 0.5:
        reasons.append(f"{name_of(choice.runner_up)} is nearly as consistent ({choice.doubt:.2f})")
    if dialect.padding:
        reasons.append("blanks beside the delimiter belong to it")
    if choice.record_end != "any":
        reasons.append(f"records end with {choice.record_end!r} only")
    if draft.above:
        reasons.append(f"{len(draft.above)} lines above the header are no rows")
    levels = len(layout.header)
    reasons.append(f"header: {levels} rows, line {layout.header_line}" if levels else "no header")
    if layout.tags:
        reasons.append("HXL tags below the header, kept as a note")
    if layout.frame.ends_with_delimiter:
        reasons.append("rows end with a delimiter that divides nothing")
    if draft.below:
        reasons.append(f"{len(draft.below)} lines below the body are notes")
    return tuple(reasons)
