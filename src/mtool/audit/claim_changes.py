"""Claims of change: `rose by 12 %`, `a doubling since 2021`, `fell from 155 to 94`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mtool.audit.change_words import (
    ALL_CHANGES,
    DIVIDED,
    DOWN,
    FACTORS,
    MULTIPLIED,
    NOT_A_CHANGE_BEFORE,
    STRONG,
    UP,
)
from mtool.audit.claim import Claim
from mtool.audit.frames import Frame, Scope
from mtool.audit.lexicon import NEGATIONS
from mtool.audit.quantities import Quantity
from mtool.audit.scopes import from_to_pairs, plain_scope, years_of
from mtool.audit.sums import show, tidy_number
from mtool.audit.ties import Amount, Tie, Ties
from mtool.audit.verdicts import (
    Reading,
    judge_change,
    judge_count,
    judge_factor,
    judge_trend,
    percent_text,
    show_doubts,
    with_doubts,
)
from mtool.model import Verdict

_FILLERS = {
    "by",
    "of",
    "de",
    "d",
    "a",
    "an",
    "the",
    "la",
    "le",
    "l",
    "une",
    "un",
    "overall",
    "annual",
    "some",
    "par",
}
_BASES = {
    "from",
    "on",
    "over",
    "compared",
    "than",
    "against",
    "par",
    "rapport",
    "aux",
    "the",
    "to",
    "with",
    "les",
    "de",
    "contre",
    "a",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One claim of change as the words put it.

    `direction` is 1, -1 or 0 (stable); `factor` a multiple said in a word; `amount` the quantity
    said with it; `pair` the two counts of `from A to B`; `base` the count compared with.
    """

    at: int
    direction: int
    factor: float | None
    precision_from: Quantity | None
    amount: Quantity | None
    pair: tuple[int, int] | None
    base: int | None
    current: int | None
    strength: str


def change_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """Every claim of change in a sentence; its quantities are used up, but for stated values."""
    last_end = -1
    for at, word in enumerate(frame.words):
        if word not in ALL_CHANGES or at <= last_end or at in frame.covered:
            continue
        start, end = frame.segment(at)
        if frame.is_modal(start, end) or not _is_change(frame, at):
            continue
        change = _read_change(frame, at)
        if word == "reduction" and change.amount is None and change.pair is None:
            continue
        if change.amount is not None:
            used.add(frame.quantities.index(change.amount))
        last_end = at + 1
        yield _claim(frame, ties, change, used)


def _is_change(frame: Frame, at: int) -> bool:
    after = frame.words[at + 1] if at + 1 < len(frame.words) else ""
    if after in NOT_A_CHANGE_BEFORE:
        return False
    before = frame.words[max(0, at - 2) : at]
    if NEGATIONS & set(before):
        return False
    return not (frame.words[at] == "fall" and after in ("within", "under", "into", "outside"))


def _read_change(frame: Frame, at: int) -> Change:
    word = frame.words[at]
    direction = (
        1 if word in UP or word in MULTIPLIED else -1 if word in DOWN or word in DIVIDED else 0
    )
    factor = FACTORS.get(word)
    if factor is not None:
        direction = 1 if factor > 1 else -1
    amount = _amount(frame, at)
    qualifier = _factor_qualifier(frame, at) if factor is not None else None
    if word in MULTIPLIED | DIVIDED and amount is not None and amount.kind == "count":
        factor = amount.value if word in MULTIPLIED else 1 / amount.value
    if amount is not None and amount.kind == "multiple":
        factor = amount.value if direction >= 0 else 1 / amount.value
    pair = _pair(frame, at)
    start, end = frame.segment(at)
    strong = bool(STRONG & set(frame.words[max(start, at - 2) : min(end, at + 3)]))
    return Change(
        at, direction, factor, qualifier, amount, pair, _base(frame, at, amount, pair),
        _current(frame, at, amount), "strong" if strong else "",
    )  # fmt: skip


def _factor_qualifier(frame: Frame, at: int) -> Quantity:
    """`more than doubled`, `nearly tripled`, `presque doublé` as a quantity with its precision."""
    before = " ".join(frame.words[max(0, at - 3) : at])
    for words, precision in (
        (("more than", "plus que", "plus du", "at least", "over"), "more_than"),
        (("nearly", "almost", "presque", "pres du", "quasi", "practically", "virtually"), "nearly"),
        (("about", "roughly", "approximately", "around", "environ"), "about"),
    ):
        if any(before.endswith(w) or f"{w} " in f"{before} " for w in words):
            return Quantity("multiple", 0.0, at, at, precision)  # type: ignore[arg-type]
    return Quantity("multiple", 0.0, at, at, "exact")


def _amount(frame: Frame, at: int) -> Quantity | None:
    """The quantity that says by how much: right after `by` or `of`, or right before the word."""
    tokens = frame.tokens
    for quantity in frame.quantities:
        between = (
            tokens[at + 1 : quantity.start] if quantity.start > at else tokens[quantity.end : at]
        )
        words = [t.word for t in between if t.word]
        if quantity.start > at:
            joined = bool(words) and words[0] in ("by", "of", "de", "d", "par", "a")
            free = [w for w in words if w not in _FILLERS and w not in STRONG]
            if (
                len(words) <= 4
                and not free
                and (joined or quantity.kind in ("percent", "multiple", "fraction"))
            ):
                if (
                    words[:1] == ["de"]
                    and _pair(frame, at) is not None
                    and quantity.kind == "count"
                ):
                    continue
                return quantity
            lag = (
                words[:1]
                and words[0] in ("in", "des", "du")
                and quantity.kind in ("percent", "multiple")
            )
            if lag and words[-1:] in (["of"], ["de"]) and len(words) <= 8:
                return quantity
        elif (
            len(words) <= 2
            and quantity.kind in ("percent", "points", "multiple")
            and at - quantity.end <= 3
        ) and not set(words) - STRONG - {"overall", "annual", "year", "on"}:
            return quantity
    return None


def _pair(frame: Frame, at: int) -> tuple[int, int] | None:
    """`from 155 in 2021 to 94 in 2022`: the indices of the two counts."""
    start, end = frame.segment(at)
    for i, j in from_to_pairs(frame):
        first = frame.quantities[i].start
        if start <= first < end and first > at - 12:
            return i, j
    return None


def _base(
    frame: Frame, at: int, amount: Quantity | None, pair: tuple[int, int] | None
) -> int | None:
    """`a 16 % increase from 114`, `par rapport aux 114`: the count compared with."""
    if pair is not None:
        return None
    for i, quantity in enumerate(frame.quantities):
        if quantity is amount or quantity.kind != "count" or quantity.start <= at:
            continue
        words = [w for w in frame.words[max(at, quantity.start - 4) : quantity.start] if w]
        if (
            words
            and words[-1] in _BASES
            and set(words) & {"from", "on", "compared", "than", "against", "rapport", "contre"}
        ):
            return i
        return None
    return None


def _current(frame: Frame, at: int, amount: Quantity | None) -> int | None:
    """The count the sentence states before the change: `133 casualties, a 16 % increase from 114`."""
    before = [
        i
        for i, q in enumerate(frame.quantities)
        if q.kind == "count" and q.end <= at and q is not amount
    ]
    return before[-1] if before else None


def _claim(frame: Frame, ties: Ties, change: Change, used: set[int]) -> Claim:
    start, end = _clause(frame, change)
    internal = _internal(frame, change)
    if internal is not None:
        if internal.verdict == "unverifiable" and change.pair:
            used.update(change.pair)
        readings: tuple[Reading, ...] = (internal,)
    else:
        readings = tuple(_from_tables(frame, ties, change))
    stated = None
    if change.amount is not None and change.amount.kind in ("percent", "count"):
        sign = -1 if change.direction < 0 else 1
        stated = tidy_number(sign * change.amount.value)
    elif change.factor is not None:
        stated = tidy_number(change.factor)
    kind = "change" if change.amount or change.factor else "trend"
    return Claim(kind, frame, start, end, f"it claims {_said(change)}", readings, stated)


def _said(change: Change) -> str:
    way = {1: "an increase", -1: "a decrease", 0: "no change"}[change.direction]
    if change.factor is not None:
        return f"a factor of {show(tidy_number(round(change.factor, 3)))}"
    if change.amount is None:
        return way
    unit = {"percent": " %", "points": " points"}.get(change.amount.kind, "")
    value = change.amount.value * 100 if change.amount.kind == "fraction" else change.amount.value
    unit = " %" if change.amount.kind == "fraction" else unit
    return f"{way} of {show(tidy_number(round(value, 2)))}{unit}"


def _internal(frame: Frame, change: Change) -> Reading | None:
    """The arithmetic of the sentence itself: from A to B, or B against a base A."""
    if change.pair is not None:
        a, b = (frame.quantities[i] for i in change.pair)
        unlike = _unlike_periods(frame, a, b)
        if unlike:
            says = f"{show(tidy_number(a.value))} and {show(tidy_number(b.value))} are {unlike}"
            return Reading(says, None, "unverifiable")
    elif change.base is not None and change.current is not None:
        a, b = frame.quantities[change.base], frame.quantities[change.current]
    else:
        return None
    if (
        a.precision not in ("exact", "about")
        or b.precision not in ("exact", "about")
        or a.value <= 0
    ):
        return None
    if a.kind == "percent" and change.amount is not None:
        return None
    return _judge(change, float(a.value), float(b.value))


def _unlike_periods(frame: Frame, a: Quantity, b: Quantity) -> str:
    """A month beside a year cannot be compared."""
    first = [t for t in frame.times if a.end <= t.start < b.start]
    second = [t for t in frame.times if t.start >= b.end][:1]
    if len(first) == 1 and second and (first[0].shape == "part") != (second[0].shape == "part"):
        return f"of unlike periods: {first[0].text} and {second[0].text}"
    return ""


def _judge(
    change: Change, before: float, after: float, *, note: str = "", tie: Tie | None = None
) -> Reading:
    """Judge a change between two figures."""
    shown = f"{show(tidy_number(before))} → {show(tidy_number(after))}{note}"
    verdict: Verdict
    computed: float | None
    if change.factor is not None:
        if before <= 0:
            return Reading(f"{shown}, no ratio to zero", None, "unverifiable")
        ratio = after / before
        stated = change.precision_from or change.amount or Quantity("multiple", 0, 0, 0)
        verdict = judge_factor(stated, change.factor, ratio)
        computed, shown = tidy_number(round(ratio, 4)), f"{shown}, × {ratio:.2f}"
    elif change.amount is None:
        verdict = judge_trend(change.direction, change.strength, before, after)
        computed = None
        shown = f"{shown}{_percent_of(before, after)}"
    elif change.amount.kind == "count":
        computed = tidy_number(after - before)
        verdict = _judge_difference(change, after - before)
        shown = f"{shown}, a difference of {show(computed)}"
    elif change.amount.kind in ("percent", "fraction") and before > 0:
        percent = (after - before) / before * 100
        computed = tidy_number(round(percent, 4))
        verdict = judge_change(change.amount, percent, change.direction)
        shown = f"{shown}, {percent:+.1f} %"
    else:
        return Reading(shown, None, "unverifiable")
    if tie is not None:
        verdict = with_doubts(tie, verdict)
    return Reading(shown, computed, verdict)


def _judge_difference(change: Change, difference: float) -> Verdict:
    if difference * change.direction < 0 or change.amount is None:
        return "contradicted"
    size = abs(difference)
    return judge_count(change.amount, Amount(tidy_number(size), size, size, 0, ""))


def _percent_of(before: float, after: float) -> str:
    return f" ({percent_text((after - before) / before)})" if before else ""


def _from_tables(frame: Frame, ties: Ties, change: Change) -> Iterator[Reading]:
    """The same change computed from every table, pair of years and set of names it may mean."""
    if change.amount is not None and change.amount.kind == "points":
        return
    scope = _scope(frame, change)
    if not scope.head:
        return
    for first, last, doubt in _year_pairs(frame, ties, change, scope):
        befores = ties.find(replace(scope, years=frozenset({first}), shape="year"), apart=True)
        afters = ties.find(replace(scope, years=frozenset({last}), shape="year"), apart=True)
        for before in befores:
            after = _partner(before, afters)
            if after is None:
                continue
            yield _tabled(change, before, after, (first, last, doubt))


def _tabled(change: Change, before: Tie, after: Tie, years: tuple[int, int, str]) -> Reading:
    first, last, doubt = years
    if before.amount.missing or after.amount.missing:
        says = f"{before.table_name} ({before.place}) has missing figures"
        return Reading(says, None, "unverifiable")
    place = _place_without_year(before.place, first)
    note = f" in {before.table_name}{f', {place}' if place else ''}, {first} to {last}"
    reading = _judge(
        change, float(before.amount.value), float(after.amount.value), note=note, tie=before
    )
    doubts = show_doubts(before) + (f" ({doubt})" if doubt else "")
    return replace(
        reading, says=reading.says + doubts, verdict="unverifiable" if doubt else reading.verdict
    )


def _place_without_year(place: str, year: int) -> str:
    return ", ".join(p for p in place.split(", ") if p != str(year))


def _partner(before: Tie, afters: list[Tie]) -> Tie | None:
    for after in afters:
        same = after.evidence is before.evidence and after.names == before.names
        if same and len(after.cells) == len(before.cells) and after.doubts == before.doubts:
            return after
    return None


def _scope(frame: Frame, change: Change) -> Scope:
    """Who or what changed: the words before the change word, and `of …`, `in …` after it."""
    start, end = frame.segment(change.at)
    scope = plain_scope(frame, start, change.at, [(change.at + 1, end)])
    quantity_heads = scope.head - {t for t in scope.head if t in ALL_CHANGES}
    required = frozenset(t for t in scope.required if t not in ALL_CHANGES)
    return replace(scope, head=quantity_heads, required=required)


def _year_pairs(
    frame: Frame, ties: Ties, change: Change, scope: Scope
) -> Iterator[tuple[int, int, str]]:
    """The two years compared: both said, one said, or every natural pair where none is."""
    start, end = frame.segment(change.at)
    inside = [t for t in frame.times if start <= t.start < end] or list(frame.times)
    if any(t.shape in ("part", "until") for t in inside):
        return
    years = sorted({y for t in inside for y in t.years})
    available = sorted({y for table in ties.tables_for(scope) for y in table.all_years})
    since = [t for t in inside if t.shape == "since"]
    if len(years) == 2:
        yield years[0], years[1], ""
    elif len(years) > 2:
        return
    elif since and available:
        yield years[0], available[-1], ""
    elif len(years) == 1:
        yield years[0] - 1, years[0], ""
    elif any(t.shape == "previous" for t in inside) or not years:
        known, _ = years_of(frame, None) if not frame.times else (frozenset(frame.before.years), "")
        if known and len(known) == 1 and (inside or change.amount or change.factor):
            year = next(iter(known))
            yield year - 1, year, ""
        elif len(available) == 2:
            yield available[0], available[1], ""
        elif len(available) > 2:
            yield available[0], available[-1], "the sentence states no years"
            yield available[-2], available[-1], "the sentence states no years"


def _clause(frame: Frame, change: Change) -> tuple[int, int]:
    """From the subject of the change to its last period, within its own statement."""
    start, end = frame.segment(change.at)
    for i in range(change.at - 1, start - 1, -1):
        if frame.words[i] in ("which", "qui", "who", "that") or (
            frame.tokens[i].text in ",(" and any(t.term for t in frame.tokens[i + 1 : change.at])
        ):
            start = i + 1 if frame.tokens[i].text in ",(" else i
            break
    quantities = [
        q for q in (change.amount, *(frame.quantities[i] for i in change.pair or ())) if q
    ]
    least = max([change.at + 1, *(q.end for q in quantities)])
    for i in range(least, end):
        if frame.tokens[i].text in ",;." and not any(t.start == i + 1 for t in frame.times):
            end = i
            break
    return min([start, change.at, *(q.start for q in quantities)]), end
