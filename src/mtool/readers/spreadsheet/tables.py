"""A block of a sheet → `RawTable`: header, body, notes, and the address of every cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mtool.model import Cell, Locator, Note, RawTable, Row
from mtool.printed_numbers import fold_blanks
from mtool.readers.captions import caption_number
from mtool.readers.note_lines import read_note
from mtool.readers.proven_marks import without_proven_marks
from mtool.readers.spreadsheet.blocks import Block
from mtool.readers.spreadsheet.parts import HeaderHint, Parts, figure_columns, note_text, parts_of
from mtool.readers.spreadsheet.regions import View
from mtool.readers.spreadsheet.sheets import address
from mtool.readers.table_shape import is_section, joined_header

#: Larger tables are not kept cell by cell; their grid follows from header and body.
MOST_PRINTED = 20_000
#: A longer line above a table is a paragraph.
LONGEST_TITLE = 250
#: Bodies up to this many rows are kept unpacked.
MOST_UNPACKED = 2_000


@dataclass(frozen=True)
class SheetBody:
    """The body of a table, unpacked row by row each time it is iterated."""

    view: View = field(repr=False)
    rows: Sequence[int] = field(repr=False)
    columns: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        kept = self.view.sheet.rows
        has_marks = bool(self.view.sheet.marks)
        for index in self.rows:
            number = kept.numbers[index]
            texts = tuple(kept.texts(index, self.columns))
            if not kept.is_folded(index):
                texts = tuple(map(folded, texts))
            marks = tuple(_marks(self.view, number, self.columns)) if has_marks else ()
            yield Row(texts, number, marks=marks)


@dataclass(frozen=True)
class SheetTable:
    """A block with its parts told apart, ready to be written down as a table."""

    view: View
    block: Block
    parts: Parts
    body: tuple[int, ...]
    repeated: tuple[int, ...]
    figures: frozenset[int]


def table_in(view: View, block: Block) -> SheetTable | None:
    """Tell the parts of a block apart; null when no row stands below its header."""
    parts = parts_of(view, block.rows, block.columns, _header_hint(view, block))
    repeated = tuple(view.sheet.rows.repeating(parts.body, parts.header))
    dropped = frozenset(repeated)
    body = tuple(row for row in parts.body if row not in dropped) if repeated else parts.body
    if not body:
        return None
    sample = [view.texts(row, block.columns) for row in body[:60]]
    figures = frozenset(figure_columns(sample, block.columns))
    return SheetTable(view, block, parts, body, repeated, figures)


def rows_outside(table: SheetTable) -> list[int]:
    """Rows of a table that print a text beside its columns, which the table cannot hold."""
    view, columns = table.view, table.block.columns
    inside = frozenset(columns)
    found: list[int] = []
    for row in (*table.parts.header, *table.body):
        first, last = view.sheet.rows.reach(row)
        if first >= columns[0] and last <= columns[-1]:
            continue
        if set(view.cells(row)) - inside - view.reached_by_merging(row):
            found.append(row)
    return found


def raw_table(table: SheetTable, table_id: str, path: str | None) -> RawTable:
    """Write a table down: the contract of every reader."""
    view, columns, parts = table.view, table.block.columns, table.parts
    row = view.number((parts.header or table.body)[0])
    body = SheetBody(view, table.body, columns)
    title, remarks = _title(view, [*table.block.titles, *parts.titles])
    raw = RawTable(
        id=table_id,
        header=_header(table),
        body=tuple(body) if len(body) <= MOST_UNPACKED else body,
        title=title,
        notes=(*remarks, *_notes(table)),
        locator=Locator(
            path=path,
            table=table_id,
            sheet=view.sheet.name,
            cell=address(row, columns[0]),
            row=row,
            column=columns[0],
        ),
        columns=columns,
        header_marks=tuple(
            mark for row in parts.header for mark in _marks(view, view.number(row), columns)
        ),
        printed=_printed(table) if len(table.body) * len(columns) <= MOST_PRINTED else (),
        confidence=_confidence(table),
        reasons=tuple(_reasons(table)),
    )
    return without_proven_marks(raw) if len(body) <= MOST_UNPACKED else raw


def folded(text: str) -> str:
    """Blanks and line ends inside a cell as one space; the quick way for texts without any."""
    return text if text.isalnum() else fold_blanks(text)


def _header_hint(view: View, block: Block) -> HeaderHint | None:
    if block.declared is not None:
        return HeaderHint(block.declared.headers, is_exact=True)
    tops = {
        declared.box.top
        for declared in view.sheet.declared
        if not declared.exact and declared.box.left <= block.columns[-1]
        if declared.box.right >= block.columns[0]
    }
    filtered = (row for row in block.rows[:20] if view.number(row) in tops)
    return next((HeaderHint(row, is_exact=False) for row in filtered), None)


def _header(table: SheetTable) -> tuple[str, ...]:
    view, columns = table.view, table.block.columns
    levels = [[folded(text) for text in view.texts(row, columns)] for row in table.parts.header]
    if not levels:
        return ("",) * len(columns)
    is_merged = any(view.reached_by_merging(r) & {*columns} for r in table.parts.header)
    return joined_header(levels, fill_right=not is_merged)


def _marks(view: View, number: int, columns: Sequence[int]) -> Iterator[tuple[int, str]]:
    marks = view.sheet.marks
    for place, column in enumerate(columns):
        for mark in marks.get((number, column), ()):
            yield place, mark


def _title(view: View, rows: Sequence[int]) -> tuple[str, list[Note]]:
    """The title among the lines above a table, and the other lines as remarks."""
    texts = [line_text(view, row) for row in rows]
    lines = [
        n
        for n, row in enumerate(rows)
        if view.line(row) is not None and len(texts[n]) <= LONGEST_TITLE
    ]
    captions = [n for n in lines if caption_number(texts[n]) is not None]
    chosen = next(iter([*captions, *lines]), None)
    remarks = [Note("", text) for n, text in enumerate(texts) if n != chosen]
    return ("" if chosen is None else texts[chosen]), remarks


def line_text(view: View, row: int) -> str:
    """`Report date` and `2022` beside it → `Report date: 2022`; a merged line is said once."""
    texts = [folded(text) for text in dict.fromkeys(view.cells(row).values())]
    label, *values = texts
    return f"{label.rstrip(' :')}: {' '.join(values)}" if values else label


def _notes(table: SheetTable) -> Iterator[Note]:
    view = table.view
    known = set(_known_marks(table))
    for row in (*table.parts.below, *table.block.notes):
        yield from _notes_of_row(view, row, known)
    if table.parts.tags is not None:
        tags = view.texts(table.parts.tags, table.block.columns)
        yield Note("HXL", ",".join(map(folded, tags)))
    inside = {view.number(row) for row in (*table.parts.header, *table.body)}
    for (row, column), text in sorted(view.sheet.comments.items()):
        if row in inside and column in table.block.columns:
            yield Note(address(row, column), text)


def _known_marks(table: SheetTable) -> Iterator[str]:
    first, last = table.block.columns[0], table.block.columns[-1]
    rows = (*table.block.titles, *table.block.rows)
    top, bottom = table.view.number(rows[0]), table.view.number(table.block.rows[-1])
    for (row, column), marks in table.view.sheet.marks.items():
        if top <= row <= bottom and first <= column <= last:
            yield from marks


def _notes_of_row(view: View, row: int, known: set[str]) -> Iterator[Note]:
    cells = view.cells(row)
    text = note_text(list(cells.values()), known) or "\n".join(dict.fromkeys(cells.values()))
    raised = [
        mark for column in cells for mark in view.sheet.marks.get((view.number(row), column), ())
    ]
    for number, line in enumerate(part for part in text.splitlines() if part.strip()):
        note = read_note(line, known)
        is_raised = number == 0 and raised and not note.mark
        yield Note(raised[0], folded(line).strip()) if is_raised else note


def _printed(table: SheetTable) -> tuple[Cell, ...]:
    """Every cell with its reach; places that a merged cell covers are not cells of their own."""
    view, columns = table.view, table.block.columns
    lines = [*table.parts.header, *table.body]
    place_of = {view.number(row): place for place, row in enumerate(lines)}
    spans = _spans(view, place_of, columns)
    cells: list[Cell] = []
    for r, row in enumerate(lines):
        for c, text in enumerate(view.texts(row, columns)):
            rowspan, colspan = spans.get((r, c), (1, 1))
            if rowspan:
                marks = view.sheet.marks.get((view.number(row), columns[c]), ())
                is_header = r < len(table.parts.header)
                cells.append(Cell(r, c, folded(text), rowspan, colspan, is_header, marks=marks))
    return tuple(cells)


def _spans(
    view: View, place_of: dict[int, int], columns: Sequence[int]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Reach of merged cells by place in the table; (0, 0) for the places they cover."""
    column_of = {column: place for place, column in enumerate(columns)}
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for box in view.sheet.merged:
        rows = [place_of[n] for n in place_of if box.top <= n <= box.bottom]
        places = [column_of[c] for c in column_of if box.left <= c <= box.right]
        if len(rows) * len(places) > 1:
            spans.update(dict.fromkeys(((r, c) for r in rows for c in places), (0, 0)))
            spans[rows[0], places[0]] = (len(rows), len(places))
    return spans


def _confidence(table: SheetTable) -> float:
    """1 for a table that the workbook declares; less for each thing that was guessed."""
    if table.block.declared is not None or table.parts.tags is not None:
        return 1.0
    confidence = 0.95 if table.figures else 0.8
    if not table.parts.header:
        confidence = 0.4
    if table.block.blank_rows:
        confidence -= 0.1
    if table.block.blank_columns:
        confidence -= 0.1
    return round(confidence, 2)


def _reasons(table: SheetTable) -> Iterator[str]:
    view, declared = table.view, table.block.declared
    if declared is not None:
        yield f"declared as the table {declared.name} ({declared.box})"
    if table.parts.tags is not None:
        yield f"HXL tags in row {view.number(table.parts.tags)}"
    if table.parts.header and table.figures:
        yield "header above figures"
    elif table.parts.header:
        yield "header above words"
    if len(table.parts.header) > 1:
        yield f"header of {len(table.parts.header)} rows"
    sections = [
        str(view.number(row))
        for row in table.body[:MOST_UNPACKED]
        if is_section(view.texts(row, table.block.columns))
    ]
    if sections:
        yield f"labels of sections kept as rows: {', '.join(sections)}"
