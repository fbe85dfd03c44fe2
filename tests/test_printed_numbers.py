"""Numbers as reports print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtool.printed_numbers import decimal_mark, missing_status, read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1 246", 1246),
        ("1,246", 1246),
        ("1.246", 1246),
        ("1’246", 1246),
        ("1\u202f246", 1246),
        ("1\u00a0246,7", 1246.7),
        ("1,234,567.89", 1234567.89),
        ("1.234.567", 1234567),
        ("12,5", 12.5),
        ("0.123", 0.123),
        ("٤٢", 42),
        ("−5", -5),
        ("(52)", -52),
        ("+24", 24),
        ("129 km²", 129),
    ],
)
def test_printed_figures_have_their_value(text, value):
    """Every thousands and decimal mark of the field is read."""
    assert read_number(text).value == value


@pytest.mark.parametrize(
    "text", ["4O0", "12 aout", "19 killed", "1,23,456", "1.2.3", "Mopti", "a" * 500]
)
def test_text_that_is_no_number_is_refused(text):
    """A letter O is no zero, and prose is no figure."""
    assert read_number(text) is None


@pytest.mark.parametrize(("text", "value"), [("19²", 19), ("85⁵", 85), ("94¹²", 94)])
def test_a_footnote_mark_never_becomes_a_digit(text, value):
    """A superscript beside a figure is dropped, not appended."""
    assert read_number(text).value == value


@pytest.mark.parametrize(
    ("text", "qualifier", "value"),
    [
        ("at least 6,897", "at_least", 6897),
        ("au moins 12", "at_least", 12),
        ("almost 129km2", "about", 129),
        ("<5", "less_than", 5),
        ("plus de 1 000", "more_than", 1000),
        ("200+", "at_least", 200),
    ],
)
def test_words_that_limit_a_figure_are_kept(text, qualifier, value):
    """`at least` stays beside the number."""
    number = read_number(text)
    assert (number.qualifier, number.value) == (qualifier, value)


@pytest.mark.parametrize("text", ["60,000–88,000", "60 000 à 88 000", "between 60,000 and 88,000"])
def test_a_range_is_no_plain_number(text):
    """A range has two ends and no value."""
    number = read_number(text)
    assert (number.value, number.low, number.high) == (None, 60000, 88000)


def test_a_remark_in_brackets_is_kept_apart():
    """`68 (2012: 45)` is 68, with the other year's figure as a remark."""
    number = read_number("68 (2012: 45)")
    assert (number.value, number.remark) == (68, "2012: 45")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "not_reported"),
        ("N/R", "not_reported"),
        ("NOT REPORTED", "not_reported"),
        ("–", "not_reported"),
        ("N/K", "not_known"),
        ("inconnu", "not_known"),
        ("N/A", "not_applicable"),
        ("0", None),
    ],
)
def test_kinds_of_missing_figures_are_told_apart(text, status):
    """A blank is not a zero, and nobody knowing is not nobody saying."""
    assert missing_status(text) == status
    assert (read_number(text).value is None) == (status is not None)


def test_a_column_proves_its_decimal_mark():
    """One clear figure settles how the doubtful ones are read."""
    assert decimal_mark(["1.246", "12,5"]) == ","
    assert decimal_mark(["1,246", "3.5"]) == "."
    assert decimal_mark(["1,246"]) is None
    assert decimal_mark(["1,5", "1.5"]) is None
    assert read_number("1.246", ",").value == 1246
    assert read_number("1.246", ".").value == 1.246


@given(st.integers(0, 10**12), st.sampled_from([",", ".", " ", "\u202f", "’"]))
def test_grouping_keeps_the_value(number, mark):
    """Writing thousands marks into a number changes nothing but its looks."""
    assert read_number(f"{number:,}".replace(",", mark)).value == number


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_without_an_error(text):
    """No text makes the reader of numbers fail, and a null has a reason."""
    number = read_number(text)
    if number is not None and number.value is None:
        assert number.status or number.qualifier == "range"
