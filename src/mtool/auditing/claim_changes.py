"""Claims of change: `rose by 12 %`, `a doubling since 2021`, `fell from 155 to 94`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mtool.auditing.change_pieces import is_change_word, piece_scope, piece_times
from mtool.auditing.change_words import ALL_CHANGES, STRONG, UP_OR_DOWN
from mtool.auditing.changes import Change, is_change, is_open_negation, read_change
from mtool.auditing.claim import Claim
from mtool.auditing.frames import Frame
from mtool.auditing.implied_measures import implied_measure
from mtool.auditing.lexicon import AUXILIARIES
from mtool.auditing.phrases import noun_phrase
from mtool.auditing.quantities import Quantity
from mtool.auditing.scope import ANY_UNIT, Scope
from mtool.auditing.spans import years_of
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.ties import Amount, Tie, Ties
from mtool.auditing.verdicts import (
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

#: A change smaller than this is none that `did not rise` would deny.
_CLEAR = 0.05


def change_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """Every claim of change in a sentence; its quantities are used up, but for stated values."""
    last_end = -1
    for at, word in enumerate(frame.words):
        if at <= last_end or not (is_change_word(frame, at) or word in UP_OR_DOWN):
            continue
        start, end = frame.segment(at)
        if is_change_word(frame, at) and is_open_negation(frame, at):
            used.update(i for i, q in enumerate(frame.quantities) if at < q.start < end)
        if frame.is_modal(start, end) or not is_change(frame, at):
            continue
        change = read_change(frame, at)
        if word in UP_OR_DOWN and not _is_up_or_down(frame, change):
            continue
        if word == "reduction" and change.amount is None and change.pair is None:
            continue
        if change.amount is not None:
            used.add(frame.quantities.index(change.amount))
        if word in UP_OR_DOWN and change.current is not None and not _is_dated(frame, change):
            used.add(change.current)
        last_end = at + 1
        yield _claim(frame, ties, change, used)


def _is_dated(frame: Frame, change: Change) -> bool:
    """In `36 accidents, up from 18 in 2020` the year is that of the 18."""
    start = frame.segment(change.at)[0]
    return any(start <= t.start < change.at for t in frame.times)


def _is_up_or_down(frame: Frame, change: Change) -> bool:
    """`9 % up on 2020`, `were down by 12 %`; `made up 92 %` is a share."""
    before = frame.words[change.at - 1] if change.at else ""
    percent = change.amount is not None and change.amount.kind == "percent"
    if change.base is not None and change.amount is None:
        return before in AUXILIARIES | STRONG | {"", "slightly"}
    return percent and before not in ("make", "makes", "made", "making", "taken", "took")


def _claim(frame: Frame, ties: Ties, change: Change, used: set[int]) -> Claim:
    start, end = _clause(frame, change)
    internal = _internal(frame, change)
    if internal is not None:
        if internal.verdict == "unverifiable" and change.pair:
            used.update(change.pair)
        readings: tuple[Reading, ...] = (internal,)
    else:
        readings = tuple(_from_base(frame, ties, change) or _from_tables(frame, ties, change))
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
    if change.negated:
        return f"that there was not {_said(replace(change, negated=False))}"
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
        if a.unit != b.unit and a.unit:
            return None
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
    if change.negated:
        verdict = _negated(change, verdict, before, after)
    if tie is not None:
        verdict = with_doubts(tie, verdict)
    return Reading(shown, computed, verdict)


def _negated(change: Change, verdict: Verdict, before: float, after: float) -> Verdict:
    """`did not rise`: false where it clearly rose; a small or strong change leaves it open."""
    if verdict == "unverifiable" or change.strength or not change.direction:
        return "unverifiable"
    if verdict == "contradicted":
        return "supported" if change.amount is None else "unverifiable"
    small = abs(after - before) < _CLEAR * before
    return "unverifiable" if small and change.factor is None else "contradicted"


def _judge_difference(change: Change, difference: float) -> Verdict:
    if difference * change.direction < 0 or change.amount is None:
        return "contradicted"
    size = abs(difference)
    return judge_count(change.amount, Amount(tidy_number(size), size, size, 0, ""))


def _percent_of(before: float, after: float) -> str:
    return f" ({percent_text((after - before) / before)})" if before else ""


def _from_base(frame: Frame, ties: Ties, change: Change) -> list[Reading]:
    """`a 16 % increase from 114 in 2016`: the base is said, the figure itself is a table's."""
    direct = frame.words[change.at] in UP_OR_DOWN
    if change.base is None or change.pair is not None or not (change.amount or direct):
        return []
    base = frame.quantities[change.base]
    scope = _scope(frame, change)
    head = scope.head | noun_phrase(frame, base.end)[0]
    start, end = frame.segment(change.at)
    own = [t for t in frame.times if start <= t.start < min(end, base.start) and t.shape == "year"]
    if not head or base.precision != "exact" or base.value <= 0 or len(own) != 1:
        return []
    dated = replace(scope, head=head, years=frozenset(own[0].years), unit=base.unit or ANY_UNIT)
    found = []
    for tie in ties.find(dated):
        if not tie.amount.missing:
            note = f" in {tie.table_name} ({tie.place}){show_doubts(tie)}"
            after = float(tie.amount.value)
            found.append(_judge(change, float(base.value), after, note=note, tie=tie))
    return found


def _from_tables(frame: Frame, ties: Ties, change: Change) -> Iterator[Reading]:
    """The same change computed from every table, pair of years and set of names it may mean."""
    if change.amount is not None and change.amount.kind == "points":
        return
    scope = _scope(frame, change)
    if not scope.head:
        pieces = range(change.piece.start, change.piece.end)
        words = (frame.tokens[i].term for i in pieces if i not in frame.covered)
        said = scope.required | scope.preferred | frozenset(t for t in words if t)
        head = implied_measure(frame, ties, scope, said - ALL_CHANGES - STRONG)
        scope = replace(scope, head=head, required=scope.required | head)
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
    scope = piece_scope(frame, change.at, change.piece)
    quantity_heads = scope.head - {t for t in scope.head if t in ALL_CHANGES}
    required = frozenset(t for t in scope.required if t not in ALL_CHANGES)
    return replace(scope, head=quantity_heads, required=required)


def _year_pairs(
    frame: Frame, ties: Ties, change: Change, scope: Scope
) -> Iterator[tuple[int, int, str]]:
    """The two years compared: both said, one said, or every natural pair where none is."""
    inside = piece_times(frame, change.at, change.piece)
    if inside is None or any(t.shape in ("part", "until") for t in inside):
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
