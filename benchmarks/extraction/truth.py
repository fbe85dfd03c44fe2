"""What a report prints and a reader should give back: cells, tables, and prose around them.

Everything is invented; only the shapes are those of real reports. Renderers take a `TrueTable`;
scores compare with `Expected`, the same table as a grid.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

Grid = list[list[str]]
Place = tuple[int, int]

VOCABULARY = (
    "the report states that measures taken under the programme have improved access to services in "
    "most districts while costs rose more slowly than expected during the period under review and "
    "several partners asked for further guidance on how results should be measured across regions "
    "where data remain incomplete or were not collected in time for the annual survey of households"
)
WORDS = VOCABULARY.split()


@dataclass(frozen=True)
class TrueCell:
    """One cell of the truth; `note` is a raised mark that must not become part of the text."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    note: str = ""

    def places(self) -> list[Place]:
        """Every row and column that the cell covers, its own first."""
        rows = range(self.row, self.row + self.rowspan)
        columns = range(self.column, self.column + self.colspan)
        return [(row, column) for row in rows for column in columns]


@dataclass(frozen=True)
class Expected:
    """A table as it should be read: levels of the header joined, merged cells repeated.

    `marks` are by row and column of the body; `repeated` are places that a merged cell fills.
    `where` is the page or the sheet, where the format has such.
    """

    header: list[str]
    rows: Grid
    marks: dict[Place, str] = field(default_factory=dict)
    repeated: frozenset[Place] = frozenset()
    title: str = ""
    where: str | int | None = None

    @property
    def width(self) -> int:
        """Columns; the part of a table on a later page has no header to count."""
        return len(self.header or self.rows[0])


def expected(
    cells: Iterable[TrueCell], header_rows: int, title: str = "", where: str | int | None = None
) -> Expected:
    """The grid of some cells, the first `header_rows` of them joined into one header."""
    cells = list(cells)
    height = max((cell.row + cell.rowspan for cell in cells), default=0)
    width = max((cell.column + cell.colspan for cell in cells), default=0)
    grid = [[""] * width for _ in range(height)]
    for cell in cells:
        for row, column in cell.places():
            grid[row][column] = cell.text
    body = [cell for cell in cells if cell.row >= header_rows]
    levels = zip(*grid[:header_rows], strict=True)
    return Expected(
        header=[" / ".join(dict.fromkeys(text for text in level if text)) for level in levels],
        rows=grid[header_rows:],
        marks={(c.row - header_rows, c.column): c.note for c in body if c.note},
        repeated=frozenset((r - header_rows, c) for b in body for r, c in b.places()[1:]),
        title=title,
        where=where,
    )


@dataclass
class TrueTable:
    """A table as it is to be printed. `indents` and `sections` are by row; `words` by column."""

    cells: list[TrueCell]
    rows: int
    columns: int
    header_rows: int
    title: str = ""
    notes: list[str] = field(default_factory=list)
    indents: dict[int, int] = field(default_factory=dict)
    sections: set[int] = field(default_factory=set)
    totals: set[int] = field(default_factory=set)
    spaced: set[int] = field(default_factory=set)
    words: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def expected(self) -> Expected:
        """What a reader should give back."""
        return expected(self.cells, self.header_rows, self.title)

    def begun_in(self, row: int) -> list[TrueCell]:
        """The cells that begin in a row, from left to right, blank ones where there is no text."""
        covered = {place for cell in self.cells for place in cell.places()}
        blanks = [TrueCell(row, c, "") for c in range(self.columns) if (row, c) not in covered]
        begun = [cell for cell in self.cells if cell.row == row]
        return sorted([*begun, *blanks], key=lambda cell: cell.column)


def sentence(rng: random.Random, words: int) -> str:
    text = " ".join(rng.choice(WORDS) for _ in range(words))
    return text[0].upper() + text[1:] + "."


def paragraph(rng: random.Random, sentences: int = 4) -> str:
    return " ".join(sentence(rng, rng.randint(8, 22)) for _ in range(sentences))
