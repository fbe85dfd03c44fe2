"""Score readings of rendered workbooks beside pandas and openpyxl.

    python benchmarks/extraction/score_xlsx.py SET [--suffix .ods] [-v]

Cells: the share of true cells, header included, that stand in their place in the table found.
Exact: header and rows equal. Glued: figures into which a footnote mark went.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Grid = list[list[str]]


@dataclass
class Reading:
    """A table found: its sheet, its header joined, its rows, and what else the reader gives."""

    sheet: str
    header: list[str]
    rows: Grid
    title: str = ""
    marks: set[tuple[int, int, str]] = field(default_factory=set)
    notes: int = 0
    first: int = 0


def read_with_mtool(path: Path) -> list[Reading]:
    from mtool.model import Source
    from mtool.readers import ReadOptions
    from mtool.readers.spreadsheet import read

    tables = read(path, Source(id="x", path=str(path)), ReadOptions()).tables
    return [
        Reading(
            t.locator.sheet or "",
            list(t.header),
            t.rows,
            t.title,
            {(r, c, mark) for r, row in enumerate(t.body) for c, mark in row.marks},
            len([n for n in t.notes if n.mark != "HXL"]),
            t.locator.row or 0,
        )
        for t in tables
    ]


def read_with_pandas(path: Path) -> list[Reading]:
    import pandas as pd

    sheets = pd.read_excel(path, sheet_name=None, dtype=str, keep_default_na=False)
    return [
        Reading(name, [str(c) for c in frame.columns], frame.astype(str).values.tolist())
        for name, frame in sheets.items()
        if len(frame)
    ]


def read_with_openpyxl(path: Path) -> list[Reading]:
    import openpyxl

    found = []
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        rows = [["" if v is None else str(v) for v in row] for row in sheet.values]
        rows = [row for row in rows if any(row)]
        if rows:
            found.append(Reading(sheet.title, rows[0], rows[1:]))
    return found


ENGINES: dict[str, Callable[[Path], list[Reading]]] = {
    "mtool": read_with_mtool,
    "pandas": read_with_pandas,
    "openpyxl": read_with_openpyxl,
}


@dataclass
class Score:
    tables: int = 0
    exact: int = 0
    cells: int = 0
    right: int = 0
    spurious: int = 0
    glued: int = 0
    titles: int = 0
    marks: int = 0
    seconds: float = 0.0


def _right_cells(truth: dict[str, Any], found: Reading) -> int:
    """Cells in place, when the first true row is laid on the row found that starts alike."""
    true_rows = [truth["header"], *truth["rows"]]
    rows = [found.header, *found.rows]
    best = 0
    for shift in range(min(len(rows), 25)):
        pairs = zip(true_rows, rows[shift:], strict=False)
        best = max(best, sum(a == b for one, two in pairs for a, b in zip(one, two, strict=False)))
    return best


def _glued(truth: dict[str, Any], found: Reading) -> int:
    """Figures that stand in the row of their label with a footnote mark as their last digit."""
    by_label = {row[0].strip(): row for row in found.rows if row and row[0]}
    glued = 0
    for row, column, mark in truth["marks"]:
        label, text = truth["rows"][row][0], truth["rows"][row][column]
        glued += text[-1:].isdigit() and f"{text}{mark}" in by_label.get(label, ())
    return glued


def score_one(total: Score, truths: list[dict[str, Any]], found: list[Reading]) -> list[str]:
    """Add one workbook to the score; say which tables are not exact."""
    wrong: list[str] = []
    left = list(found)
    for truth in truths:
        total.tables += 1
        total.cells += len(truth["header"]) * (len(truth["rows"]) + 1)
        near = [r for r in left if r.sheet == truth["sheet"]]
        best = max(near, key=lambda r: _right_cells(truth, r), default=None)
        if best is None:
            wrong.append(f"{truth['sheet']} row {truth['row']}: not found")
            continue
        left.remove(best)
        total.right += _right_cells(truth, best)
        exact = best.header == truth["header"] and best.rows == truth["rows"]
        total.exact += exact
        total.glued += _glued(truth, best)
        total.titles += best.title == truth["title"]
        total.marks += best.marks == {tuple(m) for m in truth["marks"]}
        if not exact:
            wrong.append(f"{truth['sheet']} row {truth['row']}: differs")
    total.spurious += len(left)
    return wrong


def score_set(folder: Path, engine: str, suffix: str, verbose: bool) -> Score:
    total = Score()
    for path in sorted(folder.glob(f"*{suffix}")):
        truths = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        start = time.perf_counter()
        try:
            found = ENGINES[engine](path)
        except Exception as error:  # a peer that fails on a workbook scores 0 there
            if engine == "mtool":
                raise
            print(f"{path.name}: {type(error).__name__}")
            found = []
        total.seconds += time.perf_counter() - start
        for line in score_one(total, truths, found):
            if verbose:
                print(path.name, line)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--suffix", default=".xlsx")
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    for engine in [given.engine] if given.engine else ENGINES:
        s = score_set(given.folder, engine, given.suffix, given.verbose)
        print(
            f"{engine:9} cells {s.right / max(s.cells, 1):.4f}  exact {s.exact}/{s.tables}  "
            f"spurious {s.spurious}  glued marks {s.glued}  titles {s.titles}  marks {s.marks}  "
            f"{s.seconds:.2f} s"
        )


if __name__ == "__main__":
    main()
