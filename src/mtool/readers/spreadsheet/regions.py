"""Where on a sheet something stands together: bands of rows between blank rows, groups of columns.

Hidden rows and columns are not there at all; lines (one text in the row: titles, notes, labels of
sections) never decide which columns a table has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from mtool.readers.spreadsheet.sheets import LAST_COLUMN, Box, Sheet


@dataclass(frozen=True, slots=True)
class Occupied:
    """The columns that print something of their own, and those only reached by merged cells."""

    columns: tuple[int, ...]
    reached: frozenset[int] = frozenset()


@dataclass(frozen=True)
class View:
    """The visible places of a sheet. Rows are indexes into `sheet.rows`.

    `covered` are row numbers that only hold the lower part of merged cells; `left` and `right`
    narrow the view to some columns.
    """

    sheet: Sheet
    covered: frozenset[int] = frozenset()
    left: int = 1
    right: int = LAST_COLUMN

    def narrowed(self, left: int, right: int) -> View:
        """The same rows, seen between two columns."""
        return View(self.sheet, self.covered, max(left, self.left), min(right, self.right))

    def number(self, row: int) -> int:
        """The row number on the sheet."""
        return self.sheet.rows.numbers[row]

    def texts(self, row: int, columns: Sequence[int]) -> list[str]:
        return self.sheet.rows.texts(row, columns)

    def text(self, row: int, column: int) -> str:
        return self.sheet.rows.text(row, column)

    def cells(self, row: int) -> dict[int, str]:
        """Column → text of the visible cells of a row."""
        cells = self.sheet.rows.cells(row)
        if self._sees_all:
            return cells
        hidden = self.sheet.hidden_columns
        return {
            c: text for c, text in cells.items() if self.left <= c <= self.right and c not in hidden
        }

    def line(self, row: int) -> str | None:
        """The text of a row that prints only one, merged or not; null for other rows."""
        if not self._merged_rows and self._sees_all:
            first, last = self.sheet.rows.reach(row)
            if first != last:
                return None
        cells = self.cells(row)
        if len(cells) == 1 or (
            self.number(row) in self._merged_rows and len({*cells.values()}) == 1
        ):
            return next(iter(cells.values()))
        return None

    def is_blank_between(self, upper: int, lower: int) -> bool:
        """True when a visible row between two kept rows prints nothing."""
        return self.blanks_between(upper, lower) > 0

    def blanks_between(self, upper: int, lower: int) -> int:
        """How many visible rows between two kept rows print nothing."""
        between = range(self.number(upper) + 1, self.number(lower))
        if not between:
            return 0
        hidden = self.sheet.hidden_rows
        if len(between) > len(hidden) + len(self.covered):
            skipped = {n for n in hidden if n in between} | {
                n for n in self.covered if n in between
            }
            return len(between) - len(skipped)
        return sum(1 for n in between if n not in hidden and n not in self.covered)

    @cached_property
    def visible(self) -> list[int]:
        """The kept rows that can be seen and print something."""
        hidden = self.sheet.hidden_rows
        numbers = self.sheet.rows.numbers
        if not hidden and self._sees_all:
            return list(range(len(numbers)))
        return [
            row for row in range(len(numbers)) if numbers[row] not in hidden and self.cells(row)
        ]

    @cached_property
    def marks(self) -> frozenset[str]:
        """Every footnote mark on the sheet."""
        return frozenset(mark for marks in self.sheet.marks.values() for mark in marks)

    @cached_property
    def _sees_all(self) -> bool:
        return not self.sheet.hidden_columns and self.left == 1 and self.right == LAST_COLUMN

    def reached_by_merging(self, row: int) -> set[int]:
        """The columns of a row that only repeat a cell merged with them from the left."""
        boxes = self._wide_boxes.get(self.number(row), ())
        return {column for box in boxes for column in range(box.left + 1, box.right + 1)}

    @cached_property
    def _wide_boxes(self) -> dict[int, list[Box]]:
        wide: dict[int, list[Box]] = {}
        for box in self.sheet.merged:
            if box.right > box.left:
                for number in range(box.top, min(box.bottom, self._last) + 1):
                    wide.setdefault(number, []).append(box)
        return wide

    @cached_property
    def _last(self) -> int:
        return self.sheet.rows.numbers[-1] if len(self.sheet.rows) else 0

    @cached_property
    def _merged_rows(self) -> frozenset[int]:
        boxes = self.sheet.merged
        return frozenset(
            number for box in boxes for number in range(box.top, min(box.bottom, self._last) + 1)
        )


def bands(view: View, rows: Sequence[int]) -> Iterator[list[int]]:
    """Split rows where a blank row stands between them."""
    band: list[int] = []
    for row in rows:
        if band and view.is_blank_between(band[-1], row):
            yield band
            band = []
        band.append(row)
    if band:
        yield band


def occupied_columns(view: View, rows: Sequence[int]) -> Occupied:
    """The columns in which the rows print something.

    Of lines only those count that stand between other rows: labels of sections in a column of
    their own. Titles and notes may stand anywhere.
    """
    columns: set[int] = set()
    reached: set[int] = set()
    waiting: set[int] = set()
    known: tuple[int, int] | None = None
    for row in rows:
        reach = view.sheet.rows.reach(row)
        if reach == known:
            columns.update(waiting)
            waiting.clear()
            continue
        if view.line(row) is not None:
            cells = view.cells(row)
            waiting.update(cells if columns and len(cells) == 1 else ())
            continue
        columns.update(waiting)
        waiting.clear()
        beside = view.reached_by_merging(row)
        if beside or not view.sheet.rows.is_dense(row):
            columns.update(set(view.cells(row)) - beside)
            reached.update(beside)
        else:
            columns.update(range(reach[0], reach[1] + 1))
            known = reach
    columns = {c for c in columns if view.left <= c <= view.right} - view.sheet.hidden_columns
    return Occupied(tuple(sorted(columns)), frozenset(reached - columns))


def column_groups(view: View, occupied: Occupied) -> list[list[int]]:
    """Split columns where a visible blank column stands between them."""
    groups: list[list[int]] = []
    bridged = view.sheet.hidden_columns | occupied.reached
    for column in occupied.columns:
        if groups and all(c in bridged for c in range(groups[-1][-1] + 1, column)):
            groups[-1].append(column)
        else:
            groups.append([column])
    return groups
