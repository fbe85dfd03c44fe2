"""Read generated web pages and Word documents beside pandas.read_html and python-docx.

python benchmarks/extraction/markup.py [DOCUMENTS PER FORMAT]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import render_docx
import render_html
from printed_tables import TrueTable, policy_table, statistical_table

Grid = list[list[str]]
Reading = Callable[[Path], list[Grid]]


@dataclass
class Score:
    """Cells and tables right, tables that are not there, marks read into cells."""

    cells: int = 0
    right: int = 0
    tables: int = 0
    exact: int = 0
    spurious: int = 0
    marks: int = 0
    marks_in_cells: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"cells {self.right / max(self.cells, 1):7.2%}  exact {self.exact}/{self.tables}  "
            f"spurious {self.spurious}  marks read into cells {self.marks_in_cells}/{self.marks}  "
            f"{self.seconds:.2f} s"
        )


def body_of(table: TrueTable) -> Grid:
    """The body as it should be read: merged cells repeated."""
    grid = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            for column in range(cell.column, cell.column + cell.colspan):
                grid[row][column] = cell.text
    return [row for row in grid[table.header_rows :] if any(row)]


def read_with_mtool(path: Path) -> list[Grid]:
    from mtool.model import Source
    from mtool.readers import ReadOptions, find_reader

    reader = find_reader(path, path.read_bytes()[:65_536])
    return [table.rows for table in reader.read(path, Source(id="x"), ReadOptions()).tables]


def read_with_pandas(path: Path) -> list[Grid]:
    import pandas as pd

    frames = pd.read_html(str(path), keep_default_na=False, thousands=None)
    return [
        [["" if v != v else str(v) for v in row] for row in frame.astype(object).values.tolist()]
        for frame in frames
    ]


def read_with_python_docx(path: Path) -> list[Grid]:
    import docx

    tables = docx.Document(str(path)).tables
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]


def score(found: Sequence[Grid], truth: Sequence[TrueTable], into: Score, name: str) -> None:
    """Match each true table with the found one that shares most cells, and count."""
    left = list(found)
    for table in truth:
        body = body_of(table)
        best = max(left, key=lambda grid: _agreement(grid, body), default=None)
        into.tables += 1
        into.cells += sum(map(len, body))
        into.marks += sum(bool(cell.note) for cell in table.cells)
        if best is None or not _agreement(best, body):
            into.wrong.append(f"{name}: {table.title}: not found")
            continue
        left.remove(best)
        right = _agreement(best, body)
        exact = (
            right == sum(map(len, body)) and len(best) == len(body) and len(best[0]) == len(body[0])
        )
        into.right += right
        into.exact += exact
        into.marks_in_cells += _glued(best, table)
        if not exact:
            into.wrong.append(f"{name}: {table.title}")
    into.spurious += len(left)


def _agreement(grid: Grid, body: Grid) -> int:
    """Cells that agree, rows counted from the last: readers differ in what they call header."""
    pairs = zip(reversed(grid), reversed(body), strict=False)
    return sum(
        _same(one, other)
        for row, true_row in pairs
        for one, other in zip(row, true_row, strict=False)
    )


def _glued(grid: Grid, table: TrueTable) -> int:
    printed = {_said(text) for row in grid for text in row}
    noted = (cell for cell in table.cells if cell.note and not cell.header)
    return sum(
        any(_said(cell.text + mark) in printed for mark in (cell.note, f"[{cell.note}]"))
        for cell in noted
    )


def _same(one: str, other: str) -> bool:
    """Equal texts, or, for readers that turn texts into numbers, equal numbers."""
    if _said(one) == _said(other):
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _said(text: str) -> str:
    return " ".join(text.split())


def some_tables(rng: random.Random) -> list[TrueTable]:
    made = []
    for number in range(rng.randint(1, 3)):
        table = (
            policy_table(rng)
            if rng.random() < 0.15
            else statistical_table(rng, rng.choice(("en", "fr")))
        )
        table.title = f"Table {number + 1}: {table.title.split(maxsplit=2)[-1]}"
        made.append(table)
    return made


def run(count: int, folder: Path) -> dict[str, Score]:
    """Write and read `count` documents of each format."""
    readings: dict[str, Reading] = {
        "html mtool": read_with_mtool,
        "html pandas.read_html": read_with_pandas,
        "docx mtool": read_with_mtool,
        "docx python-docx": read_with_python_docx,
    }
    scores = {name: Score() for name in readings}
    for number in range(count):
        rng = random.Random(number)
        tables = some_tables(rng)
        manner = number % 5
        page, document = folder / f"{number}.html", folder / f"{number}.docx"
        page.write_text(render_html.render_page(tables, rng, render_html.MANNERS[manner]), "utf-8")
        render_docx.render_document(tables, rng, render_docx.MANNERS[manner], document)
        for name, reading in readings.items():
            path = page if name.startswith("html") else document
            begun = time.perf_counter()
            found = reading(path)
            scores[name].seconds += time.perf_counter() - begun
            score(found, tables, scores[name], path.name)
    return scores


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        where = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder)
        for name, result in run(int(sys.argv[1]) if len(sys.argv) > 1 else 40, where).items():
            print(f"{name:24}{result}")
            if "mtool" in name:
                print(*(f"    {line}" for line in result.wrong[:10]), sep="\n")
