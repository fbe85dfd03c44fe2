"""Quantities in prose: counts, percentages, fractions and multiples, with their qualifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mtool.auditing.number_words import MAGNITUDES, read_number_words
from mtool.auditing.quantity_words import (
    ARTICLES,
    DENOMINATORS,
    FOLD,
    LONGEST_QUALIFIER,
    MAJORITY,
    NARROW,
    NOT_ONE,
    ORDINALS,
    QUALIFIERS,
    UNITS,
    Precision,
    counts_nothing,
    is_glued,
)
from mtool.auditing.sentences import Token
from mtool.auditing.time_words import is_year_token
from mtool.printed_numbers import read_number

Kind = Literal["count", "percent", "points", "fraction", "multiple"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity between token `start` (its qualifier included) and `end` (exclusive).

    A fraction is 0–1, a percentage 0–100, a multiple a factor. `step` is the printed precision,
    `unit` an area unit (`m2`, `km2`, `ha`) or empty. `word` marks `most`, `majority` and the like;
    `narrow` words that mean near the figure as well (`just over`).
    """

    kind: Kind
    value: float
    start: int
    end: int
    precision: Precision = "exact"
    step: float = 1.0
    unit: str = ""
    word: str = ""
    narrow: bool = False


def find_quantities(tokens: Sequence[Token]) -> list[Quantity]:
    """Every quantity of a sentence, left to right; years and parts of dates are none."""
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        quantity = _at(tokens, at)
        if quantity is None:
            at += 1
            continue
        found.append(_qualified(tokens, quantity, found[-1].end if found else 0))
        at = max(quantity.end, at + 1)
    return found


def _at(tokens: Sequence[Token], at: int) -> Quantity | None:
    return (
        _majority(tokens, at)
        or _one_in(tokens, at)
        or _fraction(tokens, at)
        or _fold_word(tokens, at)
        or _number(tokens, at)
    )


def _majority(tokens: Sequence[Token], at: int) -> Quantity | None:
    for length in (3, 2, 1):
        phrase = tuple(t.word for t in tokens[at : at + length])
        word = MAJORITY.get(phrase)
        if word:
            return Quantity("fraction", 0.5, at, at + length, "more_than", 0.0, word=word)
    return None


def _one_in(tokens: Sequence[Token], at: int) -> Quantity | None:
    """`one in five`, `un sur cinq`, `deux victimes sur trois`, `one out of every three`."""
    first = _plain_number(tokens, at)
    if first is None and tokens[at].word in ("un", "une"):
        first = (1.0, at + 1, 1.0)
    if first is None:
        return None
    middle = noun = first[1]
    words = [t.word for t in tokens[middle : middle + 4]]
    if len(words) < 2:
        return None
    if words[:1] == ["sur"]:
        middle += 1
    elif words[1:2] == ["sur"] and tokens[noun].term:
        middle += 2
    elif words[:2] == ["out", "of"] or words[:2] == ["in", "every"]:
        middle += 3 if words[2:3] == ["every"] else 2
    elif words[1:2] == ["in"] and first[0] == 1 and tokens[noun].term:
        middle += 2
    elif words[:1] == ["in"] and (first[0] == 1 or not tokens[middle + 1].is_number):
        middle += 1
    else:
        return None
    second = _plain_number(tokens, middle) if middle < len(tokens) else None
    if (
        second is None
        or not 1 < second[0] <= 10
        or first[0] >= second[0]
        or counts_nothing(tokens, middle)
    ):
        return None
    return Quantity("fraction", first[0] / second[0], at, second[1], "exact", 0.0)


def _fraction(tokens: Sequence[Token], at: int) -> Quantity | None:
    """`half`, `two-thirds`, `la moitié`, `trois quarts`; not the first quarter of a year."""
    number = read_number_words(tokens, at)
    numerator, spot = (float(number[0]), number[1]) if number else (1.0, at)
    if not number and tokens[at].word in ("un", "une", "a"):
        spot = at + 1
    elif not number and tokens[at].is_number and at + 1 < len(tokens):
        return None
    if spot < len(tokens) and tokens[spot].text == "-":
        spot += 1
    if spot >= len(tokens) or tokens[spot].word not in DENOMINATORS:
        return None
    bottom = DENOMINATORS[tokens[spot].word]
    bare = spot == at
    if _names_time(tokens, at, spot) or (
        bare and tokens[spot].word not in ("half", "moitie", "tiers", "quart")
    ):
        return None
    if (
        bare
        and tokens[spot].word == "quart"
        and (at == 0 or tokens[at - 1].word not in ("du", "le", "d"))
    ):
        return None
    if numerator >= bottom:
        return None
    return Quantity("fraction", numerator / bottom, at, spot + 1, "exact", 0.0)


def _names_time(tokens: Sequence[Token], at: int, spot: int) -> bool:
    before = tokens[at - 1].word if at else ""
    after = [t.word for t in tokens[spot + 1 : spot + 3]]
    if before in ORDINALS or (
        after and after[0] in {"year", "yearly", "century", "most", "highest", "time"}
    ):
        return True
    return len(after) > 1 and after[0] in ("of", "de") and is_year_token(tokens[spot + 2])


def _fold_word(tokens: Sequence[Token], at: int) -> Quantity | None:
    word = tokens[at].word
    if word in FOLD:
        return Quantity("multiple", FOLD[word], at, at + 1, "exact", 0.0)
    number = _plain_number(tokens, at)
    if number is None:
        return None
    spot = number[1]
    if spot < len(tokens) and tokens[spot].text == "-":
        spot += 1
    if (
        spot < len(tokens)
        and tokens[spot].word in ("fold", "times", "fois")
        and not counts_nothing(tokens, at)
    ):
        return Quantity("multiple", number[0], at, spot + 1, "exact", number[2])
    return None


def _number(tokens: Sequence[Token], at: int) -> Quantity | None:
    number = _plain_number(tokens, at)
    if number is None or counts_nothing(tokens, at):
        return None
    if tokens[at].word == "one" and at and tokens[at - 1].word in NOT_ONE:
        return None
    value, end, step = number
    after = tokens[end].word if end < len(tokens) else ""
    if end < len(tokens) and (tokens[end].text == "%" or after in ("percent", "pct")):
        return _percent(tokens, value, at, end + 1, step)
    if after in ("per", "pour") and end + 1 < len(tokens) and tokens[end + 1].word == "cent":
        return _percent(tokens, value, at, end + 2, step)
    if after in ("percentage",) or (after == "points" and tokens[end - 1].text != "%"):
        return Quantity("points", value, at, end + 1, step=step)
    unit, unit_end = _unit(tokens, end)
    return Quantity("count", value, at, unit_end, step=step, unit=unit)


def _percent(tokens: Sequence[Token], value: float, at: int, end: int, step: float) -> Quantity:
    points = end < len(tokens) and tokens[end].word in ("points", "point")
    return Quantity("points" if points else "percent", value, at, end + points, step=step)


def _unit(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    words = [t.word for t in tokens[at : at + 3]]
    if (
        words
        and words[0] == "de"
        and len(words) > 1
        and words[1] in (*UNITS, "metres", "kilometres")
    ):
        unit, end = _unit(tokens, at + 1)
        return unit, end
    if words and words[0] in UNITS:
        return UNITS[words[0]], at + 1
    if words[:2] in (["square", "metres"], ["square", "meters"], ["metres", "carres"], ["sq", "m"]):
        return "m2", at + 2
    if words[:2] in (
        ["square", "kilometres"],
        ["square", "kilometers"],
        ["kilometres", "carres"],
        ["sq", "km"],
    ):
        return "km2", at + 2
    return "", at


def _plain_number(tokens: Sequence[Token], at: int) -> tuple[float, int, float] | None:
    """Digits or words with `million` → value, next token, printed step."""
    token = tokens[at]
    if token.is_number:
        read = read_number(token.text)
        if read is None or read.value is None or is_glued(tokens, at):
            return None
        value, end, step = float(read.value), at + 1, 10.0**-read.decimals
        if read.ambiguous and "." in token.text:
            return None
    else:
        words = read_number_words(tokens, at)
        if words is None:
            return None
        value, end, step = float(words[0]), words[1], 1.0
    if end < len(tokens) and tokens[end].word in MAGNITUDES and token.is_number:
        factor = MAGNITUDES[tokens[end].word]
        return value * factor, end + 1, step * factor
    return value, end, step


def _qualified(tokens: Sequence[Token], quantity: Quantity, floor: int) -> Quantity:
    """Take in the qualifier before a quantity: `more than half`, `plus de la moitié`."""
    start = quantity.start
    while start - 1 >= floor and (
        tokens[start - 1].word in ARTICLES and quantity.kind in ("fraction", "percent")
    ):
        start -= 1
    words: list[str] = []
    spot = start
    while (
        spot > floor
        and len(words) < LONGEST_QUALIFIER
        and (tokens[spot - 1].word or tokens[spot - 1].text in "'’")
    ):
        spot -= 1
        if tokens[spot].word:
            words.insert(0, tokens[spot].word)
    best: tuple[int, Precision] | None = None
    for length in range(len(words), 0, -1):
        precision = QUALIFIERS.get(tuple(words[-length:]))
        if precision:
            best = (length, precision)
            break
    if best is None:
        return _moved(
            quantity, start if quantity.kind == "fraction" else quantity.start, quantity.precision
        )
    length, precision = best
    spot = start
    while length:
        spot -= 1
        length -= bool(tokens[spot].word)
    if quantity.word:
        precision = quantity.precision
    return replace(_moved(quantity, spot, precision), narrow=tuple(words[-best[0] :]) in NARROW)


def _moved(quantity: Quantity, start: int, precision: Precision) -> Quantity:
    return replace(quantity, start=start, precision=precision)
