"""Tidy rows: sums kept, nothing dropped, a blank is no zero, every cell traceable."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtool.passport import Correction
from tables import derived, rules, table

YEARS = ["2020", "2021", "2022"]


def test_wide_years_become_rows_with_their_cells():
    """One row per region and year, each with the line and column it stands in."""
    frame = derived(table(["Region", *YEARS], [["Mopti", "1", "2", "3"]])).frames["incidents"]
    assert frame["incidents"].tolist() == [1, 2, 3]
    assert frame["source_cell"].tolist() == [f"line 2, column {c}" for c in (2, 3, 4)]
    assert frame["reference_period_end"].dt.year.tolist() == [2020, 2021, 2022]
    assert frame["admin1_code"].unique().tolist() == ["ML05"]


def test_a_totals_row_is_never_counted():
    """The Totals row is a control total."""
    found = derived(table(["Region", "2022"], [["Mopti", "1"], ["Kayes", "2"], ["Totals", "3"]]))
    assert found.frames["incidents"]["incidents"].sum() == 3
    assert found.control_totals[0].stated == 3


def test_kinds_of_missing_are_kept():
    """Nulls say why; a printed zero is zero."""
    rows = [["Mopti", "0"], ["Kayes", ""], ["Kidal", "N/K"], ["Gao", "60–70"]]
    frame = derived(table(["Region", "2022"], rows)).frames["incidents"]
    assert frame["incidents"].fillna(-1).tolist() == [0, -1, -1, -1]
    assert frame["value_status"].fillna("").tolist() == ["", "not_reported", "not_known", "range"]
    assert frame["qualifier"].fillna("").tolist() == ["", "", "", "60..70"]


def test_a_figure_that_is_no_number_is_a_finding_with_its_cell():
    """`4O0` is refused, its row kept with a null."""
    found = derived(table(["Region", "2021", "2022"], [["Mopti", "4O0", "4"]]))
    bad = [f for f in found.report if f.rule == "not_a_number"]
    assert [f.locator.in_source() for f in bad] == ["line 2, column 2"]
    assert found.frames["incidents"]["value_status"].fillna("").tolist() == ["unreadable", ""]
    assert not found.trusted


def test_an_unknown_region_keeps_its_row_and_names_candidates():
    """No fuzzy match and no dropped row."""
    found = derived(table(["Region", "2022"], [["Mopty", "4"], ["Kayes", "1"]]))
    assert rules(found) == ["unknown_area"]
    assert "did you mean Mopti" in found.report.findings[-1].message or any(
        "did you mean Mopti" in f.message for f in found.report
    )
    frame = found.frames["incidents"]
    assert frame["incidents"].tolist() == [4, 1]
    assert frame["admin1_code"].isna().tolist() == [True, False]


def test_areas_in_square_kilometres_become_square_metres():
    """The unit of the header decides; the decimal comma is proved by the column."""
    raw = table(
        ["Région", "Superficie dépolluée (km²)"],
        [["Mopti", "1,5"], ["Kayes", "1 246,7"]],
        "Mali : dépollution en 2022",
    )
    frame = derived(raw).frames["land_release"]
    assert frame["area_cleared_m2"].tolist() == [1_500_000.0, 1_246_700_000.0]


def test_a_mark_that_may_be_thousands_or_decimals_is_asked_about():
    """`1.246` km² is a thousand or one and a quarter; nobody guesses."""
    raw = table(["Région", "Superficie dépolluée (km²)"], [["Mopti", "1.246"]], "Mali, 2022")
    assert "number_ambiguous" in rules(derived(raw))


def test_measures_in_columns_share_a_row():
    """Killed and injured of one region and year are one row, each with its own cell."""
    raw = table(["Région", "Tués", "Blessés"], [["Mopti", "3", "N/R"]], "Mali, victimes en 2022")
    row = derived(raw).frames["casualties"].iloc[0]
    assert (row["killed"], row["value_status"]) == (3, "injured=not_reported")
    assert row["source_cell"] == "killed=line 2, column 2; injured=line 2, column 3"


def test_levels_of_a_header_are_read_one_by_one():
    """`2021 / Killed` is a year and a measure."""
    header = ["Region", "2021 / Killed", "2021 / Injured", "2022 / Killed", "2022 / Injured"]
    frame = derived(table(header, [["Mopti", "1", "2", "3", "4"]])).frames["casualties"]
    assert frame[["killed", "injured"]].to_numpy().tolist() == [[1, 2], [3, 4]]


def test_a_lone_label_heads_a_section_and_is_reported():
    """A row with a label and nothing else is no region, unless it names one."""
    rows = [["Northern regions", ""], ["Kidal", "3"], ["Mopti", ""]]
    found = derived(table(["Region", "2022"], rows))
    assert [f.value for f in found.report if f.rule == "section_row"] == ["Northern regions"]
    assert len(found.frames["incidents"]) == 2


def test_a_correction_applies_and_is_reported():
    """A curator's correction names the cell and what the source says."""
    raw = table(["Region", "2022"], [["Mopti", "35"]])
    fix = Correction("line 2, column 2", "35", "53", "erratum")
    found = derived(raw, corrections=(fix,))
    assert found.frames["incidents"]["incidents"].tolist() == [53]
    assert "correction_applied" in rules(found, errors=False)


def test_a_correction_of_something_else_fails():
    """When the source was mended, its correction must go."""
    fix = Correction("line 2, column 2", "34", "53", "erratum")
    found = derived(table(["Region", "2022"], [["Mopti", "35"]]), corrections=(fix,))
    assert rules(found) == ["correction_stale"]
    assert found.frames["incidents"]["incidents"].tolist() == [35]


def test_dates_that_could_be_swapped_wait_for_a_person():
    """12/08/2022 alone is two days."""
    raw = table(
        ["Event ID", "Date", "Region", "Killed", "Latitude", "Longitude"],
        [["7", "12/08/2022", "Mopti", "1", "14.5", "-4.2"]],
    )
    assert "date_order_unknown" in rules(derived(raw))


def test_events_outside_the_country_are_found():
    """Swapped coordinates fall out of the country's bounds."""
    raw = table(
        ["Event ID", "Date", "Region", "Killed", "Latitude", "Longitude"],
        [
            ["7", "2022-08-12", "Mopti", "1", "-4.2", "14.5"],
            ["8", "2022-08-12", "Mopti", "1", "14.5", "-4.2"],
        ],
    )
    found = derived(raw)
    assert [f.rule for f in found.report if f.rule == "inside_country"] == ["inside_country"]


cells = st.integers(0, 5_000).map(str) | st.sampled_from(["", "N/R", "–"])
regions = st.lists(
    st.sampled_from(["Mopti", "Kayes", "Kidal", "Sikasso", "Bamako"]),
    min_size=1,
    max_size=5,
    unique=True,
)


@settings(max_examples=40, deadline=None)
@given(regions, st.data())
def test_melting_keeps_sums_and_never_makes_a_zero(names, data):
    """The sum of the figures and the count of nulls are those of the printed cells."""
    rows = [[name, *data.draw(st.lists(cells, min_size=3, max_size=3))] for name in names]
    printed = [cell for row in rows for cell in row[1:]]
    if not any(cell.isdigit() for cell in printed):
        return
    frame = derived(table(["Region", *YEARS], rows), schema="incidents").frames["incidents"]
    assert frame["incidents"].sum() == sum(int(c) for c in printed if c.isdigit())
    assert frame["incidents"].isna().sum() == sum(not c.isdigit() for c in printed)


@settings(max_examples=30, deadline=None)
@given(regions, st.data(), st.integers(1, 99))
def test_a_total_off_by_n_gives_one_finding_that_says_n(names, data, off):
    """A wrong total is found, with the difference; a right one is supported."""
    figures = data.draw(st.lists(st.integers(0, 500), min_size=len(names), max_size=len(names)))
    if len(names) < 2:
        return
    rows = [[name, str(n), str(n + 1)] for name, n in zip(names, figures, strict=True)]
    rows.append(["Total", str(sum(figures) + off), str(sum(figures) + len(figures))])
    found = [
        f
        for f in derived(table(["Region", "2021", "2022"], rows)).report
        if f.rule.startswith("control_total") and f.verdict == "contradicted"
    ]
    assert [f.difference for f in found] == [off]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_rows_changes_no_figure(order):
    """Rows in another order give the same rows in another order."""
    rows = [["Mopti", "1"], ["Kayes", "2"], ["Kidal", "3"]]
    frame = derived(table(["Region", "2022"], [rows[at] for at in order])).frames["incidents"]
    assert dict(zip(frame["admin1_name"], frame["incidents"], strict=True)) == {
        "Mopti": 1,
        "Kayes": 2,
        "Kidal": 3,
    }
