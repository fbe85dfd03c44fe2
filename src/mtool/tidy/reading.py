"""The work on one table: the table, its recipe, and what was found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mtool.model import Finding, Locator, RawTable, Row
from mtool.passport import Passport, TableRecipe
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
    body: list[Row] = field(default_factory=list)
    groups: list[Mapping[str, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unsound: set[int] = field(default_factory=set)

    def blame(self, finding: Finding, rows: Iterable[int] = ()) -> None:
        """Keep a finding; a structure finding marks its tidy rows as unsound."""
        self.findings.append(finding)
        if finding.class_ == "structure":
            self.unsound.update(int(row) for row in rows)

    def cell_name(self, row: Row, column: int | None) -> str:
        """`B4`, `line 96, column 2`: the place of a cell inside its file."""
        return self.table.locate(row, column).in_source()

    def place_of(self, row: int, column: int | None = None) -> Locator:
        """Where printed row `row` of the body (and `column` of it) stands."""
        return self.table.locate(self.body[row], column)
