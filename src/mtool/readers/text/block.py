"""The seam between the finders of tables and what makes a `RawTable` of them."""

from __future__ import annotations

from dataclasses import dataclass

from mtool.model import Note


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of a table, cells still with their markup; `line` is an index into the lines."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One table as found: the lines from `start` up to `stop`, which are its alone.

    `header` are the levels of the header, spans already repeated; `caption` and `notes` are those
    that the table's own syntax carries. `confidence` and `reasons` as in `RawTable`. `ragged` are
    lines with too many cells. A `fragment` is no table unless it continues one; `gaps` are the
    lines between joined parts. `is_list`: labels with one figure each, which have no header.
    """

    start: int
    stop: int
    header: tuple[PrintedRow, ...]
    body: tuple[PrintedRow, ...]
    caption: str = ""
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    ragged: tuple[int, ...] = ()
    fragment: bool = False
    is_list: bool = False
    gaps: tuple[tuple[int, int], ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def width(self) -> int:
        return len((self.header or self.body)[0].cells)

    def own_lines(self) -> list[int]:
        """The indices of the lines that are the table's alone."""
        between = {index for start, stop in self.gaps for index in range(start, stop)}
        return [index for index in range(self.start, self.stop) if index not in between]
