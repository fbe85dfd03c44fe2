"""Claims that compare two figures, or average several: `twice as many as`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mtool.auditing.claim import Claim
from mtool.auditing.differences import difference_word
from mtool.auditing.frames import Frame
from mtool.auditing.quantities import Quantity
from mtool.auditing.scope import Scope
from mtool.auditing.scopes import plain_scope, scope_of
from mtool.auditing.spans import Span, heads, span_of, time_of, years_of
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.terms import is_category
from mtool.auditing.ties import Amount, Tie, Ties
from mtool.auditing.time_words import MONTHS, PARTS_OF_YEAR, TimeMention
from mtool.auditing.verdicts import Reading, judge_count, judge_factor, show_doubts, with_doubts
from mtool.auditing.wording import word_set, words
from mtool.model import Verdict
from mtool.periods import month_number

_THAN = {"than", "que", "qu", "as"}
_MORE = word_set("more fewer less higher lower plus moins many much greater davantage autant")
#: The factor of a claim that two figures are equal (`as many as`, `autant que`).
_EQUAL = 0.0
#: Figures this much apart are surely not `as many`.
_CLEARLY = 0.1
_TIMES = {"twice": 2.0, "thrice": 3.0}
_AVERAGE = {"average", "averaged", "averaging", "moyenne"}
_MONTHS = {"month", "monthly", "mois", "mensuel", "mensuelle", "mensuels", "mensuelles"}
_QUARTERS = {"quarter", "quarterly", "trimestre", "trimestriel", "trimestrielle"}
#: Words that tell of figures and restrict none.
_PLAIN = word_set(
    """there were recorded recording registered reported occurred happened took place each every
    with from over during this that which have been per were saw seen period country total all
    recense recenses recensees recenser enregistre enregistres enregistree enregistrees signales
    signalees compte comptes dans chaque annee year pendant avec soit ete connu survenus survenu
    produits observes observees region regions province district avait etait denombre"""
)
_OTHER_PARTS = {"week", "day", "semaine", "jour", "session", "seance", "first", "last", "until"}
_QUARTER_NAMES = {f"{letter}{n}" for letter in "qt" for n in range(1, 5)}


def ratio_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """`twice as many incidents as Segou`, `more incidents than Kidal`, `deux fois plus que`."""
    differences = {d[0] for q in frame.quantities if (d := difference_word(frame, q))}
    for i, word in enumerate(frame.words):
        if i in differences:
            continue
        factor, quantity = _factor_at(frame, i)
        if factor is None and _says_equal(frame, i):
            factor = _EQUAL
        more = word in ("more", "fewer", "plus", "moins", "davantage") and factor is None
        if factor is None and (not more or any(q.end == i for q in frame.quantities)):
            continue
        start, end = frame.segment(i)
        than = _than(frame, i, end)
        if than is None or frame.is_modal(start, end):
            continue
        if factor == _EQUAL and any(than < q.start < end for q in frame.quantities):
            continue
        if quantity is not None:
            used.add(frame.quantities.index(quantity))
        way = -1 if word in ("fewer", "moins", "less") else 1
        claim = _compared(frame, ties, (start, i, than, end), _factor_of(factor, way), quantity)
        if claim is not None:
            yield claim


def _factor_of(factor: float | None, way: int) -> float:
    return float(way) if factor is None else factor


def _says_equal(frame: Frame, at: int) -> bool:
    """`as many incidents as`, `autant d'incidents que`; not `twice as many`, `not as many`."""
    before = frame.words[at - 1] if at else ""
    plain = before not in {"pas", "not", "half", "times", "fold", "fois", "d", *_TIMES}
    free = plain and not any(q.end == at for q in frame.quantities)
    if frame.words[at] == "autant":
        return free
    return free and frame.words[at : at + 2] in (("as", "many"), ("as", "much"))


def _factor_at(frame: Frame, at: int) -> tuple[float | None, Quantity | None]:
    if frame.words[at] in _TIMES:
        return _TIMES[frame.words[at]], None
    for quantity in frame.quantities:
        if quantity.kind == "multiple" and quantity.start <= at < quantity.end:
            if at != quantity.start:
                return None, None
            fewer = {"moins", "fewer", "less"} & set(frame.words[quantity.end : quantity.end + 1])
            return (1 / quantity.value if fewer else quantity.value), quantity
    return None, None


def _than(frame: Frame, at: int, end: int) -> int | None:
    """The `than` or second `as` that the thing compared with follows; a number after it is none."""
    starts = {q.start for q in frame.quantities}
    if not _MORE & set(frame.words[at : at + 5]):
        return None
    for i in range(at + 1, min(end, at + 14)):
        if frame.words[i] in _THAN and not (
            frame.words[i] == "as"
            and frame.words[i + 1 : i + 2] in (("many",), ("much",), ("high",))
        ):
            if i + 1 in starts or i in frame.covered:
                return None
            return i
    return None


def _compared(
    frame: Frame,
    ties: Ties,
    at: tuple[int, int, int, int],
    factor: float,
    quantity: Quantity | None,
) -> Claim | None:
    start, word, than, end = at
    sides = compared_sides(frame, ties, (start, word, than, end))
    if sides is None:
        return None
    readings = []
    for left in ties.find(sides[0]):
        for right in ties.find(sides[1]):
            if left.evidence is right.evidence and left.cells != right.cells:
                readings.append(_ratio_reading(left, right, factor, quantity))
    says = (
        f"it claims {show(tidy_number(round(factor, 4)))} times"
        if abs(factor) not in (0, 1)
        else "it compares two"
    )
    return Claim(
        "ratio",
        frame,
        start,
        end,
        says,
        tuple(readings),
        tidy_number(round(factor, 4)) if abs(factor) not in (0, 1) else None,
    )


def compared_sides(
    frame: Frame, ties: Ties, at: tuple[int, int, int, int]
) -> tuple[Scope, Scope] | None:
    """The two scopes compared: they differ in a name, in a category, or in the year."""
    start, word, than, end = at
    left, right = plain_scope(frame, start, than), plain_scope(frame, than + 1, end)
    own = [frozenset(t for t in s.required if is_category(t)) | s.preferred for s in (left, right)]
    head = frozenset(t for t in left.head | right.head if not is_category(t))
    years, shape = years_of(frame, time_of(frame, Span((start, word), (word, end))))
    times = [frame.time_in(start, than), frame.time_in(than + 1, end)]
    if not own[1] and times[0] and times[1] and times[0].years != times[1].years:
        both = replace(left, head=left.head, required=left.required)
        pair = [replace(both, years=frozenset(t.years), shape=t.shape) for t in times if t]
        return (pair[0], pair[1]) if all(s.shape == "year" for s in pair) else None
    mine, other = own
    if not mine or not other or mine == other:
        return None
    if not other & ties.names:
        other |= mine & ties.names
    elif not mine & ties.names and any(is_category(t) for t in other):
        mine |= other & ties.names
    if not any(is_category(t) for t in other):
        other |= frozenset(t for t in mine if is_category(t))
    shared = (left.required | head) - own[0] - own[1] - ties.names
    dated = [(years, shape)] * 2
    if times[0] and times[1]:
        dated = [years_of(frame, t) for t in times]
    sides = [
        replace(
            s,
            head=head or terms,
            required=shared | terms | (s.required - own[0] - own[1] - ties.names),
            preferred=terms & frame.known_names,
            optional=s.optional - (own[0] | own[1]) | terms,
            years=when[0],
            shape=when[1],
        )
        for s, terms, when in ((left, mine, dated[0]), (right, other, dated[1]))
    ]
    return sides[0], sides[1]


def _ratio_reading(left: Tie, right: Tie, factor: float, quantity: Quantity | None) -> Reading:
    says = (
        f"{left.table_name}: {left.place} {left.amount.shown}, {right.place} {right.amount.shown}"
    )
    a, b = float(left.amount.value), float(right.amount.value)
    verdict: Verdict
    if left.amount.missing or right.amount.missing:
        return Reading(f"{says}, with missing figures", None, "unverifiable")
    if factor == _EQUAL:
        near = abs(a - b) <= _CLEARLY * max(a, b)
        verdict = "supported" if a == b else "unverifiable" if near else "contradicted"
        return Reading(says, None, with_doubts(left, with_doubts(right, verdict)))
    if abs(factor) == 1:
        verdict = "supported" if (a - b) * factor > 0 else "contradicted"
        return Reading(
            f"{says}{show_doubts(left)}", None, with_doubts(left, with_doubts(right, verdict))
        )
    if b <= 0:
        return Reading(says, None, "unverifiable")
    verdict = judge_factor(quantity or Quantity("multiple", factor, 0, 0), factor, a / b)
    verdict = with_doubts(left, with_doubts(right, verdict))
    return Reading(
        f"{says}, × {a / b:.2f}{show_doubts(left)}", tidy_number(round(a / b, 4)), verdict
    )


def average_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """`an average of 106 incidents a year from 2017 to 2022`, `12 incidents a month in 2022`."""
    found = heads(frame)
    for i, quantity in enumerate(frame.quantities):
        if quantity.kind != "count" or i in used:
            continue
        start, end = frame.segment(quantity.start)
        if not _AVERAGE & set(frame.words[max(start, quantity.start - 8) : quantity.start]):
            continue
        used.add(i)
        scope = scope_of(frame, i, found[i], frozenset())
        said = _AVERAGE | _MONTHS | _QUARTERS
        scope = replace(scope, required=scope.required - said, optional=scope.optional - said)
        time = time_of(frame, span_of(frame, i))
        parts = _parts_of(frame, time, (start, end))
        readings: list[Reading] = []
        if parts and not frame.is_modal(start, end):
            readings = [
                _average_reading(quantity, t, parts)
                for t in ties.find(scope)
                if time is not None
                and (
                    time.shape == "span"
                    or (_is_whole_year(t) and _is_plain(frame, t, (start, end)))
                )
            ]
        yield Claim(
            "average", frame, start, end, f"it says {show(tidy_number(quantity.value))} on average",
            tuple(readings), tidy_number(quantity.value),
        )  # fmt: skip


def _parts_of(frame: Frame, time: TimeMention | None, at: tuple[int, int]) -> int:
    """Over how many periods an average is: the years of a span, the months of one year; else 0."""
    said = set(frame.words[at[0] : at[1]])
    if time is None:
        return 0
    if time.shape == "span":
        yearly = {"year", "an", "annee", "annually", "annual", "par"} & said
        return time.years[-1] - time.years[0] + 1 if yearly else 0
    if time.shape != "year" or said & _OTHER_PARTS:
        return 0
    months, quarters = bool(said & _MONTHS), bool(said & _QUARTERS)
    return 0 if months == quarters else 12 if months else 4


def _is_plain(frame: Frame, tie: Tie, at: tuple[int, int]) -> bool:
    """Does the statement say nothing beside the table's own words: no `fatal`, no `resolved`?"""
    table = tie.evidence
    labels = [*table.row_labels, *table.column_labels.values()]
    known = {w for label in labels for w in words(label.text)}
    known |= {*words(table.figures.table.title), *_AVERAGE, *_MONTHS, *_QUARTERS, *_PLAIN}
    said = (frame.words[i] for i in range(*at) if i not in frame.covered)
    return all(len(word) < 4 or word in known for word in said)


def _is_whole_year(tie: Tie) -> bool:
    """False where a title or labels name months or quarters, but not all of a year."""
    labels = [*tie.evidence.row_labels, *tie.evidence.column_labels.values()]
    named = {w for label in labels for w in words(label.text)}
    months = {month_number(w) for w in named & MONTHS}
    quarters = {w[1] for w in named & _QUARTER_NAMES}
    if len(months) == 12 or len(quarters) == 4:
        return True
    title = set(words(tie.evidence.figures.table.title))
    return not (months or quarters or title & PARTS_OF_YEAR)


def _average_reading(quantity: Quantity, tie: Tie, years: int) -> Reading:
    if tie.amount.missing or not years:
        return Reading(f"{tie.table_name} has missing figures", None, "unverifiable")
    mean = tie.amount.value / years
    half = quantity.step
    amount = Amount(tidy_number(mean), mean - half, mean + half, 0, "")
    verdict = with_doubts(tie, judge_count(quantity, amount))
    shown = f"{tie.amount.shown}, / {years} = {mean:,.1f}"
    says = f"{tie.table_name} ({tie.place}): {shown}{show_doubts(tie)}"
    return Reading(says, tidy_number(round(mean, 4)), verdict)
