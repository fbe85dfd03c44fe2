"""Years and periods in prose: `in 2022`, `from 2021 to 2022`, `2017–22`, `depuis 2019`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mtool.auditing.sentences import Token
from mtool.auditing.wording import phrases, word_set

Shape = Literal["year", "span", "since", "until", "part", "previous"]


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A period named between tokens `start` and `end` (exclusive).

    `year` one whole year; `span` two years, both inclusive; `since` and `until` are open;
    `part` is less than a year (a month, a quarter, `early 2022`, `2022 to date`), whose figures no
    yearly table gives; `previous` is the year before the one spoken of.
    """

    shape: Shape
    years: tuple[int, ...]
    start: int
    end: int
    text: str


MONTHS = word_set(
    """january february march april may june july august september october november december
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre jan feb
    apr jun jul aug sep sept oct nov dec janv fevr avr juil"""
)
_PARTS = word_set(
    """early mid late half quarter semester months month beginning start end weeks week debut fin
    mi moitie trimestre semestre mois semaine semaines premier premiere second seconde deuxieme"""
)
#: Words by which a title may speak of less than whole years.
PARTS_OF_YEAR = MONTHS | _PARTS | {"semesters", "quarters", "months", "trimestres", "partial"}
_PREVIOUS = phrases(
    "previous year|preceding year|prior year|year before|year earlier|last year|year on year"
    "|annee precedente|annee derniere|annee d avant|an plus tot|an auparavant"
)
_FILLERS = ("of", "de", "l", "annee", "the", "year", "d")
_SINCE = {"since", "depuis", "after", "apres"}
_UNTIL = {"to", "until", "till", "before", "jusqu", "avant", "by", "through"}
_NOT_YEARS = word_set("resolution no article unscr page decree law loi decret ref number")


def is_year_token(token: Token) -> bool:
    """Four digits from 1900 to 2100 and nothing between them."""
    return len(token.text) == 4 and token.text.isdigit() and 1900 <= int(token.text) <= 2100


def find_times(tokens: Sequence[Token]) -> list[TimeMention]:
    """Every period a sentence names, left to right."""
    found: list[TimeMention] = []
    at = 0
    while at < len(tokens):
        mention = _previous(tokens, at)
        if mention is None and is_year_token(tokens[at]) and not _is_number_of(tokens, at):
            mention = _years(tokens, at)
        if mention is None:
            at += 1
            continue
        found.append(mention)
        at = mention.end
    return found


def _is_number_of(tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return before in _NOT_YEARS or after == "%"


def _previous(tokens: Sequence[Token], at: int) -> TimeMention | None:
    words = tuple(t.word for t in tokens[at : at + 3])
    for phrase in _PREVIOUS:
        if words[: len(phrase)] == phrase:
            return TimeMention("previous", (), at, at + len(phrase), " ".join(phrase))
    return None


def _years(tokens: Sequence[Token], at: int) -> TimeMention:
    first = int(tokens[at].text)
    start, end, last = at, at + 1, _span_end(tokens, at)
    if last is not None:
        end = last[1]
        opening = tokens[at - 1].word if at else ""
        if opening in ("from", "between", "de", "entre"):
            start = at - 1
        months = _is_part(tokens, at)
        shape: Shape = "part" if months else "span"
        return TimeMention(shape, (first, last[0]), start, end, _text(tokens, start, end))
    slashed = at > 0 and tokens[at - 1].text == "/"
    if slashed or _is_part(tokens, at) or _to_date(tokens, at):
        while start and (tokens[start - 1].word in MONTHS | _PARTS or tokens[start - 1].is_number):
            start -= 1
        return TimeMention("part", (first,), start, end, _text(tokens, start, end))
    before = tokens[at - 1].word if at else ""
    if before in ("en", "a", "l") and at > 1 and tokens[at - 2].word in ("jusqu", "avant"):
        before = tokens[at - 2].word
    if before in _SINCE:
        return TimeMention("since", (first,), at - 1, end, _text(tokens, at - 1, end))
    if before in _UNTIL:
        return TimeMention("until", (first,), at - 1, end, _text(tokens, at - 1, end))
    return TimeMention("year", (first,), at, end, tokens[at].text)


def year_end(tokens: Sequence[Token], at: int) -> bool:
    """Is the year at `at` named by its last day: `the end of 2022`, `fin 2022`, `31 December 2022`?"""
    before = [t.word for t in tokens[max(0, at - 6) : at] if t.word]
    while before and before[-1] in _FILLERS:
        before.pop()
    if before[-1:] in (["december"], ["decembre"]):
        return before[-2:-1] == ["31"]
    return before[-1:] in (["end"], ["fin"])


def _span_end(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """`2017–22`, `from 2017 to 2022`, `between 2017 and 2022`: last year, next token."""
    if at + 2 >= len(tokens):
        return None
    middle, last = tokens[at + 1], tokens[at + 2]
    opening = tokens[at - 1].word if at else ""
    first = int(tokens[at].text)
    joined = middle.text in "-–—/" and last.is_number and last.text.isdigit()
    if joined and len(last.text) == 2 and int(last.text) > first % 100:
        return first - first % 100 + int(last.text), at + 3
    if not is_year_token(last) or int(last.text) <= first:
        return None
    if joined and middle.text != "/":
        return int(last.text), at + 3
    pairs = {("from", "to"), ("between", "and"), ("entre", "et"), ("de", "a"), ("from", "through")}
    if (opening, middle.word) in pairs or middle.word in ("to", "through"):
        return int(last.text), at + 3
    return None


def _is_part(tokens: Sequence[Token], at: int) -> bool:
    """Is the year only the last word of a month, a quarter, or `the end of 2023`?

    `a quarter of the 2021 accidents` is no quarter of a year.
    """
    opening = [t.word for t in tokens[max(0, at - 4) : at]]
    noun = at + 1 < len(tokens) and tokens[at + 1].word.isalpha()
    if noun and opening[-2:] == ["of", "the"] and opening[-3:-2] in (["half"], ["quarter"]):
        return opening[:1] in (["first"], ["second"], ["third"], ["fourth"], ["last"])
    before = list(tokens[max(0, at - 4) : at])
    while before and (
        before[-1].word in ("of", "de", "en", "du", "l", "in", "the") or before[-1].text in ",-'’"
    ):
        if before[-1].word in ("in", "en"):
            return False
        before.pop()
    if not before:
        return False
    last = before[-1]
    if last.word in MONTHS and not (last.word in ("may", "march") and last.text.islower()):
        return True
    if last.word in ("annee", "year"):
        return False
    return last.word in _PARTS or (
        len(last.word) == 2 and last.word[0] in "qts" and last.word[1] in "1234"
    )


def _to_date(tokens: Sequence[Token], at: int) -> bool:
    after = tuple(t.word for t in tokens[at + 1 : at + 4])
    before = tuple(t.word for t in tokens[max(0, at - 4) : at])
    return (
        after[:2] in (("to", "date"), ("so", "far"), ("a", "ce"))
        or before[-3:-1] == ("so", "far")
        or before[-3:] == ("as", "of", "end")
    )


def _text(tokens: Sequence[Token], start: int, end: int) -> str:
    return " ".join(t.text for t in tokens[start:end])
