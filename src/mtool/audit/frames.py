"""A sentence made ready for claims: its quantities, periods and statements."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from mtool.audit.lexicon import (
    AUXILIARIES,
    KINDS_OF_AREA,
    MODAL,
    PREPOSITIONS,
    RELATIVES,
    REPORTING,
)
from mtool.audit.quantities import Quantity, find_quantities
from mtool.audit.sentences import Sentence, Token
from mtool.audit.terms import ACTIONS, is_category
from mtool.audit.time_words import TimeMention, find_times, is_year_token
from mtool.audit.wording import word_set

Terms = frozenset[str]
NOTHING: Terms = frozenset()
#: The unit of a scope that speaks of shares, changes or ranks, which have none.
ANY_UNIT = "*"

_BREAKS = word_set(
    """while whereas but although though however tandis mais alors cependant toutefois whilst"""
)
_OF = word_set("of de des du d")
#: What follows these explains or compares; it restricts no figure.
_ASIDE = word_set(
    """despite following after before because due according malgre selon suite apres avant than
    compared versus against contre par rapport through via grace thanks under sous with avec
    without as comme over"""
)
_AGENT = {"by", "par"}
_ORGANISATION = word_set(
    """ministry ministere centre center authority autorite service agency agence project projet
    database base programme program observatory observatoire monitor directorate direction
    commission secretariat office bureau organisation organization council group groupe sources
    network reseau committee comite"""
)
_WITNESS = word_set(
    """recorded reported registered documented identified confirmed noted said counted logged
    verified collected recense enregistre signale documente rapporte confirme denombre
    comptabilise compte notified indicates indicated shows showed indique"""
)
_POINTING = {"these", "those", "the", "ces", "les"}
_WITNESS_PAST = _WITNESS | word_set(
    """recorded reported registered documented recensees recenses enregistrees enregistres
    signalees signales recensee recense enregistree enregistre signalee signale rapportes
    rapportees documentes documentees confirmes confirmees"""
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a claim says about the figure it means.

    `required` must all be explained by a table; `preferred` names choose its rows first;
    `optional` are other terms said nearby. `head` names the measure. `subject` are names that
    act in the clause; `witness` is true where they only report. `years` is null when none is said.
    `tables` are numbers of tables pointed to; `at` counts the tables before the claim.
    """

    head: Terms
    required: Terms
    preferred: Terms = NOTHING
    optional: Terms = NOTHING
    subject: tuple[str, ...] = ()
    witness: bool = False
    years: frozenset[int] | None = None
    shape: str = "year"
    unit: str = ""
    tables: frozenset[str] = frozenset()
    at: int = 0

    @property
    def said(self) -> Terms:
        return self.required | self.preferred | self.optional


@dataclass(frozen=True, slots=True)
class Phrase:
    """The terms of a run of tokens, by how they stand in it."""

    required: Terms = NOTHING
    loose: Terms = NOTHING
    names: tuple[str, ...] = ()

    def __or__(self, other: Phrase) -> Phrase:
        return Phrase(
            self.required | other.required, self.loose | other.loose, self.names + other.names
        )


@dataclass(frozen=True)
class Frame:
    """One sentence with its quantities, periods, and the context that earlier sentences leave."""

    sentence: Sentence
    quantities: tuple[Quantity, ...]
    times: tuple[TimeMention, ...]
    known_names: Terms
    before: Context
    at: int = 0

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.sentence.tokens

    @cached_property
    def words(self) -> tuple[str, ...]:
        return self.sentence.words

    @cached_property
    def covered(self) -> frozenset[int]:
        """Tokens that are part of a quantity or a period."""
        spans = [
            *((q.start, q.end) for q in self.quantities),
            *((t.start, t.end) for t in self.times),
        ]
        return frozenset(i for start, end in spans for i in range(start, end))

    @cached_property
    def breaks(self) -> tuple[int, ...]:
        """Tokens at which a new statement begins."""
        found = [0]
        for i, token in enumerate(self.tokens):
            if token.text in (";", "—") or token.word in _BREAKS:
                found.append(i + 1)
        return (*found, len(self.tokens))

    def segment(self, at: int) -> tuple[int, int]:
        """The statement that token `at` stands in."""
        at = max(0, at)
        starts = [b for b in self.breaks if b <= at]
        ends = [b for b in self.breaks if b > at]
        return starts[-1], ends[0] if ends else len(self.tokens)

    def is_modal(self, start: int, end: int) -> bool:
        """True where the words plan, doubt or require."""
        return any(
            w in MODAL and not (w == "may" and self.tokens[i].text == "May")
            for i, w in enumerate(self.words[start:end], start)
        )

    @cached_property
    def tables(self) -> frozenset[str]:
        """Numbers of the tables the sentence points to: `(see Table 1)`."""
        found = set()
        for i, word in enumerate(self.words[:-1]):
            if word in ("table", "tableau") and self.tokens[i + 1].is_number:
                found.add(self.tokens[i + 1].text)
        return frozenset(found)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the tables' rows that the sentence says, in order, without repeats."""
        said = (t.term for t in self.tokens if t.term in self.known_names)
        return tuple(dict.fromkeys(t for t in said if t))

    def phrase(self, start: int, end: int) -> Phrase:
        """Read the terms between two tokens: what restricts, what stands by, which names act."""
        return _read_phrase(self, start, end)

    def time_in(self, start: int, end: int) -> TimeMention | None:
        """The one period between two tokens; null for none or several."""
        found = [t for t in self.times if start <= t.start < end]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Context:
    """What the sentences before left: names, years, and the heading above."""

    names: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    head: Terms = NOTHING
    heading_years: tuple[int, ...] = ()
    paragraph: int = -1
    previous_year: int | None = field(default=None)


def read_frame(sentence: Sentence, known_names: Terms, before: Context, at: int = 0) -> Frame:
    """Find the quantities and periods of a sentence."""
    tokens = sentence.tokens
    times = tuple(find_times(tokens))
    taken = {i for t in times for i in range(t.start, t.end)}
    quantities = tuple(
        q for q in find_quantities(tokens) if not any(i in taken for i in range(q.start, q.end))
    )
    stating = [q for q in _without_ranges(tokens, quantities) if not _only_refers(tokens, q)]
    return Frame(sentence, tuple(stating), times, known_names, before, at)


def _only_refers(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """`these two regions` points back; it counts nothing."""
    before = tokens[quantity.start - 1].word if quantity.start else ""
    after = tokens[quantity.end].word if quantity.end < len(tokens) else ""
    return quantity.kind == "count" and before in _POINTING and after in KINDS_OF_AREA


def _without_ranges(
    tokens: Sequence[Token], quantities: Sequence[Quantity]
) -> tuple[Quantity, ...]:
    """`60,000–88,000` states no single figure; neither end is a claim of its own."""
    dashed: set[int] = set()
    for i, (a, b) in enumerate(itertools.pairwise(quantities)):
        between = tokens[a.end : b.start]
        if len(between) == 1 and between[0].text in "-–—/":
            dashed |= {i, i + 1}
    return tuple(q for i, q in enumerate(quantities) if i not in dashed)


def context_after(frame: Frame, head: Terms) -> Context:
    """The context for the next sentence."""
    sentence, before = frame.sentence, frame.before
    same = before.paragraph == sentence.paragraph
    years = tuple(
        dict.fromkeys(y for t in frame.times if t.shape in ("year", "span") for y in t.years)
    )
    if frame.times and frame.times[0].shape == "year" and frame.times[0].start <= 1:
        years = frame.times[0].years
    return Context(
        names=frame.names or (before.names if same else ()),
        years=years or (before.years if same else ()),
        head=head or (before.head if same else NOTHING),
        paragraph=sentence.paragraph,
    )


def noun_phrase(frame: Frame, at: int) -> tuple[Terms, int]:
    """The terms of the noun phrase that begins at token `at`, and the token after it."""
    tokens = frame.tokens
    found: set[str] = set()
    end = at
    starts = {q.start for q in frame.quantities}
    while end < len(tokens):
        token = tokens[end]
        if not found and is_year_token(token) and end > at:
            end += 1
            continue
        if end in starts or end in frame.covered:
            break
        if token.is_sign:
            if token.text not in "-'’/":
                break
        elif token.word in _OF:
            if _opens_quantity(frame, end):
                break
        elif token.term:
            if found and token.term in ACTIONS and end + 1 in starts:
                break
            found.add(token.term)
        elif _ends_phrase(token, begun=bool(found)):
            break
        end += 1
    if not found:
        found = {w[:-1] for w in frame.words[at:end] if w in KINDS_OF_AREA and w.endswith("s")}
    return frozenset(found), end


def _ends_phrase(token: Token, *, begun: bool) -> bool:
    if token.word in PREPOSITIONS | AUXILIARIES | RELATIVES | {"and", "et", "or", "ou"}:
        return True
    return begun and token.word in REPORTING


def _opens_quantity(frame: Frame, at: int) -> bool:
    """`18 of the 94`: the words after `of` are another quantity."""
    starts = {q.start for q in frame.quantities}
    return any(
        at + step in starts
        for step in (1, 2, 3)
        if _only_articles(frame.tokens[at + 1 : at + step])
    )


def _only_articles(tokens: Iterable[Token]) -> bool:
    return all(
        t.word in ("the", "les", "la", "le", "l", "total", "its", "their") or t.is_sign
        for t in tokens
    )


def _read_phrase(frame: Frame, start: int, end: int) -> Phrase:
    tokens = frame.tokens
    required: set[str] = set()
    loose: set[str] = set()
    names: list[str] = []
    mode = ""
    for i in range(start, min(end, len(tokens))):
        token = tokens[i]
        if i in frame.covered:
            mode = ""
        elif token.is_sign:
            mode = "" if token.text in ",()[]:;" and not _brackets_acronym(tokens, i) else mode
        elif token.word in PREPOSITIONS | _AGENT | _ASIDE and not token.term:
            mode = _mode(frame, i)
        elif token.term:
            _place(frame, i, mode, (required, loose, names))
        elif token.word in AUXILIARIES | RELATIVES | REPORTING:
            mode = ""
    return Phrase(frozenset(required), frozenset(loose), tuple(names))


def _brackets_acronym(tokens: Sequence[Token], at: int) -> bool:
    """The brackets of `Mine Action Service (UNMAS)` do not end the phrase."""
    spot = at + 1 if tokens[at].text == "(" else at - 1
    return (
        tokens[at].text in "()"
        and 0 <= spot < len(tokens)
        and tokens[spot].text.isupper()
        and len(tokens[spot].text) > 1
    )


def _mode(frame: Frame, at: int) -> str:
    word = frame.tokens[at].word
    if word in _AGENT:
        return "witness" if at and frame.tokens[at - 1].word in _WITNESS_PAST else "agent"
    return "aside" if word in _ASIDE else "in"


def _place(frame: Frame, at: int, mode: str, sets: tuple[set[str], set[str], list[str]]) -> None:
    """Sort one term: restricting, loose, or a name that acts."""
    required, loose, names = sets
    token = frame.tokens[at]
    term = token.term or ""
    if mode == "witness" and not is_category(term):
        return
    if mode == "aside":
        loose.add(term)
        return
    if is_category(term) or term in ACTIONS or mode == "in" or (mode == "agent" and token.text[:1].islower()):
        required.add(term)
    else:
        loose.add(term)
        if mode != "agent" and _acts(frame, at):
            names.append(token.text)


def _acts(frame: Frame, at: int) -> bool:
    """A capitalised word that is no mere first word of the sentence names somebody."""
    token = frame.tokens[at]
    if not token.text[:1].isupper():
        return False
    first = all(t.is_sign for t in frame.tokens[:at])
    if not first or (token.text.isupper() and len(token.text) > 1):
        return True
    after = frame.tokens[at + 1] if at + 1 < len(frame.tokens) else None
    return token.term in frame.known_names or (
        after is not None and (after.word in AUXILIARIES | REPORTING or after.text[:1].isupper())
    )


def is_witness(frame: Frame, start: int, end: int, names: Sequence[str]) -> bool:
    """`UNMAS recorded 94 incidents`: an organisation that reports; `Boulkessi recorded` is a place."""
    words = frame.words[start:end]
    if not set(words) & _WITNESS:
        return False
    organised = bool(_ORGANISATION & set(words)) or any(n.isupper() and len(n) > 1 for n in names)
    return organised or len(names) >= 3


def with_years(scope: Scope, years: Iterable[int] | None) -> Scope:
    return replace(scope, years=None if years is None else frozenset(years))
