"""Where the columns of a table are: blanks that run down through all of its rows.

A boundary needs a blank common to the rows (a river) that is not merely the space between two
words of a sentence; vertical rulings are boundaries by themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from mtool.readers.pdf.figures import AFTER, CURRENCY, is_figure
from mtool.readers.pdf.words import Line, Word

_THREE_DIGITS = re.compile(r"\d{3}(?:[.,]\d+)?[)%]?")
_GROUP_START = re.compile(r"[(+\-−–$€£]?\d{1,3}(?: \d{3})*")
#: Steps of the sweep, in parts of a point.
_STEPS = 2
#: No printed table has more columns; beyond this the reading is not a table.
MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Atom:
    """A word, or words that are one figure: `1 246`, `$ 12`, `3.4 %`, `12 – 14`."""

    text: str
    x0: float
    x1: float
    size: float
    words: tuple[Word, ...]

    @property
    def figure(self) -> bool:
        return is_figure(self.text.replace(" ", ""))


def atoms_of(words: Sequence[Word], walls: Sequence[float] = ()) -> list[Atom]:
    """The words of one line, with the parts of one figure put together, but not across a wall."""
    atoms: list[Atom] = []
    for word in words:
        atom = Atom(word.text, word.x0, word.x1, word.size, (word,))
        walled = atoms and any(atoms[-1].x1 - 1 < wall < atom.x0 + 1 for wall in walls)
        if atoms and not walled and _belong_together(atoms[-1], atom):
            last = atoms.pop()
            atom = Atom(
                f"{last.text} {atom.text}",
                last.x0,
                max(last.x1, atom.x1),
                max(last.size, atom.size),
                (*last.words, word),
            )
        atoms.append(atom)
    return atoms


def _belong_together(left: Atom, right: Atom) -> bool:
    if left.words[-1].marks or left.words[-1].leader:
        return False
    gap = (right.x0 - left.x1) / max(left.size, right.size)
    if left.text in CURRENCY and is_figure(right.text):
        return gap < 5
    if gap > 0.55:
        return right.text == "%" and gap < 1.2 and is_figure(left.text)
    if right.text in AFTER and is_figure(left.text.replace(" ", "")):
        return True
    if _THREE_DIGITS.fullmatch(right.text) and _GROUP_START.fullmatch(left.text):
        return gap < 0.34
    if right.text in ("–", "-", "—", "/") and left.text[-1:].isdigit() and gap < 0.4:
        return True
    return (
        left.text[-1:] in "–-—/" and len(left.text) > 1 and right.text[:1].isdigit() and gap < 0.4
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """The cut positions between columns, outer edges included, and where their text lies.

    `cuts` has one more entry than there are columns. `ruled` tells which inner cuts are rulings.
    """

    cuts: tuple[float, ...]
    extents: tuple[tuple[float, float], ...]
    ruled: tuple[bool, ...] = ()

    def __len__(self) -> int:
        return len(self.extents)

    @property
    def walls(self) -> tuple[float, ...]:
        """The inner cuts that are rulings."""
        inner = self.cuts[1:-1]
        return tuple(cut for cut, ruled in zip(inner, self.ruled, strict=False) if ruled)

    def at(self, x: float) -> int:
        """The column that holds position `x`; outer columns reach to the page's edge."""
        return min(max(bisect_right(self.cuts, x) - 1, 0), len(self.extents) - 1)

    def of(self, x0: float, x1: float) -> int:
        """The column most of the stretch lies in."""
        first, last = self.at(x0), self.at(x1)
        if first == last:
            return first
        return max(
            range(first, last + 1),
            key=lambda c: min(x1, self.cuts[c + 1]) - max(x0, self.cuts[c]),
        )

    def touched(self, x0: float, x1: float) -> range:
        """The columns whose own text the stretch lies over (at least the one it is mostly in)."""
        over = [
            index
            for index, (low, high) in enumerate(self.extents)
            if min(x1, high) - max(x0, low) > 0.25 * min(x1 - x0, high - low)
        ]
        if not over:
            over = [self.of(x0, x1)]
        return range(min(over), max(over) + 1)


def find_columns(
    lines: Sequence[Line], rulings: Sequence[float] = (), edges: tuple[float, float] | None = None
) -> Columns:
    """Columns of the given lines (the table's rows of data), cut at `rulings` in any case."""
    rows = [atoms_of(line.words, rulings) for line in lines]
    left = min((row[0].x0 for row in rows if row), default=0.0)
    right = max((row[-1].x1 for row in rows if row), default=1.0)
    if edges:
        left, right = edges
    forced = sorted(x for x in rulings if left + 1 < x < right - 1)
    cuts, extents, ruled = [left], [], []
    for low, high in zip([left, *forced], [*forced, right], strict=True):
        band = [[a for a in row if low - 0.5 <= (a.x0 + a.x1) / 2 < high + 0.5] for row in rows]
        found = _band_columns([row for row in band if row])
        for index, extent in enumerate(found or [(low, high)]):
            if index:
                cuts.append((found[index - 1][1] + extent[0]) / 2)
                ruled.append(False)
            extents.append(extent)
        cuts.append(high)
        ruled.append(True)
    return Columns(tuple(cuts), tuple(extents), tuple(ruled[:-1]))


def _band_columns(rows: list[list[Atom]]) -> list[tuple[float, float]]:
    """Extents of the columns between two rulings (or of the whole table)."""
    if not rows:
        return []
    fullest = sorted(len(row) for row in rows)[int(0.8 * (len(rows) - 1))]
    core = [row for row in rows if len(row) >= 0.5 * fullest] or rows
    extents = _between_rivers(core)
    if len(extents) > MOST_COLUMNS:
        return [(extents[0][0], extents[-1][1])]
    return _in_turn(_without_word_gaps(extents, core), core)


def _in_turn(
    extents: list[tuple[float, float]], rows: list[list[Atom]]
) -> list[tuple[float, float]]:
    """Where every row fills the same number of places, but not the same ones: columns by order.

    So it is where some rows are set flush left and others flush right.
    """
    placed = [sorted(_place(extents, row)) for row in rows]
    filled = len(placed[0])
    if len(rows) < 3 or filled < 2 or filled == len(extents):
        return extents
    if any(len(places) != filled for places in placed):
        return extents
    turns: list[set[int]] = [{places[k] for places in placed} for k in range(filled)]
    if any(max(a) >= min(b) for a, b in pairwise(turns)):
        return extents
    return [(extents[min(turn)][0], extents[max(turn)][1]) for turn in turns]


def _between_rivers(rows: list[list[Atom]]) -> list[tuple[float, float]]:
    """Stretches between blanks that run down through all rows.

    In a long table a blank may be crossed by a row or two, where most rows fill both its sides.
    """
    strict = _covered(rows, 0)
    allowed = len(rows) // 14
    if not allowed:
        return strict
    loose = _covered(rows, allowed)
    extents: list[tuple[float, float]] = []
    for low, high in strict:
        parts = [part for part in loose if low <= part[0] and part[1] <= high]
        full = [
            sum(any(p[0] <= a.x0 + 1 and a.x1 <= p[1] + 1 for a in r) for r in rows) for p in parts
        ]
        extents.extend(parts if parts and min(full) >= 0.5 * len(rows) else [(low, high)])
    return extents


def _covered(rows: list[list[Atom]], allowed: int) -> list[tuple[float, float]]:
    """Stretches that more than `allowed` rows cover."""
    low = min(atom.x0 for row in rows for atom in row)
    high = max(atom.x1 for row in rows for atom in row)
    length = int((high - low) * _STEPS) + 2
    change = [0] * (length + 1)
    for row in rows:
        for atom in row:
            start = int((atom.x0 - low) * _STEPS)
            stop = max(int((atom.x1 - low) * _STEPS), start + 1)
            change[start] += 1
            change[min(stop, length)] -= 1
    extents: list[tuple[float, float]] = []
    covering, start_at = 0, None
    for step in range(length + 1):
        covering += change[step]
        if covering > allowed and start_at is None:
            start_at = step
        elif covering <= allowed and start_at is not None:
            extents.append((low + start_at / _STEPS, low + step / _STEPS))
            start_at = None
    if start_at is not None:
        extents.append((low + start_at / _STEPS, high))
    return extents


def _without_word_gaps(
    extents: list[tuple[float, float]], rows: list[list[Atom]]
) -> list[tuple[float, float]]:
    """Join neighbours that are apart by the space between words only."""
    placed = [_place(extents, row) for row in rows]
    merged = [[0]]
    for index in range(1, len(extents)):
        if _only_word_gaps(placed, merged[-1], index):
            merged[-1].append(index)
        else:
            merged.append([index])
    return [(extents[group[0]][0], extents[group[-1]][1]) for group in merged]


def _place(extents: list[tuple[float, float]], row: list[Atom]) -> dict[int, list[Atom]]:
    starts = [extent[0] for extent in extents]
    placed: dict[int, list[Atom]] = {}
    for atom in row:
        index = max(bisect_right(starts, (atom.x0 + atom.x1) / 2) - 1, 0)
        placed.setdefault(index, []).append(atom)
    return placed


def _only_word_gaps(placed: list[dict[int, list[Atom]]], left: list[int], right: int) -> bool:
    gaps, both_figures, figure_word, right_alone = [], 0, 0, 0
    for row in placed:
        before = [atom for index in left for atom in row.get(index, ())]
        after = row.get(right)
        if not after:
            continue
        if not before:
            right_alone += 1
            continue
        if before[-1].words[-1].leader:
            return False
        gaps.append((after[0].x0 - before[-1].x1) / max(before[-1].size, after[0].size))
        both_figures += before[-1].figure and after[0].figure
        figure_word += before[-1].figure and not after[0].figure
    if not gaps:
        return False
    figures_apart = both_figures >= max(2, 0.7 * len(gaps)) and median(gaps) > 0.1
    if figure_word >= max(2, 0.7 * len(gaps)) and median(gaps) > 0.36:
        return False
    return (
        not figures_apart
        and median(gaps) <= 0.62
        and max(gaps) <= 1.1
        and (max(gaps) <= 0.36 or right_alone <= 0.2 * len(gaps))
    )
