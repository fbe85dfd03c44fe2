"""Blocks of lines → `RawTable`s: titles, notes and marks found and linked."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from mtool.model import Cell, Finding, Locator, Note, RawTable, Row
from mtool.readers.marks import split_marks
from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.captions import Title
from mtool.readers.text.footnotes import Footnote, notes_for
from mtool.readers.text.lines import Line
from mtool.readers.text.markup import strip_markup

LEVELS = " / "
_TRAILING = re.compile(r"\S ?(?:([*†‡§#]{1,4})|\[(\d{1,3}|[a-z])\])$")


@dataclass(frozen=True)
class Surroundings:
    """What a table is read together with: the lines of its document and the document's notes."""

    path: str
    lines: Sequence[Line]
    footnotes: Sequence[Footnote]

    @cached_property
    def notes_at(self) -> dict[int, Footnote]:
        """The notes by the line they begin on."""
        return {note.start: note for note in self.footnotes}

    @cached_property
    def known_marks(self) -> frozenset[str]:
        """The marks that some note explains."""
        return frozenset(self.notes_by_mark)

    @cached_property
    def notes_by_mark(self) -> dict[str, list[Footnote]]:
        """The notes of each mark in reading order."""
        by_mark: dict[str, list[Footnote]] = {}
        for note in self.footnotes:
            by_mark.setdefault(note.mark, []).append(note)
        return by_mark


def make_table(number: int, block: Block, title: Title | None, around: Surroundings) -> RawTable:
    """Return the table as printed, markup and marks out of its cells, its notes linked."""
    known = around.known_marks | {note.mark for note in block.notes}
    header, header_marks = _header(block, known)
    body = tuple(_row(row, around.lines, known) for row in block.body)
    first = around.lines[(block.header or block.body)[0].line]
    marks = [
        *(title.marks if title else ()),
        *(mark for _, mark in header_marks),
        *(mark for row in body for _, mark in row.marks),
    ]
    name = strip_markup(block.caption).text or (title.text if title else "")
    return RawTable(
        id=f"t{number}",
        header=header,
        body=body,
        title=name,
        notes=_notes(marks, block, around),
        locator=Locator(path=around.path, line=first.number, page=first.page),
        columns=tuple(range(1, block.width + 1)),
        header_marks=header_marks,
        printed=_printed(block, body, known) if len(block.header) > 1 else (),
        confidence=block.confidence,
        reasons=block.reasons + (("caption",) if title and title.caption else ()),
    )


def _notes(marks: list[str], block: Block, around: Surroundings) -> tuple[Note, ...]:
    own: set[str] = {note.mark for note in block.notes}
    linked = notes_for((m for m in marks if m not in own), block.start, around.notes_by_mark)
    explained = own | {note.mark for note in linked}
    notes = [*block.notes, *(Note(note.mark, note.text) for note in linked)]
    notes += [Note(mark, "") for mark in dict.fromkeys(marks) if mark not in explained]
    return (*notes, *(Note("", note.text) for note in _remarks(block, around)))


def _remarks(block: Block, around: Surroundings) -> list[Footnote]:
    """The remarks without a mark that follow the table with nothing but notes between."""
    found = []
    index = block.stop
    while index < len(around.lines):
        note = around.notes_at.get(index)
        if note is None and not around.lines[index].blank:
            break
        if note is not None and not note.mark:
            found.append(note)
        index = note.stop if note else index + 1
    return found


def _header(
    block: Block, known: Container[str]
) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    names: list[str] = []
    marks: list[tuple[int, str]] = []
    for column in range(block.width):
        levels: list[str] = []
        for row in block.header:
            text, found = read_cell(row.cells[column], known)
            marks += [(column, mark) for mark in found if (column, mark) not in marks]
            if text and text not in levels[-1:]:
                levels.append(text)
        names.append(LEVELS.join(levels))
    return tuple(names), tuple(marks)


def _printed(block: Block, body: Sequence[Row], known: Container[str]) -> tuple[Cell, ...]:
    """The cells of a table with several header levels; equal neighbours of a level are one cell."""
    cells: list[Cell] = []
    for number, row in enumerate(block.header):
        for column, text in enumerate(row.cells):
            words, marks = read_cell(text, known)
            last = cells[-1] if cells and column and cells[-1].row == number else None
            if last is not None and words and last.text == words and column > 1:
                cells[-1] = replace(last, colspan=last.colspan + 1)
            else:
                cells.append(Cell(number, column, words, header=True, marks=marks))
    for number, line in enumerate(body, len(block.header)):
        for column, text in enumerate(line.cells):
            marks = tuple(mark for at, mark in line.marks if at == column)
            cells.append(Cell(number, column, text, page=line.page, marks=marks))
    return tuple(cells)


def _row(row: PrintedRow, lines: Sequence[Line], known: Container[str]) -> Row:
    cells: list[str] = []
    marks: list[tuple[int, str]] = []
    for column, printed in enumerate(row.cells):
        text, found = read_cell(printed, known)
        cells.append(text)
        marks += [(column, mark) for mark in found]
    line = lines[row.line]
    return Row(tuple(cells), line.number, line.page, tuple(marks))


def read_cell(printed: str, known: Container[str]) -> tuple[str, tuple[str, ...]]:
    """Return the words of a cell and its note marks.

    After a word, `[3]` or `*` is a mark only where the document has such a note.
    """
    if not printed:
        return "", ()
    plain = strip_markup(printed, brackets=False)
    text, more = split_marks(plain.text)
    while (trailing := _TRAILING.search(text)) and (trailing[1] or trailing[2]) in known:
        text, more = text[: trailing.start() + 1], (trailing[1] or trailing[2], *more)
    return text, plain.marks + more


def words_of_cell(printed: str) -> str:
    """The words of a cell without anything that could be a mark, to compare cells with."""
    text, _ = read_cell(printed, set())
    while trailing := _TRAILING.search(text):
        text = text[: trailing.start() + 1]
    return text


def marks_of(block: Block) -> set[str]:
    """Every mark that stands in a table, or may stand there if the document has such a note."""
    marks: set[str] = set()
    for row in (*block.header, *block.body):
        for cell in row.cells:
            text, found = read_cell(cell, set())
            marks.update(found)
            symbol = _TRAILING.search(text)
            if symbol:
                marks.add(symbol[1] or symbol[2])
    return marks


def ragged_rows(block: Block, table: RawTable, lines: Sequence[Line]) -> list[Finding]:
    """Return one finding per row that has more cells than the table has columns."""
    return [
        Finding(
            rule="row_too_long",
            class_="structure",
            severity="error",
            message=(
                "this row has more cells than "
                f"the {block.width} columns of table {table.id}; what is left over stands in its "
                "last cell. Correct the row in the source, or declare a correction"
            ),
            locator=Locator(path=table.locator.path, table=table.id, line=lines[index].number),
        )
        for index in block.ragged
    ]


def unexplained_marks(table: RawTable) -> list[Finding]:
    """Return one finding per mark in a table that no note of the document explains."""
    return [
        Finding(
            rule="mark_without_note",
            class_="note",
            severity="info",
            message=(
                f"table {table.id} has the mark "
                f'"{note.mark}", and no note of the document explains it'
            ),
            locator=replace(table.locator, table=table.id),
            value=note.mark,
        )
        for note in table.notes
        if note.mark and not note.text
    ]


def nameless_columns(block: Block, table: RawTable) -> list[Finding]:
    """Return one finding for a table without a header; lists of labels and figures need none."""
    if block.header or block.is_list:
        return []
    return [
        Finding(
            rule="no_header",
            class_="structure",
            severity="warning",
            message="no header was found above these figures; name the columns in the passport",
            locator=replace(table.locator, table=table.id),
        )
    ]
