"""One change as the words put it: direction, amount, base."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mtool.auditing.change_pieces import Piece, piece_of
from mtool.auditing.change_words import (
    DIVIDED,
    DOWN,
    FACTORS,
    MULTIPLIED,
    NOT_A_CHANGE_BEFORE,
    STRONG,
    UNVARYING,
    UP,
    UP_OR_DOWN,
)
from mtool.auditing.denials import negation
from mtool.auditing.frames import Frame
from mtool.auditing.quantities import Quantity
from mtool.auditing.quantity_words import Precision
from mtool.auditing.spans import from_to_pairs
from mtool.auditing.terms import known
from mtool.auditing.wording import word_set

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
    "des",
    "overall",
    "annual",
    "some",
    "par",
}


#: What a figure is said to have fallen to a part of.
_LEVELS = word_set(
    """figure figures level levels number total value amount that what chiffre niveau nombre celui
    celle valeur"""
)
#: `less than half` of a figure is a fall by more than a factor of two.
_BELOW: dict[Precision, Precision] = {
    "less_than": "more_than",
    "at_most": "at_least",
    "more_than": "less_than",
    "at_least": "at_most",
    "nearly": "about",
    "about": "about",
}
#: What may follow a negated verb without changing what is denied.
_PLAINLY = word_set(
    """in en a au aux dans the la le les l between and et entre of de des du d from to by over
    during year years annee"""
)
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
    piece: Piece
    negated: bool = False


def is_change(frame: Frame, at: int) -> bool:
    after = frame.words[at + 1] if at + 1 < len(frame.words) else ""
    if after in NOT_A_CHANGE_BEFORE:
        return False
    if is_open_negation(frame, at):
        return False
    return not (frame.words[at] == "fall" and after in ("within", "under", "into", "outside"))


def is_open_negation(frame: Frame, at: int) -> bool:
    """`never rose`, `did not rise as fast`, `did not fall below 24`: nothing that can be judged."""
    piece = piece_of(frame, at)
    how = negation(frame.words, at, piece.start)
    return how == "other" or (how == "plain" and not _ends_plainly(frame, at, piece.end))


def _ends_plainly(frame: Frame, at: int, end: int) -> bool:
    """After the verb come only a place, a period and what is counted."""
    counts = [q for q in frame.quantities if q.kind == "count" or q.precision != "exact"]
    if any(at < q.start < end for q in counts):
        return False
    for i in range(at + 1, end):
        token = frame.tokens[i]
        said = token.term is not None and (token.term in frame.known_names or known(token.term))
        if not (said or i in frame.covered or token.is_sign or token.word in _PLAINLY):
            return False
    return True


def read_change(frame: Frame, at: int) -> Change:
    word = frame.words[at]
    up, down = word in UP | MULTIPLIED or word == "up", word in DOWN | DIVIDED or word == "down"
    direction = 1 if up else -1 if down else 0
    factor = FACTORS.get(word)
    if factor is not None:
        direction = 1 if factor > 1 else -1
    piece = piece_of(frame, at)
    level = _level(frame, at, piece)
    if level is not None:
        return level
    amount = _amount(frame, at, piece)
    qualifier = _factor_qualifier(frame, at) if factor is not None else None
    if word in MULTIPLIED | DIVIDED and amount is not None and amount.kind == "count":
        factor = amount.value if word in MULTIPLIED else 1 / amount.value
    if amount is not None and amount.kind == "multiple":
        factor = amount.value if direction >= 0 else 1 / amount.value
    pair = _pair(frame, at, piece)
    start, end = frame.segment(at)
    strong = bool(STRONG & set(frame.words[max(start, at - 2) : min(end, at + 3)]))
    return Change(
        at, direction, factor, qualifier, amount, pair, _base(frame, at, amount, pair),
        _current(frame, at, amount), "strong" if strong else "", piece,
        negation(frame.words, at, piece.start) == "plain" and word not in UNVARYING,
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


def _level(frame: Frame, at: int, piece: Piece) -> Change | None:
    """`fell to a quarter of the previous year's figure`: a factor, not a share of anything."""
    for quantity in frame.quantities:
        between = [w for w in frame.words[at + 1 : quantity.start] if w]
        close = at < quantity.start < piece.end and len(between) <= 3
        if quantity.kind not in ("fraction", "percent") or not close:
            continue
        if between[-1:] not in (["to"], ["a"], ["au"]) or quantity.word:
            return None
        tail = set(frame.words[quantity.end : quantity.end + 9])
        value = quantity.value / (100 if quantity.kind == "percent" else 1)
        if not (_LEVELS & tail and {"of", "de", "du"} & tail) or not 0 < value < 1:
            return None
        near = "about" if quantity.narrow else _BELOW.get(quantity.precision, "exact")
        stated = replace(quantity, precision=near)
        return Change(at, -1, value, stated, quantity, None, None, None, "", piece)
    return None


def _amount(frame: Frame, at: int, piece: Piece) -> Quantity | None:
    """The quantity that says by how much: right after `by` or `of`, or right before the word."""
    tokens = frame.tokens
    for quantity in frame.quantities:
        if not piece.start <= quantity.start < piece.end:
            continue
        between = (
            tokens[at + 1 : quantity.start] if quantity.start > at else tokens[quantity.end : at]
        )
        words = [t.word for t in between if t.word]
        if quantity.start > at:
            joined = bool(words) and words[0] in ("by", "of", "de", "d", "des", "par", "a")
            free = [w for w in words if w not in _FILLERS and w not in STRONG]
            if (
                len(words) <= 4
                and not free
                and (joined or quantity.kind in ("percent", "multiple", "fraction"))
            ):
                if (
                    words[:1] == ["de"]
                    and _pair(frame, at, piece) is not None
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


def _pair(frame: Frame, at: int, piece: Piece) -> tuple[int, int] | None:
    """`from 155 in 2021 to 94 in 2022`: the indices of the two counts."""
    start, end = (piece.start, piece.end) if not piece.alone else frame.segment(at)
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
    """The count that a change stands in apposition to: `133 casualties, a 16 % increase`."""
    start = min(at, amount.start) if amount is not None else at
    if frame.words[at] in UP_OR_DOWN and amount is None:
        return _only_count(frame, at)
    if not _is_apposition(frame, start):
        return None
    segment = frame.segment(at)[0]
    before = [
        i
        for i, q in enumerate(frame.quantities)
        if q.kind == "count" and segment <= q.start and q.end <= start and q is not amount
    ]
    return before[-1] if before else None


def _only_count(frame: Frame, at: int) -> int | None:
    """`77 civilians, down from 98`: the one count said before."""
    start = frame.segment(at)[0]
    before = [i for i, q in enumerate(frame.quantities) if start <= q.start < at]
    joined = at > 0 and frame.tokens[at - 1].text in ",("
    single = len(before) == 1 and frame.quantities[before[0]].kind == "count"
    return before[0] if joined and single else None


def _is_apposition(frame: Frame, start: int) -> bool:
    """Does `, a …` or `, soit une …` stand right before token `start`?"""
    at = start - 1
    while at >= 0 and frame.words[at] in STRONG | {"a", "an", "une", "un", "the", "la", "le"}:
        at -= 1
    article = at < start - 1
    if at >= 0 and frame.words[at] in ("soit", "representing", "marking", "or"):
        return True
    return article and at >= 0 and frame.tokens[at].text in ",(–—-"
