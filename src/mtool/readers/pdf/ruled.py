"""Rulings that meet → areas of ruled tables, and the cells of those that are ruled throughout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mtool.readers.pdf.geometry import Box, Stroke
from mtool.readers.pdf.grid import GridCell
from mtool.readers.pdf.ink import Ink
from mtool.readers.pdf.words import Word

#: Rulings meet when their ends come this near; boundaries this near are one.
TOUCH = 3.0
#: More rulings than this on one page are a drawing.
MOST_STROKES = 3000


@dataclass(frozen=True, slots=True)
class RuledArea:
    """Rulings that hang together. `xs` and `ys` are the places of vertical and horizontal ones."""

    box: Box
    across: tuple[Stroke, ...]
    down: tuple[Stroke, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]


def ruled_areas(ink: Ink) -> list[RuledArea]:
    """Groups of crossing rulings that could frame a table's cells, from the top down."""
    across, down = ink.across, ink.down
    if not down or not across or len(across) + len(down) > MOST_STROKES:
        return []
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, h in enumerate(across):
        for j, v in enumerate(down):
            if h.low - TOUCH <= v.at <= h.high + TOUCH and v.low - TOUCH <= h.at <= v.high + TOUCH:
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for i, stroke in enumerate((*across, *down)):
        groups.setdefault(root(i), ([], []))[0 if i < len(across) else 1].append(stroke)
    areas = [_area(hs, vs) for hs, vs in groups.values() if len(hs) + len(vs) >= 3 and hs and vs]
    return sorted(_outermost(areas), key=lambda area: area.box.top)


def _area(across: list[Stroke], down: list[Stroke]) -> RuledArea:
    box = Box(
        min([s.low for s in across] + [s.at for s in down]),
        min([s.low for s in down] + [s.at for s in across]),
        max([s.high for s in across] + [s.at for s in down]),
        max([s.high for s in down] + [s.at for s in across]),
    )
    return RuledArea(
        box, tuple(across), tuple(down), places(s.at for s in down), places(s.at for s in across)
    )


def places(positions: Iterable[float]) -> tuple[float, ...]:
    """Distinct places of rulings; those nearer than `TOUCH` are one."""
    distinct: list[list[float]] = []
    for position in sorted(positions):
        if distinct and position - distinct[-1][-1] <= TOUCH:
            distinct[-1].append(position)
        else:
            distinct.append([position])
    return tuple(sum(group) / len(group) for group in distinct)


def _outermost(areas: list[RuledArea]) -> list[RuledArea]:
    """Areas inside a cell of a larger one stay separate; identical doubles are dropped."""
    kept: list[RuledArea] = []
    for area in areas:
        double = any(
            abs(area.box.x0 - k.box.x0) < TOUCH
            and abs(area.box.x1 - k.box.x1) < TOUCH
            and abs(area.box.top - k.box.top) < TOUCH
            and abs(area.box.bottom - k.box.bottom) < TOUCH
            for k in kept
        )
        if not double:
            kept.append(area)
    return kept


@dataclass(frozen=True, slots=True)
class Lattice:
    """The cells of a ruled area: cuts between its rows and columns, and which cells are one."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    spans: tuple[tuple[int, int, int, int], ...]
    open_share: float

    def fill(self, words: Sequence[Word]) -> list[GridCell]:
        """Put each word into the cell its middle lies in."""
        at: dict[tuple[int, int], int] = {}
        for index, (row, column, rowspan, colspan) in enumerate(self.spans):
            for r in range(row, row + rowspan):
                for c in range(column, column + colspan):
                    at[r, c] = index
        inside: list[list[Word]] = [[] for _ in self.spans]
        for word in words:
            r = band_of(self.rows, (word.top + word.bottom) / 2)
            c = band_of(self.columns, word.middle)
            inside[at[r, c]].append(word)
        return [
            GridCell(row, column, tuple(found), rowspan, colspan)
            for (row, column, rowspan, colspan), found in zip(self.spans, inside, strict=True)
        ]


def band_of(cuts: Sequence[float], at: float) -> int:
    for index in range(1, len(cuts) - 1):
        if at < cuts[index]:
            return index - 1
    return len(cuts) - 2


def lattice_of(area: RuledArea) -> Lattice | None:
    """The grid of an area, open sides closed; null when its cells are no rectangles."""
    columns = _with_edges(area.xs, area.box.x0, area.box.x1)
    rows = _with_edges(area.ys, area.box.top, area.box.bottom)
    height, width = len(rows) - 1, len(columns) - 1
    if height < 1 or width < 1 or height * width > 20_000:
        return None
    wall_right = [
        [_covered(area.down, columns[c + 1], rows[r], rows[r + 1]) for c in range(width - 1)]
        for r in range(height)
    ]
    wall_below = [
        [_covered(area.across, rows[r + 1], columns[c], columns[c + 1]) for c in range(width)]
        for r in range(height - 1)
    ]
    spans = _rectangles(wall_right, wall_below, height, width)
    walls = sum(map(sum, wall_right)) + sum(map(sum, wall_below))
    possible = height * (width - 1) + (height - 1) * width
    return Lattice(columns, rows, tuple(spans), 1 - walls / possible if possible else 0.0)


def _with_edges(cuts: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    closed = list(cuts)
    if not closed or closed[0] - low > 2 * TOUCH:
        closed.insert(0, low)
    if high - closed[-1] > 2 * TOUCH:
        closed.append(high)
    return tuple(closed)


def _covered(strokes: Sequence[Stroke], at: float, low: float, high: float) -> bool:
    """Rulings at this place run along at least 60 % of the stretch."""
    covered = sum(
        max(0.0, min(s.high, high) - max(s.low, low)) for s in strokes if abs(s.at - at) <= TOUCH
    )
    return covered >= 0.6 * (high - low)


def _rectangles(
    wall_right: list[list[bool]], wall_below: list[list[bool]], height: int, width: int
) -> list[tuple[int, int, int, int]]:
    """Grow each cell to the right, then down, until a wall stops it: row, column and spans."""
    taken = [[False] * width for _ in range(height)]
    spans = []
    for row in range(height):
        for column in range(width):
            if taken[row][column]:
                continue
            right = column
            while right + 1 < width and not wall_right[row][right] and not taken[row][right + 1]:
                right += 1
            below = row
            while (
                below + 1 < height
                and all(
                    not wall_below[below][c] and not taken[below + 1][c]
                    for c in range(column, right + 1)
                )
                and all(not wall_right[below + 1][c] for c in range(column, right))
            ):
                below += 1
            for r, c in ((r, c) for r in range(row, below + 1) for c in range(column, right + 1)):
                taken[r][c] = True
            spans.append((row, column, below - row + 1, right - column + 1))
    return spans


def without_empty(cells: Sequence[GridCell]) -> tuple[list[GridCell], int, int]:
    """Drop rows and columns in which no cell begins that has text; renumber; give the new size."""
    filled = [cell for cell in cells if cell.words]
    rows = sorted({cell.row for cell in filled})
    columns = sorted({cell.column for cell in filled})
    row_at = {row: index for index, row in enumerate(rows)}
    column_at = {column: index for index, column in enumerate(columns)}
    kept = []
    for cell in filled:
        rowspan = sum(cell.row <= row < cell.row + cell.rowspan for row in rows)
        colspan = sum(cell.column <= c < cell.column + cell.colspan for c in columns)
        kept.append(
            GridCell(row_at[cell.row], column_at[cell.column], cell.words, rowspan, colspan)
        )
    return kept, len(rows), len(columns)
