"""Along one axis of a table: which rows (or columns) a claim may mean, named or unnamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtool.auditing.dimensions import must_partition
from mtool.auditing.evidence import Evidence
from mtool.auditing.labels import Label
from mtool.auditing.scope import NOTHING, Terms
from mtool.auditing.terms import is_category, known
from mtool.auditing.total_readings import mixes_breakdowns, shared_dimension

#: What counts of one kind are also counts of.
IMPLIED = {
    "killed": "casualty",
    "injured": "casualty",
    "cancelled": "released",
    "reduced": "released",
    "clearance": "released",
}
NO_YEAR = "the sentence states no year"
COMPOSITE = "composite:"


@dataclass(frozen=True, slots=True)
class Question:
    """What a claim asks of an axis: terms `near` it, all terms `said`, its years.

    With `apart`, several names are read one by one as well as together.
    """

    near: Terms
    said: Terms
    years: frozenset[int] | None
    apart: bool


@dataclass(frozen=True, slots=True)
class Option:
    """Rows (or columns) that a claim may mean, as one reading along one axis.

    `matched` are the terms that name them, `names` one set for each label named; both are empty
    for the total, for a year, and for the sum of all.
    """

    indices: tuple[int, ...]
    matched: Terms
    text: str
    doubt: str = ""
    names: tuple[Terms, ...] = ()


def find_options(table: Evidence, question: Question, *, rows: bool) -> tuple[Option, ...]:
    """Every reading along the rows, or along the columns."""
    labels = dict(enumerate(table.row_labels)) if rows else table.column_labels
    totals = table.total_rows if rows else table.total_columns
    body = table.body_rows if rows else table.body_columns
    timely = {
        i: labels[i]
        for i in sorted({*body, *totals})
        if i in labels and _in_time(labels[i], question)
    }
    matched = _matched(timely, question)
    if matched:
        return tuple(_named(timely, matched, question))
    inside = [
        i for i, label in timely.items() if label.included and label.included <= question.said
    ]
    if inside:
        text = timely[inside[0]].text
        doubt = f'the table gives "{text}" as one figure, which cannot be split'
        return (Option((inside[0],), timely[inside[0]].included, text, doubt),)
    return tuple(_unnamed(timely, question, totals, rows=rows))


def _in_time(label: Label, question: Question) -> bool:
    """A label without a year fits any; a span of years must lie within the claim's."""
    return not label.years or question.years is None or label.years <= question.years


def _matched(labels: Mapping[int, Label], question: Question) -> dict[int, Terms]:
    """Labels that the claim names: those in its own words first, the most specific of each."""
    found = {i: m for i, label in labels.items() if (m := label.match(question.said))}
    if not found:
        return found
    own = {i: m for i, m in found.items() if m <= question.near}
    telling = {i: m for i, m in own.items() if any(not known(t) or is_category(t) for t in m)}
    found = telling or own or _nearest_of(found, question.near)
    wholes = {IMPLIED[t] for m in found.values() for t in m if t in IMPLIED}
    found = {i: m for i, m in found.items() if not m <= wholes} or found
    return {i: m for i, m in found.items() if not any(m < other for other in found.values())}


def _nearest_of(found: Mapping[int, Terms], near: Terms) -> dict[int, Terms]:
    """Of labels named only in part by the claim's own words, those that share most with them."""
    most = max((len(m & near) for m in found.values()), default=0)
    return {i: m for i, m in found.items() if len(m & near) == most}


def _named(
    labels: Mapping[int, Label], matched: Mapping[int, Terms], question: Question
) -> list[Option]:
    groups: dict[Terms, list[int]] = {}
    for i, terms in matched.items():
        groups.setdefault(terms, []).append(i)
    options = [
        option
        for terms, indices in groups.items()
        for option in _by_year(labels, indices, terms, question)
    ]
    if len(groups) < 2:
        return options
    if _crosses([labels[indices[0]] for indices in groups.values()]):
        return []
    together = Option(
        tuple(i for indices in groups.values() for i in indices),
        frozenset().union(*groups),
        " + ".join(labels[indices[0]].text for indices in groups.values()),
        names=tuple(groups),
    )
    several_years = any(len(indices) > 1 for indices in groups.values()) and question.years is None
    whole = [] if several_years else [together]
    return [*whole, *options] if question.apart else (whole or options)


def _crosses(labels: Sequence[Label]) -> bool:
    """Labels of different dimensions (`Injured`, `Civilian`) overlap; their sum means nothing."""
    if all(label.is_name for label in labels):
        return False
    return shared_dimension([label.text for label in labels]) is None


def _by_year(
    labels: Mapping[int, Label], indices: Sequence[int], terms: Terms, question: Question
) -> list[Option]:
    """Rows of one name: one reading, or one for each year where the claim states none."""
    years = {labels[i].years for i in indices if labels[i].years}
    composite = next((labels[i] for i in indices if labels[i].included), None)
    doubt = ""
    if composite is not None and not composite.included <= question.said:
        doubt = f"{COMPOSITE}{composite.text}"
    if len(years) > 1 and question.years is None:
        return [Option((i,), terms, labels[i].text, NO_YEAR, (terms,)) for i in indices]
    if len(indices) > 1 and not years:
        doubt = doubt or _split_by_category([labels[i] for i in indices], terms)
    if len(indices) > 1 and not years and len({labels[i].text for i in indices}) == 1:
        doubt = doubt or f'several rows are called "{labels[indices[0]].text}"'
    return [Option(tuple(indices), terms, labels[indices[0]].text, doubt, (terms,))]


def _split_by_category(labels: Sequence[Label], terms: Terms) -> str:
    """Rows that one name shares are summed where other names tell them apart."""
    if all(terms in label.alternatives for label in labels):
        return ""
    if any(label.total for label in labels):
        return "some of the rows may total others"
    rest = {t for label in labels for t in label.alternatives[0]} - terms
    return "the rows may overlap" if any(is_category(t) or known(t) for t in rest) else ""


def _unnamed(
    labels: Mapping[int, Label], question: Question, totals: frozenset[int], *, rows: bool
) -> list[Option]:
    """No label is named: the total, the year asked for, or the sum of all members."""
    free = [i for i, label in labels.items() if label.is_free]
    free_totals = [i for i in free if i in totals and not labels[i].years]
    dated = [i for i in free if i not in totals and labels[i].years]
    if dated:
        return _dated(labels, dated, question, free_totals)
    if free_totals:
        return [Option((free_totals[-1],), NOTHING, labels[free_totals[-1]].text)]
    plain = [i for i in free if i not in totals]
    if len(plain) == 1:
        return [Option((plain[0],), NOTHING, labels[plain[0]].text if rows else "")]
    members = [i for i in labels if i not in totals and not labels[i].is_free]
    if len(members) > 1 and _make_up_a_whole(labels, members):
        return [Option(tuple(members), NOTHING, "all rows" if rows else "all columns")]
    return []


def _dated(
    labels: Mapping[int, Label], dated: Sequence[int], question: Question, totals: Sequence[int]
) -> list[Option]:
    covered = frozenset(y for i in dated for y in labels[i].years)
    if question.years is None:
        if totals or len(dated) == 1:
            index = totals[-1] if totals else dated[0]
            return [Option((index,), NOTHING, labels[index].text)]
        return [Option((i,), NOTHING, labels[i].text, NO_YEAR) for i in dated]
    if not question.years <= covered:
        return []
    exact = [i for i in dated if labels[i].years == question.years]
    chosen = exact[:1] if len(exact) == 1 else list(dated)
    text = labels[chosen[0]].text
    if len(chosen) > 1:
        text = f"{text} to {labels[chosen[-1]].text}"
    return [Option(tuple(chosen), NOTHING, text)]


def _make_up_a_whole(labels: Mapping[int, Label], members: Sequence[int]) -> bool:
    """Names of one kind may be summed; categories only where they leave nobody out."""
    texts = [labels[i].text for i in members]
    if mixes_breakdowns(texts):
        return False
    if sum(labels[i].is_name for i in members) * 2 >= len(members):
        return True
    dimension = shared_dimension(texts)
    found = {t for i in members for a in labels[i].alternatives for t in a}
    return dimension is not None and must_partition(dimension, found)
