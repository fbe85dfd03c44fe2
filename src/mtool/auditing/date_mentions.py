"""Dates in prose: `1 March 2009`, `March 1, 2009`, `1er mars 2009`, `May 2011`, `03/04/2022`."""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mtool.auditing.sentences import Token
from mtool.auditing.time_words import is_year_token
from mtool.periods import month_number


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date between tokens `start` and `end`; `first` and `last` bound it at its precision.

    `swapped` is the other day it could be, for `03/04/2022`, where nothing settles the order.
    """

    first: date
    last: date
    start: int
    end: int
    text: str
    swapped: date | None = None
    numeric: bool = False

    @property
    def is_day(self) -> bool:
        return self.first == self.last

    def agrees_with(self, other: date, slack: int = 0) -> bool:
        """Is a day within the mention's precision, give or take `slack` days?"""
        if self.first <= other <= self.last:
            return True
        return min(abs((self.first - other).days), abs((self.last - other).days)) <= slack


def find_dates(tokens: Sequence[Token]) -> list[DateMention]:
    """Every date of a sentence: days, months with a year, and years alone."""
    found: list[DateMention] = []
    at = 0
    if not any(token.is_number for token in tokens):
        return found
    while at < len(tokens):
        mention = _numeric(tokens, at) or _day_first(tokens, at) or _month_first(tokens, at)
        if mention is None and is_year_token(tokens[at]):
            year = int(tokens[at].text)
            mention = DateMention(date(year, 1, 1), date(year, 12, 31), at, at + 1, tokens[at].text)
        if mention is None:
            at += 1
            continue
        found.append(mention)
        at = mention.end
    return found


@lru_cache(maxsize=65_536)
def _month(text: str) -> int | None:
    """1–12 for a capitalised English or any French month name; `may` and `march` are verbs."""
    if not text.isalpha() or len(text) < 3 or text in ("may", "march"):
        return None
    return month_number(text)


def _at(tokens: Sequence[Token], at: int) -> Token | None:
    return tokens[at] if at < len(tokens) else None


def _day_first(tokens: Sequence[Token], at: int) -> DateMention | None:
    """`1 March 2009`, `1er mars 2009`, `the 1st of March 2009`."""
    if not tokens[at].is_number or not tokens[at].text.isdigit() or len(tokens[at].text) > 2:
        return None
    spot = at + 1
    while (token := _at(tokens, spot)) and token.word in ("st", "nd", "rd", "th", "er", "of"):
        spot += 1
    month_token = _at(tokens, spot)
    month = _month(month_token.text) if month_token else None
    year_at = spot + 1
    if (sign := _at(tokens, year_at)) and sign.text in ",.":
        year_at += 1
    year = _at(tokens, year_at)
    if month is None or year is None or not is_year_token(year):
        return None
    return _day_mention(tokens, (int(year.text), month, int(tokens[at].text)), at, year_at + 1)


def _month_first(tokens: Sequence[Token], at: int) -> DateMention | None:
    """`March 1, 2009` and `May 2011`."""
    month = _month(tokens[at].text)
    if month is None:
        return None
    spot = at + 1
    day = None
    token = _at(tokens, spot)
    if token and token.text == ".":
        spot, token = spot + 1, _at(tokens, spot + 1)
    if token and token.text.isdigit() and len(token.text) <= 2:
        day, spot = int(token.text), spot + 1
        while (sign := _at(tokens, spot)) and (
            sign.text == "," or sign.word in ("st", "nd", "rd", "th")
        ):
            spot += 1
        token = _at(tokens, spot)
    if token is None or not is_year_token(token):
        return None
    year = int(token.text)
    if day is not None:
        return _day_mention(tokens, (year, month, day), at, spot + 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    return DateMention(date(year, month, 1), last, at, spot + 1, _text(tokens, at, spot + 1))


def _numeric(tokens: Sequence[Token], at: int) -> DateMention | None:
    """`2009-03-01`, `13/04/2022`, `03.04.2022`; the order of the latter is left open."""
    pieces = tokens[at : at + 5]
    if len(pieces) == 5 and all(p.text.isdigit() for p in pieces[::2]):
        marks = {pieces[1].text, pieces[3].text}
        adjacent = all(a.end == b.start for a, b in itertools.pairwise(pieces))
        if len(marks) == 1 and marks <= {"/", "-"} and adjacent:
            return _ordered(tokens, at, at + 5, [p.text for p in pieces[::2]])
    dotted = tokens[at].text.split(".")
    if len(dotted) == 3 and all(p.isdigit() for p in dotted) and len(dotted[2]) == 4:
        return _ordered(tokens, at, at + 1, dotted)
    return None


def _ordered(
    tokens: Sequence[Token], start: int, end: int, pieces: Sequence[str]
) -> DateMention | None:
    if len(pieces[0]) == 4:
        return _day_mention(tokens, (int(pieces[0]), int(pieces[1]), int(pieces[2])), start, end)
    a, b, year = (int(p) for p in pieces)
    if len(pieces[2]) != 4 or not 1900 <= year <= 2100:
        return None
    as_dmy, as_mdy = _day(year, b, a), _day(year, a, b)
    chosen = as_dmy or as_mdy
    if chosen is None:
        return None
    other = as_mdy if as_dmy and as_mdy and as_dmy != as_mdy else None
    return DateMention(chosen, chosen, start, end, _joined(tokens, start, end), other, numeric=True)


def _day_mention(
    tokens: Sequence[Token], parts: tuple[int, int, int], start: int, end: int
) -> DateMention | None:
    day = _day(*parts)
    return DateMention(day, day, start, end, _text(tokens, start, end)) if day else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _text(tokens: Sequence[Token], start: int, end: int) -> str:
    return " ".join(t.text for t in tokens[start:end])


def _joined(tokens: Sequence[Token], start: int, end: int) -> str:
    return "".join(t.text for t in tokens[start:end])
