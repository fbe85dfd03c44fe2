"""The words of quantities, and the numbers that count nothing: years, days, marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mtool.auditing.sentences import Token
from mtool.auditing.time_words import MONTHS, is_year_token
from mtool.auditing.wording import phrases, word_set

Precision = Literal["exact", "at_least", "more_than", "at_most", "less_than", "about", "nearly"]


_QUALIFIED: dict[Precision, str] = {
    "at_least": """at least|no fewer than|no less than|not less than|a minimum of|au moins|
        au minimum|pas moins de|un minimum de""",
    "more_than": """more than|over|above|well over|just over|slightly more than|slightly over|
        exceeding|a little over|plus de|plus du|plus d|un peu plus de|un peu plus du|
        un peu plus d""",
    "at_most": """up to|at most|no more than|not more than|a maximum of|as many as|jusqu a|
        au plus|au maximum|pas plus de|un maximum de""",
    "less_than": """less than|fewer than|under|below|just under|slightly less than|
        slightly under|moins de|moins du|moins d|un peu moins de|un peu moins du|un peu moins d""",
    "about": """about|around|approximately|approx|roughly|some|circa|an estimated|environ|
        quelque|autour de|a peu pres|approximativement""",
    "nearly": "nearly|almost|close to|not quite|pres de|pres du|pres d|presque",
}
QUALIFIERS: dict[tuple[str, ...], Precision] = {
    phrase: precision for precision, text in _QUALIFIED.items() for phrase in phrases(text)
}
#: Above or below a figure, and near it.
NARROW = frozenset(
    phrases(
        """just over|slightly more than|slightly over|a little over|just under|slightly less than|
        slightly under|un peu plus de|un peu plus du|un peu plus d|un peu moins de|un peu moins du|
        un peu moins d"""
    )
)
LONGEST_QUALIFIER = max(map(len, QUALIFIERS))


NOT_ONE = {"no", "any", "every", "each", "some", "this", "that", "the", "another"}


ARTICLES = {"a", "an", "the", "la", "le", "l", "les", "un", "une"}


DENOMINATORS: dict[str, int] = {}
for _number, _words in (
    (2, "half halves moitie"),
    (3, "third thirds tiers"),
    (4, "quarter quarters fourth quart quarts"),
    (5, "fifth fifths cinquieme cinquiemes"),
    (6, "sixth sixieme"),
    (10, "tenth tenths dixieme dixiemes"),
):
    DENOMINATORS.update(dict.fromkeys(_words.split(), _number))
ORDINALS = word_set(
    """first second third fourth last latter premier premiere seconde deuxieme troisieme quatrieme
    dernier derniere"""
)
FOLD = {"twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5, "sixfold": 6, "tenfold": 10}


MAJORITY: dict[tuple[str, ...], str] = {
    phrase: word
    for word, text in {
        "vast majority": """vast majority|overwhelming majority|great majority|large majority|
            grande majorite|tres grande majorite|immense majorite|vaste majorite|
            ecrasante majorite""",
        "almost all": """almost all|nearly all|quasi totalite|presque tous|presque toutes|
            presque tout""",
        "majority": "majority|most of the|most of|majorite|la plupart",
        "minority": "minority|minorite",
    }.items()
    for phrase in phrases(text)
}
UNITS = {
    "m2": "m2", "sqm": "m2", "km2": "km2", "ha": "ha", "hectare": "ha", "hectares": "ha",
}  # fmt: skip


UNIT_IN_M2 = {"m2": 1.0, "ha": 10_000.0, "km2": 1_000_000.0}


def is_glued(tokens: Sequence[Token], at: int) -> bool:
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


_NUMBERED = word_set(
    """no nos article articles art table tableau figure fig annex annexe resolution page pages p pp
    chapter section form phase version item note protocol volume vol step level category unscr
    para paragraph action indicator objective goal"""
)


def counts_nothing(tokens: Sequence[Token], at: int) -> bool:
    """A year, a day of a month, or the number of an article or a table."""
    token = tokens[at]
    if not token.is_number:
        return False
    if is_year_token(token):
        return at + 1 >= len(tokens) or tokens[at + 1].text != "%"
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
        and after.word in MONTHS
        and not (after.word in ("may", "march") and after.text.islower())
    ):
        return True
    if small and before is not None and before.word in MONTHS and before.text[:1].isupper():
        return True
    years = (
        before is not None and before.text in "-–—/" and at > 1 and is_year_token(tokens[at - 2])
    )
    return years and len(token.text) == 2
