"""A table as cells on a grid: rows and columns with spans, before it becomes a `RawTable`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mtool.readers.pdf.ink import Box
from mtool.readers.pdf.words import Line, Word, group_lines


@dataclass(frozen=True, slots=True)
class GridCell:
    """One printed cell with the words in it."""

    row: int
    column: int
    words: tuple[Word, ...]
    rowspan: int = 1
    colspan: int = 1

    @property
    def text(self) -> str:
        return cell_text(self.words)

    @property
    def marks(self) -> tuple[str, ...]:
        return tuple(mark for word in self.words for mark in (*word.lead_marks, *word.marks))

    def moved(self, rows: int) -> GridCell:
        return replace(self, row=self.row + rows)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on one page. The first `header_rows` rows are its header."""

    page: int
    box: Box
    cells: tuple[GridCell, ...]
    rows: int
    columns: int
    header_rows: int
    cuts: tuple[float, ...] = ()
    reasons: tuple[str, ...] = ()
    confidence: float = 0.5

    def filled(self) -> Iterable[GridCell]:
        return (cell for cell in self.cells if cell.words)


def cell_text(words: Sequence[Word]) -> str:
    """Words of a cell in reading order; a hyphen at a line's end is joined without a blank."""
    text = ""
    turned = [word for word in words if word.angle]
    for line in group_lines(word for word in words if not word.angle):
        text = join_lines(text, line)
    for word in sorted(turned, key=lambda w: w.x0 if w.angle == 90 else -w.x0):
        text = f"{text} {word.text}".strip()
    return text


def join_lines(text: str, line: Line) -> str:
    """Append a line of a cell: `long-` + `term` → `long-term`."""
    if not text:
        return line.text
    if text.endswith("-") and len(text) > 1 and text[-2].isalpha() and line.text[:1].isalpha():
        return text + line.text
    return f"{text} {line.text}"
