"""Claims that state a figure: `recorded 94 incidents in 2022`, `operated with 30 staff`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mtool.auditing.claim import Claim
from mtool.auditing.count_scopes import (
    carried,
    continues,
    dealt_out,
    in_part_of_year,
    is_respective,
    of_bracket,
    same_action,
    takes_up_one_of_several,
)
from mtool.auditing.frames import Frame
from mtool.auditing.lexicon import ARTICLES, KINDS_OF_AREA
from mtool.auditing.part_words import is_size_or_rest, speaks_of_part
from mtool.auditing.quantities import Quantity
from mtool.auditing.scope import Scope
from mtool.auditing.scopes import scope_of
from mtool.auditing.spans import from_to_pairs, heads, span_of
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.terms import ACTIONS, is_category, known
from mtool.auditing.ties import Tie, Ties
from mtool.auditing.verdicts import Reading, judge_count, show_doubts, with_doubts
from mtool.auditing.wording import word_set
from mtool.model import Verdict

_NOT_A_VALUE_BEFORE = word_set(
    """another additional further extra average averaging moyenne every each chaque per par every
    next supplementaires than"""
)
_NOT_A_VALUE_AFTER = word_set(
    "per more fewer times fois years ans year months mois days jours weeks hours km"
)
_MOST_UNEXPLAINED = 0.5
_LISTING = ARTICLES | word_set("and et or ou both in at a en dans as well que ainsi plus with avec")
_JOINTS = word_set(
    """and et or ou against contre compared versus including included includes include comprising
    dont"""
)
_COMPARED = {"from", "than", "against", "contre", "versus", "vs"}
#: Of two tables, neither has the figure of what both count together.
_TOGETHER = word_set("together combined jointly both ensemble deux conjointement")
_EACH = word_set("each every chaque chacun chacune apiece per")


def value_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """Every count that no other kind of claim has used, with the cells it would be about."""
    found = heads(frame)
    before: Scope | None = None
    last: tuple[int, Verdict | None] | None = None
    for i, quantity in enumerate(frame.quantities):
        if quantity.kind != "count":
            continue
        scope = scope_of(frame, i, found[i], before.head if before else frozenset())
        if before is not None and not scope.required & ACTIONS:
            scope = replace(scope, required=scope.required | same_action(frame, i, before))
        if before is not None and continues(frame, i, scope, before):
            scope = replace(scope, required=scope.required | carried(frame, scope, before))
        if before is not None:
            scope = of_bracket(frame, i, scope, before)
        scope = in_part_of_year(frame, i, scope)
        if not found[i] and takes_up_one_of_several(frame, i, found):
            scope = replace(scope, doubts=(*scope.doubts, "it leaves open what it counts"))
        before = scope
        dealt = dealt_out(frame, i, scope)
        verdict = None
        if i not in used and dealt is not None and _is_value(frame, quantity):
            claim = value_claim(frame, ties, i, _within(frame, i, dealt, last))
            verdict = claim.verdict
            yield claim
        last = (i, verdict)


def _within(
    frame: Frame, index: int, scope: Scope, last: tuple[int, Verdict | None] | None
) -> Scope:
    """`Three villages recorded four victims` speaks of those villages, not of all.

    A count within the statement of another one is judged only where that one is borne out.
    """
    if last is None or last[1] == "supported":
        return scope
    first, second = frame.quantities[last[0]], frame.quantities[index]
    between = range(first.end, second.start)
    joined = any(frame.words[i] in _JOINTS or frame.tokens[i].text in ",;:(" for i in between)
    if joined or first.start < frame.segment(second.start)[0] or len(between) == 0:
        return scope
    if index in {i for pair in from_to_pairs(frame) for i in pair}:
        return scope
    return replace(scope, doubts=(*scope.doubts, "it may speak of a part only"))


def value_claim(frame: Frame, ties: Ties, index: int, scope: Scope) -> Claim:
    """Judge one count under every reading of its scope."""
    quantity = frame.quantities[index]
    readings = []
    if scope.head and not _mostly_unknown(scope, ties):
        found = _found(frame, index, scope, ties)
        readings = [_reading(frame, quantity, scope, tie) for tie in found]
        if _TOGETHER & set(frame.words) and len({tie.evidence.id for tie in found}) > 1:
            readings = [replace(reading, verdict="unverifiable") for reading in readings]
    start, end = _clause(frame, index)
    stated = tidy_number(quantity.value)
    return Claim("value", frame, start, end, f"it says {_said(quantity)}", tuple(readings), stated)


def _found(frame: Frame, index: int, scope: Scope, ties: Ties) -> list[Tie]:
    """The readings of a count.

    A name that only another count's words say may not be this one's: it is read without as well,
    and only so in `Of the 78 casualties, 30 occurred in …`.
    """
    said = scope.optional & frame.known_names
    apart = frame.quantities[index].precision != "exact"
    if scope.preferred or not said:
        return ties.find(scope, apart=apart)
    if {"against", "contre", "compared"} & set(frame.words[slice(*span_of(frame, index).lead)]):
        return ties.find(scope, apart=apart)
    start, _ = frame.segment(frame.quantities[index].start)
    first = next(q for q in frame.quantities if q.start >= start)
    opening = frame.phrase(start, first.start)
    if said & (opening.loose | opening.required):
        return ties.find(scope, apart=apart)
    without = ties.find(replace(scope, optional=scope.optional - frame.known_names))
    if _is_whole(frame, index):
        return without
    return list(
        {(t.evidence.id, t.cells): t for t in ties.find(scope, apart=apart) + without}.values()
    )


def _is_whole(frame: Frame, index: int) -> bool:
    """`Of the 78 casualties, …`, `Sur les 78 victimes, …`."""
    at = frame.quantities[index].start
    words = [w for w in frame.words[:at] if w]
    return words[-2:] in (["of", "the"], ["of", "these"], ["sur", "les"], ["parmi", "les"])


def _is_value(frame: Frame, quantity: Quantity) -> bool:
    start, end = frame.segment(quantity.start)
    if frame.is_modal(start, end) or _EACH & set(frame.words[start:end]):
        return False
    before = frame.words[quantity.start - 1] if quantity.start else ""
    after = frame.words[quantity.end] if quantity.end < len(frame.words) else ""
    following = frame.words[quantity.end + 1] if quantity.end + 1 < len(frame.words) else ""
    if _is_undated_base(frame, quantity) or is_size_or_rest(frame, quantity):
        return False
    if before in _NOT_A_VALUE_BEFORE or after in _NOT_A_VALUE_AFTER:
        return False
    if after == "of" and following in ("whom", "which", "them"):
        own = frame.phrase(quantity.end, end)
        said = own.required | own.loose
        return any(is_category(t) or t in frame.known_names for t in said)
    if after in ("of", "des", "out") or (after == "sur" and following in ("les", "des")):
        return after == "of" and following not in (
            "the",
            "these",
            "those",
            "them",
            "which",
            "whom",
            "its",
        )
    return True


def _is_undated_base(frame: Frame, quantity: Quantity) -> bool:
    """`a 16 % increase from 114`: a figure compared with, whose year nobody says."""
    said = [w for w in frame.words[max(0, quantity.start - 4) : quantity.start] if w]
    compared = bool(said) and said[-1] in _COMPARED
    compared = compared or bool({"compared", "rapport"} & set(said))
    own = span_of(frame, frame.quantities.index(quantity)).own
    return compared and not any(own[0] <= t.start < own[1] for t in frame.times)


def _mostly_unknown(scope: Scope, ties: Ties) -> bool:
    """`12 village volunteers`: words that no table has make it a claim about nothing."""
    unknown = [
        t
        for t in scope.head
        if not known(t) and not is_category(t) and not any(t in e.vocabulary for e in ties.evidence)
    ]
    return len(unknown) > len(scope.head) * _MOST_UNEXPLAINED


def _reading(frame: Frame, quantity: Quantity, scope: Scope, tie: Tie) -> Reading:
    verdict = judge_count(quantity, tie.amount)
    exceeds = quantity.value > tie.amount.value
    doubtful = ""
    below = quantity.value < tie.amount.low
    if verdict == "contradicted" and below and speaks_of_part(frame, quantity, tie.evidence):
        doubtful = ", of which the sentence may speak of a part only"
    if verdict == "contradicted" and not _named_together(frame, quantity, tie):
        doubtful = ", but the sentence does not count them together"
    dealt = is_respective(frame)
    if verdict == "contradicted" and not dealt and (other := _elsewhere(frame, quantity, tie)):
        doubtful = f", but {show(tidy_number(quantity.value))} is the figure of {other}"
    verdict = with_doubts(tie, verdict, exceeds=exceeds)
    if doubtful and verdict == "contradicted":
        verdict = "unverifiable"
    several = tie.amount.missing and len(tie.cells) > 1
    missing = f", {tie.amount.missing} of them missing" if several else ""
    shown = f"{tie.amount.shown}{missing}{doubtful}"
    says = f"{tie.table_name} ({tie.place}) says {shown}{show_doubts(tie)}"
    return Reading(says, tie.known, verdict)


def _named_together(frame: Frame, quantity: Quantity, tie: Tie) -> bool:
    """Several names are summed where one list says them: `A, B and C`; not across a sentence."""
    if len(tie.cells) < 2:
        return True
    named = frozenset(t for label in tie.names for t in label) & frame.known_names
    if len({frozenset(label & named) for label in tie.names if label & named}) < 2:
        return True
    start, end = frame.segment(quantity.start)
    said = [i for i in range(start, end) if frame.tokens[i].term in named]
    if not said:
        return True
    numbers = {i for q in frame.quantities for i in range(q.start, q.end)}
    return not any(
        i in numbers or not (frame.tokens[i].text == "," or _joins(frame, i))
        for i in range(said[0], said[-1])
        if i not in said
    )


def _joins(frame: Frame, at: int) -> bool:
    """Words and signs that stand between the names of one list."""
    token = frame.tokens[at]
    if token.is_sign:
        return token.text in "-'’"
    return token.word in _LISTING or token.word in KINDS_OF_AREA or token.term in frame.known_names


def _elsewhere(frame: Frame, quantity: Quantity, tie: Tie) -> str:
    """Another row or year that the sentence names, and whose figure is exactly the one stated."""
    table = tie.evidence
    columns = {c for _, c in tie.cells}
    years = {y for t in frame.times for y in t.years}
    rows_said = {
        r for r, label in enumerate(table.row_labels) if label.match(frozenset(frame.names))
    }
    rows_said |= {r for r, _ in tie.cells}
    for c, label in table.column_labels.items():
        if label.years and label.years <= years:
            columns.add(c)
    own = set(tie.cells)
    for r in sorted(rows_said | (table.total_rows if len(frame.names) > 0 else set())):
        label = table.row_labels[r]
        if label.years and not label.years <= years:
            continue
        for c in sorted(columns):
            if (
                (r, c) not in own
                and table.figures.figure(r, c).value == quantity.value
                and len(own) == 1
            ):
                if r not in {row for row, _ in own} and c not in {column for _, column in own}:
                    continue
                return ", ".join(filter(None, (label.text, table.column_labels[c].text)))
    return ""


def _clause(frame: Frame, index: int) -> tuple[int, int]:
    """The shortest clause that makes the claim: from its subject to the end of its own words."""
    span = span_of(frame, index)
    start, end = span.lead[0], span.own[1]
    for i in range(span.own[0], end):
        if frame.tokens[i].text in ",;(":
            time_follows = any(t.start in (i + 1, i + 2) for t in frame.times)
            if not time_follows:
                end = i
                break
    while start < end and (
        frame.tokens[start].is_sign or frame.words[start] in ("and", "et", "while")
    ):
        start += 1
    return start, end


def _said(quantity: Quantity) -> str:
    words = {"at_least": "at least ", "more_than": "more than ", "at_most": "at most "}
    words |= {"less_than": "less than ", "about": "about ", "nearly": "nearly "}
    unit = f" {quantity.unit}" if quantity.unit else ""
    return f"{words.get(quantity.precision, '')}{show(tidy_number(quantity.value))}{unit}"
