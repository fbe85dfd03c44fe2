"""Totals, shares and changes."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtool.engines.sums import row_records
from mtool.errors import UsageError
from mtool.summary import Request, summarize
from mtool.summary.trend import rate_ratio, with_trend
from tables import derived, table


def frame_of(rows, header=("Region", "2020", "2021", "2022"), title="Incidents in Mali"):
    return derived(table(list(header), rows, title)).frames["incidents"]


def summary_of(frame, *regions, **request):
    records = row_records(frame, ["incidents"])
    return summarize("incidents", records, Request("incidents", regions, **request))


def summed(rows, *regions, **request):
    return summary_of(frame_of(rows), *regions, **request)


ROWS = [
    ["Gao (includes Menaka)", "19", "10", "6"],
    ["Mopti", "17", "38", "35"],
    ["Segou", "1", "8", "21"],
    ["Totals", "37", "56", "62"],
]


def test_shares_are_of_the_rows_not_of_the_totals_row():
    """Control totals are never added in."""
    summary = summed(ROWS, "Mopti", "Ségou")
    assert [row.value for row in summary.rows] == [18, 46, 56]
    assert [row.total for row in summary.rows] == [37, 56, 62]
    assert summary.rows[2].share == pytest.approx(56 / 62)
    assert summary.rows[1].change == 28


def test_a_member_of_a_composite_is_null_and_names_it():
    """The figures of Gao + Ménaka cannot be split."""
    summary = summed(ROWS, "Gao")
    assert [row.value for row in summary.rows] == [None, None, None]
    assert [row.share for row in summary.rows] == [None, None, None]
    assert 'ask for --region "Gao + Ménaka"' in summary.notes[0]


@pytest.mark.parametrize(
    "regions", [("Gao", "Menaka"), ("Gao (includes Menaka)",), ("Ménaka", "Gao", "Gao")]
)
def test_all_members_of_a_composite_give_it_once(regions):
    """Asked for by its members or by its own name."""
    assert [row.value for row in summed(ROWS, *regions).rows] == [19, 10, 6]


def test_a_region_that_has_no_row_is_said():
    """No row is not zero."""
    summary = summed(ROWS, "Kayes")
    assert [row.value for row in summary.rows] == [None, None, None]
    assert "no row for Kayes" in summary.notes[0]


def test_missing_addends_are_counted_and_take_the_share_away():
    """A sum over a missing figure says so, and gives no share and no change."""
    rows = [["Mopti", "4", "N/R", "3"], ["Kayes", "1", "2", "3"]]
    first, second, third = summed(rows).rows
    assert (second.value, second.n_missing, second.share, second.change) == (2, 1, None, None)
    assert (first.share, third.change) == (1.0, None)


def test_a_sum_of_nothing_but_missing_figures_is_null():
    """Not zero."""
    rows = [["Mopti", "N/R", "1", "2"], ["Kayes", "", "1", "2"]]
    assert summed(rows).rows[0].value is None


def test_an_unknown_region_names_candidates():
    """And nothing is guessed."""
    with pytest.raises(UsageError, match="did you mean Mopti"):
        summed(ROWS, "Mopty")


def test_a_change_on_a_small_base_is_marked():
    """From 1 to 8 is no +700 % that anybody should quote."""
    assert summed(ROWS, "Segou").rows[1].small_base


def test_years_can_be_chosen():
    """--from and --to are inclusive."""
    rows = summed(ROWS, first_year=2021, last_year=2021).rows
    assert [row.period for row in rows] == ["2021"]


def test_by_region_sums_over_the_periods():
    """One row per region, shares of the whole."""
    rows = summed(ROWS, by="region").rows
    assert [(row.period, row.value) for row in rows] == [
        ("Gao + Ménaka", 35),
        ("Mopti", 90),
        ("Ségou", 30),
    ]
    assert sum(row.share for row in rows) == pytest.approx(1)


def test_a_year_counted_to_june_is_partial_and_has_no_change():
    """Half a year is not compared with a whole one."""
    frame = frame_of([["Mopti", "4", "6", "3"]], ("Region", "2021", "2022", "2023 (to June)"))
    rows = summary_of(frame).rows
    assert [row.partial for row in rows] == [False, False, True]
    assert rows[2].change is None


def two_sources(second_figure):
    one = frame_of([["Mopti", "1", "2", "3"]])
    two = frame_of([["Mopti", "1", "2", second_figure]]).assign(source_id="b", source_ref="b[t1]")
    return pd.concat([one, two], ignore_index=True)


def test_two_sources_that_agree_are_counted_once():
    """And the reader is told."""
    summary = summary_of(two_sources("3"))
    assert [row.value for row in summary.rows] == [1, 2, 3]
    assert "counted once" in summary.notes[0]


def test_two_sources_that_differ_are_never_added():
    """The user must choose."""
    with pytest.raises(UsageError, match="differ in 1 of 3 figures; choose one with --source a"):
        summary_of(two_sources("4"))


def test_a_source_with_a_null_and_one_with_a_figure_differ():
    """Not reported is not the figure of another source."""
    with pytest.raises(UsageError, match="differ in 1 of 3"):
        summary_of(two_sources("N/R"))


def test_figures_of_unlike_definition_are_never_added():
    """Mines and any explosive device are two series."""
    one = frame_of([["Mopti", "1", "2", "3"]]).assign(device_type="ap_mine")
    two = frame_of([["Kayes", "1", "2", "3"]]).assign(device_type="ied", source_ref="b[t1]")
    with pytest.raises(UsageError, match="unlike definition"):
        summary_of(pd.concat([one, two], ignore_index=True))


def test_a_national_row_is_not_added_to_its_regions():
    """A row for the whole country is a total."""
    summary = summed([["Mali", "9", "9", "9"], ["Mopti", "4", "4", "4"], ["Kayes", "5", "5", "5"]])
    assert [row.total for row in summary.rows] == [9, 9, 9]


def test_the_interval_of_45_to_56_includes_no_change():
    """+24 % on 45 incidents is no trend; values from R's poisson.test(c(56, 45))."""
    ratio, low, high = rate_ratio(56, 45)
    assert ratio == pytest.approx(1.24444, abs=1e-4)
    assert (low, high) == (pytest.approx(0.82555, abs=1e-4), pytest.approx(1.88529, abs=1e-4))


def test_a_ratio_against_zero_has_an_open_end():
    """No division by zero, and two zeros say nothing."""
    assert rate_ratio(3, 0)[0] is None
    assert rate_ratio(3, 0)[2] is None
    assert rate_ratio(0, 0) is None


def test_a_trend_needs_four_periods():
    """Three periods give a note, not a test."""
    summary = with_trend(summed(ROWS, "Mopti"))
    assert summary.trend["test"] is None
    assert "4 needed" in summary.notes[-1]


figures = st.lists(st.integers(0, 999), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(figures, figures)
def test_parts_add_up_to_the_total(mopti, kayes):
    """The values of the regions, asked for one by one, sum to the total."""
    rows = [["Mopti", *map(str, mopti)], ["Kayes", *map(str, kayes)]]
    parts = [summed(rows, region).rows for region in ("Mopti", "Kayes")]
    for at, row in enumerate(summed(rows).rows):
        assert parts[0][at].value + parts[1][at].value == row.total == mopti[at] + kayes[at]


def monthly():
    """Six months of 2022, of 1, 2, 3 … incidents."""
    header = ("Region", *(f"{month} 2022" for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun")))
    return frame_of([["Mopti", "1", "2", "3", "4", "5", "6"]], header)


def test_months_make_quarters_and_a_year_that_is_not_over():
    """A quarter whose months are all there is whole; half a year is not."""
    quarters = summary_of(monthly(), by="quarter").rows
    assert [(r.period, r.value, r.partial) for r in quarters] == [
        ("2022-Q1", 6, False),
        ("2022-Q2", 15, False),
    ]
    assert quarters[1].change == 9
    months = summary_of(monthly(), by="month").rows
    assert [(r.period, r.value) for r in months][:2] == [("2022-01", 1), ("2022-02", 2)]
    (year,) = summary_of(monthly(), by="year").rows
    assert (year.value, year.partial) == (21, True)


@pytest.mark.parametrize("by", ["day", "month", "quarter"])
def test_a_figure_of_a_year_is_never_divided(by):
    """A finer grouping than the data has is refused, with what can be asked."""
    with pytest.raises(UsageError, match=f"--by {by}: 9 figures of longer periods"):
        summed(ROWS, by=by)


def test_figures_over_several_years_are_said_to_count_under_the_first():
    """No year has them to itself."""
    frame = frame_of([["Mopti", "4"]], ("Region", "2019-2021"))
    summary = summary_of(frame, by="year")
    assert [(r.period, r.value) for r in summary.rows] == [("2019", 4)]
    assert "beyond one year" in " ".join(summary.notes)


def test_districts_can_be_told_apart():
    """`--by admin2` names them; a figure of a whole region has no district."""
    frame = frame_of([["Mopti", "1", "2", "3"]]).assign(admin2_name="Bandiagara")
    other = frame_of([["Gao", "1", "1", "1"]])
    summary = summary_of(pd.concat([frame, other], ignore_index=True), by="admin2")
    assert [(r.period, r.value) for r in summary.rows] == [("(not said)", 3), ("Bandiagara", 6)]
