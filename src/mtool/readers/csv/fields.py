"""One record of a delimited file → its fields, by the reading with the fewest violations.

A record that follows its dialect has one reading that costs nothing. Where quotes are stray,
missing or not escaped, or a delimiter is missing beside a quote, several readings compete;
the cheapest that has a regular number of fields wins, and says what it had to assume.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Sequence
from typing import NamedTuple

from mtool.readers.csv.spans import HIGHEST_COST, MISSING_DELIMITER, Dialect, FlawKind, Page, Span

#: Bounds that keep a hopeless record cheap.
_LEAST_STEPS = 1000
_STEPS_A_FIELD = 20


class Flaw(NamedTuple):
    """What had to be assumed about one field; `column` from 0, `line` from 0 in the record."""

    kind: FlawKind
    column: int
    line: int


class Reading(NamedTuple):
    """A record's fields, the number of lines it spans, what it broke and what that cost."""

    cells: list[str]
    lines: int
    flaws: tuple[Flaw, ...]
    cost: float


class _Step(NamedTuple):
    """A field that was read and, by way of the step before, all fields left of it."""

    span: Span
    start: int
    before: _Step | None


def best_reading(
    lines: Sequence[str],
    dialect: Dialect,
    widths: Collection[int] | None = None,
    limit: float = HIGHEST_COST,
) -> Reading | None:
    """Read the record that begins with the first of `lines`; null when no reading fits.

    `widths` are the regular numbers of fields; without them any number will do. The record ends
    where one of the lines ends. Readings that cost more than `limit` are not looked for.
    """
    page = Page(lines, dialect)
    most = _LEAST_STEPS + _STEPS_A_FIELD * (page.text.count(dialect.delimiter or "\n") + 1)
    heap: list[tuple[float, int, int, int, _Step | None]] = [(0.0, 0, 0, 0, None)]
    best_cost: dict[tuple[int, int], float] = {}
    serial = 0
    while heap and serial < most:
        cost, _, start, count, before = heapq.heappop(heap)
        if start < 0:
            return _traced(page, before, cost)
        if best_cost.get((start, count), limit + 1) <= cost:
            continue
        best_cost[start, count] = cost
        missing_allowed = widths is not None and cost + MISSING_DELIMITER <= limit
        for span in page.spans(start, missing_allowed):
            ends = page.is_end(span.end) and not span.joined
            wrong_width = ends and widths is not None and count + 1 not in widths
            if wrong_width or cost + span.cost > limit:
                continue
            serial += 1
            follow = -1 if ends else span.end + (0 if span.joined else len(dialect.delimiter))
            step = _Step(span, start, before)
            heapq.heappush(heap, (cost + span.cost, serial, follow, count + 1, step))
    return None


def _traced(page: Page, last: _Step | None, cost: float) -> Reading:
    """Go back from the last field to the first and put the record together."""
    steps: list[_Step] = []
    while last is not None:
        steps.append(last)
        last = last.before
    steps.reverse()
    flaws = tuple(
        Flaw(step.span.flaw, column, page.line_of(step.start))
        for column, step in enumerate(steps)
        if step.span.flaw is not None
    )
    cells = [page.value(step.span) for step in steps]
    return Reading(cells, page.line_of(steps[-1].span.end) + 1, flaws, cost)
