"""Every failure in one pass, one finding per rule and cell."""

from __future__ import annotations

import pytest

from conftest import run_mtool
from mtool.schemas import load_schema
from mtool.tidy import tidy_table
from mtool.validate import validate_frame
from tables import derived, rules, table

STAFF = [
    "Operator",
    "Total staff",
    "Women employed",
    "Total managerial staff",
    "Women managerial",
    "Total operational staff",
    "Women operational",
]


def staff(*rows):
    return derived(table(STAFF, rows, "Staff of operators in Mali, 2022"))


def failed(found, rule):
    return [f for f in found.report if f.rule == rule]


def test_women_in_roles_above_women_employed_is_one_finding():
    """4 + 5 women in roles, 6 employed: stated 9, computed 6, at the cell of the 6."""
    found = staff(["MAG", "20", "6", "8", "4", "12", "5"], ["DCA", "35", "9", "12", "3", "23", "6"])
    (finding,) = failed(found, "women_in_roles_within_women")
    assert (finding.stated, finding.computed, finding.difference) == (9, 6, 3)
    assert finding.locator.in_source() == "line 2, column 3"
    assert finding.class_ == "source"
    assert rules(found) == ["women_in_roles_within_women"]
    assert found.trusted


def test_more_women_than_staff_is_found_per_role():
    """Each role is compared with its own total."""
    found = staff(["MAG", "20", "6", "3", "4", "12", "2"])
    (finding,) = failed(found, "women_within_staff")
    assert (finding.stated, finding.computed) == (4, 3)


def test_missing_staff_is_no_contradiction():
    """What is not reported cannot exceed anything."""
    assert rules(staff(["MAG", "20", "N/R", "8", "4", "12", "5"])) == []


def test_casualties_that_are_not_killed_and_injured():
    """All three given and not adding up: the source's error."""
    raw = table(
        ["Region", "Killed", "Injured", "Casualties"],
        [["Mopti", "3", "4", "8"], ["Kayes", "1", "N/K", "5"]],
        "Casualties in Mali, 2022",
    )
    found = derived(raw)
    (finding,) = failed(found, "casualties_are_killed_and_injured")
    assert (finding.stated, finding.computed, finding.difference) == (8, 7, 1)


def test_a_duplicate_key_names_the_other_row():
    """Two figures for one region and year cannot both be counted."""
    found = derived(table(["Region", "2022"], [["Mopti", "1"], ["Kayes", "2"], ["Mopti", "3"]]))
    duplicates = failed(found, "duplicate_key")
    assert {f.locator.in_source() for f in duplicates} == {"line 2, column 2", "line 4, column 2"}
    assert "line 4, column 2" in duplicates[0].message
    assert not found.trusted


def test_negative_counts_are_found_one_by_one():
    """Two bad cells, two findings, whatever else is wrong in the column."""
    found = derived(
        table(["Region", "2021", "2022"], [["Mopti", "-3", "4O0"], ["Kayes", "(2)", "5"]])
    )
    places = [f.locator.in_source() for f in failed(found, "greater_than_or_equal_to")]
    assert places == ["line 2, column 2", "line 3, column 2"]
    assert len(failed(found, "not_a_number")) == 1


def test_a_period_after_publication_is_the_sources_error():
    """A report of 2023 has no figures of 2025; nothing is compared with the clock."""
    found = derived(table(["Region", "2022", "2025"], [["Mopti", "1", "2"]]))
    assert [f.class_ for f in failed(found, "period_before_publication")] == ["source"]


@pytest.mark.parametrize("schema", ["incidents", "staffing", "casualties"])
def test_zero_rows_are_an_error(schema):
    """A table that gave nothing was not checked."""
    found = derived(table(["Region", "2022"], []), schema=schema)
    assert rules(found) == ["no_rows"]
    assert found.report.checked.rows == 0


def test_text_in_a_typed_column_hides_no_other_failure():
    """One text among counts neither hides the negative ones nor blames the good ones."""
    schema = load_schema("incidents")
    frame = derived(table(["Region", "2021", "2022"], [["Mopti", "1", "2"], ["Kayes", "3", "4"]]))
    rows = frame.frames["incidents"].astype({"incidents": object})
    rows.loc[0, "incidents"] = "many"
    rows.loc[1, "incidents"] = -7
    checked = validate_frame(rows.assign(incidents=rows["incidents"].astype(str)), schema)
    found = [(f.rule, f.value) for f in checked.report]
    assert ("type", "many") in found
    assert ("greater_than_or_equal_to", "-7") in found
    assert checked.unsound == {0, 1}


def test_an_acknowledged_finding_counts_as_information():
    """A person has looked; a changed figure brings it back."""
    from mtool.passport import Acknowledgement

    known = Acknowledgement(
        "women_in_roles_within_women", "line 2, column 3", "9", "6", "as printed"
    )
    raw = table(STAFF, [["MAG", "20", "6", "8", "4", "12", "5"]], "Staff in Mali, 2022")
    assert not derived(raw, acknowledged=(known,)).report.failed("source")
    changed = table(STAFF, [["MAG", "20", "6", "8", "4", "12", "6"]], "Staff in Mali, 2022")
    found = derived(changed, acknowledged=(known,))
    assert found.report.failed("source")
    assert "acknowledgement_lapsed" in rules(found, errors=False)


def test_tidy_table_says_when_the_layout_drifted():
    """A renamed column is a finding and gives no rows."""
    from mtool.infer import Context, infer_recipe
    from mtool.model import Source
    from mtool.passport import Passport

    old = table(["Region", "2021", "2022"], [["Mopti", "1", "2"]])
    recipe = infer_recipe(old, Context("MLI", about=("incidents",)))
    new = table(["Region", "2022", "2023"], [["Mopti", "1", "2"]])
    tidied = tidy_table(new, recipe, load_schema("incidents"), Passport(Source("a"), ""))
    assert [f.rule for f in tidied.findings] == ["layout_drift"]
    assert tidied.frame.empty


@pytest.mark.parametrize("header", ["region", "Région", "province"])
def test_a_tidy_table_with_a_region_needs_no_column_of_the_schema(tmp_path, header):
    """`--schema events` takes a column named region as the area, and cercle as the one within."""
    path = tmp_path / "events.csv"
    path.write_text(
        f"event_id,location_code,{header},cercle,event_date,killed,injured\n"
        "1,MLI,Mopti,Bandiagara,2022-03-01,1,0\n2,MLI,Gao,Ansongo,2022-03-02,0,2\n",
        "utf-8",
    )
    ended = run_mtool("validate", path, "--schema", "events", "--format", "csv")
    assert ended.code == 0, ended.out
    assert "unknown_column" not in ended.out
    path.write_text(path.read_text("utf-8").replace("Mopti", "Atlantis"), "utf-8")
    ended = run_mtool("validate", path, "--schema", "events", "--format", "csv")
    assert "unknown_area" in ended.out


def test_an_empty_cell_is_found_beside_an_unknown_area_and_a_wrong_figure(tmp_path):
    """An error in one row never hides what is missing in another, or in another column."""
    path = tmp_path / "incidents.csv"
    path.write_text(
        "location_code,provider_admin1_name,reference_period_start,reference_period_end,incidents\n"
        "MLI,Atlantis,2022-01-01,2022-12-31,3\nMLI,Mopti,,2022-12-31,4\n"
        "MLI,Gao,2022-01-01,2022-12-31,twelve\nMLI,Kayes,2022-01-01,2022-12-31,2.5\n",
        "utf-8",
    )
    ended = run_mtool("validate", path, "--format", "csv")
    found = [row.partition(",")[0] for row in ended.out.splitlines()[1:]]
    assert sorted(found) == ["not_a_number", "not_null", "not_whole", "unknown_area"]
