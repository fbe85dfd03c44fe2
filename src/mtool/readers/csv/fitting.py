"""Rows with too many or too few cells: set under their headings where only one way fits.

A row is never shifted on a guess. Where several ways fit, or none, a long row keeps all its
cells and a short one is filled up at its end, and the outcome says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb
from typing import Literal

from mtool.readers.csv.columns import Columns
from mtool.readers.csv.fields import best_reading
from mtool.readers.csv.spans import Dialect
from mtool.readers.csv.trials import DELIMITERS

Change = Literal["none", "dropped_blank", "joined", "filled", "split_anew", "kept_long"]

_MOST_WAYS = 200
_MISFIT = 3.0
_JOINING = 1.0
_NOT_AT_THE_END = 0.5
_MOST_ANEW = 2.5


@dataclass(frozen=True, slots=True)
class Fit:
    """The cells of a row after fitting, what was done, at which column (from 0), and how sure."""

    cells: list[str]
    change: Change = "none"
    column: int = 0
    sure: bool = True
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the rows of a table have to fit: its width, its columns, its dialect.

    `ends_with_delimiter`: each row prints one delimiter more, which divides nothing.
    """

    width: int
    columns: Columns
    dialect: Dialect
    ends_with_delimiter: bool = False

    def fit(self, cells: list[str], raw: str = "") -> Fit:
        """Fit one row into the table; `raw` is its text, where it may be split another way."""
        if len(cells) == self.width:
            return Fit(cells)
        if self.ends_with_delimiter and len(cells) == self.width + 1 and not cells[-1].strip():
            return Fit(cells[:-1])
        anew = self.split_anew(cells, raw)
        if anew is not None and self.columns.misfits(anew.cells) * 4 <= self.width:
            return anew
        return self._shortened(cells) if len(cells) > self.width else self._filled(cells)

    def split_anew(self, cells: list[str], raw: str) -> Fit | None:
        """Read a row by another delimiter than its file's, when only one gives its width."""
        if len(cells) * 2 > self.width or self.width < 2:
            return None
        found: list[Fit] = []
        for delimiter in DELIMITERS:
            if delimiter == self.dialect.delimiter or raw.count(delimiter) < self.width - 1:
                continue
            other = replace(self.dialect, delimiter=delimiter, padding="")
            reading = best_reading([raw], other, {self.width})
            if reading and reading.cost <= _MOST_ANEW and reading.cells[0].strip():
                found.append(Fit(reading.cells, "split_anew", 0, True, delimiter))
        return found[0] if len(found) == 1 else None

    def _shortened(self, cells: list[str]) -> Fit:
        ways = sorted(self._shorter_ways(cells), key=lambda way: way[0])
        best: dict[tuple[str, ...], tuple[float, Fit]] = {}
        for cost, fit in ways:
            best.setdefault(tuple(fit.cells), (cost, fit))
        ranked = list(best.values())
        alone = len(ranked) == 1 or (ranked and ranked[0][0] < ranked[1][0])
        if alone and ranked[0][0] < _MISFIT:
            return ranked[0][1]
        return Fit(cells, "kept_long", self.width, sure=False)

    def _shorter_ways(self, cells: list[str]) -> Iterator[tuple[float, Fit]]:
        surplus = len(cells) - self.width
        blanks = [place for place, cell in enumerate(cells) if not cell.strip()]
        if not any(cell.strip() for cell in cells[self.width :]):
            yield (
                self._misfit_cost(cells[: self.width]),
                Fit(cells[: self.width], "dropped_blank", self.width),
            )
        if comb(len(blanks), surplus) <= _MOST_WAYS:
            for places in combinations(blanks, surplus):
                kept = [cell for place, cell in enumerate(cells) if place not in places]
                yield self._misfit_cost(kept), Fit(kept, "dropped_blank", places[0])
        for place in range(self.width if surplus <= 2 else 0):
            parts = cells[place : place + surplus + 1]
            if all(part.strip() for part in parts):
                joined = self.dialect.delimiter.join(parts)
                kept = [*cells[:place], joined, *cells[place + surplus + 1 :]]
                yield self._misfit_cost(kept) + _JOINING, Fit(kept, "joined", place)

    def _filled(self, cells: list[str]) -> Fit:
        gap = [""] * (self.width - len(cells))
        at_end = [*cells, *gap]
        misfits = sum(not self.columns.fits(place, cell) for place, cell in enumerate(cells))
        if not misfits:
            return Fit(at_end, "filled", len(cells))
        ways: list[tuple[float, Fit]] = []
        for place in range(len(cells)):
            kept = [*cells[:place], *gap, *cells[place:]]
            cost = self._misfit_cost(kept) + _NOT_AT_THE_END - place / 1e6
            ways.append((cost, Fit(kept, "filled", place)))
        cost, best = min(ways, key=lambda way: way[0])
        if cost + 2 * _MISFIT <= self._misfit_cost(at_end):
            return best
        return Fit(at_end, "filled", len(cells), sure=False)

    def _misfit_cost(self, cells: Sequence[str]) -> float:
        return _MISFIT * self.columns.misfits(cells)
