"""Where a stated figure is borne out, contradicted or left open: the edges of every wording."""

from __future__ import annotations

from math import inf

import pytest

from audit_tables import document, table
from mtool.auditing.evidence import read_evidence
from mtool.auditing.figures import read_figures
from mtool.auditing.quantities import Quantity
from mtool.auditing.sums import check_sum, show, show_sum, tidy_number
from mtool.auditing.tie_options import COMPOSITE
from mtool.auditing.ties import OTHER_SOURCE, Amount, Tie
from mtool.auditing.verdicts import (
    Reading,
    combine,
    judge_change,
    judge_count,
    judge_factor,
    judge_share,
    judge_trend,
    percent_text,
    show_doubts,
    with_doubts,
)

OPEN, NO, YES = "unverifiable", "contradicted", "supported"


def amount(low, high=None, missing=0):
    high = low if high is None else high
    return Amount(tidy_number((low + high) / 2), low, high, missing, "")


def count(value, precision="exact", **more):
    return Quantity("count", value, 0, 1, precision, **more)


@pytest.mark.parametrize(
    ("stated", "found", "verdict"),
    [
        (count(60), amount(60), YES),
        (count(60), amount(61), NO),
        (count(60), amount(59), NO),
        (count(0), amount(0), YES),
        (count(12_000), amount(12_500), YES),
        (count(12_000), amount(12_501), NO),
        (count(12_000), amount(11_499), NO),
        (count(9_000), amount(9_001), NO),
        (count(10_000), amount(10_400), YES),
        (count(12_500), amount(12_501), NO),
        (count(3.4, step=0.1, unit="km2"), amount(3.44), YES),
        (count(3.4, step=0.1, unit="km2"), amount(3.46), NO),
        (count(40_000, step=1.0, unit="m2"), amount(40_000.4), YES),
        (count(40_000, step=1.0, unit="m2"), amount(40_001), NO),
        (count(60, "at_least"), amount(60), YES),
        (count(60, "at_least"), amount(61), YES),
        (count(60, "at_least"), amount(59), NO),
        (count(60, "more_than"), amount(61), YES),
        (count(60, "more_than"), amount(60), NO),
        (count(60, "at_most"), amount(60), YES),
        (count(60, "at_most"), amount(61), NO),
        (count(60, "less_than"), amount(59), YES),
        (count(60, "less_than"), amount(60), NO),
        (count(100, "about"), amount(90), YES),
        (count(100, "about"), amount(110), YES),
        (count(100, "about"), amount(111), OPEN),
        (count(100, "about"), amount(76), OPEN),
        (count(100, "about"), amount(74), NO),
        (count(100, "about"), amount(134), NO),
        (count(100, "nearly"), amount(100), YES),
        (count(100, "nearly"), amount(90), YES),
        (count(100, "nearly"), amount(89), OPEN),
        (count(100, "nearly"), amount(79), NO),
        (count(100, "nearly"), amount(104), OPEN),
        (count(100, "nearly"), amount(106), NO),
        (count(0, "about"), amount(5), OPEN),
        (count(200, "more_than", narrow=True), amount(210), YES),
        (count(200, "more_than", narrow=True), amount(230), OPEN),
        (count(200, "more_than", narrow=True), amount(251), NO),
        (count(200, "more_than", narrow=True), amount(190), NO),
        (count(200, "less_than", narrow=True), amount(190), YES),
        (count(200, "less_than", narrow=True), amount(170), OPEN),
        (count(200, "less_than", narrow=True), amount(149), NO),
    ],
)
def test_a_count_against_a_figure(stated, found, verdict):
    """At the precision said; thousands may be rounded; vague words have a zone that decides nothing."""
    assert judge_count(stated, found) == verdict


@pytest.mark.parametrize(
    ("stated", "verdict"),
    [(count(60), OPEN), (count(40), OPEN), (count(39), NO), (count(60, "about"), OPEN)],
)
def test_a_count_against_a_sum_with_a_gap(stated, verdict):
    """40 are known and one is missing: only less than those is contradicted."""
    assert judge_count(stated, amount(40, inf, missing=1)) == verdict


def test_a_count_against_a_rounded_figure():
    """A figure that can be anything from 55 to 65 bears out either end, and nothing beyond."""
    found = amount(55, 65)
    assert [judge_count(count(n), found) for n in (54, 55, 65, 66)] == [NO, YES, YES, NO]
    assert judge_count(count(65, "more_than"), found) == NO
    assert judge_count(count(64, "more_than"), found) == YES
    assert judge_count(count(55, "less_than"), found) == NO


def percent(value, precision="exact", **more):
    return Quantity("percent", value, 0, 1, precision, **more)


def fraction(value, precision="exact", **more):
    return Quantity("fraction", value, 0, 1, precision, **more)


@pytest.mark.parametrize(
    ("stated", "share", "verdict"),
    [
        (percent(60), 0.6, YES),
        (percent(60), 0.605, YES),
        (percent(60), 0.606, NO),
        (percent(60), 0.594, NO),
        (percent(12.5, step=0.1), 0.1254, YES),
        (percent(12.5, step=0.1), 0.1256, NO),
        (fraction(0.5), 0.525, YES),
        (fraction(0.5), 0.54, OPEN),
        (fraction(0.5), 0.56, NO),
        (fraction(0.5), 0.44, NO),
        (percent(50, "more_than"), 0.51, YES),
        (percent(50, "more_than"), 0.5, NO),
        (percent(50, "at_least"), 0.5, YES),
        (percent(50, "at_least"), 0.49, NO),
        (percent(50, "less_than"), 0.49, YES),
        (percent(50, "less_than"), 0.5, NO),
        (percent(50, "at_most"), 0.5, YES),
        (percent(50, "at_most"), 0.51, NO),
        (percent(20, "about"), 0.23, YES),
        (percent(20, "about"), 0.24, OPEN),
        (percent(20, "about"), 0.29, NO),
        (percent(20, "about"), 0.17, YES),
        (percent(20, "about"), 0.16, OPEN),
        (percent(20, "about"), 0.11, NO),
        (percent(60, "about"), 0.66, YES),
        (percent(60, "about"), 0.67, OPEN),
        (percent(60, "about"), 0.76, NO),
        (percent(50, "nearly"), 0.45, YES),
        (percent(50, "nearly"), 0.43, OPEN),
        (percent(50, "nearly"), 0.37, NO),
        (percent(50, "nearly"), 0.5, OPEN),
        (percent(50, "nearly"), 0.53, NO),
        (fraction(0.5, "more_than", narrow=True), 0.55, YES),
        (fraction(0.5, "more_than", narrow=True), 0.57, OPEN),
        (fraction(0.5, "more_than", narrow=True), 0.59, NO),
        (fraction(0.5, "more_than", narrow=True), 0.5, NO),
        (fraction(0.5, "less_than", narrow=True), 0.46, YES),
        (fraction(0.5, "less_than", narrow=True), 0.43, OPEN),
        (fraction(0.5, "less_than", narrow=True), 0.4, NO),
        (fraction(0.5, "less_than", narrow=True), 0.51, NO),
        (fraction(0.5, word="majority"), 0.51, YES),
        (fraction(0.5, word="majority"), 0.5, NO),
        (fraction(0.5, word="majority"), 0.49, NO),
        (fraction(0.5, word="minority"), 0.49, YES),
        (fraction(0.5, word="minority"), 0.5, NO),
        (fraction(0.75, word="vast majority"), 0.75, YES),
        (fraction(0.75, word="vast majority"), 0.7, OPEN),
        (fraction(0.75, word="vast majority"), 0.6, OPEN),
        (fraction(0.75, word="vast majority"), 0.59, NO),
        (fraction(0.9, word="almost all"), 0.9, YES),
        (fraction(0.9, word="almost all"), 0.85, OPEN),
        (fraction(0.9, word="almost all"), 0.79, NO),
    ],
)
def test_a_share_against_a_share(stated, share, verdict):
    """Percentages at their decimals, fractions more loosely, words as people mean them."""
    assert judge_share(stated, share, share) == verdict


@pytest.mark.parametrize(
    ("stated", "low", "high", "verdict"),
    [
        (percent(50, "more_than"), 0.49, 0.52, OPEN),
        (percent(50, "less_than"), 0.49, 0.52, OPEN),
        (fraction(0.5, word="majority"), 0.45, 0.55, OPEN),
        (fraction(0.5, word="majority"), 0.4, 0.5, NO),
        (percent(60), 0.5, 0.7, YES),
        (percent(60), 0.5, 0.6, OPEN),
        (percent(60), 0.61, inf, NO),
    ],
)
def test_a_share_against_what_rounding_leaves(stated, low, high, verdict):
    """A share that can be on either side decides nothing."""
    assert judge_share(stated, low, high) == verdict


@pytest.mark.parametrize(
    ("precision", "factor", "ratio", "verdict"),
    [
        ("exact", 2, 2.0, YES),
        ("exact", 2, 1.86, YES),
        ("exact", 2, 2.2, YES),
        ("exact", 2, 1.84, OPEN),
        ("exact", 2, 2.4, OPEN),
        ("exact", 2, 1.79, NO),
        ("exact", 2, 2.51, NO),
        ("exact", 0.5, 0.5, YES),
        ("exact", 0.5, 0.41, OPEN),
        ("exact", 0.5, 0.39, NO),
        ("exact", 0.5, 0.56, NO),
        ("exact", 0.5, 0.0, NO),
        ("more_than", 2, 2.0, YES),
        ("more_than", 2, 1.95, OPEN),
        ("more_than", 2, 1.93, NO),
        ("at_least", 2, 9.0, YES),
        ("nearly", 2, 1.7, YES),
        ("nearly", 2, 2.0, OPEN),
        ("nearly", 2, 1.65, OPEN),
        ("nearly", 2, 1.59, NO),
        ("nearly", 2, 2.11, NO),
        ("about", 2, 1.76, YES),
        ("about", 2, 2.3, YES),
        ("about", 2, 1.7, OPEN),
        ("about", 2, 2.5, OPEN),
        ("about", 2, 1.59, NO),
        ("about", 2, 2.61, NO),
        ("less_than", 2, 2.0, YES),
        ("at_most", 2, 0.1, YES),
        ("less_than", 2, 2.05, OPEN),
        ("less_than", 2, 2.07, NO),
    ],
)
def test_a_factor_against_a_ratio(precision, factor, ratio, verdict):
    """`doubled` may be 1.9 times; `halved` is judged the other way round."""
    assert judge_factor(Quantity("multiple", factor, 0, 1, precision), factor, ratio) == verdict


@pytest.mark.parametrize(
    ("stated", "change", "direction", "verdict"),
    [
        (16, 16.4, 1, YES),
        (16, 16.6, 1, NO),
        (16, -16.0, 1, NO),
        (16, -16.0, -1, YES),
        (16, 16.0, -1, NO),
        (0, 0.0, 1, YES),
    ],
)
def test_a_change_in_percent(stated, change, direction, verdict):
    """The direction counts first."""
    assert judge_change(percent(stated), change, direction) == verdict


@pytest.mark.parametrize(
    ("direction", "strength", "before", "after", "verdict"),
    [
        (1, "", 10, 11, YES),
        (1, "", 10, 10, NO),
        (1, "", 10, 9, NO),
        (-1, "", 10, 9, YES),
        (-1, "", 10, 10, NO),
        (-1, "", 10, 11, NO),
        (1, "strong", 100, 109, OPEN),
        (1, "strong", 100, 110, YES),
        (-1, "strong", 100, 91, OPEN),
        (-1, "strong", 100, 90, YES),
        (1, "strong", 0, 3, YES),
        (0, "", 100, 105, YES),
        (0, "", 100, 106, OPEN),
        (0, "", 100, 120, NO),
        (0, "", 100, 80, NO),
        (0, "", 10, 12, OPEN),
        (0, "", 15, 18, NO),
        (0, "", 0, 0, YES),
        (0, "", 0, 2, OPEN),
        (0, "", 0, 3, NO),
    ],
)
def test_a_trend_between_two_figures(direction, strength, before, after, verdict):
    """A sharp rise is a tenth at least; stable is within a twentieth, and never a fifth."""
    assert judge_trend(direction, strength, before, after) == verdict


@pytest.mark.parametrize(
    ("share", "text"), [(0.59574, "59.6 %"), (0.5, "50 %"), (12.3456, "1,234.6 %"), (inf, "∞")]
)
def test_a_share_as_people_read_it(share, text):
    """One decimal, where there is one."""
    assert percent_text(share) == text


def reading(verdict):
    return Reading("", None, verdict)


def test_readings_decide_only_together():
    """One that differs leaves a claim open."""
    assert combine([reading(YES), reading(YES)]) == YES
    assert combine([reading(YES), reading(NO)]) == OPEN
    assert combine([reading(OPEN)]) == OPEN


@pytest.fixture
def tie():
    """A reading of one cell, with the doubts given."""
    (evidence,) = read_evidence(document(tables=[table("Region|2020\nA|3", "Table 1: Incidents")]))

    def with_these(*doubts, missing=0):
        return Tie(evidence, ((0, 1),), Amount(3, 3, 3, missing, "3"), "A, 2020", doubts)

    return with_these


@pytest.mark.parametrize(
    ("doubts", "verdict", "exceeds", "left"),
    [
        ((), NO, False, NO),
        (("no table says x",), NO, True, OPEN),
        (("no table says x",), YES, False, OPEN),
        ((COMPOSITE + "A + B",), NO, False, OPEN),
        ((COMPOSITE + "A + B",), NO, True, NO),
        ((COMPOSITE + "A + B",), YES, False, YES),
        ((OTHER_SOURCE + "of UNMAS",), NO, True, OPEN),
        ((OTHER_SOURCE + "of UNMAS",), YES, False, YES),
        ((COMPOSITE + "A + B", OTHER_SOURCE + "of UNMAS"), NO, True, OPEN),
        ((COMPOSITE + "A + B", "no table says x"), YES, False, OPEN),
    ],
)
def test_doubts_decide_what_a_reading_may_say(tie, doubts, verdict, exceeds, left):
    """Of a composite, what exceeds the whole is sure; of another source, nothing against it is."""
    assert with_doubts(tie(*doubts), verdict, exceeds=exceeds) == left


def test_doubts_are_said_in_brackets(tie):
    """Composites by what the table gives; no doubts, no words."""
    assert show_doubts(tie()) == ""
    said = show_doubts(tie("no year", COMPOSITE + "A + B", OTHER_SOURCE + "of UNMAS"))
    assert said == ' (no year; the table gives only "A + B"; of UNMAS)'


def test_what_no_cell_gives_is_null(tie):
    """Not zero; with one figure at least, the sum of those there are."""
    assert tie().known == 3
    assert tie(missing=1).known is None


def test_a_table_is_called_by_its_number_or_its_title(tie):
    """What stands before a colon, when it is short."""
    assert tie().table_name == "Table 1"


# Sums of printed figures


def cells(*texts):
    """Figures as a column of a table reads them; the last is the total."""
    rows = "\n".join(f"{chr(65 + at)}|{text}" for at, text in enumerate(texts))
    figures = read_figures(table(f"Region|Number\n{rows}"))
    return [figures.figure(at, 1) for at in range(len(texts))]


@pytest.mark.parametrize(
    ("addends", "total", "verdict", "computed", "difference", "missing"),
    [
        (["19", "33"], "52", YES, 52, 0, 0),
        (["19", "33"], "53", NO, 52, 1, 0),
        (["19", "33"], "51", NO, 52, -1, 0),
        (["19", "N/R"], "52", OPEN, 19, 33, 1),
        (["19", "N/R"], "19", OPEN, 19, 0, 1),
        (["19", "N/R"], "18", NO, 19, -1, 1),
        (["1.4", "2.4"], "3.9", YES, 3.8, 0.1, 0),
        (["1.4", "2.4"], "4.0", NO, 3.8, 0.2, 0),
        (["0.1", "0.2"], "0.3", YES, 0.3, 0, 0),
        (["-5", "N/R"], "3", OPEN, -5, 8, 1),
        (["0", "0"], "0", YES, 0, 0, 0),
    ],
)
def test_a_total_against_its_addends(addends, total, verdict, computed, difference, missing):
    """A missing one leaves it open, unless the known ones alone exceed it."""
    *parts, whole = cells(*addends, total)
    found = check_sum(whole, parts)
    assert (found.verdict, found.computed, found.difference) == (verdict, computed, difference)
    assert (found.missing, found.stated) == (missing, whole.value)
    assert found.fits == (verdict == YES)


def test_a_total_that_is_no_number_is_compared_with_nothing():
    """`N/R` says nothing."""
    *parts, whole = cells("1", "2", "N/R")
    assert check_sum(whole, parts) is None


def test_the_tolerance_is_half_a_unit_of_each_figure():
    """Two addends and a total of one decimal each: 0.15; none where a figure is missing."""
    *parts, whole = cells("1.4", "2.4", "3.9")
    assert check_sum(whole, parts).tolerance == pytest.approx(0.15)
    *parts, whole = cells("1.4", "N/R", "3.9")
    assert check_sum(whole, parts).tolerance == 0


def test_long_sums_are_cut_in_the_middle():
    """Twelve are shown; of thirteen, ten, the last, and how many lie between."""
    twelve = cells(*map(str, range(1, 13)))
    assert show_sum(twelve) == " + ".join(map(str, range(1, 13)))
    thirteen = cells(*map(str, range(1, 14)))
    assert show_sum(thirteen) == "1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + … 2 more … + 13"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234, "1,234"), (0.1 + 0.2, "0.3"), (3.0, "3"), (1234.56789, "1,234.5679"), (-5, "-5")],
)
def test_numbers_as_people_read_them(value, text):
    """Thousands by comma, four decimals at most, no binary noise."""
    assert show(value) == text
