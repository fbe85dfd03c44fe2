"""Numbers, fractions, percentages and periods of prose, in digits and words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtool.auditing.date_mentions import find_dates
from mtool.auditing.number_words import read_number_words
from mtool.auditing.quantities import find_quantities
from mtool.auditing.sentences import split_sentences, tokenize
from mtool.auditing.time_words import find_times

EN = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
EN_TENS = "x x twenty thirty forty fifty sixty seventy eighty ninety".split()
FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split()
FR_TENS = (
    "x dix vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()
)


def english(number: int) -> str:
    """A number below a million in English words."""
    if number < 20:
        return EN[number]
    if number < 100:
        return EN_TENS[number // 10] + (f"-{EN[number % 10]}" if number % 10 else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = number % size
    joint = " and " if rest and rest < 100 else " "
    return f"{english(number // size)} {name}" + (joint + english(rest) if rest else "")


def french(number: int) -> str:
    """A number below a million in French words."""
    if number < 20:
        return FR[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        unit += 10 if tens in (7, 9) else 0
        if not unit:
            return FR_TENS[tens] + ("s" if tens == 8 else "")
        joint = " et " if unit in (1, 11) and tens < 8 else "-"
        return FR_TENS[tens] + joint + FR[unit]
    size, name = (1000, "mille") if number >= 1000 else (100, "cent")
    many, rest = divmod(number, size)
    head = name if many == 1 else f"{french(many)} {name}"
    return head + (f" {french(rest)}" if rest else "")


@given(st.integers(2, 999_999))
@settings(max_examples=300, deadline=None)
def test_numbers_in_words_are_read_back(number: int) -> None:
    """What is written out in English or French is read as the same number."""
    for words in (english(number), french(number)):
        tokens = tokenize(words)
        assert read_number_words(tokens, 0) == (number, len(tokens)), words


def read(text: str) -> list[tuple[str, float, str]]:
    return [(q.kind, round(q.value, 4), q.precision) for q in find_quantities(tokenize(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,246 people", ("count", 1246, "exact")),
        ("1 246 victimes", ("count", 1246, "exact")),
        ("at least 6,897 items", ("count", 6897, "at_least")),
        ("moins de 40 incidents", ("count", 40, "less_than")),
        ("12.5% of staff", ("percent", 12.5, "exact")),
        ("12,5 % du personnel", ("percent", 12.5, "exact")),
        ("thirty per cent", ("percent", 30, "exact")),
        ("vingt pour cent", ("percent", 20, "exact")),
        ("more than half the casualties", ("fraction", 0.5, "more_than")),
        ("plus de la moitié des victimes", ("fraction", 0.5, "more_than")),
        ("près d'un tiers des victimes", ("fraction", 0.3333, "nearly")),
        ("two-thirds of staff", ("fraction", 0.6667, "exact")),
        ("les trois quarts du personnel", ("fraction", 0.75, "exact")),
        ("one in five casualties", ("fraction", 0.2, "exact")),
        ("deux victimes sur trois", ("fraction", 0.6667, "exact")),
        ("the vast majority of devices", ("fraction", 0.5, "more_than")),
        ("a threefold rise", ("multiple", 3, "exact")),
        ("2.5 million m²", ("count", 2_500_000, "exact")),
    ],
)
def test_one_quantity(text: str, expected: tuple[str, float, str]) -> None:
    """Each phrase states one quantity."""
    assert read(text) == [expected]


@pytest.mark.parametrize(
    "text",
    ["in 2022", "on 3 December 2008", "Article 7", "Resolution 2100", "Table 3", "from 2017–22",
     "the first quarter of 2022", "5 May 2011", "No. 12", "the first half of 2020", "ML07", "Q1 2022"],
)  # fmt: skip
def test_what_counts_nothing(text: str) -> None:
    """Years, days and numbers of things are no quantities."""
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "shape", "years"),
    [
        ("in 2022", "year", (2022,)),
        ("from 2021 to 2022", "span", (2021, 2022)),
        ("entre 2019 et 2021", "span", (2019, 2021)),
        ("(2017–22)", "span", (2017, 2022)),
        ("since 2013", "since", (2013,)),
        ("depuis 2013", "since", (2013,)),
        ("in October 2013", "part", (2013,)),
        ("in the first quarter of 2022", "part", (2022,)),
        ("early 2022", "part", (2022,)),
        ("au premier semestre 2021", "part", (2021,)),
        ("the previous year", "previous", ()),
    ],
)
def test_one_period(text: str, shape: str, years: tuple[int, ...]) -> None:
    """A period is a year, several, part of one, or open."""
    assert [(t.shape, t.years) for t in find_times(tokenize(text))] == [(shape, years)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1 March 2009", "2009-03-01", "2009-03-01"),
        ("March 1, 2009", "2009-03-01", "2009-03-01"),
        ("le 1er mars 2009", "2009-03-01", "2009-03-01"),
        ("May 2011", "2011-05-01", "2011-05-31"),
        ("2011-05-30", "2011-05-30", "2011-05-30"),
        ("13/04/2022", "2022-04-13", "2022-04-13"),
        ("31 février 2020", "2020-02-01", "2020-02-29"),
        ("in 2011", "2011-01-01", "2011-12-31"),
    ],
)
def test_one_date(text: str, first: str, last: str) -> None:
    """A date has the precision it is printed with."""
    found = find_dates(tokenize(text))
    assert [(d.first.isoformat(), d.last.isoformat()) for d in found] == [(first, last)]


def test_sentences_end_at_full_stops_only() -> None:
    """Abbreviations, decimals and initials end no sentence."""
    text = "In 2021, MAG (e.g. here) had 1.5 km². See No. 5. Mr. Kone said so! “Done.” 12 left."
    assert list(split_sentences(text)) == [
        "In 2021, MAG (e.g. here) had 1.5 km².",
        "See No. 5.",
        "Mr. Kone said so!",
        "“Done.”",
        "12 left.",
    ]


def test_anti_personnel_is_no_personnel() -> None:
    """A hyphenated device is one word and speaks of no staff."""
    assert [t.term for t in tokenize("anti-personnel mines")] == ["antipersonnel", "mine"]
