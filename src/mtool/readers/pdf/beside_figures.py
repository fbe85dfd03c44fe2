"""Which pieces of text stand beside figures, as the labels and remarks of a table do."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from mtool.readers.pdf.figures import is_figure_cell
from mtool.readers.pdf.words import Line


def figures_beside(segments: Sequence[Line], gutters: Sequence[float]) -> dict[int, bool]:
    """Which segments have figures to their right, on their own line or half a line off.

    Or to their left, on their own line. Figures beyond a gutter do not count. The other lines of
    a label that wraps count as its first does, while they stay clear of its figures' column.
    """
    figures = [s for s in segments if is_figure_cell(s.text)]
    bases = [s.base for s in figures]
    found = {}
    room: dict[int, float] = {}
    for segment in segments:
        reach = 1.0 * segment.size
        near = figures[
            bisect_left(bases, segment.base - reach) : bisect_right(bases, segment.base + reach)
        ]
        end = next((g for g in gutters if g > segment.x1 - 1), math.inf)
        start = next((g for g in reversed(gutters) if g < segment.x0 + 1), -math.inf)
        right = [other.x0 for other in near if segment.x1 < other.x0 < end]
        found[id(segment)] = bool(right) or any(
            start < other.x0 and other.x1 < segment.x0 and _level(segment, other) for other in near
        )
        if right:
            room[id(segment)] = min(right)
    for order in (segments, segments[::-1]):
        _pass_on(order, found, room)
    return found


def _pass_on(segments: Sequence[Line], found: dict[int, bool], room: dict[int, float]) -> None:
    """Hand on from line to line of a label what is known of the line before."""
    for index, segment in enumerate(segments):
        if id(segment) in room:
            continue
        for before in reversed(segments[max(0, index - 12) : index]):
            beside = abs(before.x0 - segment.x0) < 1.5 * segment.size
            close = 0.5 * segment.size < abs(before.base - segment.base) < 1.5 * segment.size
            if beside and close and segment.x1 < room.get(id(before), -math.inf):
                room[id(segment)] = room[id(before)]
                found[id(segment)] = True
                break


def _level(one: Line, other: Line) -> bool:
    return abs(one.base - other.base) < 0.1 * one.size and one.x0 - other.x1 < 15 * one.size
