"""Which tables a claim may speak of: those that share its terms and years, the nearest first."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property

from mtool.auditing.evidence import Evidence
from mtool.auditing.scope import Scope, Terms
from mtool.auditing.sentences import tokenize
from mtool.auditing.terms import is_category, known
from mtool.model import Locator

#: Wholes that tables often give in two parts only.
MADE_UP = {
    "casualty": ("killed", "injured"),
    "children": ("boys", "girls"),
    "adults": ("men", "women"),
}
#: Never more tables than this around a claim, so that work stays linear in a document's length.
_NEAREST = 40


class TableIndex:
    """Tables by their terms, in the order of the document."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self.evidence = tuple(evidence)
        index: dict[str, list[int]] = {}
        for i, table in enumerate(self.evidence):
            for term in table.vocabulary:
                index.setdefault(term, []).append(i)
        self._index: Mapping[str, list[int]] = index
        self._places = [_place(table.figures.table.locator) for table in self.evidence]
        self._in_order = self._places == sorted(self._places)

    @cached_property
    def names(self) -> Terms:
        """Every proper name of the tables' rows and columns, composites' members included."""
        found: set[str] = set()
        for table in self.evidence:
            found |= table.names
            for label in (*table.row_labels, *table.column_labels.values()):
                found |= label.included
        return frozenset(found)

    def position(self, locator: Locator) -> int:
        """How many tables stand before a place of the document."""
        return bisect_left(self._places, _place(locator)) if self._in_order else 0

    def candidates(self, scope: Scope) -> list[Evidence]:
        """Tables that share the measure of a claim: with its names and years, where any has them.

        A claim that points to a table by number means that one.
        """
        terms = set(scope.head)
        for whole, parts in MADE_UP.items():
            if whole in scope.required:
                terms.add(parts[0])
        names = (scope.preferred | scope.required) & self.names
        found = self._nearest([self._index.get(n, []) for n in sorted(names)], scope.at)
        tables = [t for t in found if terms & t.vocabulary]
        if not tables:
            tables = self._nearest([self._index.get(t, []) for t in sorted(terms)], scope.at)
        tables = _of_title(_with_years(tables, scope), scope)
        numbered = [t for t in tables if number_of(t) in scope.tables] if scope.tables else []
        return numbered or tables

    def _nearest(self, postings: Sequence[Sequence[int]], at: int) -> list[Evidence]:
        found: set[int] = set()
        for posting in postings:
            spot = bisect_left(posting, at)
            found.update(posting[max(0, spot - _NEAREST) : spot + _NEAREST])
        nearest = sorted(found, key=lambda i: abs(i - at))[:_NEAREST]
        return [self.evidence[i] for i in sorted(nearest)]


def _with_years(tables: list[Evidence], scope: Scope) -> list[Evidence]:
    """Of several tables, those of the claim's years; all of them where none is."""
    if scope.years is None or len(tables) < 2:
        return tables
    return [t for t in tables if scope.years & t.all_years] or tables


def _of_title(tables: list[Evidence], scope: Scope) -> list[Evidence]:
    """Of tables with the same columns, one for each country, those whose title the claim says."""
    if len(tables) < 2:
        return tables
    said = [
        frozenset(t for t in scope.said & table.context if not known(t) and not is_category(t))
        for table in tables
    ]
    columns = [sorted(label.text for label in t.column_labels.values()) for t in tables]
    told = {
        (i, j)
        for i, own in enumerate(said)
        for j, other in enumerate(tables)
        if own - other.context and columns[i] == columns[j]
    }
    return [t for j, t in enumerate(tables) if not any(
        (i, j) in told and (j, i) not in told for i in range(len(tables))
    )]  # fmt: skip


def _place(locator: Locator) -> tuple[int, int]:
    return locator.page or 0, locator.line or 0


def number_of(table: Evidence) -> str:
    """The number in `Table 3: …`, or nothing."""
    tokens = tokenize(table.figures.table.title[:40])
    for a, b in itertools.pairwise(tokens):
        if a.word in ("table", "tableau") and b.is_number:
            return b.text
    return ""
