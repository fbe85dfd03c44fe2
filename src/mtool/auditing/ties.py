"""A claim's scope → the cells of tables that it speaks of: every reading, none guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf

from mtool.auditing.evidence import Evidence
from mtool.auditing.measures import DEVICES, counts_what_is_asked, unit_of
from mtool.auditing.quantity_words import UNIT_IN_M2
from mtool.auditing.scope import ANY_UNIT, NOTHING, Scope, Terms
from mtool.auditing.sums import show_sum, tidy_number
from mtool.auditing.table_index import MADE_UP, TableIndex
from mtool.auditing.terms import is_category, known, terms
from mtool.auditing.tie_options import IMPLIED, Option, Question, find_options
from mtool.model import Locator, Number

OTHER_SOURCE = "another source:"


@dataclass(frozen=True, slots=True)
class Amount:
    """The sum of some cells, with the bounds that missing or rounded ones leave."""

    value: Number
    low: float
    high: float
    missing: int
    shown: str


@dataclass(frozen=True, slots=True)
class Tie:
    """One reading of a scope: cells of one table whose sum the claim would be about.

    `doubts` say why the reading cannot decide: words no table explains, a composite, no year.
    """

    evidence: Evidence
    cells: tuple[tuple[int, int], ...]
    amount: Amount
    place: str
    doubts: tuple[str, ...] = ()
    names: tuple[Terms, ...] = ()

    @property
    def known(self) -> Number | None:
        """The sum of the cells that have a figure; null, not zero, where none has."""
        return self.amount.value if self.amount.missing < len(self.cells) else None

    @property
    def table_name(self) -> str:
        """`Table 1`, or the beginning of the title."""
        title = self.evidence.figures.table.title
        head = title.split(":")[0].strip()
        return head if head and len(head) <= 20 else (title[:60] or f"table {self.evidence.id}")


class Ties:
    """All tables of a document, ready to be asked for the cells a claim speaks of.

    `document_terms` are words of the document's title and headings, which restrict nothing;
    `years` the years they name, which stand for tables that name none.
    """

    def __init__(
        self,
        evidence: Sequence[Evidence],
        document_terms: Terms,
        years: frozenset[int] = frozenset(),
    ) -> None:
        self.evidence = tuple(evidence)
        self.years = years
        self.document_terms = frozenset(
            t for t in document_terms if not is_category(t) and not known(t)
        )
        self._index = TableIndex(self.evidence)
        self._options: dict[tuple[int, bool, Question], tuple[Option, ...]] = {}

    @property
    def names(self) -> Terms:
        """Every proper name of the tables' rows and columns."""
        return self._index.names

    def position(self, locator: Locator) -> int:
        """How many tables stand before a place of the document."""
        return self._index.position(locator)

    def tables_for(self, scope: Scope) -> list[Evidence]:
        """The tables that a scope may speak of."""
        return self._index.candidates(scope)

    def find(self, scope: Scope, *, apart: bool = False) -> list[Tie]:
        """Every reading of `scope`; with `apart`, several names are read one by one as well."""
        found: list[Tie] = []
        for table in self.tables_for(scope):
            whole = self._tie(table, scope, apart=apart)
            if all(tie.doubts for tie in whole):
                whole = self._tie_parts(table, scope) or whole
            found += whole
        sure = [t for t in found if not t.doubts]
        return sure or found

    def _tie(self, table: Evidence, scope: Scope, *, apart: bool) -> list[Tie]:
        if not table.restricting <= scope.said:
            return []
        rows, columns = (self._along(table, scope, rows=r, apart=apart) for r in (True, False))
        ties = (self._make(table, scope, pair, apart=apart) for pair in product(rows, columns))
        return [tie for tie in ties if tie is not None]

    def _along(
        self, table: Evidence, scope: Scope, *, rows: bool, apart: bool
    ) -> tuple[Option, ...]:
        """The options along one axis, computed once for each question a table is asked."""
        near = (scope.required | scope.preferred) & table.vocabulary
        years = scope.years
        question = Question(near, scope.said & table.vocabulary, years, apart)
        key = (table.position, rows, question)
        if key not in self._options:
            self._options[key] = find_options(table, question, rows=rows)
        return self._options[key]

    def _tie_parts(self, table: Evidence, scope: Scope) -> list[Tie]:
        """Casualties where a table gives only killed and injured, children as boys and girls."""
        whole = next(
            (w for w, p in MADE_UP.items() if w in scope.required and set(p) <= table.vocabulary),
            "",
        )
        if not whole:
            return []
        parts = []
        for part in MADE_UP[whole]:
            head = (scope.head - {whole}) | ({part} if whole in scope.head else NOTHING)
            narrowed = replace(scope, head=head, required=(scope.required - {whole}) | {part})
            parts.append(self._tie(table, narrowed, apart=False))
        if len(parts[0]) != 1 or len(parts[1]) != 1:
            return []
        first, second = parts[0][0], parts[1][0]
        if set(first.cells) & set(second.cells):
            return []
        cells = first.cells + second.cells
        place = f"{first.place} + {second.place}"
        return [replace(first, cells=cells, amount=self.amount(table, cells), place=place)]

    def _make(
        self, table: Evidence, scope: Scope, pair: tuple[Option, Option], *, apart: bool
    ) -> Tie | None:
        row, column = pair
        unit = unit_of(table, row.indices[0], column.indices[0])
        if scope.unit != ANY_UNIT and bool(unit) != bool(scope.unit):
            return None
        if not counts_what_is_asked(table, scope, row, column):
            return None
        unexplained = scope.required - self._explained(table, pair, unit)
        unexplained -= table.names if apart else NOTHING
        doubts = [d for d in (*scope.doubts, row.doubt, column.doubt) if d]
        doubts += [f'no table says "{term}"' for term in sorted(unexplained)]
        doubts += self._foreign(table, scope)
        doubts += self._untimely(table, scope, row, column)
        cells = tuple((r, c) for r in row.indices for c in column.indices)
        amount = self.amount(table, cells)
        if scope.unit in UNIT_IN_M2 and unit != scope.unit:
            amount = _converted(amount, UNIT_IN_M2[unit] / UNIT_IN_M2[scope.unit])
        place = ", ".join(filter(None, (row.text, column.text)))
        return Tie(table, cells, amount, place, tuple(doubts), row.names + column.names)

    def _explained(self, table: Evidence, pair: tuple[Option, Option], unit: str) -> Terms:
        """Every term that these cells, their title or the document itself account for."""
        matched = pair[0].matched | pair[1].matched
        explained = matched | table.context | (self.document_terms - table.names)
        explained |= {IMPLIED[t] for t in matched if t in IMPLIED}
        if unit:
            explained |= {"area"}
        if {"clearance", "released"} & explained:
            explained |= {"contaminated"}
        return explained | {"device"} if DEVICES & explained else explained

    def _foreign(self, table: Evidence, scope: Scope) -> list[str]:
        """Names that act in the claim and that this table does not know.

        Somebody who only reports may be the table's own source; unless the table or its notes
        say so, a different figure may be a different count.
        """
        known_here = table.vocabulary | self.document_terms | table.sources
        told = OTHER_SOURCE if scope.witness else ""
        return [
            f'{told}the table does not name "{name}"'
            for name in scope.subject
            if (said := terms(name)) and not said & known_here
        ]

    def _untimely(self, table: Evidence, scope: Scope, row: Option, column: Option) -> list[str]:
        if scope.shape == "end" and scope.years == table.year_end:
            return []
        if scope.shape in ("part", "end"):
            return ["the sentence speaks of a part of a year, or of more than the table's years"]
        if scope.years is None:
            return []
        labels = [table.row_labels[i] for i in row.indices]
        labels += [table.column_labels[i] for i in column.indices]
        covered = frozenset(y for label in labels for y in label.years)
        if covered:
            return [] if scope.years <= covered else ["the table does not cover these years"]
        about = table.years or self.years
        if scope.shape == "month":
            about = about or table.part_years
        if not about:
            return ["the table states no year"]
        whole = len(about) == 1 or scope.years == about
        return [] if scope.years <= about and whole else ["the table is about other years"]

    def amount(self, table: Evidence, cells: Sequence[tuple[int, int]]) -> Amount:
        """Sum cells; missing ones leave the sum open above."""
        figures = [table.figures.figure(r, c) for r, c in cells]
        known_ones = [f for f in figures if not f.missing]
        missing = len(figures) - len(known_ones)
        middles = (f.value if f.value is not None else (f.low + f.high) / 2 for f in known_ones)
        value = tidy_number(sum(middles))
        low = sum(f.low for f in known_ones)
        high = inf if missing else sum(f.high for f in known_ones)
        shown = show_sum(figures) + (f" = {value:,}" if len(figures) > 1 else "")
        return Amount(value, low, high, missing, shown)


def _converted(amount: Amount, factor: float) -> Amount:
    value = tidy_number(amount.value * factor)
    return Amount(value, amount.low * factor, amount.high * factor, amount.missing, amount.shown)
