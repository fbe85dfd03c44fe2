"""Blocks of a sheet that are one table each, assembled from bands of rows and groups of columns.

A blank row or column inside a table is tolerated where what follows has no header of its own;
it is remembered, to be told. Titles stand above a block, notes below, also beyond blank rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mtool.readers.captions import caption_number
from mtool.readers.spreadsheet.joining import (
    MOST_HEADER_ROWS,
    is_continuation,
    joined_groups,
    stacked_parts,
)
from mtool.readers.spreadsheet.parts import is_top_level, note_text, opens_notes
from mtool.readers.spreadsheet.regions import (
    Occupied,
    View,
    bands,
    column_groups,
    occupied_columns,
)
from mtool.readers.spreadsheet.sheets import DeclaredTable

#: More blank rows than this end a table, whatever follows.
MOST_BLANK_ROWS = 5


@dataclass
class Block:
    """The rows (indexes) and columns of one table, and the lines that go with it."""

    rows: list[int]
    columns: tuple[int, ...]
    titles: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    declared: DeclaredTable | None = None
    blank_rows: list[int] = field(default_factory=list)
    blank_columns: list[int] = field(default_factory=list)


@dataclass
class Text:
    """Lines that belong to no table."""

    rows: list[int]


@dataclass
class Found:
    """What stands in a view, in reading order: each part with the view it was seen in."""

    parts: list[tuple[View, Block | Text]] = field(default_factory=list)


def find_blocks(view: View, rows: Sequence[int], titles: Sequence[int] = ()) -> Found:
    """Find the tables and the text among some rows of a view."""
    assembly = _Assembly(view, lines=list(titles))
    _take_rows(assembly, rows)
    return assembly.finished()


def _take_rows(assembly: _Assembly, rows: Sequence[int]) -> None:
    """Take rows band by band, a declared table as it is declared, the rest as usual."""
    view = assembly.view
    table = _largest_declared(view, rows)
    if table is None:
        for band in bands(view, rows):
            assembly.take(band)
        return
    box = table.box
    inside = [row for row in rows if box.top <= view.number(row) <= box.bottom]
    _take_rows(assembly, [row for row in rows if view.number(row) < box.top])
    _beside(assembly, view.narrowed(view.left, box.left - 1), inside)
    assembly.start_declared(inside, table)
    _beside(assembly, view.narrowed(box.right + 1, view.right), inside)
    _take_rows(assembly, [row for row in rows if view.number(row) > box.bottom])


def _largest_declared(view: View, rows: Sequence[int]) -> DeclaredTable | None:
    """The tallest range in the view that the workbook itself calls a table."""
    if not rows:
        return None
    top, bottom = view.number(rows[0]), view.number(rows[-1])
    inside = [
        table
        for table in view.sheet.declared
        if table.exact
        and view.left <= table.box.left
        and table.box.right <= view.right
        and top <= table.box.top
        and table.box.top <= bottom
        and any(table.box.top <= view.number(row) <= table.box.bottom for row in rows)
    ]
    return max(inside, key=lambda table: table.box.bottom - table.box.top, default=None)


def _beside(assembly: _Assembly, view: View, rows: Sequence[int]) -> None:
    if view.left <= view.right:
        printed = [row for row in rows if view.cells(row)]
        assembly.aside.extend(find_blocks(view, printed).parts)


@dataclass
class _Assembly:
    """The table that may still go on, and the lines that wait for what they belong to.

    `sides` are the tables beside each other that may still go on, each in its own columns.
    """

    view: View
    lines: list[int] = field(default_factory=list)
    open: Block | None = None
    parts: list[tuple[View, Block | Text]] = field(default_factory=list)
    aside: list[tuple[View, Block | Text]] = field(default_factory=list)
    sides: list[_Assembly] = field(default_factory=list)

    def finished(self) -> Found:
        self._close()
        self._leave(self.lines)
        self.lines = []
        return Found(self.parts)

    def take(self, band: list[int]) -> None:
        """Take the next band of rows: lines, a continuation, one table, or several."""
        if self._sides_go_on(band):
            return
        occupied = occupied_columns(self.view, band)
        if not occupied.columns:
            self._take_lines(band)
            return
        if self.goes_on(band):
            self.go_on(band)
            return
        groups = joined_groups(self.view, band, column_groups(self.view, occupied))
        if len(groups) > 1:
            self._take_side_by_side(band, groups)
            return
        stacked = stacked_parts(self.view, band, groups[0])
        if len(stacked) > 1:
            for rows in stacked:
                self.take(rows)
            return
        end = self._end_of_block(band, groups[0])
        gaps = self._gaps(groups[0], occupied)
        self._start(Block(band[:end], tuple(groups[0]), blank_columns=gaps))
        if end < len(band):
            self._take_lines(band[end:])

    def _end_of_block(self, band: list[int], group: Sequence[int]) -> int:
        """Where lines begin, at the end of a band, that stand well beside the columns of a table."""
        end = len(band)
        while end > 1 and self.view.line(band[end - 1]) is not None:
            cells = self.view.cells(band[end - 1])
            if max(cells) >= group[0] - 1 and min(cells) <= group[-1] + 1:
                break
            end -= 1
        return end

    def start_declared(self, rows: list[int], table: DeclaredTable) -> None:
        columns = [
            column
            for column in range(table.box.left, table.box.right + 1)
            if column not in self.view.sheet.hidden_columns
        ]
        self._start(Block(rows, tuple(columns), declared=table))

    def _start(self, block: Block) -> None:
        self._close()
        self._leave(self._earlier_lines(block))
        block.titles, self.lines = self.lines, []
        self.open = block

    def _close(self) -> None:
        if self.open is not None:
            self.parts.append((self.view, self.open))
        self.open = None
        for side in self.sides:
            self.parts.extend(side.finished().parts)
        self.sides = []
        self.parts.extend(self.aside)
        self.aside = []

    def _leave(self, rows: Sequence[int]) -> None:
        if rows:
            self.parts.append((self.view, Text(list(rows))))

    def _earlier_lines(self, block: Block) -> list[int]:
        """Take the waiting lines that stand apart from the title of a block that begins.

        A block that opens with a line of its own needs no other title, unless that line only
        adds to one: `(in thousands)`.
        """
        own = self.view.line(block.rows[0])
        is_header = own is not None and is_top_level(self.view, block.rows, 0, block.columns)
        cut = len(self.lines)
        if own is None or own.startswith("(") or is_header:
            while cut > 0 and (
                cut == len(self.lines)
                or not self.view.is_blank_between(self.lines[cut - 1], self.lines[cut])
            ):
                cut -= 1
        earlier, self.lines = self.lines[:cut], self.lines[cut:]
        return earlier

    def _take_lines(self, band: list[int]) -> None:
        """Lines that open as notes do are notes of the open table, to the next caption."""
        texts = [self.view.line(row) or "" for row in band]
        notes = 0
        if self.open is not None and not self.lines and opens_notes(texts[0], self.view.marks):
            captions = (n for n, text in enumerate(texts) if caption_number(text) is not None)
            notes = next(captions, len(band))
            self.open.notes.extend(band[:notes])
        self.lines.extend(band[notes:])

    def goes_on(self, band: list[int]) -> bool:
        """True when the band is a continuation of the open table, or its notes."""
        block = self.open
        if block is None:
            return False
        occupied = occupied_columns(self.view, band)
        columns = self._with_stub(block, occupied)
        if columns is None:
            return False
        if not occupied.columns or self._are_notes(band):
            return self._are_notes(band)
        blanks = self.view.blanks_between(block.rows[-1], band[0])
        most = 0 if block.declared else MOST_BLANK_ROWS
        if blanks - len(self.lines) > most or block.notes:
            return False
        return is_continuation(self.view, block.rows, columns, band, has_lines=bool(self.lines))

    def go_on(self, band: list[int]) -> None:
        """Add a continuation, or notes, to the open table."""
        block = self.open
        assert block is not None
        if self._are_notes(band):
            block.notes.extend(band)
            return
        occupied = occupied_columns(self.view, band)
        block.columns = self._with_stub(block, occupied) or block.columns
        added = [block.rows[-1], *self.lines, *band]
        for upper, lower in pairwise(added):
            if self.view.is_blank_between(upper, lower):
                block.blank_rows.append(self.view.number(upper) + 1)
        block.rows.extend(added[1:])
        self.lines = []

    def _with_stub(self, block: Block, occupied: Occupied) -> tuple[int, ...] | None:
        """The columns of a block that goes on in some columns; null when it cannot.

        A header alone may lack the column of the row labels, whose corner is blank.
        """
        more = sorted(set(occupied.columns) - set(block.columns))
        if not more:
            return block.columns
        printing = sum(1 for row in block.rows if self.view.line(row) is None)
        is_bare = printing <= MOST_HEADER_ROWS and block.declared is None
        return (*more, *block.columns) if is_bare and more[-1] < block.columns[0] else None

    def _are_notes(self, band: list[int]) -> bool:
        return all(self._is_note(row) for row in band)

    def _is_note(self, row: int) -> bool:
        has_room = self.open is not None and len(self.open.columns) > 2
        if self.view.line(row) is None and not has_room:
            return False
        return note_text(list(self.view.cells(row).values()), self.view.marks) is not None

    def _sides_go_on(self, band: list[int]) -> bool:
        """Hand the band to the tables beside each other that it belongs to, if it does to all.

        It also belongs to a side where a title waits for its table.
        """
        shares = [[row for row in band if side.view.cells(row)] for side in self.sides]
        touched = [(side, rows) for side, rows in zip(self.sides, shares, strict=True) if rows]
        if not touched or not all(side.lines or side.goes_on(rows) for side, rows in touched):
            return False
        for side, rows in touched:
            for part in bands(side.view, rows):
                side.take(part)
        return True

    def _take_side_by_side(self, band: list[int], groups: list[list[int]]) -> None:
        """Tables beside each other: each is found in its own columns."""
        edges = [self.view.left, *(group[0] for group in groups[1:]), self.view.right + 1]
        views = [self.view.narrowed(left, right - 1) for left, right in pairwise(edges)]
        if all(view.line(row) is not None for view in views for row in band if view.cells(row)):
            self.lines.extend(band)
            return
        self._close()
        for view in views:
            above = [row for row in self.lines if view.cells(row)]
            side = _Assembly(view, above)
            for rows in bands(view, [row for row in band if view.cells(row)]):
                side.take(rows)
            self.sides.append(side)
        self.lines = []

    def _gaps(self, group: Sequence[int], occupied: Occupied) -> list[int]:
        """The visible blank columns inside a group that was joined over them."""
        hidden = self.view.sheet.hidden_columns
        between = set(range(group[0], group[-1] + 1)) - set(group)
        return sorted(between - hidden - occupied.reached)
