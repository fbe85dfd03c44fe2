"""Score tables against their truth by adjacency relations (Göbel et al. 2012, ICDAR 2013).

A relation is a pair of neighbouring cells with text: the nearest to the right in a row, and the
nearest below in a column, blank cells skipped. Texts are compared without blanks.

    python benchmarks/extraction/score.py SET [--engine mtool|pdfplumber|camelot]
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
Relation = tuple[str, str, str]


@dataclass(frozen=True)
class Region:
    """A table, or its part on one page."""

    page: int
    cells: tuple[Cell, ...]


def normal(text: str) -> str:
    return "".join(text.split()).casefold()


def relations(cells: Iterable[Cell]) -> Counter[Relation]:
    """Every pair of nearest neighbours with text, to the right and below."""
    place: dict[tuple[int, int], Cell] = {}
    cells = [c for c in cells if normal(c["text"])]
    for cell in cells:
        for row in range(cell["row"], cell["row"] + cell.get("rowspan", 1)):
            for column in range(cell["column"], cell["column"] + cell.get("colspan", 1)):
                place.setdefault((row, column), cell)
    if not place:
        return Counter()
    last_row = max(row for row, _ in place)
    last_column = max(column for _, column in place)
    found: set[tuple[int, int, str]] = set()
    counted: Counter[Relation] = Counter()
    for (row, column), cell in place.items():
        for kind, steps in (
            ("right", ((row, c) for c in range(column + 1, last_column + 1))),
            ("below", ((r, column) for r in range(row + 1, last_row + 1))),
        ):
            other = next((place[s] for s in steps if s in place and place[s] is not cell), None)
            if other is not None and (id(cell), id(other), kind) not in found:
                found.add((id(cell), id(other), kind))
                counted[normal(cell["text"]), normal(other["text"]), kind] += 1
    return counted


@dataclass
class Score:
    """Relations right, found and true; tables exact and tables that are not there."""

    right: int = 0
    found: int = 0
    true: int = 0
    exact: int = 0
    spurious: int = 0
    tables: int = 0

    @property
    def f1(self) -> float:
        if not self.true and not self.found:
            return 1.0
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0


def score(found: list[Region], truth: list[Region]) -> Score:
    """Match tables page by page, largest agreement first, and count."""
    result = Score(tables=len(truth))
    mine = [(region, relations(region.cells)) for region in found]
    theirs = [(region, relations(region.cells)) for region in truth]
    result.found = sum(r.total() for _, r in mine)
    result.true = sum(r.total() for _, r in theirs)
    pairs = sorted(
        (
            (-(a & b).total(), i, j)
            for i, (one, a) in enumerate(mine)
            for j, (other, b) in enumerate(theirs)
            if one.page == other.page and (a & b).total()
        ),
    )
    used_mine: set[int] = set()
    used_true: set[int] = set()
    for negative, i, j in pairs:
        if i in used_mine or j in used_true:
            continue
        used_mine.add(i)
        used_true.add(j)
        result.right -= negative
        result.exact += mine[i][1] == theirs[j][1]
    result.spurious = len(found) - len(used_mine)
    return result


def read_with_mtool(path: Path) -> list[Region]:
    from mtool.model import Source
    from mtool.readers import ReadOptions
    from mtool.readers.pdf import read

    regions = []
    for table in read(path, Source(id="x", path=str(path)), ReadOptions()).tables:
        pages: dict[int, list[Cell]] = {}
        for c in table.grid:
            cell = {
                "row": c.row,
                "column": c.column,
                "rowspan": c.rowspan,
                "colspan": c.colspan,
                "text": c.text,
            }
            pages.setdefault(c.page or 0, []).append(cell)
        regions += [Region(page, tuple(cells)) for page, cells in pages.items()]
    return regions


def read_with_pdfplumber(path: Path) -> list[Region]:
    import pdfplumber

    regions = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            for rows in page.extract_tables():
                regions.append(Region(page.page_number, tuple(_cells_of(rows))))
    return regions


def read_with_camelot(path: Path) -> list[Region]:
    import camelot

    tables = camelot.read_pdf(str(path), pages="all", flavor="hybrid")
    return [Region(int(t.page), tuple(_cells_of(t.df.values.tolist()))) for t in tables]


def _cells_of(rows: list[list[str | None]]) -> Iterable[Cell]:
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text:
                yield {"row": r, "column": c, "text": text}


ENGINES: dict[str, Callable[[Path], list[Region]]] = {
    "mtool": read_with_mtool,
    "pdfplumber": read_with_pdfplumber,
    "camelot": read_with_camelot,
}


def score_set(folder: Path, engine: str, verbose: bool = False) -> dict[str, float]:
    """Score every PDF of a folder whose truth lies beside it; F1 is the mean over documents."""
    reads = ENGINES[engine]
    f1s: list[float] = []
    exact = spurious = tables = pages = 0
    seconds = 0.0
    for path in sorted(folder.glob("*.pdf")):
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        start = time.perf_counter()
        try:
            found = reads(path)
        except Exception as error:  # a peer that fails on a document scores 0 there
            if engine == "mtool":
                raise
            print(f"{path.name}: {type(error).__name__}")
            found = []
        seconds += time.perf_counter() - start
        one = score(found, [Region(t["page"], tuple(t["cells"])) for t in truth["tables"]])
        f1s.append(one.f1)
        exact, spurious, tables = exact + one.exact, spurious + one.spurious, tables + one.tables
        pages += truth["pages"]
        if verbose:
            counts = f"exact {one.exact}/{one.tables}  spurious {one.spurious}"
            print(f"{path.name:28} F1 {one.f1:.3f}  {counts}")
    return {
        "documents": len(f1s),
        "f1": sum(f1s) / max(len(f1s), 1),
        "exact": exact,
        "tables": tables,
        "spurious": spurious,
        "seconds_per_page": seconds / max(pages, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="mtool")
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    for name, value in score_set(given.folder, given.engine, given.verbose).items():
        print(f"{name:18} {value:.3f}" if isinstance(value, float) else f"{name:18} {value}")


if __name__ == "__main__":
    main()
