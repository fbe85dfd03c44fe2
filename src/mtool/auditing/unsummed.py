"""Totals that are perhaps no sums: averages, maxima, stocks, and members counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtool.auditing.dimensions import categories
from mtool.auditing.figures import Figure, FigureTable
from mtool.auditing.sums import Sum
from mtool.auditing.total_labels import total_label
from mtool.auditing.total_readings import levels, names_members, shared_dimension
from mtool.auditing.unsummed_words import says_once, says_ratio
from mtool.auditing.wording import word_set, words
from mtool.periods import read_period

Cell = tuple[int, int]
#: What is there from one period to the next, and so is counted again in each.
_LASTING = word_set(
    """countries country states state provinces province districts district villages village
    communes commune communities community schools ecoles hospitals operators operator operateurs
    organisations organizations partners partenaires teams team equipes equipe staff personnel
    personnels deminers demineurs effectif effectifs employees dogs chiens machines pays etats
    remaining restant restante restants restantes stock stocks survivors survivants volunteers
    volontaires capacity capacite capacites deployed deployes deployees"""
)
_RESPONDENTS = word_set("respondents respondent repondants repondant interviewees")


@dataclass(frozen=True, slots=True)
class TotalLine:
    """What the totals of one row or column say beside their addends.

    `alike` is true where they are of one measure, so that those that are sums prove the others.
    """

    direction: str
    sums: tuple[Sum, ...]
    alike: bool

    @property
    def proven(self) -> bool:
        """Do most of the line's totals equal their sums, more than chance would?"""
        fits = sum(s.fits and bool(s.stated) and " + " in s.shown for s in self.sums)
        return fits > sum(s.verdict == "contradicted" for s in self.sums)


def total_line(figures: FigureTable, direction: str, sums: Sequence[Sum]) -> TotalLine:
    """The totals of one row (over its columns) or of one column (over its rows)."""
    if direction == "row":
        headers = [h for c in figures.added if not total_label(h := figures.header(c))]
        alike = _all_periods(headers) or shared_dimension(headers) is not None
    else:
        alike = names_members(figures) or _all_periods(
            [figures.label(r) for r in range(len(figures.rows)) if figures.label(r)][:-1]
        )
    return TotalLine(direction, tuple(sums), alike)


def is_of_ratios(figures: FigureTable) -> bool:
    """Does the title say that all figures are averages or rates, and no column that it alone is?"""
    if not says_ratio(figures.table.title, title=True):
        return False
    return set(figures.numeric) == set(figures.added)


def why_no_sum(
    figures: FigureTable, line: TotalLine, cell: Cell, addends: Sequence[Cell], found: Sum
) -> str:
    """Why a total that differs from its addends' sum may be no sum; empty where it must be one."""
    row, column = cell
    if says_ratio(figures.label(row)) or says_ratio(figures.header(column)):
        return "an average, a rate or a highest figure is no sum"
    if is_of_ratios(figures) and not (line.proven and line.alike):
        return "the table is of averages, rates or the like, which have no sum"
    known = [f for at in addends if (f := figures.figure(*at)).value is not None]
    if found.difference < 0 and _counts_once(figures, line, cell, addends):
        return "what several of them count may count once in the total"
    if len(known) < 2 or not _between(found, known):
        return ""
    if any(found.stated == f.value for f in known) and not (line.proven and line.alike):
        return "the total equals one of them, so it may be their highest or latest figure"
    return "" if line.proven else "the total lies between them, so it may be their average"


def _between(found: Sum, known: Sequence[Figure]) -> bool:
    values = [f.value for f in known if f.value is not None]
    return min(values) >= 0 and min(values) <= found.stated <= max(values)


def _counts_once(
    figures: FigureTable, line: TotalLine, cell: Cell, addends: Sequence[Cell]
) -> bool:
    """Answers of which several may be given, and countries or teams that last from year to year."""
    row, column = cell
    title, label, header = figures.table.title, figures.label(row), figures.header(column)
    if any(map(says_once, (title, label, header))):
        return True
    if _RESPONDENTS & {*words(label), *words(header)} and not line.proven:
        return True
    if line.direction == "row":
        measure, over = header, [figures.label(r) for r, _ in addends]
    else:
        measure, over = f"{title} {label}", [figures.header(c) for _, c in addends]
    if line.direction != "row" and line.proven:
        return False
    return _all_periods(over) and bool(_LASTING & set(words(measure)))


def _all_periods(labels: Sequence[str]) -> bool:
    return bool(labels) and all(map(_is_period, labels))


def _is_period(label: str) -> bool:
    if {"month", "quarter"} & categories(label).keys():
        return True
    return any(read_period(level) is not None for level in levels(label))
