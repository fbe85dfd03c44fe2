"""Blocks of a sheet that are one table each, assembled from bands of rows and groups of columns.

A blank row or column inside a table is tolerated where what follows has no header of its own;
it is remembered, to be told. Titles stand above a block, notes below, also beyond blank rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mtool.printed_numbers import missing_status
from mtool.readers.note_lines import is_note_line
from mtool.readers.periods import is_year
from mtool.readers.spreadsheet.parts import (
    figure_columns,
    is_figure,
    note_text,
    opens_with_header,
    parts_of,
)
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
#: A band of so few rows may be a header that a blank row parts from its body.
MOST_HEADER_ROWS = 3
#: How many rows are looked at to tell what a block goes on with.
LOOK_AHEAD = 40


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
    box = _largest_declared(view, rows)
    if box is None:
        for band in bands(view, rows):
            assembly.take(band)
    else:
        _around(assembly, box, rows)
    return assembly.finished()


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


def _around(assembly: _Assembly, table: DeclaredTable, rows: Sequence[int]) -> None:
    """Take a declared table as it is declared, and what stands around it as usual."""
    view, box = assembly.view, table.box
    above = [row for row in rows if view.number(row) < box.top]
    inside = [row for row in rows if box.top <= view.number(row) <= box.bottom]
    below = [row for row in rows if view.number(row) > box.bottom]
    for band in bands(view, above):
        assembly.take(band)
    _beside(assembly, view.narrowed(view.left, box.left - 1), inside)
    assembly.start_declared(inside, table)
    _beside(assembly, view.narrowed(box.right + 1, view.right), inside)
    remaining = _largest_declared(view, below)
    if remaining is not None:
        _around(assembly, remaining, below)
        return
    for band in bands(view, below):
        assembly.take(band)


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
            for row in band:
                self._take_line(row)
            return
        if self.goes_on(band):
            self.go_on(band)
            return
        groups = _joined_groups(self.view, band, column_groups(self.view, occupied))
        if len(groups) > 1:
            self._take_side_by_side(band, groups)
            return
        stacked = _stacked(self.view, band, groups[0])
        if len(stacked) > 1:
            for rows in stacked:
                self.take(rows)
            return
        self._start(Block(band, tuple(groups[0]), blank_columns=self._gaps(groups[0], occupied)))

    def start_declared(self, rows: list[int], table: DeclaredTable) -> None:
        columns = [
            column
            for column in range(table.box.left, table.box.right + 1)
            if column not in self.view.sheet.hidden_columns
        ]
        self._start(Block(rows, tuple(columns), declared=table))

    def _start(self, block: Block) -> None:
        self._close()
        self._leave(self._earlier_lines(block.rows[0]))
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

    def _earlier_lines(self, first: int) -> list[int]:
        """Take the waiting lines that stand apart from the last ones before row `first`."""
        cut = len(self.lines)
        while cut > 0 and (
            cut == len(self.lines)
            or not self.view.is_blank_between(self.lines[cut - 1], self.lines[cut])
        ):
            cut -= 1
        earlier, self.lines = self.lines[:cut], self.lines[cut:]
        return earlier

    def _take_line(self, row: int) -> None:
        text = self.view.line(row) or ""
        if self.open is not None and not self.lines and is_note_line(text, self.view.marks):
            self.open.notes.append(row)
        else:
            self.lines.append(row)

    def goes_on(self, band: list[int]) -> bool:
        """True when the band is a continuation of the open table, or its notes."""
        block = self.open
        occupied = occupied_columns(self.view, band)
        if block is None or not set(occupied.columns) <= set(block.columns):
            return False
        if not occupied.columns or self._are_notes(band):
            return self._are_notes(band)
        blanks = self.view.blanks_between(block.rows[-1], band[0])
        most = 0 if block.declared else MOST_BLANK_ROWS
        if blanks - len(self.lines) > most or block.notes:
            return False
        return _is_continuation(self.view, block, band, has_lines=bool(self.lines))

    def go_on(self, band: list[int]) -> None:
        """Add a continuation, or notes, to the open table."""
        block = self.open
        assert block is not None
        if self._are_notes(band):
            block.notes.extend(band)
            return
        added = [block.rows[-1], *self.lines, *band]
        for upper, lower in pairwise(added):
            if self.view.is_blank_between(upper, lower):
                block.blank_rows.append(self.view.number(upper) + 1)
        block.rows.extend(added[1:])
        self.lines = []

    def _are_notes(self, band: list[int]) -> bool:
        wide = self.open is not None and len(self.open.columns) > 2
        texts = [note_text(list(self.view.cells(row).values()), self.view.marks) for row in band]
        lines = [self.view.line(row) for row in band]
        return all(text and (wide or line) for text, line in zip(texts, lines, strict=True))

    def _sides_go_on(self, band: list[int]) -> bool:
        """Hand the band to the tables beside each other that it belongs to, if it does to all.

        It also belongs to the one side it touches where a title waits there for its table.
        """
        shares = [[row for row in band if side.view.cells(row)] for side in self.sides]
        touched = [(side, rows) for side, rows in zip(self.sides, shares, strict=True) if rows]
        is_awaited = len(touched) == 1 and bool(touched[0][0].lines)
        if not touched or not (is_awaited or all(side.goes_on(rows) for side, rows in touched)):
            return False
        for side, rows in touched:
            side.take(rows)
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


def _is_continuation(view: View, block: Block, band: list[int], *, has_lines: bool) -> bool:
    """True when a band below a blank row has no header of its own."""
    texts = [view.texts(row, block.columns) for row in band[:LOOK_AHEAD] if view.line(row) is None]
    parts = parts_of(view, block.rows, block.columns)
    body = [view.texts(row, block.columns) for row in parts.body[:LOOK_AHEAD]]
    figures = figure_columns(body, block.columns)
    if parts.header and texts[0] == view.texts(parts.header[0], block.columns):
        return not has_lines and view.line(band[0]) is None
    if figure_columns(texts, block.columns):
        return not opens_with_header(texts) and bool(
            figures or not parts.header or len(body) <= MOST_HEADER_ROWS
        )
    if figures:
        places = [place for place, column in enumerate(block.columns) if column in figures]
        return all(
            not row[place] or missing_status(row[place]) for row in texts for place in places
        )
    return not has_lines and _occupies_all(texts, block.columns)


def _occupies_all(texts: Sequence[Sequence[str]], columns: Sequence[int]) -> bool:
    return all(any(row[place] for row in texts) for place in range(len(columns)))


def _joined_groups(view: View, band: list[int], groups: list[list[int]]) -> list[list[int]]:
    """Join groups of columns that are one table with a blank column inside."""
    joined: list[list[int]] = []
    for group in groups:
        if joined and _is_same_table(view, band, joined[-1], group):
            joined[-1] = [*joined[-1], *group]
        else:
            joined.append(group)
    return joined


def _is_same_table(view: View, band: list[int], left: list[int], right: list[int]) -> bool:
    """True when the columns beyond a blank one have no row labels and no header of their own."""
    lefts = [view.texts(row, left) for row in _printing(view, band, left)[:LOOK_AHEAD]]
    right_rows = _printing(view, band, right)
    rights = [view.texts(row, right) for row in right_rows[:LOOK_AHEAD]]
    if len(lefts) < 2 or not rights:
        return False
    lower = right_rows[0] - _printing(view, band, left)[0]
    if lower not in (0, 1, 2):
        return False
    if len(right) == 1:
        return lower == 0 or bool(figure_columns(rights[1:], right))
    if rights[0][0] and rights[0][0] == lefts[0][0]:
        return False
    labels = [row[0] for row in rights[1:] if row[0]]
    if labels and all(map(is_year, labels)):
        return False
    if sum(map(is_figure, labels)) * 2 >= len(labels):
        return True
    same_rows = _printing(view, band, left)[-1] == right_rows[-1]
    return same_rows and not figure_columns(rights[1:], right)


def _printing(view: View, band: Sequence[int], columns: Sequence[int]) -> list[int]:
    """The rows that print more in these columns than one text, where there are several columns."""
    least = min(2, len(columns))
    return [
        row
        for row in band
        if view.line(row) is None and sum(map(bool, view.texts(row, columns))) >= least
    ]


def _stacked(view: View, band: list[int], columns: Sequence[int]) -> list[list[int]]:
    """Split a band where a second table with its own header stands inside it."""
    parts = parts_of(view, band, columns)
    body = [view.texts(row, columns) for row in parts.body[:LOOK_AHEAD]]
    figures = sorted(figure_columns(body, columns))
    if len(figures) < 2 or not parts.header:
        return [band]
    header = view.texts(parts.header[0], columns)
    cuts = [0]
    for place in range(len(parts.titles) + len(parts.header) + 1, len(band)):
        if not _names_columns(view.texts(band[place], figures)):
            continue
        below = [r for r in band[place : place + LOOK_AHEAD] if view.line(r) is None]
        texts = [view.texts(row, columns) for row in below]
        start = _first_of_lines(view, band, place)
        is_repeated = texts[0] == header and start == place
        if not is_repeated and _is_new_header(texts, header, has_title=start < place):
            cuts.append(start)
    return [band[start:end] for start, end in pairwise([*cuts, len(band)])]


def _names_columns(texts: Sequence[str]) -> bool:
    """True when every column that holds figures elsewhere holds a word or a year in this row."""
    if any(text[:1].isdigit() and not is_year(text) for text in texts):
        return False
    return len(set(texts)) > 1 and not any(
        not t or missing_status(t) or is_figure(t) for t in texts if not is_year(t)
    )


def _is_new_header(texts: Sequence[list[str]], header: Sequence[str], *, has_title: bool) -> bool:
    """True when the first row names columns anew and figures follow below it."""
    same_stub = not texts[0][0] or texts[0][0] == header[0]
    if not same_stub and (not has_title or any(map(is_year, texts[0]))):
        return False
    places = range(len(header))
    return len(texts) > 1 and opens_with_header(texts) and bool(figure_columns(texts[1:], places))


def _first_of_lines(view: View, band: Sequence[int], place: int) -> int:
    while place > 0 and view.line(band[place - 1]) is not None:
        place -= 1
    return place
