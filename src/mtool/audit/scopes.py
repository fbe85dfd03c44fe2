"""From the words around a quantity to the scope of what it counts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from mtool.audit.change_words import ALL_CHANGES, STRONG
from mtool.audit.dimensions import categories
from mtool.audit.frames import (
    ANY_UNIT,
    NOTHING,
    Frame,
    Phrase,
    Scope,
    Terms,
    is_witness,
    noun_phrase,
)
from mtool.audit.lexicon import KINDS_OF_AREA
from mtool.audit.quantities import Quantity
from mtool.audit.terms import ACTIONS, is_category, known, terms
from mtool.audit.time_words import TimeMention
from mtool.audit.wording import word_set

_BEFORE_A_YEAR = word_set("in en the year to with a l annee de par of celui aux au")
_COMPARED = word_set("compared than against versus vs rapport contre comparison comparativement")
_JOINTS = {"and", "et", "or", "ou"}
_COMPARING = word_set(
    """compared than against versus vs par rapport comparatively contre comparison from de up down"""
)
_PRONOUNS = word_set("it they its their elle elles celle ceux")
_THESE = word_set("these those both ces two deux")
#: Spans of time that name no year.
_VAGUE_TIMES = word_set(
    """years period decade decades months month weeks week quarter quarters semester days date ans
    annees periode decennie mois semaine semaines trimestre trimestres semestre jours january
    february april june july august september october november december janvier fevrier avril
    mai juin juillet aout septembre octobre novembre decembre"""
)
_ONE_AREA = word_set(
    """region province district governorate gouvernorat department departement oblast wilaya canton
    municipality commune cercle operator operateur organisation organization state"""
)
#: Whoever acts in general: they restrict nothing.
_ACTORS = word_set(
    """operator partner team programme program sector actor organisation government humanitarian
    stakeholder acteur secteur authority autorite mine action clearance staff"""
)
_WHOLE = word_set("nationwide countrywide nationally overall altogether country pays")


@dataclass(frozen=True, slots=True)
class Span:
    """The words that belong to one quantity: `lead` before it, `own` from its end."""

    lead: tuple[int, int]
    own: tuple[int, int]


def span_of(frame: Frame, index: int) -> Span:
    """Which tokens speak of quantity `index`: up to the joint before the next one."""
    quantity = frame.quantities[index]
    start, end = frame.segment(quantity.start)
    before = [q for q in frame.quantities[:index] if q.start >= start]
    after = [q for q in frame.quantities[index + 1 :] if q.start < end]
    lead_start = _joint(frame, before[-1].end, quantity.start) if before else start
    own_end = _joint(frame, quantity.end, after[0].start) if after else end
    return Span((lead_start, quantity.start), (quantity.end, own_end))


def _joint(frame: Frame, start: int, end: int) -> int:
    """The token between two quantities at which the second one's words begin."""
    for i in range(end - 1, start - 1, -1):
        if frame.words[i] in _JOINTS or frame.tokens[i].text in ",(":
            return i
    spot = end
    while spot > start and frame.words[spot - 1] in _COMPARING | {
        "to",
        "a",
        "with",
        "in",
        "en",
        "for",
    }:
        spot -= 1
    verb = frame.tokens[spot - 1].term if spot > start else None
    if spot == end and verb in ACTIONS:
        spot -= 1
    return spot


def time_of(frame: Frame, span: Span) -> TimeMention | None:
    """The period a quantity belongs to: said after it, before it, in its statement, or alone."""
    for start, end in (span.own, span.lead, frame.segment(span.own[0] - 1), (0, len(frame.tokens))):
        times = [t for t in frame.times if start <= t.start < end and not _is_compared(frame, t)]
        if len(times) == 1:
            return times[0]
        if len(times) > 1:
            return times[0] if (start, end) == span.own else None
    return None


def _is_compared(frame: Frame, time: TimeMention) -> bool:
    at = time.start - 1
    while at >= 0 and frame.words[at] in _BEFORE_A_YEAR:
        at -= 1
    return at >= 0 and frame.words[at] in _COMPARED


def years_of(frame: Frame, time: TimeMention | None) -> tuple[frozenset[int] | None, str]:
    """The years a period covers and its shape; null where the sentence states none."""
    if time is None:
        if frame.times:
            return None, "several"
        if any(w in _VAGUE_TIMES for i, w in enumerate(frame.words) if i not in frame.covered):
            return None, "part"
        if len(frame.before.years) == 1 and frame.before.paragraph == frame.sentence.paragraph:
            return frozenset(frame.before.years), "year"
        if len(frame.before.heading_years) == 1:
            return frozenset(frame.before.heading_years), "year"
        return None, "none"
    if time.shape == "span":
        return frozenset(range(time.years[0], time.years[-1] + 1)), "span"
    if time.shape in ("part", "since", "until"):
        return frozenset(time.years), "part"
    if time.shape == "previous":
        return _year_before(frame), "year"
    return frozenset(time.years), "year"


def _year_before(frame: Frame) -> frozenset[int] | None:
    """`the previous year`: before the one year that the sentence, or the one before it, speaks of."""
    said = {y for t in frame.times if t.shape == "year" for y in t.years}
    if not said and frame.before.paragraph == frame.sentence.paragraph:
        said = set(frame.before.years)
    return frozenset({said.pop() - 1}) if len(said) == 1 else None


def from_to_pairs(frame: Frame) -> list[tuple[int, int]]:
    """`from 155 in 2021 to 94 in 2022`, `de 80 à 100`: the places of the two counts."""
    counts = [(i, q) for i, q in enumerate(frame.quantities) if q.kind in ("count", "percent")]
    found = []
    for (i, a), (j, b) in itertools.pairwise(counts):
        opens = a.start > 0 and frame.words[a.start - 1] in ("from", "de", "d")
        closes = b.start > 0 and frame.words[b.start - 1] in ("to", "a")
        if (
            opens
            and closes
            and a.kind == b.kind
            and frame.segment(a.start) == frame.segment(b.start)
        ):
            found.append((i, j))
    return found


def heads(frame: Frame) -> dict[int, Terms]:
    """The noun phrase of each count, taken over from a neighbour where it is left out.

    `32 incidents in Gao, 51 in Kidal`; `32 and 51 incidents`; `incidents rose to 94`.
    """
    found: dict[int, Terms] = {}
    for i, quantity in enumerate(frame.quantities):
        found[i] = noun_phrase(frame, quantity.end)[0]
    order = list(found)
    for i in order:
        if found[i]:
            continue
        following = i + 1
        joined = (
            following in found
            and frame.quantities[following].start - frame.quantities[i].end == 1
            and frame.words[frame.quantities[i].end] in _JOINTS
        )
        if joined and found[following]:
            found[i] = found[following]
    return found


def scope_of(frame: Frame, index: int, head: Terms, inherited: Terms) -> Scope:
    """The scope of count `index`; `inherited` is the head of the count before it."""
    quantity = frame.quantities[index]
    span = span_of(frame, index)
    _, phrase_end = noun_phrase(frame, quantity.end)
    own = frame.phrase(min(phrase_end, span.own[1]), span.own[1])
    lead = frame.phrase(*span.lead)
    said = own.required | lead.required
    own_head = head or frozenset(t for t in said if is_category(t))
    if not head and inherited:
        own_head = own_head or inherited
        own_head |= frozenset(t for t in inherited if not _same_dimension(t, own_head))
    for phrase in (own, lead) if not quantity.unit else ():
        nouns = (phrase.loose | phrase.required) - _ACTORS
        own_head = own_head or frozenset(t for t in nouns if known(t))
    if quantity.unit:
        own_head |= {"area"} | (said & ACTIONS)
    required = own_head | own.required | _lead_required(lead, own, head)
    required |= _actors(frame, quantity, span.lead)
    required |= unnamed_area(frame, *frame.segment(quantity.start))
    return finish_scope(frame, quantity, span, (own_head, required, own, lead))


def _actors(frame: Frame, quantity: Quantity, lead: tuple[int, int]) -> Terms:
    """`The army destroyed 900 mines`: what acts right before a count restricts it.

    Somebody whose task is to count (`the national authority recorded`) does not.
    """
    start = lead[0]
    for i in range(lead[0], quantity.start):
        if frame.tokens[i].text == ",":
            start = i + 1
    phrase = frame.phrase(start, quantity.start)
    if is_witness(frame, start, quantity.start, phrase.names):
        return NOTHING
    named = frozenset(n for name in phrase.names for n in terms(name))
    return frozenset(
        t
        for t in phrase.loose - named
        if t not in frame.known_names | _ACTORS | ALL_CHANGES | STRONG
        and not known(t)
        and t.isalpha()
        and not t.endswith(("ly", "ment"))
    )


def _same_dimension(term: str, others: Terms) -> bool:
    mine = set(categories(term))
    return any(mine & set(categories(other)) for other in others)


def _lead_required(lead: Phrase, own: Phrase, head: Terms) -> Terms:
    """Categories said before a count restrict it, unless its own words say another of the kind."""
    said = own.required | head
    return frozenset(t for t in lead.required if not _same_dimension(t, said - {t}))


def finish_scope(
    frame: Frame, quantity: Quantity, span: Span, parts: tuple[Terms, Terms, Phrase, Phrase]
) -> Scope:
    head, required, own, lead = parts
    start, end = frame.segment(quantity.start)
    years, shape = years_of(frame, time_of(frame, span))
    preferred = (own.loose | lead.loose) & frame.known_names
    preferred |= referred_names(frame, start, end)
    segment = frame.phrase(start, end)
    near = segment.loose | segment.required
    others = frozenset(t.term for t in frame.tokens if t.term and t.term not in frame.known_names)
    whole = bool(_WHOLE & set(frame.words[start:end]))
    return Scope(
        head=head,
        required=required,
        preferred=NOTHING if whole else preferred,
        optional=(others if whole else others | (near & frame.known_names)),
        subject=lead.names,
        witness=is_witness(frame, *span.lead, lead.names),
        years=years,
        shape=shape,
        unit=quantity.unit,
        tables=frame.tables,
        at=frame.at,
    )


def unnamed_area(frame: Frame, start: int, end: int) -> Terms:
    """`in the region`, without a name here or before, is a place no table can be asked for."""
    if any(t.term in frame.known_names for t in frame.tokens[start:end]):
        return NOTHING
    words = frame.words[start:end]
    for before, word in itertools.pairwise(words):
        pointed = before in ("the", "this", "that", "la", "cette", "ce")
        if pointed and word in _ONE_AREA and not referred_names(frame, start, end):
            return frozenset({f"which {word}"})
    return NOTHING


def referred_names(frame: Frame, start: int, end: int, names: Terms | None = None) -> Terms:
    """`these two regions`, `both`, `it`: the names of the sentence before, where the number fits.

    `names` are those that matter (default: all); saying one of them leaves nothing to refer to.
    """
    names = frame.known_names if names is None else names
    if any(t.term in names for t in frame.tokens[start:end]):
        return NOTHING
    before = frame.before
    if not before.names or before.paragraph != frame.sentence.paragraph:
        return NOTHING
    words = frame.words[start:end]
    for i, word in enumerate(words[:-1]):
        following = set(words[i + 1 : i + 3])
        if word in _THESE and (following & KINDS_OF_AREA or word in ("both", "deux")):
            number = 2 if {"two", "deux", "both"} & {word, *following} else len(before.names)
            return frozenset(before.names) if number == len(before.names) > 1 else NOTHING
    opening = next((w for w in words if w), "")
    singular = {"the", "this", "le", "la", "cette", "ce"} & set(words[:1])
    area = set(words[1:2]) & {w for w in KINDS_OF_AREA if not w.endswith("s")}
    if len(before.names) == 1 and (opening in _PRONOUNS or (singular and area)):
        return frozenset(before.names)
    return NOTHING


def plain_scope(frame: Frame, start: int, end: int, spans: Sequence[tuple[int, int]] = ()) -> Scope:
    """The scope of a statement without a count of its own: what its words name, between tokens."""
    phrase = frame.phrase(start, end)
    for piece in spans:
        phrase |= frame.phrase(*piece)
    said = phrase.required | phrase.loose
    head = frozenset(t for t in said if known(t) or is_category(t))
    names = said & frame.known_names
    names |= referred_names(frame, *frame.segment(start))
    required = head | phrase.required | unnamed_area(frame, *frame.segment(start))
    others = frozenset(t.term for t in frame.tokens if t.term and t.term not in frame.known_names)
    return Scope(
        head=head,
        required=required,
        preferred=names,
        optional=others,
        subject=phrase.names,
        witness=is_witness(frame, start, end, phrase.names),
        years=None,
        unit=ANY_UNIT,
        tables=frame.tables,
        at=frame.at,
    )
