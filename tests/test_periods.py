"""Dates and periods as printed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtool.periods import date_order, is_swappable, period_label, read_date, read_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2017–22", "2017-01-01", "2022-12-31"),
        ("Septembre 2012", "2012-09-01", "2012-09-30"),
        ("fevrier 2016", "2016-02-01", "2016-02-29"),
        ("Aout 2013", "2013-08-01", "2013-08-31"),
        ("Mars  2014", "2014-03-01", "2014-03-31"),
        ("Q1 2022", "2022-01-01", "2022-03-31"),
        ("T3 2021", "2021-07-01", "2021-09-30"),
        ("Jan-June 2022", "2022-01-01", "2022-06-30"),
        ("2022-03", "2022-03-01", "2022-03-31"),
        ("1er mars 2020", "2020-03-01", "2020-03-01"),
        ("12 August 2022", "2022-08-12", "2022-08-12"),
    ],
)
def test_periods_are_first_and_last_day(text, start, end):
    """English and French, with and without accents."""
    period = read_period(text)
    assert (period.start, period.end) == (start, end)


def test_a_year_counted_to_june_is_partial():
    """`2022 (to June)` ends on 30 June and says that it is not the year."""
    period = read_period("2022 (to June)")
    assert (period.end, period.partial) == ("2022-06-30", True)


@pytest.mark.parametrize(
    "text", ["12/08/2022", "Mopti 2022", "31/02/2022", "13 Foo 2022", "Q5 2022"]
)
def test_what_is_not_certain_is_no_date(text):
    """Day and month that could be swapped are never guessed."""
    assert read_period(text) is None


def test_a_column_settles_its_order():
    """One date with a day over 12 settles the others."""
    assert date_order(["12/08/2022", "13/08/2022"]) == "dmy"
    assert date_order(["08/13/2022"]) == "mdy"
    assert date_order(["13/08/2022", "08/13/2022"]) is None
    assert read_date("12/08/2022", "dmy") == "2022-08-12"
    assert is_swappable("12/08/2022")
    assert not is_swappable("08/08/2022")


@given(st.dates(date(1950, 1, 1), date(2080, 12, 31)))
def test_iso_days_read_back(day):
    """A day written as ISO is that day, and its label is itself."""
    assert read_date(day.isoformat()) == day.isoformat()
    assert period_label(day.isoformat(), day.isoformat()) == day.isoformat()
