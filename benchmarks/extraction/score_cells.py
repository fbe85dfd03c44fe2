"""Compare what a reader found with the truth: cells, whole tables, marks read into numbers.

Rows found are laid beside true rows where most cells agree. Readers that do not tell header from
body are judged by the body alone, and may print header rows above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from truth import Expected, Grid, Place

#: Rows above the body that a reader without a notion of headers may give: title, units, tags.
ROWS_ABOVE = 4


@dataclass(frozen=True)
class Reading:
    """A table found. `header` is null for readers that do not tell it from the body."""

    rows: Grid
    header: list[str] | None = None
    where: str | int | None = None


@dataclass
class Score:
    """Counts over documents. `fused` are figures that a mark became part of, of `marked` ones."""

    documents: int = 0
    failed: int = 0
    pages: int = 0
    cells: int = 0
    right: int = 0
    tables: int = 0
    exact: int = 0
    with_header: int = 0
    spurious: int = 0
    marked: int = 0
    fused: int = 0
    seconds: float = 0.0
    pollution: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Comparison:
    """One true table beside one reading of it."""

    def __init__(self, truth: Expected, found: Reading, blanks_count: bool) -> None:
        self.truth, self.found = truth, found
        self.blanks_count = blanks_count
        self.wanted = self._normal(truth.rows)
        self.rows = self._normal(found.rows)
        if found.header is None:
            self.rows = _without_blank_columns(self.rows)
        self.pairs = self._aligned()
        self.right = sum(self._agreeing(i, j) for i, j in self.pairs)

    def _normal(self, rows: Grid) -> Grid:
        return [[_said(text, self.blanks_count) for text in row] for row in rows]

    def _agreeing(self, i: int, j: int) -> int:
        pairs = enumerate(zip(self.wanted[i], self.rows[j], strict=False))
        return sum(
            _same(one, other) or (not other and (i, c) in self.truth.repeated)
            for c, (one, other) in pairs
        )

    def _aligned(self) -> list[Place]:
        """Rows in the same order that agree in most cells: the longest common subsequence, weighed."""
        wide, last = len(self.wanted), len(self.rows)
        if self.wanted == self.rows[last - wide :]:
            return [(i, last - wide + i) for i in range(wide)]
        best = [[0] * (last + 1) for _ in range(wide + 1)]
        agree = [[self._agreeing(i, j) for j in range(last)] for i in range(wide)]
        for i in range(wide - 1, -1, -1):
            for j in range(last - 1, -1, -1):
                both = best[i + 1][j + 1] + agree[i][j]
                best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
        pairs, i, j = [], 0, 0
        while i < wide and j < last:
            if best[i][j] == best[i + 1][j + 1] + agree[i][j]:
                pairs.append((i, j))
                i, j = i + 1, j + 1
            elif best[i][j] == best[i + 1][j]:
                i += 1
            else:
                j += 1
        return pairs

    @property
    def exact(self) -> bool:
        """Every cell of the body in its place, and nothing else."""
        cells = sum(map(len, self.wanted))
        above = len(self.rows) - len(self.wanted)
        width = max(map(len, self.rows), default=0)
        if self.right != cells or (self.rows and width != self.truth.width):
            return False
        if self.found.header is None:
            at_the_end = not self.pairs or self.pairs[-1][1] == len(self.rows) - 1
            return 0 <= above <= ROWS_ABOVE and at_the_end
        return above == 0

    @property
    def with_header(self) -> bool:
        """Exact, and the names of the columns too."""
        (header,) = self._normal([self.found.header or []])
        (wanted,) = self._normal([self.truth.header])
        return self.exact and (header == wanted or not (any(header) or any(wanted)))

    def difference(self) -> str:
        """The first thing that is not as it should be."""
        laid = dict(self.pairs)
        missing = [i for i in range(len(self.wanted)) if i not in laid]
        more = [j for j in range(len(self.rows)) if j not in laid.values()]
        cells = [
            f"row {i + 1}: {self.wanted[i]} read as {self.rows[j]}"
            for i, j in self.pairs
            if self._agreeing(i, j) < len(self.wanted[i])
        ]
        rows = [f"row {i + 1} missing: {self.wanted[i]}" for i in missing]
        rows += [f"row too many: {self.rows[j]}" for j in more]
        if self.exact:
            return f"header: {self.truth.header} read as {self.found.header}"
        width = f"{self.truth.width} columns, read as {max(map(len, self.rows), default=0)}"
        return [*cells, *rows, width][0]

    @property
    def fused(self) -> int:
        """Figures that end in the digits of their footnote mark."""
        where = dict(self.pairs)
        count = 0
        for (row, column), mark in self.truth.marks.items():
            if row in where and column < len(self.rows[where[row]]):
                found = _digits(self.rows[where[row]][column])
                wanted = _digits(self.wanted[row][column])
                count += bool(wanted and mark.isdecimal() and found == wanted + mark)
        return count


def add(
    score: Score,
    truths: Sequence[Expected],
    found: Sequence[Reading],
    name: str,
    blanks_count: bool = True,
) -> None:
    """Match true tables with readings, most cells first, and count."""
    compared = [
        (comparison.right, i, j, comparison)
        for i, truth in enumerate(truths)
        for j, reading in enumerate(found)
        if reading.where is None or reading.where == truth.where
        for comparison in [Comparison(truth, reading, blanks_count)]
        if comparison.right or not truth.rows
    ]
    seen_truths: set[int] = set()
    seen_found: set[int] = set()
    for right, i, j, comparison in sorted(compared, key=lambda c: (-c[0], c[1], c[2])):
        if i in seen_truths or j in seen_found:
            continue
        seen_truths.add(i)
        seen_found.add(j)
        score.right += right
        score.exact += comparison.exact
        score.with_header += comparison.with_header
        score.fused += comparison.fused
        if not comparison.with_header:
            score.wrong.append(f"{name}: {truths[i].title or i + 1}: {comparison.difference()}")
    score.wrong += [
        f"{name}: {truths[i].title or i + 1}: not found"
        for i in range(len(truths))
        if i not in seen_truths
    ]
    score.tables += len(truths)
    score.cells += sum(len(row) for truth in truths for row in truth.rows)
    score.marked += sum(
        mark.isdecimal() and truth.rows[row][column][-1:].isdecimal()
        for truth in truths
        for (row, column), mark in truth.marks.items()
    )
    spurious = len(found) - len(seen_found)
    score.spurious += spurious
    if spurious:
        score.wrong.append(f"{name}: {spurious} tables that are not there")


def _without_blank_columns(rows: Grid) -> Grid:
    width = max(map(len, rows), default=0)
    full = [c for c in range(width) if any(c < len(row) and row[c] for row in rows)]
    return [[row[c] if c < len(row) else "" for c in full] for row in rows]


def _said(text: str, blanks_count: bool) -> str:
    return (" " if blanks_count else "").join(text.split())


def _same(one: str, other: str) -> bool:
    """Equal texts, or, for readers that turn texts into numbers, equal numbers."""
    if one == other:
        return True
    if not (one[:1].isdecimal() and other[:1].isdecimal()):
        return False
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal()) if text[-1:].isdecimal() else ""
