"""Glyphs by line of text: one baseline, and the raised or lowered beside larger ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from mtool.readers.pdf.ink import Glyph

#: A glyph is raised when it stands this much higher and is this much smaller than its neighbours.
RAISED = 0.14


SMALLER = 0.88


def baselines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs by line of text: same baseline, or raised or lowered beside a larger neighbour."""
    groups: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.base):
        if groups and glyph.base - groups[-1][-1].base <= max(0.6, 0.06 * glyph.size):
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    for group in groups:
        group.sort(key=lambda g: (round(g.x0, 2), g.order))
    return _adopt_raised(groups)


#: No footnote mark, ordinal ending or exponent is longer.
_LONGEST_RAISED = 6
#: A baseline with longer runs is a line of text in smaller type (the row of a table beside a
#: column of prose), and its figures are no marks of what stands far ahead of them.
_SHORTEST_TEXT = 4


def _adopt_raised(groups: list[list[Glyph]]) -> list[list[Glyph]]:
    """Move short runs of small glyphs into the line of the larger glyph they stand beside."""
    sizes = [median(g.size for g in group) for group in groups]
    adopted: list[list[Glyph]] = [list(group) for group in groups]
    for index, group in enumerate(groups):
        near = [
            other
            for other in _near_groups(groups, index)
            if sizes[index] < sizes[other] * SMALLER or _mixed(group)
        ]
        runs = _runs(group) if near else []
        says = any(len(run) >= _SHORTEST_TEXT for run in runs)
        for number, run in enumerate(runs):
            if len(run) > _LONGEST_RAISED:
                continue
            far = len(run) < 3 and not says and _stands_alone(runs, number)
            ahead = 3.5 if far else 0.8
            home = next(
                (o for o in near if any(_stands_beside(g, groups[o], ahead) for g in run)), None
            )
            if home is not None:
                moving = {id(g) for g in run}
                adopted[index] = [g for g in adopted[index] if id(g) not in moving]
                adopted[home].extend(run)
    for group in adopted:
        group.sort(key=lambda g: (round(g.x0, 2), g.order))
    return [group for group in adopted if group]


def _stands_alone(runs: Sequence[Sequence[Glyph]], number: int) -> bool:
    """No other run of the same baseline is within two font sizes."""
    run = runs[number]
    before = run[0].x0 - runs[number - 1][-1].x1 if number else math.inf
    after = runs[number + 1][0].x0 - run[-1].x1 if number + 1 < len(runs) else math.inf
    return min(before, after) > 2 * run[0].size


def _runs(group: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs of one baseline that follow one another without a blank, blanks left out."""
    runs: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in group:
        if glyph.text == " ":
            last = None
            continue
        together = last is not None and glyph.x0 - last.x1 <= 0.3 * glyph.size
        if together and last is not None and abs(glyph.size - last.size) < 0.1 * glyph.size:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
        last = glyph
    return runs


def _mixed(group: Sequence[Glyph]) -> bool:
    smallest = min(g.size for g in group)
    return smallest < SMALLER * max(g.size for g in group)


def _near_groups(groups: list[list[Glyph]], index: int) -> list[int]:
    """The groups just below and just above whose baseline is within two thirds of a font size."""
    near = []
    base = groups[index][0].base
    for step in (1, -1):
        other = index + step
        while 0 <= other < len(groups) and abs(groups[other][0].base - base) <= 8:
            near.append(other)
            other += step
    return near


def _stands_beside(glyph: Glyph, line: Sequence[Glyph], ahead: float) -> bool:
    """Right after a larger letter of the line, or up to `ahead` font sizes before one."""
    for other in line:
        if glyph.size > SMALLER * other.size or other.text == " ":
            continue
        shift = other.base - glyph.base
        if not (
            RAISED * other.size <= shift <= 0.62 * other.size or -0.3 <= shift / other.size < 0
        ):
            continue
        after = glyph.x0 - other.x1
        before = other.x0 - glyph.x1
        if -0.3 * other.size <= after <= 1.3 * other.size and after > -1.5 * glyph.size:
            return True
        far = ahead if glyph.size <= 0.75 * other.size else 0.8
        if -0.1 * other.size <= before <= far * other.size:
            return True
    return False
