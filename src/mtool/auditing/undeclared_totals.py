"""Totals that no word declares but whose numbers give them away."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.auditing.figures import FigureTable
from mtool.auditing.sums import Sum, check_sum, show
from mtool.auditing.total_readings import is_addend
from mtool.model import Finding

_LONGEST = 500
_LEAST_TOTAL = 10


def undeclared_totals(figures: FigureTable, used: set[tuple[int, int]]) -> list[Finding]:
    """Report, as information, a first or last row or column that equals the sum of all others.

    `used` are the cells that declared totals already account for.
    """
    rows = [r for r in range(len(figures.rows)) if is_addend(figures, r)]
    if not 3 <= len(rows) <= _LONGEST or not figures.added:
        return []
    findings = []
    taken_rows = {r for r, _ in used}
    for row in (rows[-1], rows[0]):
        members = [r for r in rows if r != row]
        sums = [
            check_sum(figures.figure(row, c), [figures.figure(r, c) for r in members])
            for c in figures.added
        ]
        if not taken_rows & {row} and _gives_itself_away(sums, len(members)):
            findings.append(_finding(figures, "row", row, figures.added[0], sums))
            break
    columns = [c for c in figures.added if not {(r, c) for r in rows} <= used]
    if len(columns) < 3 or used:
        return findings
    for column in (columns[-1], columns[0]):
        others = [c for c in columns if c != column]
        sums = [
            check_sum(figures.figure(r, column), [figures.figure(r, c) for c in others])
            for r in rows
        ]
        if _gives_itself_away(sums, len(others)):
            findings.append(_finding(figures, "column", rows[0], column, sums))
            break
    return findings


def _gives_itself_away(sums: Sequence[Sum | None], addends: int) -> bool:
    if any(s is None or not s.fits for s in sums):
        return False
    telling = [s for s in sums if s is not None and s.stated >= _LEAST_TOTAL]
    return (
        len(telling) >= 3
        or (len(telling) == 2 and addends > 2)
        or (len(telling) == 1 and addends > 3)
    )


def _finding(
    figures: FigureTable, direction: str, row: int, column: int, sums: Sequence[Sum | None]
) -> Finding:
    name = figures.label(row) if direction == "row" else figures.header(column)
    first = next(s for s in sums if s is not None)
    return Finding(
        rule=f"control_total_undeclared_{direction}",
        class_="note",
        severity="info",
        message=(
            f'The {direction} "{name}" is not called a total, but equals the sum of all others '
            f"({first.shown} = {show(first.computed)}, and so on): it may count them twice."
        ),
        locator=figures.locate(row, column),
        stated=first.stated,
        computed=first.computed,
        difference=first.difference,
        value=figures.figure(row, column).text,
    )
