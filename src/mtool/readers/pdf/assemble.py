"""Grids, joined over pages, → `RawTable`s: header, body rows, notes, cells as printed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mtool.model import Cell, Locator, Note, RawTable, Row
from mtool.readers.marks import split_marks
from mtool.readers.pdf.figures import is_figure_cell
from mtool.readers.pdf.grid import Grid, GridCell, cell_text
from mtool.readers.table_shape import filled, joined_header


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a table on one page. The first `repeated` rows repeat the header: no body."""

    grid: Grid
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A whole table: its parts from page to page, its title and its notes."""

    parts: tuple[Part, ...]
    title: str = ""
    notes: tuple[Note, ...] = ()
    reasons: tuple[str, ...] = ()
    confidence: float = 0.5


def raw_table(found: Found, number: int, path: str, known: Collection[str] = ()) -> RawTable:
    """One table as printed; merged cells repeat their value in `header` and in the body.

    `known` are words of the document's prose, by which words broken over lines are made whole.
    """
    first = found.parts[0].grid
    shapes = [(part, _printed(part.grid, known)) for part in found.parts]
    printed = [cell for _, cells in shapes for cell in cells]
    head_lines = filled([c for c in shapes[0][1] if c.row < first.header_rows])
    header = joined_header([[cell.text for cell in line] for line in head_lines])
    header_marks = tuple(
        (c.column, mark) for c in shapes[0][1] if c.row < first.header_rows for mark in c.marks
    )
    body = [
        row
        for part, cells in shapes
        for row in _body(part, cells, first.header_rows, first.columns)
    ]
    width = first.columns
    return RawTable(
        id=f"t{number}",
        header=_to_width(header, width),
        body=tuple(body),
        title=found.title,
        notes=found.notes,
        locator=Locator(path=path, table=f"t{number}", page=first.page),
        columns=tuple(range(1, width + 1)),
        header_marks=header_marks,
        printed=tuple(printed),
        confidence=found.confidence,
        reasons=found.reasons,
    )


def _to_width(texts: Sequence[str], width: int) -> tuple[str, ...]:
    return tuple([*texts, *[""] * width][:width])


def _printed(grid: Grid, known: Collection[str]) -> list[Cell]:
    cells = sorted((c for c in grid.cells if c.words), key=lambda c: (c.row, c.column))
    return [_cell(grid, cell, known) for cell in cells]


def _cell(grid: Grid, cell: GridCell, known: Collection[str]) -> Cell:
    text, marks = cell_text(cell.words, known), cell.marks
    if not is_figure_cell(text):
        bare, more = split_marks(text)
        if is_figure_cell(bare):
            text, marks = bare, (*marks, *more)
    return Cell(
        row=cell.row,
        column=cell.column,
        text=text,
        rowspan=cell.rowspan,
        colspan=cell.colspan,
        header=cell.row < grid.header_rows,
        page=grid.page,
        marks=marks,
    )


def _body(part: Part, cells: Sequence[Cell], header_rows: int, width: int) -> list[Row]:
    """Body rows of one part; a first part starts below its header, the others below a repeat."""
    start = max(part.grid.header_rows, part.repeated)
    rows = []
    for number, line in enumerate(filled(cells)):
        if number < start:
            continue
        marks = tuple((cell.column, m) for cell in dict.fromkeys(line) for m in cell.marks)
        texts = [cell.text for cell in line]
        rows.append(Row(_to_width(texts, width), number + 1, part.grid.page, marks))
    return rows
