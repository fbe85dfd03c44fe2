"""What an engine is asked: which file, which plan, and how places in it are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from mtool.engines.blocks import Layout
from mtool.engines.plan import Plan
from mtool.model import Finding, Locator


@dataclass(frozen=True)
class Request:
    """A tidy file and its plan. `file` is what is opened, `path` how the user knows it.

    `findings` were made of the header; `cluster` is the address of an engine's workers, where it
    has any.
    """

    file: Path
    path: str
    plan: Plan
    header: tuple[str, ...]
    layout: Layout = field(default_factory=Layout)
    is_parquet: bool = False
    findings: tuple[Finding, ...] = ()
    cluster: str = ""

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns of the file that the plan asks something of, in the file's order; never none."""
        known = [name for name in self.header if name in self.plan.by_name]
        needed = self.plan.needed()
        return tuple(name for name in known if name in needed) or tuple(known[:1])

    def place(self, row: int, column: str) -> Locator:
        """Where a column of a row stands: a physical line, or the row of a Parquet file."""
        number = self.header.index(column) + 1 if column in self.header else None
        if self.is_parquet:
            return Locator(path=self.path, table="t1", row=row, column=number)
        return Locator(path=self.path, table="t1", line=row, column=number)


#: Rows of several files are numbered on: those of the second file begin after this many.
ROWS_OF_A_FILE = 1 << 40


@dataclass(frozen=True)
class Files(Request):
    """Several tidy files that are one table; everything but its `members` is that of the first."""

    members: tuple[Request, ...] = ()

    def place(self, row: int, column: str) -> Locator:
        """Where a column of a row stands, in the file that holds the row."""
        file, row = divmod(row, ROWS_OF_A_FILE)
        return self.members[file].place(row, column)


def as_one_table(members: Sequence[Request]) -> Files:
    """The request for some files together; findings of every header are kept."""
    first = members[0]
    findings = tuple(finding for member in members for finding in member.findings)
    shared = {f.name: getattr(first, f.name) for f in fields(first) if f.init}
    return Files(**{**shared, "findings": findings}, members=tuple(members))
