"""Several changes in one sentence: the words, periods and names that belong to each."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from mtool.auditing.change_words import ALL_CHANGES, UNVARYING
from mtool.auditing.denials import negation
from mtool.auditing.frames import Frame
from mtool.auditing.scope import Scope
from mtool.auditing.scopes import plain_scope
from mtool.auditing.terms import known
from mtool.auditing.time_words import TimeMention
from mtool.auditing.wording import word_set

#: One thing after another: each change has its own period.
_SEQUENCE = word_set("before avant puis then after apres followed suivi suivie ensuite later")
_AND = word_set("and et")
_ARTICLES = word_set("a an une un the la le l soit representing marking or")
#: From here on the sentence explains a change; it says of nothing else how it changed.
_EXPLAINING = word_set(
    """driven led due mainly mostly largely notably especially particularly primarily including
    thanks owing reflecting despite fuelled fueled notamment surtout principalement essentiellement
    particulierement tire tiree tires tirees porte portee malgre grace raison"""
)


@dataclass(frozen=True, slots=True)
class Piece:
    """The words of one change: `start` to `end`; `sequence` where one change follows another.

    `subject` are the words before the first change, which a later one may leave out; null for the
    first.
    """

    start: int
    end: int
    subject: tuple[int, int] | None
    sequence: bool
    alone: bool


def piece_of(frame: Frame, at: int) -> Piece:
    """Which part of its statement the change word at `at` speaks of."""
    start, end = frame.segment(at)
    verbs = [i for i in range(start, end) if is_change_word(frame, i)]
    joints = {
        after: joint
        for before, after in itertools.pairwise(verbs)
        if (joint := _joint(frame, before, after)) is not None
    }
    begin = max((j for j in joints.values() if j <= at), default=start)
    stop = min((j for j in joints.values() if j > at), default=end)
    sequence = any(_SEQUENCE & set(frame.words[j : j + 3]) for j in joints.values())
    subject = (start, verbs[0]) if begin > start else None
    return Piece(begin, _explained_from(frame, at, stop), subject, sequence, not joints)


def is_change_word(frame: Frame, at: int) -> bool:
    """A word of change, or one of no change that is negated (`did not vary`)."""
    if at in frame.covered:
        return False
    if frame.words[at] in UNVARYING:
        return negation(frame.words, at, frame.segment(at)[0]) == "plain"
    return frame.words[at] in ALL_CHANGES


def _joint(frame: Frame, before: int, after: int) -> int | None:
    """Where the second of two changes begins; null where both words speak of one."""
    between = range(before + 1, after)
    first = next((i for i in between if frame.words[i] in _SEQUENCE), None)
    if first is not None:
        return first
    for i in reversed(between):
        if frame.words[i] in _AND:
            return i
        if frame.tokens[i].text == "," and frame.words[i + 1] not in _ARTICLES:
            return i
    return None


def _explained_from(frame: Frame, at: int, end: int) -> int:
    for i in range(at + 1, end):
        if frame.words[i] in _EXPLAINING:
            return i
    return end


def piece_scope(frame: Frame, at: int, piece: Piece) -> Scope:
    """Who or what changed; a later change without a subject of its own has the first one's."""
    spans = [(at + 1, piece.end)]
    own = plain_scope(frame, piece.start, at, spans)
    if piece.subject is None or any(known(t) for t in own.head):
        return own
    whole = plain_scope(frame, piece.start, at, [*spans, piece.subject])
    lead = frame.phrase(*piece.subject)
    others = (lead.loose | lead.required) & frame.known_names
    if own.preferred and others:
        others -= own.preferred
        return replace(whole, preferred=whole.preferred - others, required=whole.required - others)
    return whole


def piece_times(frame: Frame, at: int, piece: Piece) -> list[TimeMention] | None:
    """The periods of one change; null where the sentence does not say which are its own."""
    start, end = frame.segment(at)
    said = [t for t in frame.times if start <= t.start < end]
    if piece.alone:
        return said or list(frame.times)
    own = [t for t in said if piece.start <= t.start < piece.end]
    if piece.sequence:
        return own if own and len(said) > len(own) else None
    return own or (said if len(said) == 1 else None)
