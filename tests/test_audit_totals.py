"""Control totals: found by what tables declare, reconciled with what they sum."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audit_tables import contradicted, table, verdicts
from mtool.auditing.totals import find_control_totals, reconcile, total_columns, total_rows
from mtool.model import RawTable, Row, Source
from mtool.readers import ReadOptions, find_reader


def test_a_real_table_of_incidents_has_six_totals_that_add_up(seed: Path) -> None:
    """A totals row over six years gives six supported totals, and staffing gives none."""
    reader = find_reader(seed, seed.read_bytes()[:4096])
    document = reader.read(seed, Source("mali"), ReadOptions())
    findings = [f for t in document.tables for f in reconcile(t) if f.verdict]
    assert [(f.rule, f.verdict) for f in findings] == [("control_total_row", "supported")] * 6
    assert [f.stated for f in findings] == [80, 101, 122, 85, 155, 94]


@given(
    st.lists(st.lists(st.integers(0, 9_999), min_size=3, max_size=3), min_size=2, max_size=8),
    st.integers(0, 2),
    st.integers(-500, 500).filter(bool),
)
@settings(max_examples=60, deadline=None)
def test_a_total_off_by_n_gives_exactly_one_finding_that_says_n(
    values: list[list[int]], column: int, off: int
) -> None:
    """However a table looks, one wrong total is one contradiction with its difference.

    One among its addends may be an average or the highest of them, and is left open.
    """
    sums = [sum(row[c] for row in values) for c in range(3)]
    sums[column] += off
    addends = [row[column] for row in values]
    assume(not min(addends) <= sums[column] <= max(addends))
    rows = [Row((f"Area {i}x", *map(str, row)), i + 2) for i, row in enumerate(values)]
    rows.append(Row(("Total", *map(str, sums)), len(values) + 2))
    made = RawTable("t1", ("Region", "2019", "2020", "2021"), tuple(rows))
    found = contradicted(reconcile(made))
    assert [f.difference for f in found] == [off]
    assert found[0].rule == "control_total_row"


@given(st.permutations([("A", 3, 4), ("B", 0, 9), ("C", 12, 1), ("D", 7, 7)]))
@settings(max_examples=24, deadline=None)
def test_the_order_of_rows_changes_no_verdict(rows: list[tuple[str, int, int]]) -> None:
    """A sum does not depend on the order of its addends."""
    text = "Region|Killed|Injured\n" + "\n".join(f"{n}|{a}|{b}" for n, a, b in rows)
    assert verdicts(reconcile(table(f"{text}\nTotal|22|22"))) == ["supported", "contradicted"]


def test_a_corner_repeats_no_error_made_elsewhere() -> None:
    """A wrong row total is reported once; the grand total that the other direction gives is right."""
    found = reconcile(table("Region|Men|Women|Total\nA|1|2|3\nB|5|5|11\nTotal|6|7|13"))
    assert [(f.rule, f.difference) for f in contradicted(found)] == [("control_total_column", 1)]
    assert [f.verdict for f in found if f.rule == "control_total_grand"] == ["supported"]


@pytest.mark.parametrize(
    "label",
    ["Total", "Totals", "TOTAL:", "Grand total", "Overall", "All regions", "Sum", "Ensemble",
     "Total général", "Totaux", "Somme", "Total (m²)", "Toutes les régions"],
)  # fmt: skip
def test_words_that_declare_a_total(label: str) -> None:
    """English and French words for a total row are known."""
    assert total_rows(table(f"Region|Number\nA|3\nB|4\n{label}|7")) == [2]


@pytest.mark.parametrize("label", ["Other", "All others", "Tottenham", "Alliance", "Sumatra"])
def test_words_that_only_look_like_a_total(label: str) -> None:
    """A name that begins like a total is a name."""
    assert total_rows(table(f"Region|Number\nA|3\nB|4\n{label}|7")) == []


def test_missing_addends_leave_only_the_bound() -> None:
    """A sum over missing values is unverifiable, unless the known ones exceed the total."""
    open_sum = reconcile(table("Region|2020\nA|3\nB|N/R\nTotal|9"))
    assert verdicts(open_sum) == ["unverifiable"]
    assert "1 of 2 addends missing" in open_sum[0].message
    assert verdicts(reconcile(table("Region|2020\nA|13\nB|–\nTotal|9"))) == ["contradicted"]


def test_a_blank_is_missing_and_a_zero_is_not() -> None:
    """Nothing printed is no zero."""
    assert verdicts(reconcile(table("Region|2020\nA|9\nB|\nTotal|9"))) == ["unverifiable"]
    assert verdicts(reconcile(table("Region|2020\nA|9\nB|0\nTotal|9"))) == ["supported"]


def test_rounding_of_the_printed_precision_is_allowed_for() -> None:
    """Areas rounded one by one may miss their total by half a unit each."""
    assert verdicts(reconcile(table("Region|km²\nA|1.4\nB|2.4\nTotal|3.9"))) == ["supported"]
    assert verdicts(reconcile(table("Region|km²\nA|1.4\nB|2.4\nTotal|4.9"))) == ["contradicted"]
    assert verdicts(reconcile(table("Region|Killed\nA|14\nB|24\nTotal|39"))) == ["contradicted"]


def test_subtotals_sum_their_group_and_the_grand_total_sums_all() -> None:
    """Each total is read in the way that its place and the arithmetic agree on."""
    found = reconcile(
        table(
            "Région|Victimes|Incidents\nA|3|1\nB|4|2\nSous-total|7|3\n"
            "C|5|5\nD|6|6\nSous-total|12|11\nTotal général|18|14"
        )
    )
    assert [(f.stated, f.computed) for f in contradicted(found)] == [(12, 11)]
    assert len(found) == 6


def test_a_total_may_stand_first() -> None:
    """A totals row above its rows sums the rows below it."""
    assert verdicts(reconcile(table("Region|2020\nTotal|9\nA|4\nB|5"))) == ["supported"]


def test_groups_in_a_label_column_have_their_own_totals() -> None:
    """A total that shares its first label with some rows sums those."""
    found = reconcile(
        table(
            "Group|Item|Number\nNorth|a|3\nNorth|b|4\nNorth|Total|7\n"
            "South|c|5\nSouth|d|6\nSouth|Total|12\nTotal||18"
        )
    )
    assert [(f.stated, f.computed) for f in contradicted(found)] == [(12, 11)]


def test_headers_of_two_levels_sum_within_their_group() -> None:
    """`2021 / Total` sums the columns of 2021 only."""
    text = (
        "Area|2021 / Killed|2021 / Injured|2021 / Total|2022 / Killed|2022 / Injured|2022 / Total\n"
        "A|1|2|3|4|5|9\nB|2|2|4|1|1|3"
    )
    found = reconcile(table(text))
    assert [f.difference for f in contradicted(found)] == [1]
    assert total_columns(table(text)) == [3, 6]


def test_columns_of_one_unit_are_summed_apart_from_columns_of_another() -> None:
    """Numbers of areas and their sizes have totals of their own."""
    text = (
        "Province|CHAs|Area (m²)|SHAs|Area (m²)|Total SHA/CHA|Total area (m²)\n"
        "A|3|1,200|2|800|5|2,000\nB|1|500|4|1,500|5|2,000\nTotal|4|1,700|6|2,300|10|4,000"
    )
    assert set(verdicts(reconcile(table(text)))) == {"supported"}


def test_a_measure_named_total_is_no_sum_of_other_columns() -> None:
    """`Total staff` beside staff by role says nothing about their sum."""
    text = (
        "Operator|Total staff|Women employed|Total managerial staff|Total operational staff\n"
        "X|8|5|1|1\nY|20|6|8|12\nZ|35|9|12|23"
    )
    assert reconcile(table(text)) == []


def test_a_list_that_breaks_one_whole_down_in_several_ways_has_no_plain_sum() -> None:
    """Killed, injured, women and men all overlap; their sum is never the total."""
    text = "Indicator|2020\nTotal|30\nKilled|10\nInjured|20\nCivilian|25\nMilitary|5"
    assert contradicted(reconcile(table(text))) == []


def test_percent_years_and_codes_are_not_summed() -> None:
    """A totals row says nothing about rates, and no sum of years is a year."""
    text = "Region|Year founded|P-code|% women|Staff\nA|2001|ML01|30|4\nB|2004|ML02|50|6\nTotal|||45|10"
    found = reconcile(table(text))
    assert [(f.stated, f.verdict) for f in found] == [(10, "supported")]


def test_rows_of_shares_and_subsets_are_no_addends() -> None:
    """`of which` and `%` rows restate what is counted already."""
    text = "Item|Number\nMen|10\nof which deminers|4\nWomen|5\nTotal|15"
    assert verdicts(reconcile(table(text))) == ["supported"]


def test_a_row_whose_numbers_give_it_away_is_information_only() -> None:
    """A last row that sums all others is reported, and never as a contradiction."""
    found = reconcile(table("Area|Killed|Injured\nA|10|5\nB|20|6\nC|13|9\nChad|43|20"))
    assert [(f.rule, f.severity, f.class_) for f in found] == [
        ("control_total_undeclared_row", "info", "note")
    ]


def test_people_of_unknown_status_may_be_missing_from_a_breakdown() -> None:
    """Civilians and soldiers may be fewer than all casualties, never more."""
    below = reconcile(table("Status|Casualties\nCivilian|31\nMilitary|82\nTotal|114"))
    above = reconcile(table("Status|Casualties\nCivilian|55\nMilitary|78\nUnknown|21\nTotal|133"))
    assert verdicts(below) == ["unverifiable"]
    assert [f.difference for f in contradicted(above)] == [-21]


def test_a_control_total_keeps_the_places_of_its_addends() -> None:
    """What is set aside can be traced: places and values, null where a cell is no number."""
    total = find_control_totals(table("Region|2020\nA|3\nB|N/R\nTotal|9"))[0]
    assert (total.label, total.column, total.stated) == ("Total", "2020", 9)
    assert [(str(place), value) for place, value in total.addends] == [
        ("line 2, column 2", 3),
        ("line 3, column 2", None),
    ]


def test_a_table_without_totals_costs_one_look() -> None:
    """No declared total, no finding."""
    assert find_control_totals(table("Region|2020\nA|3\nB|4")) == []
    assert reconcile(table("Region|2020\nA|3\nB|4")) == []


@pytest.mark.parametrize(
    "text", ["", "x", "|\n|", "Total", "Total\nTotal\nTotal", "a|b\n\n|\nTotal|"]
)
def test_odd_tables_raise_nothing(text: str) -> None:
    """Bad data never raises."""
    lines = [tuple(line.split("|")) for line in text.split("\n")]
    odd = RawTable("t1", lines[0], tuple(Row(cells, i) for i, cells in enumerate(lines[1:], 2)))
    assert isinstance(reconcile(odd), list)
