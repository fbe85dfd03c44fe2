"""Quantities in prose: counts, percentages, fractions and multiples, with their qualifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mtool.audit.number_words import MAGNITUDES, read_number_words
from mtool.audit.sentences import Token
from mtool.audit.time_words import is_year_token
from mtool.printed_numbers import read_number

Kind = Literal["count", "percent", "points", "fraction", "multiple"]
Precision = Literal["exact", "at_least", "more_than", "at_most", "less_than", "about", "nearly"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity between token `start` (its qualifier included) and `end` (exclusive).

    A fraction is 0–1, a percentage 0–100, a multiple a factor. `step` is the printed precision,
    `unit` an area unit (`m2`, `km2`, `ha`) or empty. `word` marks `most`, `majority` and the like.
    """

    kind: Kind
    value: float
    start: int
    end: int
    precision: Precision = "exact"
    step: float = 1.0
    unit: str = ""
    word: str = ""


_QUALIFIERS: dict[tuple[str, ...], Precision] = {
    tuple(phrase.split()): precision  # type: ignore[misc]
    for precision, phrases in {
        "at_least": "at least|no fewer than|no less than|not less than|a minimum of|au moins|au minimum"
        "|pas moins de|un minimum de",
        "more_than": "more than|over|above|well over|just over|slightly more than|slightly over|exceeding"
        "|a little over|plus de|plus du|plus d|un peu plus de|un peu plus du|un peu plus d",
        "at_most": "up to|at most|no more than|not more than|a maximum of|as many as|jusqu a|au plus"
        "|au maximum|pas plus de|un maximum de",
        "less_than": "less than|fewer than|under|below|just under|slightly less than|slightly under"
        "|moins de|moins du|moins d|un peu moins de|un peu moins du|un peu moins d",
        "about": "about|around|approximately|approx|roughly|some|circa|an estimated|environ|quelque"
        "|autour de|a peu pres|approximativement",
        "nearly": "nearly|almost|close to|not quite|pres de|pres du|pres d|presque",
    }.items()
    for phrase in phrases.split("|")
}
_LONGEST_QUALIFIER = max(map(len, _QUALIFIERS))
_NOT_ONE = {"no", "any", "every", "each", "some", "this", "that", "the", "another"}
_ARTICLES = {"a", "an", "the", "la", "le", "l", "les", "un", "une"}
_DENOMINATORS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4,
    "fifth": 5, "fifths": 5, "sixth": 6, "tenth": 10, "tenths": 10, "moitie": 2, "tiers": 3, "quart": 4, "quarts": 4,
    "cinquieme": 5, "cinquiemes": 5, "sixieme": 6, "dixieme": 10, "dixiemes": 10,
}  # fmt: skip
_ORDINALS = {"first", "second", "third", "fourth", "last", "latter", "premier", "premiere", "seconde", "deuxieme", "troisieme", "quatrieme", "dernier", "derniere"}  # fmt: skip
_FOLD = {"twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5, "sixfold": 6, "tenfold": 10}
_MAJORITY: dict[tuple[str, ...], str] = {
    tuple(phrase.split()): word
    for word, phrases in {
        "vast majority": "vast majority|overwhelming majority|great majority|large majority|grande majorite"
        "|tres grande majorite|immense majorite|vaste majorite|ecrasante majorite",
        "almost all": "almost all|nearly all|quasi totalite|presque tous|presque toutes|presque tout",
        "majority": "majority|most of the|most of|majorite|la plupart",
        "minority": "minority|minorite",
    }.items()
    for phrase in phrases.split("|")
}
_UNITS = {
    "m2": "m2", "sqm": "m2", "km2": "km2", "ha": "ha", "hectare": "ha", "hectares": "ha",
}  # fmt: skip
UNIT_IN_M2 = {"m2": 1.0, "ha": 10_000.0, "km2": 1_000_000.0}


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
        word = _MAJORITY.get(phrase)
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
    elif words[:1] == ["in"] and (first[0] == 1 or not tokens[middle + 1].is_number):
        middle += 1
    else:
        return None
    second = _plain_number(tokens, middle) if middle < len(tokens) else None
    if (
        second is None
        or not 1 < second[0] <= 10
        or first[0] >= second[0]
        or _is_year(tokens, middle)
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
    if spot >= len(tokens) or tokens[spot].word not in _DENOMINATORS:
        return None
    bottom = _DENOMINATORS[tokens[spot].word]
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
    if before in _ORDINALS or (
        after and after[0] in {"year", "yearly", "century", "most", "highest", "time"}
    ):
        return True
    return len(after) > 1 and after[0] in ("of", "de") and is_year_token(tokens[spot + 2])


def _fold_word(tokens: Sequence[Token], at: int) -> Quantity | None:
    word = tokens[at].word
    if word in _FOLD:
        return Quantity("multiple", _FOLD[word], at, at + 1, "exact", 0.0)
    number = _plain_number(tokens, at)
    if number is None:
        return None
    spot = number[1]
    if spot < len(tokens) and tokens[spot].text == "-":
        spot += 1
    if (
        spot < len(tokens)
        and tokens[spot].word in ("fold", "times", "fois")
        and not _is_year(tokens, at)
    ):
        return Quantity("multiple", number[0], at, spot + 1, "exact", number[2])
    return None


def _number(tokens: Sequence[Token], at: int) -> Quantity | None:
    number = _plain_number(tokens, at)
    if number is None or _is_year(tokens, at):
        return None
    if tokens[at].word == "one" and at and tokens[at - 1].word in _NOT_ONE:
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
        and words[1] in (*_UNITS, "metres", "kilometres")
    ):
        unit, end = _unit(tokens, at + 1)
        return unit, end
    if words and words[0] in _UNITS:
        return _UNITS[words[0]], at + 1
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
        if read is None or read.value is None or _glued(tokens, at):
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


def _glued(tokens: Sequence[Token], at: int) -> bool:
    """`Q1`, `A4`, `2nd`, `ML07` and the parts of `01/02/2022` are no counts."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if (
        before
        and before.end == token.start
        and (before.word or before.text in "/.-#§")
        and before.text != "-"
    ):
        return True
    if after and after.start == token.end:
        if after.word:
            return after.word in ("st", "nd", "rd", "th", "er", "ere", "e", "eme", "a", "b", "c")
        following = tokens[at + 2] if at + 2 < len(tokens) else None
        return after.text == "/" and following is not None and following.is_number
    return bool(before and before.text == "/" and at > 1 and tokens[at - 2].is_number)


_NUMBERED = {"no", "nos", "article", "articles", "art", "table", "tableau", "figure", "fig", "annex", "annexe",
             "resolution", "page", "pages", "p", "pp", "chapter", "section", "form", "phase", "version", "item",
             "note", "protocol", "volume", "vol", "step", "level", "category", "unscr", "para", "paragraph",
             "action", "indicator", "objective", "goal"}  # fmt: skip
_MONTHS = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december", "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout",
           "septembre", "octobre", "novembre", "decembre", "jan", "feb", "apr", "aug", "sept", "oct", "nov", "dec"}  # fmt: skip


def _is_year(tokens: Sequence[Token], at: int) -> bool:
    """A year, a day of a month, or the number of an article or a table."""
    token = tokens[at]
    if not token.is_number:
        return False
    if is_year_token(token):
        return True
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before is not None and before.word in _NUMBERED and before.word != "no":
        return True
    if before is not None and (
        before.word == "no" or (before.text == "." and at > 1 and tokens[at - 2].word == "no")
    ):
        return True
    small = token.text.isdigit() and int(token.text) <= 31
    if (
        small
        and after is not None
        and after.word in _MONTHS
        and not (after.word in ("may", "march") and after.text.islower())
    ):
        return True
    if small and before is not None and before.word in _MONTHS and before.text[:1].isupper():
        return True
    years = (
        before is not None and before.text in "-–—/" and at > 1 and is_year_token(tokens[at - 2])
    )
    return years and len(token.text) == 2


def _qualified(tokens: Sequence[Token], quantity: Quantity, floor: int) -> Quantity:
    """Take in the qualifier before a quantity: `more than half`, `plus de la moitié`."""
    start = quantity.start
    while start - 1 >= floor and (
        tokens[start - 1].word in _ARTICLES and quantity.kind in ("fraction", "percent")
    ):
        start -= 1
    words: list[str] = []
    spot = start
    while (
        spot > floor
        and len(words) < _LONGEST_QUALIFIER
        and (tokens[spot - 1].word or tokens[spot - 1].text in "'’")
    ):
        spot -= 1
        if tokens[spot].word:
            words.insert(0, tokens[spot].word)
    best: tuple[int, Precision] | None = None
    for length in range(len(words), 0, -1):
        precision = _QUALIFIERS.get(tuple(words[-length:]))
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
    return _moved(quantity, spot, precision)


def _moved(quantity: Quantity, start: int, precision: Precision) -> Quantity:
    return replace(quantity, start=start, precision=precision)
