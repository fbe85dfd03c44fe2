"""The cell a figure was read from, as its document prints it: neighbours, footnotes, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mtool.areas import fold_name
from mtool.auditing.sentences import read_sentences
from mtool.auditing.totals import find_control_totals
from mtool.model import Document, Finding, Locator, RawTable, Row, parse_place

#: A sentence that says this many of row, column and figure speaks of the cell.
ENOUGH = 2
#: Words of a label that say too little to know it by.
SHORT = 3


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row as printed and where it stands; `own` is true for the row of the figure."""

    place: str
    cells: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that speaks of the figure; `verdict` is the audit's, null where it tied nothing."""

    text: str
    place: str
    verdict: str | None


@dataclass(frozen=True, slots=True)
class PrintedPlace:
    """A cell in its table. `column` counts from 0, null where the whole row is the figure's place.

    `rows` are the row before, its own and the row after, as far as there are any.
    """

    table: str
    title: str
    header: tuple[str, ...]
    rows: tuple[PrintedRow, ...]
    column: int | None
    notes: tuple[str, ...]

    @property
    def own(self) -> tuple[str, ...]:
        """The cells of the figure's own row."""
        return next(row.cells for row in self.rows if row.own)

    @property
    def cell(self) -> str | None:
        """The cell as printed; null where the whole row is the place."""
        return None if self.column is None else self.own[self.column]


def find_place(table: RawTable, where: str, header: str | None = None) -> PrintedPlace | None:
    """Find a `source_cell` in a table again; null where the table has no such row or column.

    `header` names the column of a figure whose place is a whole row.
    """
    place = parse_place(where)
    before: Row | None = None
    rows = iter(table.body)
    for row in rows:
        if _is_at(table, row, place):
            break
        before = row
    else:
        return None
    near = [r for r in (before, row, next(rows, None)) if r is not None]
    column = _column(table, place, header)
    if column is not None and column >= len(row.cells):
        return None
    return PrintedPlace(
        table.id,
        table.title,
        table.header,
        tuple(PrintedRow(table.locate(r).in_source(), r.cells, r is row) for r in near),
        column,
        tuple(_notes(table, row, column)),
    )


def _is_at(table: RawTable, row: Row, place: Locator) -> bool:
    digits = re.sub(r"\D", "", place.cell or "")
    number = place.line or place.row or int(digits or 0)
    page = row.page or table.locator.page
    return row.place == number and (place.page is None or place.page == page)


def _column(table: RawTable, place: Locator, header: str | None) -> int | None:
    number = place.column
    if place.cell:
        number = 0
        for letter in re.sub(r"[^A-Z]", "", place.cell.upper()):
            number = number * 26 + ord(letter) - ord("A") + 1
    if not number:
        return table.header.index(header) if header in table.header else None
    return table.columns.index(number) if number in table.columns else number - 1


def _notes(table: RawTable, row: Row, column: int | None) -> Iterator[str]:
    """Footnotes of the cell, its row's label, its header, or the table; not those of other cells."""
    here = {mark for at, mark in row.marks if at in (0, column) or column is None}
    here |= {mark for at, mark in table.header_marks if at == column or column is None}
    elsewhere = {mark for other in table.body for _, mark in other.marks}
    elsewhere |= {mark for _, mark in table.header_marks}
    for note in table.notes:
        if note.mark in here or note.mark not in elsewhere:
            yield str(note)


def totals_of(table: RawTable, where: str) -> list[tuple[str, Locator]]:
    """The control totals that sum a cell: label and place of each."""
    return [
        (f"{total.label}, {total.column}", total.locator)
        for total in find_control_totals(table)
        if any(place.in_source() == where for place, _ in total.addends)
    ]


def quotes_of(
    document: Document, place: PrintedPlace, findings: tuple[Finding, ...]
) -> Iterator[Quote]:
    """The sentences of the prose that say two of: the row's label, the column's, the figure."""
    if place.column in (None, 0):
        return
    assert place.column is not None
    row, column = _names(place.own[0]), _names(place.header[place.column])
    figure = re.sub(r"[\s,.]", "", place.own[place.column])
    for sentence in read_sentences(document.paragraphs):
        if sentence.kind != "prose":
            continue
        words = {fold_name(token.text) for token in sentence.tokens}
        numbers = {re.sub(r"[\s,.]", "", t.text) for t in sentence.tokens if t.is_number}
        if bool(row & words) + bool(column & words) + (figure in numbers) < ENOUGH:
            continue
        yield Quote(
            sentence.text,
            replace(sentence.locator, path=None).in_source(),
            _verdict(sentence.text, findings),
        )


def _names(label: str) -> set[str]:
    """What a label is called in a sentence: its first word that says something, or its year."""
    words = [fold_name(word) for word in re.findall(r"\w+", label)]
    return set([word for word in words if len(word) >= SHORT][:1])


def _verdict(sentence: str, findings: tuple[Finding, ...]) -> str | None:
    verdicts = {f.verdict for f in findings if f.quote and f.quote in sentence and f.verdict}
    order = ("contradicted", "unverifiable", "supported")
    return next((verdict for verdict in order if verdict in verdicts), None)
