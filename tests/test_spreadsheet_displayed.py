"""Stored values and their number formats become the text that is taken for printed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtool.readers.spreadsheet.displayed import displayed, format_warning, plain_number
from mtool.readers.spreadsheet.serials import dated

SHOWN = {
    (0.225, "0%"): "22.5%",
    (0.29, "0.0%"): "29%",
    (-0.05, "0.0%;[Red](0.0%)"): "-5%",
    (7, "0000"): "0007",
    (7, '"ML"00'): "ML07",
    (12345, "000-00"): "123-45",
    (20220812, "0000-00-00"): "2022-08-12",
    (1234567.0, "#,##0"): "1234567",
    (-5, "#,##0_);(#,##0)"): "-5",
    (0, '_-* #,##0_-;-* #,##0_-;_-* "-"_-'): "0",
    (45, '0" km²"'): "45 km²",
    (45.5, '0.0 "ha"'): "45.5 ha",
    (45, '"< "0'): "< 45",
    (45, '0" mines"'): "45",
    (45, "[$€-40C] #,##0.00"): "45",
    (1234.5, "0.00E+00"): "1234.5",
    (5, "[>100]0;0"): "5",
    (5, '0"*"'): "5*",
    (0.1 + 0.2, "General"): "0.3",
    (1e20, "General"): "100000000000000000000",
    (1.5e-7, "General"): "0.00000015",
    (-0.0, "General"): "0",
    (True, "General"): "TRUE",
    (dt.datetime(2022, 8, 12), "dd/mm/yyyy"): "2022-08-12",
    (dt.datetime(2022, 8, 12, 10, 30), "dd/mm/yyyy"): "2022-08-12T10:30:00",
    (dt.datetime(2022, 8, 1), "mmm-yy"): "2022-08",
    (dt.datetime(2022, 8, 2), "mmm-yy"): "2022-08-02",
    (dt.datetime(2022, 1, 1), "yyyy"): "2022",
    (dt.date(2022, 8, 12), "[$-40C]d mmmm yyyy;@"): "2022-08-12",
    (dt.timedelta(hours=36), "[h]:mm"): "36:00:00",
    (dt.time(10, 30), "h:mm"): "10:30:00",
}


@pytest.mark.parametrize(("value", "number_format"), SHOWN, ids=str)
def test_value_in_its_format(value: object, number_format: str) -> None:
    """Digits stay as stored; what the format adds to the meaning is kept."""
    assert displayed(value, number_format) == SHOWN[value, number_format]


@pytest.mark.parametrize(
    ("number_format", "words"),
    [
        ("#,##0,", "divided by 1,000"),
        ("0.0,,", "divided by 1,000,000"),
        (";;;", "hides its numbers"),
        ('0" mines"', "' mines' beside the number"),
        ("$#,##0", "'$' beside the number"),
    ],
)
def test_format_whose_effect_is_left_out(number_format: str, words: str) -> None:
    """A format that scales, hides or adds words that are not read is worth a warning."""
    assert words in (format_warning(number_format) or "")


@pytest.mark.parametrize(
    "number_format", ["General", "0.00", "0%", "0000", '0" km²"', "dd/mm/yyyy"]
)
def test_format_whose_effect_is_in_the_text(number_format: str) -> None:
    """Formats that are read, or only round, are not worth a word."""
    assert format_warning(number_format) is None


def test_serials_of_both_calendars() -> None:
    """Days count from 1900, with its day that never was, or from 1904."""
    assert dated(44785, "yyyy-mm-dd", is_1904=False) == dt.datetime(2022, 8, 12)
    assert dated(43323, "yyyy-mm-dd", is_1904=True) == dt.datetime(2022, 8, 12)
    assert dated(59, "yyyy-mm-dd", is_1904=False) == dt.datetime(1900, 2, 28)
    assert dated(61, "yyyy-mm-dd", is_1904=False) == dt.datetime(1900, 3, 1)
    assert dated(0.4375, "h:mm", is_1904=False) == dt.time(10, 30)
    assert dated(1.5, "[h]:mm", is_1904=False) == dt.timedelta(hours=36)


@pytest.mark.parametrize("serial", [-1, 0, 60, 2_958_466, 1e300])
def test_serials_that_are_no_day(serial: float) -> None:
    """Excel shows no date for these, so none is made of them."""
    assert dated(serial, "yyyy-mm-dd", is_1904=False) is None


@given(st.floats(-1e300, 1e300))
def test_plain_numbers_keep_fifteen_digits(value: float) -> None:
    """The text of a number is that number again, to the digits that Excel keeps."""
    text = plain_number(value)
    assert "e" not in text
    assert float(text) == pytest.approx(value, rel=1e-14, abs=0)


@given(st.text(max_size=40))
def test_any_format_code_is_survived(number_format: str) -> None:
    """No format code makes reading fail, whoever wrote it."""
    assert displayed(1234.5, number_format)
    format_warning(number_format)
