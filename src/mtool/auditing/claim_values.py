"""Claims that state a figure: `recorded 94 incidents in 2022`, `operated with 30 staff`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mtool.auditing.claim import Claim
from mtool.auditing.frames import Frame
from mtool.auditing.lexicon import ARTICLES, AUXILIARIES, KINDS_OF_AREA
from mtool.auditing.part_words import is_size_or_rest, speaks_of_part
from mtool.auditing.parts_of_year import ORDER_OF_QUARTERS, part_of_year
from mtool.auditing.quantities import Quantity
from mtool.auditing.scope import NOTHING, Scope, Terms
from mtool.auditing.scopes import same_dimension, scope_of
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
#: `the fourth quarter of 2022`: so many tokens from the quarter to the end of its year.
_FARTHEST_YEAR = 4
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
            scope = replace(scope, required=scope.required | _same_action(frame, i, before))
        if before is not None and _continues(frame, i, scope, before):
            scope = replace(scope, required=scope.required | _carried(frame, scope, before))
        if before is not None:
            scope = _in_bracket(frame, i, scope, before)
        scope = _in_part_of_year(frame, i, scope)
        if not found[i] and _takes_up_one_of_several(frame, i, found):
            scope = replace(scope, doubts=(*scope.doubts, "it leaves open what it counts"))
        before = scope
        dealt = _dealt_out(frame, i, scope)
        verdict = None
        if i not in used and dealt is not None and _is_value(frame, quantity):
            claim = value_claim(frame, ties, i, _within(frame, i, dealt, last))
            verdict = claim.verdict
            yield claim
        last = (i, verdict)


def _in_part_of_year(frame: Frame, index: int, scope: Scope) -> Scope:
    """A month or quarter restricts a count as any other name of a row or column does."""
    if scope.shape != "part":
        return scope
    start, end = frame.segment(frame.quantities[index].start)
    found = part_of_year(frame, start, end)
    times = [t for t in frame.times if start <= t.start < end]
    if found is None or len(times) > 1:
        return scope
    if times and not (0 <= times[0].end - found[1] <= _FARTHEST_YEAR):
        return scope
    years = frozenset(times[0].years) if times else None
    required = (scope.required - ORDER_OF_QUARTERS) | {found[0]}
    return replace(scope, required=required, years=years, shape="month")


def _takes_up_one_of_several(frame: Frame, index: int, found: dict[int, Terms]) -> bool:
    """`A destroyed 210 mines and 900 items, B 90`: of which is left to the reader."""
    start, _ = frame.segment(frame.quantities[index].start)
    said = [h for i, h in found.items() if i < index and frame.quantities[i].start >= start]
    return len({h & frozenset(t for t in h if known(t)) for h in said if h} - {NOTHING}) > 1


def _in_bracket(frame: Frame, index: int, scope: Scope, before: Scope) -> Scope:
    """`62 mines in Afar (against 40 in 2021)`: a bracket without names is of the names before."""
    at = frame.quantities[index].start
    opened = next((i for i in range(at - 1, -1, -1) if frame.tokens[i].text in "()"), None)
    if opened is None or frame.tokens[opened].text == ")" or _names(frame, scope):
        return scope
    last = frame.quantities[index - 1]
    if not last.end <= opened or any(t.text in ",;" for t in frame.tokens[last.end : opened]):
        return scope
    names = _names(frame, before)
    if not names:
        return scope
    optional = scope.optional - (frame.known_names - names)
    return replace(scope, preferred=names, optional=optional)


def _names(frame: Frame, scope: Scope) -> Terms:
    return (scope.preferred | scope.required) & frame.known_names


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


def _dealt_out(frame: Frame, index: int, scope: Scope) -> Scope | None:
    """Deal years and names out to the counts they belong to; null where that cannot be told.

    `from 155 to 94 between 2021 and 2022`; `Derna and Sirte recorded three and 12 respectively`.
    """
    for pair in from_to_pairs(frame):
        if index in pair:
            return _with_year_of_pair(frame, pair, index, scope)
    start, end = frame.segment(frame.quantities[index].start)
    if _compares_names(frame, index, scope):
        against = _against_pair(frame, index)
        if against is None:
            return None
        names = [t for t in frame.names if t in {w.term for w in frame.tokens[start:end]}]
        return _of_name(scope, names, against.index(index)) if len(names) == 2 else None
    if not is_respective(frame):
        return scope
    counts = [
        i for i, q in enumerate(frame.quantities) if q.kind == "count" and start <= q.start < end
    ]
    said = (t.term for t in frame.tokens[start:end] if t.term in frame.known_names)
    names = [t for t in dict.fromkeys(said) if t]
    if len(names) != len(counts):
        return None
    return _of_name(scope, names, counts.index(index))


def is_respective(frame: Frame) -> bool:
    return bool({"respectively", "respectivement", "respective"} & set(frame.words))


def _of_name(scope: Scope, names: list[str], place: int) -> Scope:
    """The scope of the one name among several that a count belongs to."""
    others = frozenset(names) - {names[place]}
    return replace(
        scope,
        required=scope.required - others,
        preferred=frozenset({names[place]}),
        optional=scope.optional - others,
    )


def _compares_names(frame: Frame, index: int, scope: Scope) -> bool:
    """`A cleared more than B (505 against 480)`: two names set against each other, not summed."""
    start, end = frame.segment(frame.quantities[index].start)
    if len(_names(frame, scope) or frozenset(frame.names) & scope.optional) < 2:
        return False
    for i in range(start, end):
        if frame.words[i] not in ("than", "que", "qu"):
            continue
        sides = [{t.term for t in frame.tokens[a:b]} for a, b in ((start, i), (i, end))]
        earlier = {"more", "fewer", "less", "plus", "moins", "higher", "larger"}
        if all(side & set(frame.names) for side in sides):
            return bool(earlier & set(frame.words[start:i]))
    return False


def _against_pair(frame: Frame, index: int) -> tuple[int, int] | None:
    """`505 hectares against 480`, `cinq contre quatre`: the places of the two counts."""
    for a, b in ((index, index + 1), (index - 1, index)):
        if a < 0 or b >= len(frame.quantities):
            continue
        between = frame.words[frame.quantities[a].end : frame.quantities[b].start]
        if len(between) <= 2 and {"against", "contre", "versus", "vs", "to"} & set(between):
            return a, b
    return None


def _with_year_of_pair(
    frame: Frame, pair: tuple[int, int], index: int, scope: Scope
) -> Scope | None:
    own = [frame.time_in(*span_of(frame, i).own) for i in pair]
    if any(own):
        return scope if own[pair.index(index)] else None
    years = sorted({y for t in frame.times if t.shape in ("year", "span") for y in t.years})
    if len(years) != 2:
        return None
    return replace(scope, years=frozenset({years[pair.index(index)]}), shape="year")


def _continues(frame: Frame, index: int, scope: Scope, before: Scope) -> bool:
    """`… 12 in 2022 (with 19 incidents in 2014)`: the same thing counted, in the same statement."""
    start, _ = frame.segment(frame.quantities[index].start)
    same_statement = any(q.start >= start for q in frame.quantities[:index])
    return same_statement and bool(scope.head & before.head)


def _same_action(frame: Frame, index: int, before: Scope) -> Terms:
    """`destroyed 60 mines and 75 items of UXO`: one verb for both."""
    start, _ = frame.segment(frame.quantities[index].start)
    first, second = frame.quantities[index - 1 : index + 1]
    between = {w for w in frame.words[first.end : second.start] if w}
    joined = bool({"and", "et"} & between) or any(
        t.text == "," for t in frame.tokens[first.end : second.start]
    )
    if first.start < start or not joined or between & (AUXILIARIES - {"a"}):
        return frozenset()
    return before.required & ACTIONS


def _carried(frame: Frame, scope: Scope, before: Scope) -> Terms:
    """What restricted the count before restricts this one too, but for names and categories."""
    acts = bool(scope.required & ACTIONS)
    return frozenset(
        t
        for t in before.required
        if t not in frame.known_names
        and not is_category(t)
        and not (t in ACTIONS and acts)
        and not same_dimension(t, scope.head - {t})
        and (t in ACTIONS or not known(t) or t not in before.head)
    )


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
    missing = f", {tie.amount.missing} of them missing" if tie.amount.missing else ""
    shown = f"{tie.amount.shown}{missing}{doubtful}"
    says = f"{tie.table_name} ({tie.place}) says {shown}{show_doubts(tie)}"
    return Reading(says, tie.amount.value, verdict)


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
