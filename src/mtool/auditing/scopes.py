"""From the words around a quantity to the scope of what it counts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from mtool.auditing.change_words import ALL_CHANGES, STRONG
from mtool.auditing.dimensions import categories
from mtool.auditing.frames import Frame
from mtool.auditing.lexicon import KINDS_OF_AREA
from mtool.auditing.phrases import Phrase, is_witness, modifiers, noun_phrase
from mtool.auditing.quantities import Quantity
from mtool.auditing.scope import ANY_UNIT, NOTHING, Scope, Terms
from mtool.auditing.spans import Span, own_words, span_of, time_of, years_of
from mtool.auditing.terms import ACTIONS, is_category, known, terms
from mtool.auditing.wording import word_set

_PRONOUNS = word_set("it they its their elle elles celle ceux")
_THESE = word_set("these those both ces two deux")
_ONE_AREA = word_set(
    """region province district governorate gouvernorat department departement oblast wilaya canton
    municipality commune cercle operator operateur organisation organization state"""
)
#: Whoever acts in general: they restrict nothing.
_ACTORS = word_set(
    """operator partner team programme program sector actor organisation government humanitarian
    stakeholder acteur secteur authority autorite mine action clearance staff"""
)
_PEOPLE = word_set("people person persons individuals personne personnes individus")
#: What counts people; of anything else, the people it reached are another figure.
_OF_PEOPLE = word_set("casualty staff beneficiary survivor deminer assisted participant patient")
_WHOLE = word_set("nationwide countrywide nationally overall altogether country pays")


def scope_of(frame: Frame, index: int, head: Terms, inherited: Terms) -> Scope:
    """The scope of count `index`; `inherited` is the head of the count before it."""
    quantity = frame.quantities[index]
    span = span_of(frame, index)
    _, phrase_end = noun_phrase(frame, quantity.end)
    own_end = own_words(frame, index)[1]
    own = frame.phrase(min(phrase_end, own_end), own_end)
    lead = frame.phrase(*span.lead)
    said = own.required | lead.required
    nearest = own.required | _lead_required(lead, own, head)
    own_head = head or frozenset(t for t in nearest if is_category(t))
    if _counts_people(frame, quantity) and not any(_is_of_people(t) for t in inherited):
        inherited = NOTHING
    if quantity.unit and (said | own.loose) & ACTIONS:
        inherited = NOTHING
    if not head and inherited:
        own_head = own_head or inherited
        own_head |= frozenset(t for t in inherited if not same_dimension(t, own_head))
    for phrase in (own, lead) if not quantity.unit else ():
        nouns = (phrase.loose | phrase.required) - _ACTORS
        own_head = own_head or frozenset(t for t in nouns if known(t))
    if quantity.unit:
        own_head |= {"area"} | ((said or own.loose) & ACTIONS)
    required = own_head | own.required | _lead_required(lead, own, head)
    required |= _actors(frame, quantity, span.lead)
    required |= unnamed_area(frame, *frame.segment(quantity.start))
    return finish_scope(frame, quantity, span, (own_head, required, own, lead))


def _counts_people(frame: Frame, quantity: Quantity) -> bool:
    return bool(_PEOPLE & set(frame.words[quantity.end : quantity.end + 2]))


def _is_of_people(term: str) -> bool:
    return is_category(term) or term in _OF_PEOPLE


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


def same_dimension(term: str, others: Terms) -> bool:
    mine = set(categories(term))
    return any(mine & set(categories(other)) for other in others)


def _lead_required(lead: Phrase, own: Phrase, head: Terms) -> Terms:
    """Categories said before a count restrict it, unless its own words say another of the kind."""
    said = own.required | head
    return frozenset(t for t in lead.required if not same_dimension(t, said - {t}))


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
        doubts=frame.exceptions(start, end),
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
    for piece in ((start, end), *spans):
        required |= modifiers(frame, *piece) - ALL_CHANGES - STRONG
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
        doubts=frame.exceptions(*frame.segment(start)),
    )
