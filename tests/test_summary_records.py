"""Summaries of figures written down by hand: what is added, compared, marked and said."""

from __future__ import annotations

import math
import sys

import pandas as pd
import pytest

from mtool.engines.sums import Record, Sums
from mtool.errors import MissingExtra, UsageError
from mtool.schemas import load_schema
from mtool.summary import (
    Request,
    Summary,
    SummaryRow,
    as_number,
    main_measure,
    missing_in,
    sum_of,
    summarize,
)
from mtool.summary.addends import newest_editions
from mtool.summary.spans import last_day, unit_end, unit_name, unit_start
from mtool.summary.trend import rate_ratio, with_trend

MEASURE = "incidents"


def figure(total, *, missing=0, limited=0, rows=1, measure=MEASURE, **subject):
    """One row of Mopti in 2022, unless told otherwise; null is a missing figure."""
    told = {
        "location_code": "MLI",
        "admin1_code": None,
        "admin1_name": "Mopti",
        "admin2_code": None,
        "admin2_name": None,
        "reference_period_start": "2022-01-01",
        "reference_period_end": "2022-12-31",
        "source_id": "a",
        "edition": "2023",
        "as_of": None,
        "source_ref": "a[t1]",
    }
    sums = Sums(total, int(total is not None), missing, limited)
    return Record(told | subject, rows, {measure: sums})


def year(number, total, **more):
    return figure(
        total,
        reference_period_start=f"{number}-01-01",
        reference_period_end=f"{number}-12-31",
        **more,
    )


def summed(*records, regions=(), measure=MEASURE, **request):
    return summarize("incidents", records, Request(measure, regions, **request))


def values(summary):
    return {row.period: row.value for row in summary.rows}


def refusal(*records, **request):
    with pytest.raises(UsageError) as refused:
        summed(*records, **request)
    return str(refused.value)


# What is added


def test_a_measure_that_the_dataset_lacks_is_named():
    """With the dataset that lacks it."""
    assert refusal(figure(1), measure="deaths") == "incidents has no measure 'deaths'"


def test_nothing_in_the_selection_is_said_with_the_measure():
    """Years that nobody counted give an error, not an empty summary."""
    said = "incidents: no figures of incidents in that selection"
    assert refusal(figure(1), first_year=2023) == said
    assert refusal() == said


def test_a_row_without_a_period_is_not_counted():
    """It could be of any year."""
    dateless = figure(5, reference_period_start=None, reference_period_end=None)
    assert values(summed(figure(1), dateless)) == {"2022": 1}


@pytest.mark.parametrize(
    ("first", "last", "kept"),
    [(2022, None, ["2022", "2023"]), (None, 2022, ["2021", "2022"]), (2022, 2022, ["2022"])],
)
def test_years_are_inclusive_at_both_ends(first, last, kept):
    """`--from 2022` keeps 2022, and so does `--to 2022`."""
    summary = summed(year(2021, 1), year(2022, 2), year(2023, 3), first_year=first, last_year=last)
    assert list(values(summary)) == kept


def test_two_countries_together_are_said_in_order():
    """And how to see one."""
    summary = summed(figure(1, location_code="NER", admin1_name="Diffa"), figure(2))
    assert summary.notes == ("MLI and NER together; one with --where location_code=MLI",)
    assert summary.countries == ("MLI", "NER")
    assert summed(figure(2)).notes == ()
    assert summed(figure(2)).countries == ("MLI",)


def test_sources_are_named_once_in_order():
    """Rows without a source name none."""
    records = [
        year(2020, 1, source_id="b"),
        year(2021, 1),
        year(2022, 1),
        year(2023, 1, source_id=None),
    ]
    assert summed(*records).sources == ("a", "b")


def test_a_row_for_all_stands_for_its_parts():
    """Women and men are in `all` already; without it, they are added."""
    parts = [figure(2, sex="female"), figure(3, sex="male")]
    assert values(summed(figure(6, sex="all"), *parts)) == {"2022": 6}
    assert values(summed(*parts)) == {"2022": 5}


def test_a_row_for_all_stands_only_for_its_own_subject():
    """`all` of one role takes nothing from another role or table."""
    records = [
        figure(6, sex="all", role="deminer"),
        figure(2, sex="female", role="deminer"),
        figure(3, sex="female", role="manager"),
        year(2021, 4, sex="female", role="deminer"),
    ]
    assert values(summed(*records)) == {"2021": 4, "2022": 9}


def test_a_row_for_all_of_one_device_stands_for_no_other():
    """Nor for the parts of another table, whose figure then agrees or not."""
    records = [
        figure(6, sex="all", device_type="ied"),
        figure(2, sex="female", device_type="uxo"),
    ]
    assert values(summed(*records)) == {"2022": 8}
    summary = summed(figure(6, sex="all"), figure(6, sex="female", source_ref="b[t1]"))
    assert values(summary) == {"2022": 6}
    assert summary.notes == ("a[t1] and b[t1] give the same 1 figure; counted once",)


def test_by_sex_shows_the_parts_and_takes_the_total_from_the_row_for_all():
    """Grouped by the column, the parts are kept; their whole is the printed one."""
    records = [figure(8, sex="all"), figure(2, sex="female"), figure(3, sex="male")]
    rows = summed(*records, by="sex").rows
    assert [(r.period, r.value, r.total, r.share) for r in rows] == [
        ("female", 2, 8, 0.25),
        ("male", 3, 8, 0.375),
    ]


def test_by_sex_without_parts_shows_the_row_for_all():
    """Where nobody told women from men, `all` is what there is."""
    rows = summed(figure(8, sex="all"), by="sex").rows
    assert [(r.period, r.value, r.share) for r in rows] == [("all", 8, 1.0)]


def test_a_countrys_row_is_left_aside_where_its_regions_are_given():
    """Counted by rows, and only in the periods and tables where there are regions."""
    national = figure(9, admin1_name=None, rows=2)
    summary = summed(national, figure(4), year(2021, 7, admin1_name=None))
    assert values(summary) == {"2021": 7, "2022": 4}
    assert summary.notes == ("not added, being totals over others: 2 rows",)


def test_a_regions_row_is_left_aside_where_its_districts_are_given():
    """A region without districts stays."""
    records = [
        figure(9),
        figure(4, admin2_name="Bandiagara"),
        figure(3, admin2_name="Djenné"),
        figure(1, admin1_name="Gao"),
    ]
    summary = summed(*records)
    assert values(summary) == {"2022": 8}
    assert summary.notes == ("not added, being totals over others: 1 row",)


def test_a_countrys_row_of_another_table_is_not_over_these_regions():
    """Two tables of one period: only a table's own regions make its national row a total."""
    other = figure(4, admin1_name=None, source_ref="a[t2]", location_code="NER")
    assert values(summed(other, figure(4))) == {"2022": 8}


def test_series_that_agree_are_counted_once_and_named():
    """Two tables give the same figures of two years; a third year only one of them has."""
    records = [
        year(2021, 1),
        year(2022, 2),
        year(2021, 1, source_ref="b[t1]"),
        year(2022, 2, source_ref="b[t1]"),
        year(2023, 3, source_ref="b[t1]"),
    ]
    summary = summed(*records)
    assert values(summary) == {"2021": 1, "2022": 2, "2023": 3}
    assert summary.notes == ("a[t1] and b[t1] give the same 2 figures; counted once",)


def test_series_that_differ_are_refused_with_how_many_and_a_way_out():
    """One of two figures differs."""
    records = [
        year(2021, 1, source_ref="b[t1]"),
        year(2022, 2, source_ref="b[t1]"),
        year(2021, 1),
        year(2022, 5),
    ]
    assert refusal(*records) == (
        "a[t1] and b[t1] overlap and differ in 1 of 2 figures; choose one with --source a"
    )


def test_series_of_different_years_are_put_together():
    """No overlap, nothing to say."""
    summary = summed(year(2021, 1), year(2022, 2, source_ref="b[t1]"))
    assert (values(summary), summary.notes) == ({"2021": 1, "2022": 2}, ())


def test_rows_of_one_table_are_added_without_asking():
    """Two rows of one subject in one table are two parts of it."""
    summary = summed(figure(1, source_ref="a[t1]"), figure(2, source_ref="a[t1]"))
    assert (values(summary), summary.notes) == ({"2022": 3}, ())


def test_devices_of_unlike_definition_that_meet_in_a_year_are_refused():
    """Both definitions are named, in order; what is not said is called so."""
    records = [
        figure(1, device_type="ied"),
        figure(2, device_type=None, source_ref="b[t1]", admin1_name="Gao"),
    ]
    assert refusal(*records) == (
        "figures of unlike definition are never added: (not said); ied; "
        "choose with --where device_type=… or --source"
    )


def test_devices_told_apart_by_one_table_are_added():
    """One table lists mines beside devices; another gives both of another region alike."""
    records = [
        figure(1, device_type="ied"),
        figure(2, device_type="ap_mine"),
        figure(3, device_type="ied", source_ref="b[t1]", admin1_name="Gao"),
        figure(4, device_type="ap_mine", source_ref="b[t1]", admin1_name="Gao"),
    ]
    assert values(summed(*records)) == {"2022": 10}


def test_devices_of_unlike_definition_in_two_countries_are_two_series():
    """They meet in a year, not in a country."""
    records = [
        figure(1, device_type="ied"),
        figure(2, device_type="uxo", source_ref="b[t1]", location_code="NER", admin1_name="Diffa"),
    ]
    assert values(summed(*records)) == {"2022": 3}


def test_devices_of_unlike_definition_in_other_years_are_no_sum():
    """A series that goes on with another definition is a break, which is marked."""
    records = [
        year(2021, 1, device_type="ap_mine"),
        year(2022, 2, device_type="ied", source_ref="b[t1]"),
        year(2023, 3, device_type="ied", source_ref="b[t1]"),
    ]
    summary = summed(*records)
    assert (values(summary), summary.breaks) == ({"2021": 1, "2022": 2, "2023": 3}, ("2022",))
    assert summary.as_json()["breaks"] == ("2022",)


def test_a_period_without_figures_makes_no_break():
    """Nothing was counted, so nothing was counted otherwise."""
    records = [
        year(2021, 1, device_type="ap_mine"),
        year(2022, None, missing=1, device_type="ied"),
        year(2023, 3, device_type="ap_mine"),
    ]
    summary = summed(*records)
    assert summary.breaks == ()
    assert "breaks" not in summary.as_json()


def test_breaks_look_at_the_chosen_regions_only():
    """Another region's change of definition is not theirs; groups by area have no order to break."""
    records = [
        year(2021, 1, device_type="ied"),
        year(2022, 1, device_type="ied"),
        year(2021, 1, device_type="ied", admin1_name="Gao"),
        year(2022, 1, device_type="ap_mine", admin1_name="Gao"),
    ]
    assert summed(*records).breaks == ("2022",)
    assert summed(*records, regions=("Mopti",)).breaks == ()
    assert summed(*records, by="region").breaks == ()


def test_events_are_all_added_whatever_they_are_of():
    """Two feeds of events are no two series of one figure, and events change by nature."""
    records = [
        figure(1, measure="events", device_type="ied"),
        figure(2, measure="events", device_type="ap_mine", source_ref="b[t1]"),
        year(2023, 1, measure="events", device_type="uxo"),
    ]
    summary = summed(*records, measure="events")
    assert (values(summary), summary.breaks) == ({"2022": 3, "2023": 1}, ())


def test_only_the_newest_edition_of_each_source_stands():
    """The older ones are named; rows without an edition are older than any."""
    notes: list[str] = []
    records = [
        figure(1, edition="2021"),
        figure(2, edition="2022"),
        figure(3, edition="2023"),
        figure(4, edition=None),
        figure(5, source_id="b", edition="2020"),
        figure(6, source_id=None, edition=None),
    ]
    kept = newest_editions(records, notes)
    assert [record.sums[MEASURE].total for record in kept] == [3, 5, 6]
    assert notes == ["a: older editions left aside: 2021, 2022"]


# Sums


@pytest.mark.parametrize(
    ("figures", "total"),
    [
        ([], None),
        ([None, None], None),
        ([0, None], 0),
        ([2, 3], 5),
        ([0.5, 0.25], 0.75),
        ([0.5, 1.5], 2),
        ([1, 0.1, 0.2], 1.3),
        ([2**60, 1], 2**60 + 1),
    ],
)
def test_a_sum_is_exact_and_null_where_nothing_is_there(figures, total):
    """Missing is not zero; whole numbers are summed as such; fractions to 15 digits."""
    found = sum_of([figure(given) for given in figures], MEASURE)
    assert found == total
    assert type(found) is type(total)


@pytest.mark.parametrize(
    ("value", "number"), [(3.0, 3), (2.5, 2.5), (0, 0), (float("nan"), None), (pd.NA, None)]
)
def test_a_cell_as_a_plain_number(value, number):
    """Whole ones as int; missing ones null."""
    found = as_number(value)
    assert (found, type(found)) == (number, type(number))


def test_the_main_measure_is_the_first_with_a_figure():
    """Of those the frame has; the first of the schema where none has any."""
    schema = load_schema("casualties")
    frame = pd.DataFrame({"casualties": [None, None], "injured": [None, 3]})
    assert main_measure(frame, schema) == "injured"
    assert main_measure(frame.assign(killed=[1, None]), schema) == "killed"
    assert main_measure(frame[["casualties"]], schema) == "casualties"
    assert main_measure(frame[[]], schema) == "casualties"


def test_missing_figures_are_counted():
    """Over all records."""
    assert missing_in([figure(None, missing=2), figure(1, missing=1), figure(3)], MEASURE) == 3


def test_a_share_needs_a_total_and_no_gap():
    """Null where an addend of the part or of the whole is missing, and for a whole of zero."""
    gao = {"admin1_name": "Gao"}
    (row,) = summed(figure(1), figure(3, **gao), regions=("Mopti",)).rows
    assert (row.value, row.total, row.share) == (1, 4, 0.25)
    (row,) = summed(figure(1), figure(None, missing=1, **gao), regions=("Mopti",)).rows
    assert (row.value, row.total, row.share) == (1, 1, None)
    assert (row.n_missing, row.total_n_missing) == (0, 1)
    (row,) = summed(figure(1, missing=1), figure(3, **gao), regions=("Mopti",)).rows
    assert (row.share, row.n_missing, row.total_n_missing) == (None, 1, 1)
    (row,) = summed(figure(0), figure(0, **gao), regions=("Mopti",)).rows
    assert (row.value, row.total, row.share) == (0, 0, None)


def test_a_part_of_zero_has_the_share_zero():
    """Zero of four is a share, not a gap."""
    (row,) = summed(figure(0), figure(4, admin1_name="Gao"), regions=("Mopti",)).rows
    assert row.share == 0


def test_at_least_is_said_of_the_figures_asked_for():
    """Words that limit another region's figure do not limit this one."""
    limited = figure(3, limited=1, admin1_name="Gao")
    (row,) = summed(figure(1), limited, regions=("Mopti",)).rows
    assert not row.qualified
    (row,) = summed(figure(1), limited, regions=("Gao",)).rows
    assert row.qualified


# Changes


def changes(*rows):
    return [(r.change, r.change_pct, r.small_base) for r in summed(*rows).rows]


def test_a_change_is_against_the_period_before():
    """In figures and in percent of the earlier one."""
    assert changes(year(2021, 8), year(2022, 10), year(2023, 5)) == [
        (None, None, False),
        (2, 25.0, False),
        (-5, -50.0, False),
    ]


@pytest.mark.parametrize(
    ("base", "percent", "small"),
    [(0, None, False), (1, 500.0, True), (4, 50.0, True), (5, 20.0, False)],
)
def test_fewer_than_five_is_a_small_base(base, percent, small):
    """From zero there is no percentage at all."""
    assert changes(year(2021, base), year(2022, 6))[1] == (6 - base, percent, small)


def test_a_gap_in_either_period_takes_the_change_away():
    """Of the period itself and of the one after it."""
    nothing = (None, None, False)
    rows = [year(2020, 8), year(2021, 8, missing=1), year(2022, 8), year(2023, 9)]
    assert changes(*rows) == [nothing, nothing, nothing, (1, 12.5, False)]
    rows = [year(2021, None, missing=1), year(2022, 8), year(2023, None, missing=1)]
    assert changes(*rows) == [nothing] * 3


def test_a_period_that_was_not_over_is_not_compared():
    """Counted to June: neither with the year before nor with the year after."""
    half = year(2022, 4, as_of="2022-06-30")
    rows = summed(year(2021, 8), half, year(2023, 8)).rows
    assert [row.partial for row in rows] == [False, True, False]
    assert [row.change for row in rows] == [None, None, None]


# Regions


GAO = {"admin1_name": "Gao + Ménaka", "admin1_code": "ML07+ML10"}


def test_regions_are_called_by_their_names_once_in_the_order_asked():
    """Whatever alias was used."""
    records = [figure(1), figure(2, admin1_name="Ségou")]
    summary = summed(*records, regions=("SEGU", "mopti", "Ségou"))
    assert summary.regions == ("Ségou", "Mopti")
    assert values(summary) == {"2022": 3}


def test_an_unknown_region_is_named_with_its_country_and_candidates():
    """Like-sounding names, or else those there are."""
    said = refusal(figure(1), figure(1, admin1_name="Gao"), regions=("Mopty",))
    assert said == "no region 'Mopty' in MLI; did you mean Mopti?"
    said = refusal(figure(1), regions=("Bamakou",))
    assert said == "no region 'Bamakou' in MLI; did you mean Bamako or Baraoueli?"
    said = refusal(figure(1), figure(1, admin1_name="Gao"), regions=("Xyzzy",))
    assert said == "no region 'Xyzzy' in MLI; there are: Gao, Mopti"
    niger = figure(1, location_code="NER", admin1_name="Diffa")
    said = refusal(figure(1), niger, regions=("Xyzzy",))
    assert said == "no region 'Xyzzy' in MLI or NER; there are: Diffa, Mopti"


def test_regions_of_a_dataset_without_areas_are_refused():
    """It has figures by period alone."""
    bare = Record(
        {
            "location_code": "MLI",
            "reference_period_start": "2022-01-01",
            "reference_period_end": "2022-12-31",
            "source_id": "a",
            "source_ref": "a[t1]",
            "as_of": None,
        },
        1,
        {MEASURE: Sums(1, 1, 0, 0)},
    )
    said = "this dataset has no areas: --region does not apply to it"
    assert refusal(bare, regions=("Mopti",)) == said


def test_the_country_asked_for_by_name_takes_all_its_rows():
    """Regions, districts, and rows of the country itself."""
    records = [figure(1), figure(2, admin2_name="Ansongo", admin1_name="Gao")]
    assert values(summed(*records, regions=("Mali",))) == {"2022": 3}


@pytest.mark.parametrize("code", [None, "ML0104"])
def test_a_district_is_in_its_region_and_is_its_own(code):
    """Told by its P-code or by its name; the region's other districts are not it."""
    kayes = {"admin1_name": "Kayes", "admin1_code": "ML01"}
    records = [
        figure(2, **kayes, admin2_name="Kenieba", admin2_code=code),
        figure(1, **kayes, admin2_name="Bafoulabe", admin2_code="ML0101"),
        figure(4),
    ]
    if code is None:
        records = [figure(2, admin1_name="Kayes", admin2_name="Kenieba"), *records[1:]]
    assert values(summed(*records, regions=("Kayes",))) == {"2022": 3}
    assert values(summed(*records, regions=("Kenieba",))) == {"2022": 2}
    assert values(summed(*records, regions=("Bafoulabe", "Mopti"))) == {"2022": 5}


def test_a_district_is_no_composite_of_its_region():
    """Asked for a district, its region's own figure is another area's, not one to be split."""
    summary = summed(figure(5, admin1_name="Kayes", admin1_code="ML01"), regions=("Kenieba",))
    assert values(summary) == {"2022": None}
    assert summary.notes == ("no row for Kenieba in 2022",)


def test_a_row_of_the_country_is_of_no_region():
    """Nor is a row whose name no areas file knows."""
    records = [year(2021, 5, admin1_name=None), year(2022, 6, admin1_name="Atlantis")]
    summary = summed(*records, year(2023, 1), regions=("Mopti",))
    assert values(summary) == {"2021": None, "2022": None, "2023": 1}


def test_both_members_of_a_composite_take_it_whole():
    """Told by its code alone."""
    assert values(summed(figure(5, **GAO), regions=("Ménaka", "Gao"))) == {"2022": 5}


def test_a_composite_that_exceeds_the_region_is_null_and_named_once():
    """Two periods, one note; shares and changes go too."""
    records = [year(2021, 5, **GAO), year(2022, 6, **GAO), year(2021, 1), year(2022, 1)]
    summary = summed(*records, regions=("Gao", "Mopti"))
    assert [(r.value, r.total, r.share, r.composite) for r in summary.rows] == [
        (None, 6, None, "Gao + Ménaka"),
        (None, 7, None, "Gao + Ménaka"),
    ]
    assert summary.notes == (
        "the source counts Gao + Ménaka together, and the figure cannot be split; ask for "
        '--region "Gao + Ménaka"',
    )


def test_several_composites_are_named_together():
    """Of one period; each has a note of its own."""
    other = {"admin1_name": "Kidal + Mopti", "admin1_code": "ML05+ML08"}
    summary = summed(figure(5, **GAO), figure(6, **other), regions=("Gao", "Kidal"))
    assert summary.rows[0].composite == "Gao + Ménaka and Mopti + Kidal"
    assert summary.rows[0].value is None


def test_a_period_without_a_row_of_the_region_is_named():
    """2022 has other regions only; 2023 has none missing."""
    records = [
        year(2021, 1),
        year(2022, 2, admin1_name="Gao"),
        year(2023, 3, admin1_name="Gao"),
    ]
    summary = summed(*records, regions=("Mopti", "Ségou"))
    assert values(summary) == {"2021": 1, "2022": None, "2023": None}
    assert summary.notes == ("no row for Mopti, Ségou in 2022, 2023",)


def test_by_region_gives_areas_in_the_order_of_their_names():
    """Accents and case aside; a row without an area says so; only regions asked for are listed."""
    records = [
        figure(1, admin1_name="Ségou"),
        figure(2, admin1_name="Sikasso"),
        figure(5, admin1_name="Gao"),
    ]
    rows = summed(*records, by="region", regions=("Sikasso", "Segou")).rows
    assert [(r.period, r.value, r.total, r.share) for r in rows] == [
        ("Ségou", 1, 8, 0.125),
        ("Sikasso", 2, 8, 0.25),
    ]
    (row,) = summed(figure(3, operator=None), by="operator").rows
    assert (row.period, row.value) == ("(not said)", 3)


def test_by_region_a_gap_anywhere_takes_every_share():
    """The whole is not known; nor is the share of a region with a gap of its own."""
    gap = figure(None, missing=1, admin1_name="Gao")
    rows = summed(figure(1), gap, by="region").rows
    assert [(r.period, r.value, r.share, r.n_missing, r.total_n_missing) for r in rows] == [
        ("Gao", None, None, 1, 1),
        ("Mopti", 1, None, 0, 1),
    ]


# Periods


@pytest.mark.parametrize(
    ("day", "unit", "name", "start", "end"),
    [
        ("2024-02-29", "year", "2024", "2024-01-01", "2024-12-31"),
        ("2024-02-29", "month", "2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02-10", "month", "2023-02", "2023-02-01", "2023-02-28"),
        ("2024-02-29", "day", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("2024-01-01", "quarter", "2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-03-31", "quarter", "2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-04-01", "quarter", "2024-Q2", "2024-04-01", "2024-06-30"),
        ("2024-09-30", "quarter", "2024-Q3", "2024-07-01", "2024-09-30"),
        ("2024-12-31", "quarter", "2024-Q4", "2024-10-01", "2024-12-31"),
        ("0987-12-05", "month", "0987-12", "0987-12-01", "0987-12-31"),
    ],
)
def test_units_of_time_around_a_day(day, unit, name, start, end):
    """Names, first and last days, in leap years too."""
    assert (unit_name(day, unit), unit_start(day, unit), unit_end(day, unit)) == (name, start, end)


@pytest.mark.parametrize(
    ("written", "last"),
    [
        (None, ""),
        ("", ""),
        ("2023", "2023-12-31"),
        ("2023-11", "2023-11-30"),
        ("2023-11-05", "2023-11-05"),
    ],
)
def test_the_last_day_that_a_date_can_mean(written, last):
    """A year ends in December, a month on its last day."""
    assert last_day(written) == last


def month(number, total, **more):
    start = f"2022-{number:02}-01"
    return figure(
        total, reference_period_start=start, reference_period_end=unit_end(start, "month"), **more
    )


def test_a_quarter_is_over_when_its_last_month_is_there():
    """Missing its last month, it is partial, and so is the year."""
    records = [month(number, 1) for number in (1, 2, 3, 4, 5)]
    rows = summed(*records, by="quarter").rows
    assert [(r.period, r.value, r.partial) for r in rows] == [
        ("2022-Q1", 3, False),
        ("2022-Q2", 2, True),
    ]
    (row,) = summed(*records, by="year").rows
    assert (row.value, row.partial) == (5, True)
    (row,) = summed(*[month(number, 1) for number in range(1, 13)], by="year").rows
    assert (row.value, row.partial) == (12, False)


def test_months_by_themselves_are_whole():
    """A source of months has no unfinished years."""
    assert [row.partial for row in summed(month(1, 1), month(2, 1)).rows] == [False, False]


def test_half_a_year_beside_whole_years_is_partial():
    """It starts in January and stops early; another half that starts in July does not count to its end."""
    half = figure(1, reference_period_start="2023-01-01", reference_period_end="2023-06-30")
    assert [row.partial for row in summed(year(2022, 2), half).rows] == [False, True]
    later = figure(1, reference_period_start="2023-07-01", reference_period_end="2023-12-31")
    assert [row.partial for row in summed(year(2022, 2), later).rows] == [False, False]
    assert [row.partial for row in summed(half).rows] == [False]


@pytest.mark.parametrize(
    ("as_of", "partial"),
    [
        ("2022-12-30", True),
        ("2022-12-31", False),
        ("2022", False),
        ("2022-11", True),
        (None, False),
    ],
)
def test_a_period_counted_to_a_day_before_its_end_is_partial(as_of, partial):
    """Dates of any precision mean their last day."""
    (row,) = summed(figure(1, as_of=as_of)).rows
    assert row.partial is partial


def test_longer_periods_are_never_divided():
    """How many figures, and what can be asked instead."""
    said = refusal(
        year(2021, 1), year(2022, 1, rows=3), month(1, 1, source_ref="a[t1]"), by="month"
    )
    assert said == (
        "--by month: 4 figures of longer periods cannot be divided; "
        "see them with --by period, or --by year"
    )


def test_figures_over_several_years_count_under_the_first_and_are_said():
    """By year; by period they keep their own."""
    long = figure(4, reference_period_start="2019-01-01", reference_period_end="2021-12-31")
    summary = summed(long, by="year")
    assert values(summary) == {"2019": 4}
    assert summary.notes == ("1 figure of periods beyond one year, counted under the first",)
    assert summed(year(2022, 1), by="year").notes == ()
    assert values(summed(long)) == {"2019..2021": 4}


# Trends


def row(period, value, **more):
    return SummaryRow(period, value, value, None, **more)


def series(*figures, **more):
    rows = [row("2018", figures[0])]
    for at, value in enumerate(figures[1:], start=2019):
        known = value is not None and rows[-1].value is not None
        change = value - rows[-1].value if known else None
        rows.append(row(str(at), value, change=change))
    return Summary("incidents", MEASURE, "period", (), tuple(rows), notes=("read me",), **more)


def test_a_steady_rise_has_its_slope_and_its_tau():
    """Four periods, two more in each: tau 1, slope 2, all ends of its interval 2."""
    trend = with_trend(series(2, 4, 6, 8)).trend
    assert trend == {
        "periods": 4,
        "test": "Mann-Kendall",
        "tau": 1.0,
        "p_value": pytest.approx(2 / math.factorial(4)),
        "slope_per_period": 2.0,
        "slope_low": 2.0,
        "slope_high": 2.0,
        "slope_method": "Theil-Sen",
    }


def test_slopes_are_the_median_of_pairs_with_an_interval():
    """By hand: 15 pairs, 12 rise and 3 fall; 95 % leaves out the lowest and the highest of them.

    The ranks are (15 ± 1.96 · √(6 · 5 · 17 / 18)) / 2, rounded outwards to the 2nd and the 14th.
    """
    figures = (1, 9, 2, 12, 5, 14)
    trend = with_trend(series(*figures)).trend
    slopes = sorted(
        (figures[late] - figures[early]) / (late - early)
        for late in range(6)
        for early in range(late)
    )
    assert trend["tau"] == pytest.approx((12 - 3) / 15)
    assert trend["slope_per_period"] == pytest.approx(slopes[7])
    assert trend["slope_low"] == pytest.approx(slopes[1])
    assert trend["slope_high"] == pytest.approx(slopes[13])


def test_a_level_series_has_no_tau():
    """All the same: rank correlation says nothing, and null is not NaN."""
    trend = with_trend(series(3, 3, 3, 3)).trend
    assert (trend["tau"], trend["p_value"], trend["slope_per_period"]) == (None, None, 0.0)


def test_three_complete_periods_are_too_few():
    """Null, partial and incomplete periods are none; earlier notes stay first."""
    found = with_trend(series(1, 2, 3))
    assert found.trend == {"periods": 3, "test": None}
    assert found.notes == ("read me", "no trend test: 3 complete periods, 4 needed")
    rows = (
        row("2018", 1),
        row("2019", 2),
        row("2020", 3),
        row("2021", 4, partial=True),
        row("2022", 4, n_missing=1),
        row("2023", None),
    )
    found = with_trend(Summary("incidents", MEASURE, "period", (), rows))
    assert found.trend == {"periods": 3, "test": None}
    assert len(found.rows) == 6


def test_a_series_too_short_for_a_test_has_its_ratios():
    """They need two periods only."""
    assert [r.rate_ratio for r in with_trend(series(1, 2, 4)).rows] == [None, 2, 2]


def test_without_scipy_the_extra_is_named(monkeypatch):
    """And what it is for."""
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(MissingExtra) as missing:
        with_trend(series(1, 2))
    assert str(missing.value) == str(MissingExtra("--trend", "stats"))
    assert "--trend" in str(missing.value)


def test_no_periods_have_no_trend():
    """And nothing to compare."""
    found = with_trend(Summary("incidents", MEASURE, "period", (), ()))
    assert (found.rows, found.trend) == ((), {"periods": 0, "test": None})


def test_ratios_stand_where_changes_do():
    """The first period, a gap and the one after it have none."""
    rows = with_trend(series(45, 56, None, 8, 4)).rows
    assert [r.rate_ratio is None for r in rows] == [True, False, True, True, False]
    assert rows[1].rate_ratio == pytest.approx(56 / 45)
    assert rows[1].rate_ratio_low == pytest.approx(0.82555, abs=1e-4)
    assert rows[1].rate_ratio_high == pytest.approx(1.88529, abs=1e-4)
    assert rows[4].rate_ratio == 0.5
    assert [r.value for r in rows] == [45, 56, None, 8, 4]


def test_ratios_are_told_only_where_a_trend_was_asked_for():
    """In JSON."""
    plain = series(1, 2)
    assert "trend" not in plain.as_json()
    assert "rate_ratio" not in plain.as_json()["rows"][0]
    assert "countries" not in plain.as_json()
    told = with_trend(plain).as_json()
    assert told["trend"] == {"periods": 2, "test": None}
    names = {"rate_ratio", "rate_ratio_low", "rate_ratio_high"}
    assert names <= set(told["rows"][1])
    assert "countries" not in told


@pytest.mark.parametrize("figures", [(1.5, 2), (2, 1.5), (0, 0), (0.5, 0.5), (-1, 1)])
def test_what_is_no_count_has_no_ratio(figures):
    """Fractions, two zeros, and figures below zero."""
    assert rate_ratio(*figures) is None


def test_a_fall_to_zero_has_a_ratio_of_zero_and_an_upper_end():
    """By hand: 0 of 3 events, Clopper–Pearson 0 to 1 − 0.025^(1/3)."""
    ratio, low, high = rate_ratio(0, 3)
    top = 1 - 0.025 ** (1 / 3)
    assert (ratio, low) == (0, 0)
    assert high == pytest.approx(top / (1 - top))


def test_a_rise_from_zero_has_a_lower_end_only():
    """By hand: 3 of 3 events, Clopper–Pearson 0.025^(1/3) to 1."""
    ratio, low, high = rate_ratio(3, 0)
    bottom = 0.025 ** (1 / 3)
    assert (ratio, high) == (None, None)
    assert low == pytest.approx(bottom / (1 - bottom))


def test_one_event_in_all_is_enough_for_an_interval():
    """1 and 0: from 1/39 to no end; a lower confidence narrows it."""
    ratio, low, high = rate_ratio(1, 0)
    assert (ratio, low, high) == (None, pytest.approx(0.025 / 0.975), None)
    assert rate_ratio(1, 0, confidence=0.9)[1] == pytest.approx(0.05 / 0.95)
