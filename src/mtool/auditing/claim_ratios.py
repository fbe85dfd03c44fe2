"""Claims that compare two figures, or average several: `twice as many as`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mtool.auditing.claim import Claim
from mtool.auditing.frames import Frame
from mtool.auditing.quantities import Quantity
from mtool.auditing.scope import Scope
from mtool.auditing.scopes import plain_scope, scope_of
from mtool.auditing.spans import Span, heads, span_of, time_of, years_of
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.terms import is_category
from mtool.auditing.ties import Amount, Tie, Ties
from mtool.auditing.verdicts import Reading, judge_count, judge_factor, show_doubts, with_doubts
from mtool.auditing.wording import word_set
from mtool.model import Verdict

_THAN = {"than", "que", "qu", "as"}
_MORE = word_set("more fewer less higher lower plus moins many much greater")
_TIMES = {"twice": 2.0, "thrice": 3.0}
_AVERAGE = {"average", "averaged", "averaging", "moyenne"}


def ratio_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """`twice as many incidents as Segou`, `more incidents than Kidal`, `deux fois plus que`."""
    for i, word in enumerate(frame.words):
        factor, quantity = _factor_at(frame, i)
        more = word in ("more", "fewer", "plus", "moins") and factor is None
        if factor is None and (not more or any(q.end == i for q in frame.quantities)):
            continue
        start, end = frame.segment(i)
        than = _than(frame, i, end)
        if than is None or frame.is_modal(start, end):
            continue
        if quantity is not None:
            used.add(frame.quantities.index(quantity))
        way = -1 if word in ("fewer", "moins", "less") else 1
        claim = _compared(frame, ties, (start, i, than, end), factor or float(way), quantity)
        if claim is not None:
            yield claim


def _factor_at(frame: Frame, at: int) -> tuple[float | None, Quantity | None]:
    if frame.words[at] in _TIMES:
        return _TIMES[frame.words[at]], None
    for quantity in frame.quantities:
        if quantity.kind == "multiple" and quantity.start <= at < quantity.end:
            return (quantity.value, quantity) if at == quantity.start else (None, None)
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
    sides = _sides(frame, ties, (start, word, than, end))
    if sides is None:
        return None
    readings = []
    for left in ties.find(sides[0]):
        for right in ties.find(sides[1]):
            if left.evidence is right.evidence and left.cells != right.cells:
                readings.append(_ratio_reading(left, right, factor, quantity))
    says = f"it claims {show(tidy_number(factor))} times" if abs(factor) > 1 else "it compares two"
    return Claim(
        "ratio",
        frame,
        start,
        end,
        says,
        tuple(readings),
        tidy_number(factor) if abs(factor) > 1 else None,
    )


def _sides(frame: Frame, ties: Ties, at: tuple[int, int, int, int]) -> tuple[Scope, Scope] | None:
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
    shared = (left.required | head) - own[0] - own[1] - ties.names
    sides = [
        replace(
            s,
            head=head or terms,
            required=shared | terms | (s.required - own[0] - own[1] - ties.names),
            preferred=terms & frame.known_names,
            optional=s.optional - (own[0] | own[1]) | terms,
            years=years,
            shape=shape,
        )
        for s, terms in ((left, mine), (right, other))
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
    if abs(factor) <= 1:
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
    """`an average of 106 incidents a year from 2017 to 2022`."""
    found = heads(frame)
    for i, quantity in enumerate(frame.quantities):
        if quantity.kind != "count" or i in used:
            continue
        if not _AVERAGE & set(frame.words[max(0, quantity.start - 4) : quantity.start]):
            continue
        start, end = frame.segment(quantity.start)
        used.add(i)
        scope = scope_of(frame, i, found[i], frozenset())
        readings: list[Reading] = []
        time = time_of(frame, span_of(frame, i))
        if time is not None and time.shape == "span" and not frame.is_modal(start, end):
            yearly = {"year", "an", "annee", "annually", "annual", "par"} & set(
                frame.words[start:end]
            )
            scope = replace(scope, required=scope.required - {"average", "moyenne"})
            readings = [
                _average_reading(quantity, t, len(scope.years or ()))
                for t in ties.find(scope)
                if yearly
            ]
        yield Claim(
            "average", frame, start, end, f"it says {show(tidy_number(quantity.value))} on average",
            tuple(readings), tidy_number(quantity.value),
        )  # fmt: skip


def _average_reading(quantity: Quantity, tie: Tie, years: int) -> Reading:
    if tie.amount.missing or not years:
        return Reading(f"{tie.table_name} has missing figures", None, "unverifiable")
    mean = tie.amount.value / years
    half = quantity.step / 2
    amount = Amount(tidy_number(mean), mean - half, mean + half, 0, "")
    verdict = with_doubts(tie, judge_count(quantity, amount))
    shown = f"{tie.amount.shown}, / {years} = {mean:,.1f}"
    says = f"{tie.table_name} ({tie.place}): {shown}{show_doubts(tie)}"
    return Reading(says, tidy_number(round(mean, 4)), verdict)
