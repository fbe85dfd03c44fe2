"""One grid of cells → title lines, a header, body rows and note lines, with their marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtool.model import Cell, Finding, Row
from mtool.readers.blocks import TableBlock
from mtool.readers.note_lines import is_note_line
from mtool.readers.runs import Mark, MarkedText
from mtool.readers.table_shape import Shape, filled, joined_header, shape_of

Lines = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class PrintedGrid:
    """The parts of a grid. Blank rows and columns are gone; `columns` and places are the printed
    ones, from 1. `certain` is true when the format itself says which rows are header.
    """

    header: tuple[str, ...]
    header_marks: tuple[tuple[int, str], ...]
    rows: tuple[Row, ...]
    columns: tuple[int, ...]
    printed: tuple[Cell, ...]
    titles: tuple[MarkedText, ...]
    notes: tuple[MarkedText, ...]
    certain: bool
    findings: tuple[Finding, ...]


def read_grid(block: TableBlock) -> PrintedGrid | None:
    """Tell the parts of a table's grid apart; null when nothing is printed in it."""
    whole = filled(block.cells)
    kept_rows = [r for r, line in enumerate(whole) if any(cell.text for cell in line)]
    if not kept_rows:
        return None
    columns = _printed_columns(whole, block, kept_rows)
    lines = [[whole[r][c] for c in columns] for r in kept_rows]
    flagged = sum(r < block.flagged for r in kept_rows)
    shape = _shape(block, lines, kept_rows, flagged)
    body, repeated = _without_repeats(lines, kept_rows, shape)
    return PrintedGrid(
        header=_header(lines, shape),
        header_marks=_header_marks(lines[shape.titles : shape.header]),
        rows=tuple(_row(lines[r], kept_rows[r] + 1) for r in body),
        columns=tuple(c + 1 for c in columns),
        printed=_printed([lines[r] for r in (*range(shape.titles, shape.header), *body)], shape),
        titles=_lines_of(block, lines, kept_rows, range(shape.titles)),
        notes=_lines_of(block, lines, kept_rows, range(shape.body, len(lines))),
        certain=flagged > shape.titles or block.headless,
        findings=repeated,
    )


def _printed_columns(whole: Lines, block: TableBlock, kept_rows: Sequence[int]) -> list[int]:
    """The columns in which something is printed.

    A text that stands alone in its row, a title or a note, only counts where it stands in no
    column that is printed anyway.
    """
    columns: set[int] = set()
    for r in sorted(kept_rows, key=lambda r: r in block.lines):
        printed = [c for c, cell in enumerate(whole[r]) if cell.text]
        if r not in block.lines:
            columns.update(printed)
        elif not columns.intersection(printed):
            columns.add(printed[0])
    return sorted(columns)


def _shape(block: TableBlock, lines: Lines, kept_rows: Sequence[int], flagged: int) -> Shape:
    texts = [[cell.text for cell in line] for line in lines]
    for r, place in enumerate(kept_rows):
        if _opens_as_note(block.lines.get(place, ())):
            texts[r] = [f"* {text}" if text else "" for text in texts[r]]
    alone = {r for r, place in enumerate(kept_rows) if place in block.lines}
    shape = shape_of(texts, flagged, alone)
    if block.headless:
        return replace(shape, header=shape.titles)
    return shape


def _opens_as_note(lines: Sequence[MarkedText]) -> bool:
    return bool(lines) and (lines[0].leads or is_note_line(lines[0].text))


def _header(lines: Lines, shape: Shape) -> tuple[str, ...]:
    levels = [[cell.text for cell in line] for line in lines[shape.titles : shape.header]]
    return joined_header(levels) if levels else ("",) * len(lines[0])


def _header_marks(lines: Lines) -> tuple[tuple[int, str], ...]:
    pairs = ((c, mark) for line in lines for c, cell in enumerate(line) for mark in cell.marks)
    return tuple(dict.fromkeys(pairs))


def _without_repeats(
    lines: Lines, kept_rows: Sequence[int], shape: Shape
) -> tuple[list[int], tuple[Finding, ...]]:
    """Leave out body rows that print the header once more, and say so."""
    header = {tuple(cell.text for cell in line) for line in lines[shape.titles : shape.header]}
    body: list[int] = []
    findings: list[Finding] = []
    for r in range(shape.header, shape.body):
        texts = tuple(cell.text for cell in lines[r])
        if texts in header and len(set(texts)) > 1:
            message = f"row {kept_rows[r] + 1} prints the header once more and was left out"
            findings.append(Finding("repeated_header", "note", "info", message))
        else:
            body.append(r)
    return body, tuple(findings)


def _row(line: Sequence[Cell], place: int) -> Row:
    marks = tuple((c, mark) for c, cell in enumerate(line) for mark in cell.marks)
    return Row(tuple(cell.text for cell in line), place, marks=marks)


def _lines_of(
    block: TableBlock, lines: Lines, kept_rows: Sequence[int], numbers: range
) -> tuple[MarkedText, ...]:
    """The title or note lines printed in some rows, each text once."""
    found: list[MarkedText] = []
    for r in numbers:
        cell = next(cell for cell in lines[r] if cell.text)
        plain = MarkedText(cell.text, tuple(map(Mark, cell.marks)))
        found += block.lines.get(kept_rows[r], (plain,))
    return tuple(dict.fromkeys(found))


def _printed(lines: Lines, shape: Shape) -> tuple[Cell, ...]:
    """Each cell once, placed and stretched as it stands among the rows and columns kept."""
    reach: dict[int, list[int]] = {}
    cells: dict[int, Cell] = {}
    for r, line in enumerate(lines):
        for c, cell in enumerate(line):
            corners = reach.setdefault(id(cell), [r, c, r, c])
            corners[2], corners[3] = r, max(c, corners[3])
            cells[id(cell)] = cell
    header_rows = shape.header - shape.titles
    return tuple(_stretched(cells[key], corners, header_rows) for key, corners in reach.items())


def _stretched(cell: Cell, corners: Sequence[int], header_rows: int) -> Cell:
    top, left, bottom, right = corners
    place = (top, left, bottom - top + 1, right - left + 1, top < header_rows)
    if place == (cell.row, cell.column, cell.rowspan, cell.colspan, cell.header):
        return cell
    row, column, rowspan, colspan, header = place
    return Cell(row, column, cell.text, rowspan, colspan, header, cell.page, cell.marks)
