"""Figures over time that cannot be right, or look as if a digit, a mark or a column was lost."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log10

from mtool.auditing.dimensions import categories
from mtool.auditing.evidence import Evidence
from mtool.auditing.figures import Figure
from mtool.auditing.labels import Label
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.terms import terms
from mtool.auditing.wording import word_set, words
from mtool.model import Finding, Locator

_CUMULATIVE = word_set("cumulative cumul cumule cumulee cumules cumulees since depuis running date")
_LEAST_FOR_JUMP = 100
_JUMP = 0.12
_LEAST_SAME = 3


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one row or column in order of their years."""

    name: str
    years: tuple[int, ...]
    figures: tuple[Figure, ...]
    places: tuple[Locator, ...]
    cumulative: bool
    terms: frozenset[str]


def check_series(evidence: Evidence) -> tuple[list[Finding], int]:
    """Check every series of a table; give findings and how many series were looked at."""
    series = list(find_series(evidence))
    findings = list(_repeated_rows(evidence))
    for each in series:
        findings += _falling(each) if each.cumulative else _jumps(each)
    findings += _against_yearly(series)
    return findings, len(series)


def find_series(evidence: Evidence) -> Iterator[Series]:
    """Rows over year columns, and columns over year rows."""
    figures = evidence.figures
    columns = _dated({c: evidence.column_labels[c] for c in figures.numeric})
    if len(columns) > 2:
        for r in evidence.body_rows:
            yield _series(evidence, figures.label(r), [(y, r, c) for y, c in columns])
    rows = _dated({r: evidence.row_labels[r] for r in evidence.body_rows})
    if len(rows) > 2:
        for c in figures.numeric:
            yield _series(evidence, figures.header(c), [(y, r, c) for y, r in rows])


def _dated(labels: dict[int, Label]) -> list[tuple[int, int]]:
    """Labels that stand for one year each, in order; none when a year repeats."""
    found = [(next(iter(label.years)), i) for i, label in labels.items() if len(label.years) == 1]
    years = [year for year, _ in found]
    return sorted(found) if len(set(years)) == len(years) else []


def _series(evidence: Evidence, name: str, cells: Sequence[tuple[int, int, int]]) -> Series:
    figures = evidence.figures
    return Series(
        name,
        tuple(y for y, _, _ in cells),
        tuple(figures.figure(r, c) for _, r, c in cells),
        tuple(figures.locate(r, c) for _, r, c in cells),
        bool(_CUMULATIVE & set(words(name))) and "date" not in terms(name),
        frozenset(v for d, v in categories(name).items() if d != "year"),
    )


def _falling(series: Series) -> Iterator[Finding]:
    """A cumulative figure cannot fall."""
    for i in range(1, len(series.years)):
        before, after = series.figures[i - 1], series.figures[i]
        if before.value is not None and after.value is not None and after.high < before.low:
            message = (
                f"{series.name} is cumulative, yet falls from {show(before.value)} "
                f"({series.years[i - 1]}) to {show(after.value)} ({series.years[i]})."
            )
            yield _finding(
                "series_cumulative_falls", message, series.places[i], after, before.value
            )


def _against_yearly(series: Sequence[Series]) -> Iterator[Finding]:
    """The growth of a cumulative figure must be the year's own figure.

    The yearly series meant is the one of the same categories whose figures explain at least one
    year; killed and injured that explain each other's growth have changed places.
    """
    cumulative = [s for s in series if s.cumulative]
    yearly = [s for s in series if not s.cumulative]
    for total in cumulative:
        fitting = [(s, _explained(total, s)) for s in yearly if s.years == total.years]
        same = [(s, n) for s, n in fitting if s.terms == total.terms and n > 0]
        if same:
            best = max(same, key=lambda pair: pair[1])[0]
            yield from _growth(total, best)
        else:
            other = [
                s
                for s, n in fitting
                if s.terms != total.terms and n > 1 and s.terms and total.terms
            ]
            yield from (_swapped(total, s) for s in other[:1])


def _explained(total: Series, own: Series) -> int:
    return sum(1 for i in range(1, len(total.years)) if _grows_by(total, own, i) is True)


def _grows_by(total: Series, own: Series, at: int) -> bool | None:
    before, after, year = total.figures[at - 1], total.figures[at], own.figures[at]
    if before.value is None or after.value is None or year.value is None:
        return None
    if total.years[at] - total.years[at - 1] != 1:
        return None
    return (
        after.low - before.high - 1e-9 <= year.high and year.low <= after.high - before.low + 1e-9
    )


def _growth(total: Series, own: Series) -> Iterator[Finding]:
    for i in range(1, len(total.years)):
        if _grows_by(total, own, i) is not False:
            continue
        before, after, year = total.figures[i - 1], total.figures[i], own.figures[i]
        expected = tidy_number((before.value or 0) + (year.value or 0))
        message = (
            f"{total.name}, {total.years[i]}: {show(before.value or 0)} + {show(year.value or 0)} "
            f"({own.name}) = {show(expected)}, but the source says {show(after.value or 0)}."
        )
        yield _finding("series_cumulative", message, total.places[i], after, expected)


def _swapped(total: Series, own: Series) -> Finding:
    message = (
        f"The growth of {total.name} is each year the figure of {own.name}: "
        "the two columns may have changed places."
    )
    return Finding(
        "series_swapped", "source", "warning", message, total.places[0], verdict="unverifiable"
    )


def _jumps(series: Series) -> Iterator[Finding]:
    """A figure ten or a hundred times its neighbours: a lost mark or a digit too many."""
    for i in range(1, len(series.years) - 1):
        before, here, after = (series.figures[j].value for j in (i - 1, i, i + 1))
        if not (before and here and after) or here < _LEAST_FOR_JUMP:
            continue
        usual = (before * after) ** 0.5
        power = round(log10(here / usual)) if usual > 0 else 0
        alike = max(before, after) <= 1.6 * min(before, after)
        if (
            power
            and alike
            and abs(log10(here / usual) - power) < _JUMP
            and (power > 0 or usual >= _LEAST_FOR_JUMP)
        ):
            times = (
                f"{10 ** abs(power):,} times" if power > 0 else f"one in {10 ** abs(power):,} of"
            )
            message = (
                f"{series.name}, {series.years[i]}: {show(here)} is about {times} "
                f"the years around it ({show(before)}, {show(after)}): "
                "a mark or a digit may be lost."
            )
            yield Finding(
                "series_power_of_ten", "note", "warning", message, series.places[i],
                verdict="unverifiable", stated=here, value=series.figures[i].text,
                suggestion=show(tidy_number(here / 10**power)),
            )  # fmt: skip


def _repeated_rows(evidence: Evidence) -> Iterator[Finding]:
    """Two rows in a row with the same three figures or more: one may have been copied."""
    figures = evidence.figures
    rows = list(evidence.body_rows)
    for first, second in itertools.pairwise(rows):
        values = [
            (figures.figure(first, c).value, figures.figure(second, c).value)
            for c in figures.numeric
        ]
        telling = sum(1 for a, _ in values if a)
        if (
            telling >= _LEAST_SAME
            and all(a == b for a, b in values)
            and len({a for a, _ in values}) > 1
        ):
            message = (
                f'"{figures.label(first)}" and "{figures.label(second)}" have the same figures '
                "throughout: one row may have been copied."
            )
            place = figures.table.locate(figures.rows[second])
            yield Finding("series_repeated_row", "note", "warning", message, place)


def _finding(rule: str, message: str, place: Locator, figure: Figure, computed: float) -> Finding:
    stated = figure.value or 0
    expected = tidy_number(computed)
    return Finding(
        rule, "source", "error", message, place, verdict="contradicted", stated=stated,
        computed=expected, difference=tidy_number(stated - expected), value=figure.text,
    )  # fmt: skip
