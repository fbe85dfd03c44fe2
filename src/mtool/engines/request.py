"""What an engine is asked: which file, which plan, and how places in it are named."""

from __future__ import annotations

from dataclasses import dataclass, field
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
