"""Runs of words: what in them restricts a figure, what stands by, and who acts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtool.auditing.lexicon import AUXILIARIES, KINDS_OF_AREA, PREPOSITIONS, RELATIVES, REPORTING
from mtool.auditing.scope import NOTHING, Terms
from mtool.auditing.sentences import Token
from mtool.auditing.terms import ACTIONS, is_category, known
from mtool.auditing.time_words import is_year_token
from mtool.auditing.wording import word_set

if TYPE_CHECKING:
    from mtool.auditing.frames import Frame


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


_WITNESS_PAST = _WITNESS | word_set(
    """recorded reported registered documented recensees recenses enregistrees enregistres
    signalees signales recensee recense enregistree enregistre signalee signale rapportes
    rapportees documentes documentees confirmes confirmees"""
)


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


def noun_phrase(frame: Frame, at: int) -> tuple[Terms, int]:
    """The terms of the noun phrase that begins at token `at`, and the token after it."""
    tokens = frame.tokens
    found: set[str] = set()
    end = at
    areas = False
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
        elif _ends_phrase(token, begun=bool(found) or areas):
            break
        areas = areas or token.word in KINDS_OF_AREA
        end += 1
    if not found:
        found = {w[:-1] for w in frame.words[at:end] if w in KINDS_OF_AREA and w.endswith("s")}
    return frozenset(found), end


def modifiers(frame: Frame, start: int, end: int) -> Terms:
    """Every term of the noun phrases that name something counted: `road accidents`."""
    found: set[str] = set()
    at = start
    while at < end:
        said, after = noun_phrase(frame, at)
        if any(known(t) for t in said):
            found |= {t for t in said if t.isalpha() and not t.endswith(("ly", "ment"))}
        at = max(after, at + 1)
    return frozenset(found)


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


def read_phrase(frame: Frame, start: int, end: int) -> Phrase:
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
        elif _opens_place(tokens, i):
            mode = "in"
        elif token.term:
            _place(frame, i, mode, (required, loose, names))
        elif token.word in AUXILIARIES | RELATIVES | REPORTING:
            mode = ""
    return Phrase(frozenset(required), frozenset(loose), tuple(names))


def _opens_place(tokens: Sequence[Token], at: int) -> bool:
    """`à Huambo`, `au Moxico`, which folding would read as the verb `a`."""
    if tokens[at].text.lower() not in ("à", "au", "aux"):
        return False
    following = [t for t in tokens[at + 1 : at + 4] if t.word not in ("l", "la", "le") and t.word]
    return bool(following) and following[0].text[:1].isupper()


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
    if (
        is_category(term)
        or term in ACTIONS
        or mode == "in"
        or (mode == "agent" and token.text[:1].islower())
    ):
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
    """`UNMAS recorded 94 incidents`: it only reports; `Boulkessi recorded` is a place."""
    words = frame.words[start:end]
    if not set(words) & _WITNESS:
        return False
    organised = bool(_ORGANISATION & set(words)) or any(n.isupper() and len(n) > 1 for n in names)
    return organised or len(names) >= 3
