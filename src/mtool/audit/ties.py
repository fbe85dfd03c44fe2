"""A claim's scope → the cells of tables that it speaks of: every reading, none guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import inf

from mtool.audit.dimensions import must_partition
from mtool.audit.evidence import Evidence
from mtool.audit.frames import ANY_UNIT, NOTHING, Scope, Terms
from mtool.audit.labels import Label
from mtool.audit.lexicon import PREPOSITIONS
from mtool.audit.quantities import UNIT_IN_M2
from mtool.audit.sentences import tokenize
from mtool.audit.sums import show_sum, tidy_number
from mtool.audit.terms import is_category, known
from mtool.audit.total_readings import mixes_breakdowns, shared_dimension
from mtool.column_words import area_unit
from mtool.model import Number

_NEAREST = 40
#: Wholes that tables often give in two parts only.
_MADE_UP = {
    "casualty": ("killed", "injured"),
    "children": ("boys", "girls"),
    "adults": ("men", "women"),
}
_DEVICES = frozenset("mine uxo erw antipersonnel antivehicle improvised cluster".split())
_OF = {"of", "de", "des", "du", "d", "la", "l", "les"}


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
    def table_name(self) -> str:
        return table_name(self.evidence)


@dataclass(frozen=True, slots=True)
class _Option:
    """Rows (or columns) that a scope may mean, as one reading along one axis."""

    indices: tuple[int, ...]
    matched: Terms
    text: str
    doubt: str = ""
    free: bool = False
    names: tuple[Terms, ...] = ()


def table_name(evidence: Evidence) -> str:
    title = evidence.figures.table.title
    head = title.split(":")[0].strip()
    return head if head and len(head) <= 20 else (title[:60] or f"table {evidence.id}")


class Ties:
    """All tables of a document, ready to be asked for the cells a claim speaks of."""

    def __init__(self, evidence: Sequence[Evidence], document_terms: Terms) -> None:
        self.evidence = tuple(evidence)
        self.document_terms = frozenset(
            t for t in document_terms if not is_category(t) and not known(t)
        )
        index: dict[str, list[Evidence]] = {}
        for table in self.evidence:
            for term in table.vocabulary:
                index.setdefault(term, []).append(table)
        self._index: Mapping[str, list[Evidence]] = index

    @cached_property
    def names(self) -> Terms:
        """Every proper name of the tables' rows and columns, composites' members included."""
        found: set[str] = set()
        for table in self.evidence:
            found |= table.names
            for label in (*table.row_labels, *table.column_labels.values()):
                found |= label.included
        return frozenset(found)

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

    def tables_for(self, scope: Scope) -> list[Evidence]:
        """The tables that share the measure of a scope, or those it points to by number."""
        candidates: dict[int, Evidence] = {}
        for term in sorted(scope.head):
            for table in self._index.get(term, ())[:_NEAREST]:
                candidates[table.position] = table
        for whole, parts in _MADE_UP.items():
            if whole in scope.required:
                for table in self._index.get(parts[0], ())[:_NEAREST]:
                    candidates[table.position] = table
        tables = [candidates[p] for p in sorted(candidates)]
        if scope.tables:
            numbered = [t for t in tables if _number_of(t) in scope.tables]
            return numbered or tables
        return tables

    def _tie(self, table: Evidence, scope: Scope, *, apart: bool) -> list[Tie]:
        if not table.restricting <= scope.said:
            return []
        rows = self._options(
            table, scope, dict(enumerate(table.row_labels)), rows=True, apart=apart
        )
        columns = self._options(table, scope, table.column_labels, rows=False, apart=apart)
        ties = []
        for row, column in product(rows, columns):
            tie = self._make(table, scope, (row, column), apart=apart)
            if tie is not None:
                ties.append(tie)
        return ties

    def _tie_parts(self, table: Evidence, scope: Scope) -> list[Tie]:
        """Casualties where a table gives only killed and injured, children as boys and girls."""
        whole = next(
            (w for w, p in _MADE_UP.items() if w in scope.required and set(p) <= table.vocabulary),
            "",
        )
        if not whole:
            return []
        parts = []
        for part in _MADE_UP[whole]:
            head = (scope.head - {whole}) | ({part} if whole in scope.head else NOTHING)
            narrowed = replace(scope, head=head, required=(scope.required - {whole}) | {part})
            parts.append(self._tie(table, narrowed, apart=False))
        if len(parts[0]) != 1 or len(parts[1]) != 1:
            return []
        killed, injured = parts[0][0], parts[1][0]
        if set(killed.cells) & set(injured.cells):
            return []
        cells = killed.cells + injured.cells
        return [
            replace(
                killed,
                cells=cells,
                amount=self.amount(table, cells),
                place=f"{killed.place} + {injured.place}",
            )
        ]

    def _options(
        self, table: Evidence, scope: Scope, labels: Mapping[int, Label], *, rows: bool, apart: bool
    ) -> list[_Option]:
        totals = table.total_rows if rows else table.total_columns
        body = table.body_rows if rows else table.body_columns
        usable = {i: labels[i] for i in sorted({*body, *totals}) if i in labels}
        timely = {i: label for i, label in usable.items() if _in_time(label, scope)}
        matched = _matched(timely, scope)
        if matched:
            return _named_options(timely, matched, scope, apart=apart)
        inside = [
            i for i, label in timely.items() if label.included and label.included <= scope.said
        ]
        if inside:
            text = timely[inside[0]].text
            doubt = f'the table gives "{text}" as one figure, which cannot be split'
            return [_Option((inside[0],), timely[inside[0]].included, text, doubt)]
        return _unnamed_options(table, timely, scope, frozenset(totals), rows=rows)

    def _make(
        self, table: Evidence, scope: Scope, options: tuple[_Option, _Option], *, apart: bool
    ) -> Tie | None:
        row, column = options
        matched = row.matched | column.matched
        unit = _unit_of(table, row.indices[0], column.indices[0])
        if scope.unit != ANY_UNIT and bool(unit) != bool(scope.unit):
            return None
        if not _measures(table, scope, row, column):
            return None
        explained = matched | table.context | (self.document_terms - table.names)
        explained |= {IMPLIED[t] for t in matched if t in IMPLIED}
        if unit:
            explained |= {"area"}
        if _DEVICES & explained:
            explained |= {"device"}
        explained |= table.names if apart else NOTHING
        unexplained = scope.required - explained
        doubts = [d for d in (row.doubt, column.doubt) if d]
        doubts += [f'no table says "{term}"' for term in sorted(unexplained)]
        doubts += self._foreign(table, scope)
        doubts += _untimely(table, scope, row, column)
        cells = tuple((r, c) for r in row.indices for c in column.indices)
        place = ", ".join(filter(None, (row.text, column.text)))
        amount = self.amount(table, cells)
        if scope.unit in UNIT_IN_M2 and unit != scope.unit:
            amount = _converted(amount, UNIT_IN_M2[unit] / UNIT_IN_M2[scope.unit])
        return Tie(table, cells, amount, place, tuple(doubts), row.names + column.names)

    def _foreign(self, table: Evidence, scope: Scope) -> list[str]:
        """Names that act in the claim and that this table does not know.

        Somebody who only reports may be the table's own source; unless the table or its notes
        say so, a different figure may be a different count.
        """
        foreign = []
        told = "another source:" if scope.witness else ""
        for name in scope.subject:
            folded = frozenset(t.term for t in tokenize(name) if t.term)
            if folded and not folded & (table.vocabulary | self.document_terms | table.sources):
                foreign.append(f'{told}the table does not name "{name}"')
        return foreign

    def amount(self, table: Evidence, cells: Sequence[tuple[int, int]]) -> Amount:
        """Sum cells; missing ones leave the sum open above."""
        figures = [table.figures.figure(r, c) for r, c in cells]
        known_ones = [f for f in figures if not f.missing]
        missing = len(figures) - len(known_ones)
        value = tidy_number(
            sum(f.value if f.value is not None else (f.low + f.high) / 2 for f in known_ones)
        )
        low = sum(f.low for f in known_ones)
        high = inf if missing else sum(f.high for f in known_ones)
        shown = show_sum(figures) + (f" = {value:,}" if len(figures) > 1 else "")
        return Amount(value, low, high, missing, shown)


#: What counts of one kind are also counts of.
IMPLIED = {
    "killed": "casualty",
    "injured": "casualty",
    "cancelled": "released",
    "reduced": "released",
    "clearance": "released",
}


def _number_of(table: Evidence) -> str:
    tokens = tokenize(table.figures.table.title[:40])
    for a, b in zip(tokens, tokens[1:], strict=False):
        if a.word in ("table", "tableau") and b.is_number:
            return b.text
    return ""


def _in_time(label: Label, scope: Scope) -> bool:
    """Does a label's year fit? A label without a year fits any; a span must lie within the claim's."""
    if not label.years or scope.years is None:
        return True
    return label.years <= scope.years


def _matched(labels: Mapping[int, Label], scope: Scope) -> dict[int, Terms]:
    """Labels that the claim names: those in its own words first, the most specific of each."""
    found = {i: m for i, label in labels.items() if (m := label.match(scope.said))}
    near = scope.required | scope.preferred
    own = {i: m for i, m in found.items() if m <= near}
    named_own = {i: m for i, m in own.items() if not _only_common(m)}
    found = named_own or own or _nearest_of(found, near)
    wholes = {IMPLIED[t] for m in found.values() for t in m if t in IMPLIED}
    found = {i: m for i, m in found.items() if not m <= wholes} or found
    return {i: m for i, m in found.items() if not any(m < other for other in found.values())}


def _nearest_of(found: Mapping[int, Terms], near: Terms) -> dict[int, Terms]:
    """Of labels named only in part by the claim's own words, those that share most with them."""
    most = max((len(m & near) for m in found.values()), default=0)
    return {i: m for i, m in found.items() if len(m & near) == most}


def _only_common(matched: Terms) -> bool:
    return all(known(t) and not is_category(t) for t in matched)


def _named_options(
    labels: Mapping[int, Label], matched: Mapping[int, Terms], scope: Scope, *, apart: bool
) -> list[_Option]:
    groups: dict[Terms, list[int]] = {}
    for i, terms in matched.items():
        groups.setdefault(terms, []).append(i)
    options = [
        option
        for terms, indices in groups.items()
        for option in _by_year(labels, indices, terms, scope)
    ]
    if len(groups) < 2:
        return options
    if _crosses([labels[indices[0]] for indices in groups.values()]):
        return []
    together = _Option(
        tuple(i for indices in groups.values() for i in indices),
        frozenset().union(*groups),
        " + ".join(labels[indices[0]].text for indices in groups.values()),
        names=tuple(groups),
    )
    several_years = any(len(indices) > 1 for indices in groups.values()) and scope.years is None
    whole = [] if several_years else [together]
    return [*whole, *options] if apart else (whole or options)


def _crosses(labels: Sequence[Label]) -> bool:
    """Labels of different dimensions (`Injured`, `Civilian`) overlap; their sum means nothing."""
    if all(label.is_name for label in labels):
        return False
    return shared_dimension([label.text for label in labels]) is None


def _by_year(
    labels: Mapping[int, Label], indices: Sequence[int], terms: Terms, scope: Scope
) -> list[_Option]:
    """Rows of one name: one reading, or one for each year where the claim states none."""
    years = {labels[i].years for i in indices if labels[i].years}
    composite = next((labels[i] for i in indices if labels[i].included), None)
    doubt = ""
    if composite is not None and not composite.included <= scope.said:
        doubt = f"composite:{composite.text}"
    if len(years) > 1 and scope.years is None:
        return [
            _Option((i,), terms, labels[i].text, "the sentence states no year", names=(terms,))
            for i in indices
        ]
    if len(indices) > 1 and not years and len({labels[i].text for i in indices}) == 1:
        doubt = doubt or f'several rows are called "{labels[indices[0]].text}"'
    return [_Option(tuple(indices), terms, labels[indices[0]].text, doubt, names=(terms,))]


def _unnamed_options(
    table: Evidence,
    labels: Mapping[int, Label],
    scope: Scope,
    totals: frozenset[int],
    *,
    rows: bool,
) -> list[_Option]:
    """No label is named: the total, the year asked for, or the sum of all members."""
    free_totals = [i for i in labels if i in totals and labels[i].is_free and not labels[i].years]
    dated = [i for i, label in labels.items() if label.is_free and label.years and i not in totals]
    if dated:
        return _dated_options(table, labels, dated, scope, free_totals)
    if free_totals:
        return [_Option((free_totals[-1],), NOTHING, labels[free_totals[-1]].text, free=True)]
    plain = [i for i, label in labels.items() if label.is_free and i not in totals]
    if len(plain) == 1:
        text = "" if not rows else labels[plain[0]].text
        return [_Option((plain[0],), NOTHING, text, free=True)]
    members = [i for i in labels if i not in totals and not labels[i].is_free]
    if len(members) > 1 and _make_up_a_whole(table, labels, members):
        return [_Option(tuple(members), NOTHING, "all rows" if rows else "all columns", free=True)]
    return []


def _dated_options(
    table: Evidence,
    labels: Mapping[int, Label],
    dated: Sequence[int],
    scope: Scope,
    totals: Sequence[int],
) -> list[_Option]:
    covered = frozenset(y for i in dated for y in labels[i].years)
    if scope.years is None:
        if totals:
            return [_Option((totals[-1],), NOTHING, labels[totals[-1]].text, free=True)]
        if len(dated) == 1:
            return [_Option(tuple(dated), NOTHING, labels[dated[0]].text, free=True)]
        doubt = "the sentence states no year"
        return [_Option((i,), NOTHING, labels[i].text, doubt, free=True) for i in dated]
    if not scope.years <= covered:
        return []
    exact = [i for i in dated if labels[i].years == scope.years]
    chosen = exact[:1] if len(exact) == 1 else list(dated)
    text = labels[chosen[0]].text
    if len(chosen) > 1:
        text = f"{text} to {labels[chosen[-1]].text}"
    del table
    return [_Option(tuple(chosen), NOTHING, text, free=True)]


def _make_up_a_whole(table: Evidence, labels: Mapping[int, Label], members: Sequence[int]) -> bool:
    """May the members be summed? Names of one kind may; categories only where they are exhaustive."""
    texts = [labels[i].text for i in members]
    if mixes_breakdowns(texts):
        return False
    names = sum(labels[i].is_name for i in members)
    if names * 2 >= len(members):
        return True
    dimension = shared_dimension(texts)
    if dimension is None:
        return False
    found = {t for i in members for a in labels[i].alternatives for t in a}
    del table
    return must_partition(dimension, found)


def _main_measure(table: Evidence) -> Terms:
    """What a title says is counted: its terms up to the first preposition that is no `of`."""
    main: set[str] = set()
    for token in tokenize(table.figures.table.title):
        if token.word in PREPOSITIONS and token.word not in _OF and main:
            break
        if token.term:
            main.add(token.term)
    return frozenset(main)


def _measures(table: Evidence, scope: Scope, row: _Option, column: _Option) -> bool:
    """Do the cells hold what the claim counts? By their own labels, or by the title's main noun."""
    matched = row.matched | column.matched
    named = {
        t
        for names in (*row.names, *column.names)
        for t in names
        if not known(t) and not is_category(t)
    }
    if scope.head & (matched - named) or scope.head <= named & matched:
        return True
    implied = {IMPLIED[t] for t in matched if t in IMPLIED}
    if scope.head & implied:
        return True
    measured = {t for t in matched - named if known(t)}
    if measured - {
        "mine",
        "antipersonnel",
        "antivehicle",
        "improvised",
        "uxo",
        "erw",
        "cluster",
        "device",
    }:
        return False
    return bool(scope.head & (_main_measure(table) - named))


def _untimely(table: Evidence, scope: Scope, row: _Option, column: _Option) -> list[str]:
    if scope.shape == "part":
        return ["the sentence speaks of a part of a year, or of more than the table's years"]
    if scope.years is None:
        return []
    labels = [
        *(table.row_labels[i] for i in row.indices),
        *(table.column_labels[i] for i in column.indices),
    ]
    if any(label.years for label in labels):
        covered = frozenset(y for label in labels for y in label.years)
        return [] if scope.years <= covered else ["the table does not cover these years"]
    if table.years and not (
        scope.years <= table.years and (len(table.years) == 1 or scope.years == table.years)
    ):
        return ["the table is about other years"]
    if not table.years:
        return ["the table states no year"]
    return []


def _unit_of(table: Evidence, row: int, column: int) -> str:
    """The area unit of a cell: its header's, its row's, or the title's where neither counts."""
    labels = (table.column_labels[column], table.row_labels[row])
    own = next((unit for label in labels if (unit := area_unit(label.text))), None)
    if own or any(_counts(label) for label in labels):
        return own or ""
    return area_unit(table.figures.table.title) or ""


def _counts(label: Label) -> bool:
    """A label of things counted, in a table whose title also speaks of an area."""
    return any(known(t) and t not in _AREA_WORDS for a in label.alternatives for t in a)


_AREA_WORDS = frozenset({"area", "clearance", "released", "survey", "contaminated"})


def _converted(amount: Amount, factor: float) -> Amount:
    return Amount(
        tidy_number(amount.value * factor),
        amount.low * factor,
        amount.high * factor,
        amount.missing,
        amount.shown,
    )
