"""The cells of one table as they are read one by one, and what is odd about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mtool.model import Cell, Finding
from mtool.readers.places import Placed
from mtool.readers.runs import MarkedText, Run, folded, may_hold_marks, read_cell, read_lines

_SAMPLE = 60
_NAMED = 5


@dataclass(slots=True)
class CellReading:
    """Reads cells from their runs; keeps the names of notes and the lines of lone cells."""

    keys: dict[str, str] = field(default_factory=dict)
    only_marks: list[str] = field(default_factory=list)
    _runs: dict[int, Sequence[Run]] = field(default_factory=dict)

    def read(self, placed: Placed, runs: Sequence[Run], *, header: bool) -> Cell:
        """Read one cell; `header` is what the format says of it."""
        read = read_cell(runs)
        for mark in read.marks:
            self.keys.setdefault(mark.text, mark.key)
        if read.text:
            self._runs.setdefault(placed.row, runs)
        elif read.marks:
            place = f"row {placed.row + 1}, column {placed.column + 1}"
            self.only_marks.append(f"{read.marks[0].text} in {place}")
        return Cell(
            row=placed.row,
            column=placed.column,
            text=read.text,
            rowspan=placed.rowspan,
            colspan=placed.colspan,
            header=header,
            marks=tuple(mark.text for mark in read.marks),
        )

    def read_plain(self, placed: Placed, text: str, *, header: bool) -> Cell:
        """Read one cell that is text and nothing else: the short road for large tables."""
        clean = folded(text)
        if may_hold_marks(clean):
            return self.read(placed, [Run(text)], header=header)
        if clean and placed.row not in self._runs:
            self._runs[placed.row] = [Run(clean)]
        return Cell(placed.row, placed.column, clean, placed.rowspan, placed.colspan, header)

    def findings(self) -> list[Finding]:
        """Say which cells print nothing but a raised mark: they may be figures after all."""
        if not self.only_marks:
            return []
        named = ", ".join(self.only_marks[:_NAMED]) + (
            " …" if len(self.only_marks) > _NAMED else ""
        )
        return [
            Finding(
                rule="mark_alone",
                class_="structure",
                severity="warning",
                message=f"nothing but a raised sign is printed: {named}; it was read as the "
                "footnote mark of an empty cell",
                suggestion="look whether these are figures, and correct them in the passport",
            )
        ]

    def lone_lines(self, cells: Sequence[Cell]) -> dict[int, tuple[MarkedText, ...]]:
        """By row, the lines of each cell that is the only one printed in its row."""
        printed: dict[int, int] = {}
        for cell in cells:
            for row in range(cell.row, cell.row + cell.rowspan) if cell.text else ():
                printed[row] = printed.get(row, 0) + 1
        return {
            row: tuple(read_lines(runs)) for row, runs in self._runs.items() if printed[row] == 1
        }


def left_out(pieces: Iterable[tuple[str, str]]) -> list[Finding]:
    """One finding for each kind of text that was left out; pieces are (kind, text)."""
    by_kind: dict[str, list[str]] = {}
    for kind, text in pieces:
        if text:
            by_kind.setdefault(kind, []).append(text)
    return [
        Finding(
            rule="left_out",
            class_="note",
            severity="warning",
            message=f"text that is {kind} was left out, in {len(texts)} "
            f"place{'s' if len(texts) > 1 else ''}: {sample(texts[0])}",
            value=sample(texts[0]),
        )
        for kind, texts in by_kind.items()
    ]


def uneven_rows(cells: Sequence[Cell]) -> list[Finding]:
    """Say which rows have fewer or more places than most rows; lone cells head sections."""
    covered: Counter[int] = Counter()
    begun: Counter[int] = Counter()
    for cell in cells:
        begun[cell.row] += 1
        for row in range(cell.row, cell.row + cell.rowspan):
            covered[row] += cell.colspan
    widths = {row: covered[row] for row in sorted(covered) if begun[row] > 1}
    usual = Counter(widths.values()).most_common(1)[0][0] if widths else 0
    odd = [f"row {row + 1} has {width}" for row, width in widths.items() if width != usual]
    if not odd:
        return []
    named = ", ".join(odd[:_NAMED]) + (" and more" if len(odd) > _NAMED else "")
    return [
        Finding(
            rule="uneven_rows",
            class_="structure",
            severity="warning",
            message=f"most rows have {usual} cells, but {named}; missing cells were taken to be "
            "blank at the end of their row",
            suggestion="compare these rows with the document",
        )
    ]


def sample(text: str) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= _SAMPLE else f"{text[:_SAMPLE]}…"
