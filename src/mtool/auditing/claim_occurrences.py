"""Claims that something was the first, the last, or none: `aucune victime`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from mtool.auditing.claim import Claim
from mtool.auditing.frames import Frame
from mtool.auditing.lexicon import REPORTING
from mtool.auditing.phrases import noun_phrase
from mtool.auditing.scope import Scope, Terms
from mtool.auditing.scopes import plain_scope
from mtool.auditing.spans import Span, time_of, years_of
from mtool.auditing.sums import show
from mtool.auditing.terms import is_category, known
from mtool.auditing.ties import Tie, Ties
from mtool.auditing.verdicts import Reading, show_doubts, with_doubts
from mtool.auditing.wording import word_set
from mtool.model import Verdict

_FIRST = word_set("first premier premiere premiers premieres")
_LAST = word_set("last dernier derniere derniers dernieres")
_NO = word_set("no aucun aucune zero")
_PASSIVE = word_set("been was were ete etait etaient a ont be")
_NOT_FIRST = word_set("quarter half semester trimestre semestre time fois year annee months mois")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A claim at token `at` whose noun phrase has the terms `head` and ends before `end`."""

    kind: Literal["first", "last", "absence"]
    at: int
    end: int
    head: Terms


def occurrence_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """First and last occurrences and absences of a sentence."""
    for found in _occurrences(frame):
        start, end = frame.segment(found.at)
        if frame.is_modal(start, end):
            continue
        used.update(i for i, q in enumerate(frame.quantities) if found.at <= q.start < found.end)
        yield _claim(frame, ties, found)


def _occurrences(frame: Frame) -> Iterator[Occurrence]:
    for i, word in enumerate(frame.words):
        following = frame.words[i + 1] if i + 1 < len(frame.words) else ""
        if word in _FIRST | _LAST:
            kind: Literal["first", "last"] = "first" if word in _FIRST else "last"
            if following in ("time", "fois"):
                yield Occurrence(kind, i, i + 2, frozenset())
            elif following not in _NOT_FIRST:
                head, end = noun_phrase(frame, i + 1)
                if head:
                    yield Occurrence(kind, i, end, head)
        elif word in _NO and not (word == "no" and _is_idiom(following)):
            at = i + 1
            while at < len(frame.words) and frame.words[at] in (
                "new",
                "nouvel",
                "nouveau",
                "nouvelle",
                "further",
                "single",
            ):
                at += 1
            head, end = noun_phrase(frame, at)
            if head:
                yield Occurrence("absence", i, end, head)
        elif word == "not" and "any" in frame.words[i + 1 : i + 4]:
            at = i + 1 + frame.words[i + 1 : i + 4].index("any") + 1
            head, end = noun_phrase(frame, at)
            if head:
                yield Occurrence("absence", i, end, head)
        elif word in ("not", "nor") and following in (
            "record",
            "report",
            "register",
            "have",
            "see",
            "recorded",
            "reported",
        ):
            at = i + 2 + (frame.words[i + 2 : i + 3] in (("any",), ("a",), ("an",)))
            head, end = noun_phrase(frame, at)
            if head and at > i + 2:
                yield Occurrence("absence", i, end, head)


def _is_idiom(following: str) -> bool:
    return following in ("longer", "more", "less", "fewer", "doubt", "later", "one", "other")


def _claim(frame: Frame, ties: Ties, found: Occurrence) -> Claim:
    start, end = _statement(frame, found)
    scope = _scope(frame, found, start, end)
    readings: list[Reading] = []
    if scope.head:
        years, shape = years_of(frame, time_of(frame, Span((start, found.at), (found.end, end))))
        open_ended = _open_time(frame, start, end)
        if found.kind == "absence" and open_ended is None:
            readings = [_absence(t) for t in ties.find(replace(scope, years=years, shape=shape))]
        elif found.kind == "absence" and open_ended is not None:
            readings = _others(ties, scope, open_ended[0], later=open_ended[1], needs_own=False)
        elif years is not None and len(years) == 1 and shape == "year":
            readings = _others(ties, scope, min(years), later=found.kind == "last", needs_own=True)
    says = {"first": "it claims a first", "last": "it claims a last", "absence": "it claims none"}
    kind = "absence" if found.kind == "absence" else "occurrence"
    stated = 0 if found.kind == "absence" else None
    return Claim(kind, frame, start, end, says[found.kind], tuple(readings), stated)


def _statement(frame: Frame, found: Occurrence) -> tuple[int, int]:
    start, end = frame.segment(found.at)
    for i in range(found.end, end):
        following = frame.words[i + 1] if i + 1 < end else ""
        if frame.tokens[i].text == "," and following in (
            "and",
            "but",
            "which",
            "et",
            "mais",
            "while",
        ):
            return start, i
    return start, end


def _scope(frame: Frame, found: Occurrence, start: int, end: int) -> Scope:
    scope = plain_scope(frame, start, end)
    own = frozenset(t for t in found.head if known(t) or is_category(t)) or found.head
    own = own or scope.head
    done = _deed(frame, found, end)
    return replace(scope, head=own, required=scope.required | own | done, witness=True)


def _deed(frame: Frame, found: Occurrence, end: int) -> Terms:
    """`no mines have been laid`: the verb, which the table must be about."""
    for i in range(found.end, end - 1):
        if frame.words[i] in _PASSIVE and (said := frame.tokens[i + 1].term):
            return frozenset({said}) if frame.words[i + 1] not in REPORTING else frozenset()
    return frozenset()


def _open_time(frame: Frame, start: int, end: int) -> tuple[int, bool] | None:
    """`no incident since 2019` (later is true), `none before 2022`: the bounding year."""
    for time in frame.times:
        if start <= time.start < end and time.shape in ("since", "until"):
            return time.years[0], time.shape == "since"
    return None


def _absence(tie: Tie) -> Reading:
    verdict: Verdict
    if tie.amount.low > 0:
        verdict = "contradicted"
    else:
        verdict = "unverifiable" if tie.amount.missing else "supported"
    says = f"{tie.table_name} ({tie.place}) says {tie.amount.shown}{show_doubts(tie)}"
    return Reading(says, tie.known, with_doubts(tie, verdict))


def _others(ties: Ties, scope: Scope, year: int, *, later: bool, needs_own: bool) -> list[Reading]:
    """The years before (or after) `year` must be zero; with `needs_own`, the year itself not."""
    readings = []
    for table in ties.tables_for(scope):
        by_year = {}
        for each in sorted(table.all_years):
            here = ties.find(replace(scope, years=frozenset({each}), shape="year"))
            mine = [t for t in here if t.evidence is table]
            if len(mine) == 1:
                by_year[each] = mine[0]
        others = [t for y, t in by_year.items() if (y > year if later else y < year)]
        own = by_year.get(year)
        if not others or (needs_own and own is None):
            continue
        readings.append(_series_reading(by_year, others, own if needs_own else None))
    return readings


def _series_reading(by_year: dict[int, Tie], others: list[Tie], own: Tie | None) -> Reading:
    verdict: Verdict = "supported"
    if any(t.amount.low > 0 for t in others) or (own is not None and own.amount.high <= 0):
        verdict = "contradicted"
    elif any(t.amount.missing for t in others) or (own is not None and own.amount.missing):
        verdict = "unverifiable"
    for tie in [*others, *([own] if own else [])]:
        verdict = with_doubts(tie, verdict)
    shown = ", ".join(f"{year}: {_figure(tie)}" for year, tie in by_year.items())
    first = next(iter(by_year.values()))
    note = ""
    if own is not None and own.amount.value > 1 and verdict == "supported":
        note = f" (there were {show(own.amount.value)} that year)"
    return Reading(
        f"{first.table_name} ({first.place}) says {shown}{note}{show_doubts(first)}", None, verdict
    )


def _figure(tie: Tie) -> str:
    """A figure, or what the table says where one is missing: `N/R` is not 0."""
    return tie.amount.shown if tie.amount.missing else show(tie.amount.value)
