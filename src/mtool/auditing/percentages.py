"""Percentages, shares, averages and changes that tables print, computed again.

What a derived column relates is found by its own arithmetic: of all pairs of columns, the one
that explains most rows. A row is contradicted only when the same pair explains at least two
others and twice as many as it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import inf

from mtool.auditing.figures import Figure, FigureTable
from mtool.auditing.sums import show, show_sum, tidy_number
from mtool.auditing.total_readings import declared_rows, is_addend
from mtool.auditing.wording import word_set, words
from mtool.model import Finding

_DERIVED = word_set(
    """% percent percentage percentages pct pourcentage share part proportion rate taux ratio
    average moyenne mean change variation evolution increase decrease growth croissance
    difference ecart"""
)
Bounds = tuple[float, float, str]
_WIDEST = 14
_LEAST_FITTING = 2


@dataclass(frozen=True, slots=True)
class Derivation:
    """One way a column may follow from others: its name, and its value per row as bounds."""

    name: str
    bounds: tuple[Bounds | None, ...]


def check_percentages(figures: FigureTable) -> tuple[list[Finding], int]:
    """Recompute every derived column at its printed precision; give findings and a count."""
    findings: list[Finding] = []
    checked = 0
    if len(figures.added) > _WIDEST:
        return findings, checked
    for column in figures.numeric:
        if not _is_derived(figures, column):
            continue
        rows = [r for r in range(len(figures.rows)) if figures.figure(r, column).value is not None]
        best = _best(figures, column, rows)
        if best is None:
            continue
        for r in rows:
            bounds = best.bounds[r]
            if bounds is not None:
                checked += 1
                findings += _finding(figures, (r, column), bounds, best.name)
        findings += _hundred(figures, column)
    return findings, checked


def _is_derived(figures: FigureTable, column: int) -> bool:
    said = [figures.figure(r, column).text for r in range(len(figures.rows))]
    signs = sum("%" in text for text in said)
    return bool(_DERIVED & set(words(figures.header(column)))) or signs * 2 > len(said)


def _best(figures: FigureTable, column: int, rows: Sequence[int]) -> Derivation | None:
    """The derivation that explains most rows, if it explains enough of them."""
    best, fitting_best = None, 0
    for derivation in _derivations(figures, column):
        fits = [_fits(figures.figure(r, column), derivation.bounds[r]) for r in rows]
        fitting, failing = fits.count(True), fits.count(False)
        telling = sum(
            1
            for r, f in zip(rows, fits, strict=True)
            if f and figures.figure(r, column).value not in (0, 100)
        )
        if telling >= _LEAST_FITTING and fitting >= 2 * failing and fitting > fitting_best:
            best, fitting_best = derivation, fitting
    return best


def _fits(figure: Figure, bounds: Bounds | None) -> bool | None:
    if bounds is None:
        return None
    low, high = _printed(figure)
    return not (high < bounds[0] - 1e-9 or low > bounds[1] + 1e-9)


def _printed(figure: Figure) -> tuple[float, float]:
    """The interval that rounding leaves around a printed percentage, whole numbers included."""
    if figure.value is None:
        return -inf, inf
    text = figure.text.replace(" ", "").rstrip("%")
    mark = max(text.rfind("."), text.rfind(","))
    decimals = len(text) - mark - 1 if mark >= 0 else 0
    half = 0.5 * 10**-decimals
    return figure.value - half, figure.value + half


def _derivations(figures: FigureTable, column: int) -> Iterator[Derivation]:
    header = set(words(figures.header(column)))
    percent = not header & {"average", "moyenne", "mean", "difference", "ecart", "ratio"}
    columns = [c for c in figures.added if c != column]
    if percent:
        for c in columns:
            yield from _share_of_total(figures, c)
    kinds: list[tuple[str, Callable[[float, float], float]]] = []
    if percent:
        kinds += [
            ("share of", lambda a, b: 100 * a / b),
            ("change from", lambda a, b: 100 * (a - b) / b),
        ]
    else:
        kinds += [("divided by", lambda a, b: a / b), ("minus", lambda a, b: a - b)]
    if header & {"change", "variation", "difference", "ecart", "increase", "decrease", "evolution"}:
        kinds.append(("minus", lambda a, b: a - b))
    for a, b in permutations(columns, 2):
        for name, formula in kinds:
            yield _of_pair(figures, (a, b), name, formula)


def _of_pair(
    figures: FigureTable, pair: tuple[int, int], name: str, formula: Callable[[float, float], float]
) -> Derivation:
    a, b = pair
    bounds: list[Bounds | None] = []
    for r in range(len(figures.rows)):
        first, second = figures.figure(r, a), figures.figure(r, b)
        if first.value is None or second.value is None or second.low <= 0:
            bounds.append(None)
            continue
        corners = [
            formula(x, y) for x in (first.low, first.high) for y in (second.low, second.high)
        ]
        result = show(tidy_number(round(formula(first.value, second.value), 2)))
        shown = f"{first.text} {name} {second.text} = {result}"
        bounds.append((min(corners), max(corners), shown))
    label = f'"{figures.header(a)}" {name} "{figures.header(b)}"'
    return Derivation(label, tuple(bounds))


def _share_of_total(figures: FigureTable, column: int) -> Iterator[Derivation]:
    """Each row's share of the column's total, printed or summed."""
    declared = declared_rows(figures)
    plain = [r for r in range(len(figures.rows)) if r not in declared and is_addend(figures, r)]
    parts = [figures.figure(r, column) for r in plain]
    totals = [figures.figure(r, column) for r in declared if figures.figure(r, column).value]
    whole = totals[-1] if totals else None
    if whole is None and any(p.missing for p in parts):
        return
    low = whole.low if whole else sum(p.low for p in parts)
    high = whole.high if whole else sum(p.high for p in parts)
    value = float(whole.value or 0) if whole else sum(p.value or 0 for p in parts)
    if low <= 0:
        return
    bounds: list[Bounds | None] = []
    for r in range(len(figures.rows)):
        part = figures.figure(r, column)
        if part.value is None:
            bounds.append(None)
            continue
        share = show(round(100 * part.value / value, 2))
        shown = f"{part.text} of {show(tidy_number(value))} = {share}"
        bounds.append((100 * part.low / high, 100 * part.high / low, shown))
    yield Derivation(f'share of the total of "{figures.header(column)}"', tuple(bounds))


def _finding(
    figures: FigureTable, cell: tuple[int, int], bounds: Bounds, name: str
) -> list[Finding]:
    figure = figures.figure(*cell)
    if _fits(figure, bounds) or figure.value is None:
        return []
    computed = tidy_number(round((bounds[0] + bounds[1]) / 2, 4))
    label = ", ".join(filter(None, (figures.label(cell[0]), figures.header(cell[1]))))
    return [
        Finding(
            rule="percentage",
            class_="source",
            severity="error",
            message=f"{label}: the source says {figure.text}; {name} gives {bounds[2]}.",
            locator=figures.locate(*cell),
            verdict="contradicted",
            stated=figure.value,
            computed=computed,
            difference=tidy_number(round(figure.value - computed, 4)),
            value=figure.text,
        )
    ]


def _hundred(figures: FigureTable, column: int) -> list[Finding]:
    """Shares under a total of 100 % must add up to it, rounding allowed for."""
    declared = declared_rows(figures)
    plain = [r for r in range(len(figures.rows)) if r not in declared and is_addend(figures, r)]
    parts = [figures.figure(r, column) for r in plain]
    if len(parts) < 2 or any(p.value is None for p in parts):
        return []
    bounds = [_printed(p) for p in parts]
    low, high = sum(b[0] for b in bounds), sum(b[1] for b in bounds)
    findings = []
    for r in declared:
        total = figures.figure(r, column)
        if total.value == 100 and not low <= 100 <= high:
            value = tidy_number(sum(p.value or 0 for p in parts))
            findings.append(
                Finding(
                    rule="percentages_sum",
                    class_="source",
                    severity="error",
                    message=(
                        f"{figures.header(column)}: shares of {show_sum(parts)} = {show(value)}, "
                        "not 100."
                    ),
                    locator=figures.locate(r, column),
                    verdict="contradicted",
                    stated=100,
                    computed=value,
                    difference=tidy_number(100 - value),
                    value=total.text,
                )
            )
    return findings
