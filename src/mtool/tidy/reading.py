"""The work on one table: the table, its recipe, and what was found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mtool.model import Finding, Locator, RawTable, Row
from mtool.passport import Passport, TableRecipe
from mtool.recipes import column_keys
from mtool.schemas import Schema


@dataclass
class TableReading:
    """State of one table being tidied.

    `body` are the printed rows kept, so that `_row` of a tidy row points into it; `groups` gives,
    for `_group` of a tidy row, the printed column (from 0) that each measure came from.
    `unsound` are the tidy rows that a structure finding speaks of.
    """

    table: RawTable
    recipe: TableRecipe
    schema: Schema
    passport: Passport
    folders: tuple[Path, ...] = ()
    body: Sequence[Row] = field(default_factory=list)
    groups: list[Mapping[str, int]] = field(default_factory=list)
    described: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unsound: set[int] = field(default_factory=set)

    @cached_property
    def column_index(self) -> dict[str, int]:
        """Name of each printed column → where it stands, from 0."""
        return {key: at for at, key in enumerate(column_keys(self.table.header))}

    def blame(self, finding: Finding, rows: Iterable[int] = ()) -> None:
        """Keep a finding; a structure finding marks its tidy rows as unsound."""
        self.findings.append(finding)
        if finding.class_ == "structure":
            self.unsound.update(int(row) for row in rows)

    def told_together(self, rows: list[int]) -> list[list[int]]:
        """Rows of one finding: those of a form have one each, since people correct cells."""
        return [[row] for row in rows] if self.table.form else [rows]

    def cell_name(self, row: Row, column: int | None) -> str:
        """`B4`, `line 96, column 2`: the place of a cell inside its file."""
        return self.table.locate(row, column).in_source()

    def cell_names(self, column: int | None) -> list[str]:
        """The names of the cells of a column, or of the rows, in the order of `body`."""
        return [self.cell_name(row, column) for row in self.body]

    def printed_column(self, group: int, column: str) -> int | None:
        """The printed column (from 0) that a tidy column of a group of figures came from."""
        measures = self.groups[group] if self.groups else {}
        printed = measures.get(column)
        for name in (column, *FROM.get(column, ())):
            printed = self.described.get(name) if printed is None else printed
        if printed is None and len(measures) == 1:
            printed = next(iter(measures.values()))
        return printed

    def place_of(self, row: int, column: int | None = None) -> Locator:
        """Where printed row `row` of the body (and `column` of it) stands."""
        return self.table.locate(self.body[row], column)


#: Columns that are worked out from another one: a finding about them points at its cell.
FROM = {
    "admin1_code": ("area",),
    "admin1_name": ("area",),
    "provider_admin1_name": ("area",),
    "admin2_code": ("admin2", "area"),
    "admin2_name": ("admin2", "area"),
    "provider_admin2_name": ("admin2", "area"),
    "location_code": ("country",),
    "reference_period_start": ("period", "year", "month"),
    "reference_period_end": ("period", "year", "month"),
}


@dataclass(frozen=True)
class Places:
    """Where each cell of the tidy rows stands in the source."""

    reading: TableReading
    rows: list[int]
    groups: list[int]

    def locate(self, at: int, column: str) -> Locator:
        """The printed cell that column `column` of tidy row `at` came from, else its row."""
        reading = self.reading
        printed = reading.printed_column(self.groups[at], column)
        return reading.table.locate(reading.body[self.rows[at]], printed)
