"""Tables that people really bring: each once gave a wrong figure, or none, without a word."""

from __future__ import annotations

import json

import pytest

from conftest import run_mtool
from tables import derived, rules, table


def ingested(workspace, tmp_path, text, name="mali.txt", *options):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return run_mtool("ingest", path, "-w", workspace, *options)


def values(workspace, *arguments):
    done = run_mtool("summarize", *arguments, "-w", workspace, "--format", "json")
    assert done.code == 0, done.err
    return {row["period"]: row["value"] for row in json.loads(done.out)["rows"]}


def test_years_inside_headers_are_told_apart():
    """`Killed 2020` and `Killed 2021` are two years of one measure."""
    header = ["Region", "Killed 2020", "Injured 2020", "Killed 2021", "Injured 2021"]
    raw = table(header, [["Agadez", "25", "61", "30", "70"]], "Casualties in Niger, 2020–2021")
    frame = derived(raw).frames["casualties"]
    assert frame[["killed", "injured"]].to_numpy().tolist() == [[25, 61], [30, 70]]
    assert frame["reference_period_start"].dt.year.tolist() == [2020, 2021]


def test_two_columns_of_one_measure_are_a_finding():
    """The second does not overwrite the first in silence."""
    header = ["Region", "Area cleared (hectares)", "Area cleared (m2)"]
    found = derived(table(header, [["Gao", "2", "25000"]], "Area cleared in Mali in 2022"))
    assert rules(found) == ["measure_twice"]
    assert not found.trusted


def test_french_staff_headers_are_roles():
    """`Femmes cadres` are managers, not all women."""
    header = ["Opérateur", "Effectif total", "Femmes employées", "Total cadres", "Femmes cadres"]
    found = derived(table(header, [["HI", "40", "12", "8", "3"]], "Personnel au Mali en 2022"))
    frame = found.frames["staffing"]
    assert rules(found) == []
    assert dict(
        zip(zip(frame["role"], frame["sex"], strict=True), frame["staff"], strict=True)
    ) == {
        ("all", "all"): 40,
        ("all", "female"): 12,
        ("managerial", "all"): 8,
        ("managerial", "female"): 3,
    }


def test_children_are_not_dropped_beside_men_and_women(workspace, tmp_path):
    """Men and women beside boys and girls are adults; the sum is of all four."""
    text = (
        "Table 1: Casualties in Mali by sex and age in 2022\n\n"
        "Region\tKilled men\tKilled women\tKilled boys\tKilled girls\n"
        "Mopti\t5\t2\t1\t1\nSegou\t3\t1\t0\t0\nTotal\t8\t3\t1\t1\n"
    )
    assert ingested(workspace, tmp_path, text).code == 0
    assert values(workspace, "casualties") == {"2022": 13}
    assert values(workspace, "casualties", "--by", "age_group") == {"adult": 11, "child": 2}


def test_by_shows_parts_and_not_their_whole(sample):
    """`all` is no role beside the others; the share is of the whole as printed."""
    done = run_mtool(
        "summarize",
        "staffing",
        "--by",
        "role",
        "--where",
        "sex=female",
        "-w",
        sample,
        "--format",
        "json",
    )
    rows = {row["period"]: (row["value"], row["total"]) for row in json.loads(done.out)["rows"]}
    assert rows == {"managerial": (8, 20), "operational": (12, 20)}


def test_an_area_without_a_unit_is_asked_about():
    """1.5 what? Nothing is guessed."""
    found = derived(
        table(["Region", "Area cleared"], [["Mopti", "1.5"]], "Area cleared in Mali in 2022")
    )
    assert rules(found) == ["unit_unknown"]


def test_a_row_about_another_measure_is_not_missing(workspace, tmp_path):
    """Devices by type beside areas: the area is complete."""
    text = (
        "Table 3: Land release in Mali in 2022\n\nOperator\tRegion\tArea cleared (ha)\t"
        "AP mines destroyed\nMAG\tMopti\t2.5\t3\nDCA\tGao\t1.5\t4\n"
    )
    assert ingested(workspace, tmp_path, text).code == 0
    done = run_mtool(
        "summarize", "--measure", "area_cleared_m2", "-w", workspace, "--format", "json"
    )
    (row,) = json.loads(done.out)["rows"]
    assert (row["value"], row["n_missing"], row["share"]) == (40_000, 0, 1.0)


def test_a_word_limits_its_own_figure_only():
    """`at least 5` killed says nothing about the injured."""
    rows = [["Mopti", "at least 5", "about 10"], ["Gao", "3–5", "N/R"]]
    found = derived(table(["Region", "Killed", "Injured"], rows, "Casualties in Mali in 2022"))
    assert rules_of_words(found) == [
        ("killed=at_least; injured=about", ""),
        ("killed=3..5", "killed=range; injured=not_reported"),
    ]
    assert found.trusted


def rules_of_words(found):
    frame = found.frames["casualties"].fillna({"qualifier": "", "value_status": ""})
    return list(zip(frame["qualifier"], frame["value_status"], strict=True))


def test_figures_that_are_not_used_are_a_warning():
    """A column of figures that mtool cannot place is not dropped without a word."""
    header = ["Region", "Incidents", "Montant"]
    found = derived(table(header, [["Mopti", "3", "1200"]], "Incidents in Mali, 2022"))
    (finding,) = [f for f in found.report if f.rule == "columns_ignored"]
    assert (finding.severity, "Montant" in finding.message) == ("warning", True)


def test_months_and_quarters_take_the_year_of_the_title():
    """`January` under a title with 2023 is January 2023."""
    raw = table(
        ["Region", "January", "Février", "Q2"],
        [["Mopti", "1", "2", "3"]],
        "Incidents in Mali by region and month, 2023",
    )
    frame = derived(raw).frames["incidents"]
    assert frame["reference_period_start"].dt.strftime("%Y-%m").tolist() == [
        "2023-01",
        "2023-02",
        "2023-04",
    ]


def test_words_of_coded_columns_become_codes():
    """Hommes and Femmes, Adultes and Enfants, in a long table."""
    rows = [
        ["Mopti", "2022", "Hommes", "Adultes", "3"],
        ["Mopti", "2022", "Femmes", "Enfants", "1"],
    ]
    header = ["Région", "Année", "Sexe", "Groupe d'âge", "Tués"]
    frame = derived(table(header, rows, "Victimes au Mali")).frames["casualties"]
    assert frame[["sex", "age_group"]].to_numpy().tolist() == [
        ["male", "adult"],
        ["female", "child"],
    ]


@pytest.mark.parametrize(
    "heading", ["GENDER AND DIVERSITY", "STAFF PER OPERATOR", "SUR LE TERRAIN"]
)
def test_capitals_are_no_country_codes(workspace, tmp_path, heading):
    """AND is Andorra's code, and a word."""
    text = f"{heading}\n\nTable 2: Staff in Mali, 2022\n\nOperator\tTotal staff\nMAG\t20\nDCA\t35\n"
    ingested(workspace, tmp_path, text.replace(" in Mali", ""), "mali_report.txt")
    clean = (workspace / "data" / "clean" / "staffing.csv").read_text()
    assert clean.splitlines()[1].startswith("MLI,")


def test_the_real_report_and_the_sample_share_their_staff(seed, sample):
    """Neither incidents nor staff are counted twice."""
    run_mtool("ingest", seed, "-w", sample)
    assert values(sample, "staffing", "--by", "operator") == {"DCA": 35, "MAG": 20, "UNMAS": 8}


def test_a_schema_asked_for_decides_what_years_hold(tmp_path):
    """No measure named anywhere: --schema incidents says it."""
    path = tmp_path / "numbers.csv"
    path.write_text("Région,2020,2021,Total\nMopti,10,20,30\nSégou,5,6,11\n", encoding="utf-8")
    done = run_mtool("validate", path, "--schema", "incidents", MTOOL_COUNTRY="MLI")
    assert (done.code, "4 rows" in done.err) == (0, True), done.out
    assert run_mtool("validate", path, MTOOL_COUNTRY="MLI").code == 1


OWN = """\
name: own
strict: true
columns:
  name: {dtype: str}
  n: {dtype: Int64, checks: {greater_than_or_equal_to: 0}}
"""


def test_ones_own_schema_checks_the_files_own_columns(tmp_path):
    """Every bad cell with its line, and a column too many."""
    (tmp_path / "own.yaml").write_text(OWN)
    path = tmp_path / "own.csv"
    path.write_text("name,n,extra\na,1,x\nb,-2,x\nc,many,x\n,4,x\n")
    done = run_mtool("validate", path, "--schema", tmp_path / "own.yaml", "--format", "json")
    found = {
        (f["rule"], f["locator"]["line"], f["locator"]["column"])
        for f in json.loads(done.out)["findings"]
        if f["severity"] == "error"
    }
    assert found >= {
        ("greater_than_or_equal_to", 3, 2),
        ("type", 4, 2),
        ("not_null", 5, 1),
        ("unknown_column", 1, None),
    }
    path.write_text("name,m\na,1\n")
    done = run_mtool("validate", path, "--schema", tmp_path / "own.yaml")
    assert "requires a column 'n'" in done.out


def test_an_inferred_schema_accepts_its_own_file(tmp_path):
    """What schema infer writes is a schema that fits."""
    path = tmp_path / "own.csv"
    path.write_text("Name,Count of things\na,1\nb,2\n")
    written = run_mtool("schema", "infer", path)
    (tmp_path / "own.yaml").write_text(written.out)
    done = run_mtool("validate", path, "--schema", tmp_path / "own.yaml")
    assert done.code == 0, done.out


def test_a_typo_in_a_passport_keeps_what_was_published(sample):
    """The source's rows, totals and place in the list of sources stay."""
    before = {p.name: p.read_bytes() for p in (sample / "data" / "clean").iterdir()}
    passport = sample / "data" / "raw" / "mali_improvised_mines.txt.passport.yaml"
    passport.write_text(passport.read_text().replace("status:", "statsu:"))
    done = run_mtool("run", "-w", sample)
    assert done.code == 2
    after = {p.name: p.read_bytes() for p in (sample / "data" / "clean").iterdir()}
    for name in (
        "incidents.csv",
        "staffing.csv",
        "treaty_events.csv",
        "sources.csv",
        "control_totals.csv",
    ):
        assert after[name] == before[name]


def test_forgetting_the_last_source_publishes_nothing(workspace, tmp_path):
    """Figures of a source that is gone are gone."""
    ingested(workspace, tmp_path, "Incidents in Mali\n\nRegion\t2021\t2022\nMopti\t33\t35\n")
    run_mtool("forget", "mali", "-w", workspace)
    assert run_mtool("run", "-w", workspace).code == 1
    assert run_mtool("summarize", "incidents", "-w", workspace).code == 2


def test_exports_taken_in_again_accuse_nobody(sample, tmp_path):
    """Staffing as CSV, and everything as a workbook: the same rows, no totals invented."""
    for name, out in (("csv", "staffing.csv"), ("xlsx", "mali.xlsx")):
        target = tmp_path / out
        names = ["staffing"] if name == "csv" else []
        run_mtool("export", name, *names, "-o", target, "-w", sample)
        other = tmp_path / f"from_{name}"
        (other / "data" / "raw").mkdir(parents=True)
        done = run_mtool("ingest", target, "-w", other)
        assert "control_total" not in done.out
        assert "schema_undecided" not in done.out
        again = (other / "data" / "clean" / "staffing.csv").read_text()
        assert again == (sample / "data" / "clean" / "staffing.csv").read_text()


def test_guarded_text_does_not_grow(workspace, tmp_path):
    """Exported and taken in twice, text is what it was."""
    header = "location_code,event_date,date_precision,instrument,event,kind\n"
    text = header + "MLI,2020-01-01,day,CCM,=1+1,status\nMLI,2020-01-02,day,CCM,'quoted,status\n"
    ingested(workspace, tmp_path, text, "mali_treaty.csv")
    first = (workspace / "data" / "clean" / "treaty_events.csv").read_bytes()
    run_mtool("export", "csv", "treaty_events", "-o", tmp_path / "again.csv", "-w", workspace)
    other = tmp_path / "other"
    (other / "data" / "raw").mkdir(parents=True)
    run_mtool("ingest", tmp_path / "again.csv", "-w", other)
    assert (other / "data" / "clean" / "treaty_events.csv").read_bytes() == first


def test_events_are_counted(workspace, tmp_path):
    """A workspace of events answers how many, by year and region."""
    text = (
        "id,date,region,killed,latitude,longitude\n"
        "1,2021-08-12,Mopti,1,14.5,-4.2\n2,2022-03-01,Mopti,0,14.5,-4.2\n3,2022-04-02,Kayes,2,14.4,-11.4\n"
    )
    assert ingested(workspace, tmp_path, text, "mali_events.csv").code == 0
    assert values(workspace, "--by", "year") == {"2021": 1, "2022": 2}
    assert values(workspace, "--by", "region", "--measure", "killed") == {"Kayes": 2, "Mopti": 1}


def test_standard_input_and_output(sample, tmp_path):
    """`-` is a file for reading and for writing."""
    done = run_mtool("export", "csv", "incidents", "-o", "-", "-w", sample, TZ="UTC")
    assert done.out == (sample / "data" / "clean" / "incidents.csv").read_text()
    refused = run_mtool("export", "csv", "-o", "-", "-w", sample)
    assert (refused.code, "takes one dataset" in refused.err) == (2, True)


def test_a_file_of_nothing_but_a_header_has_no_rows(tmp_path):
    """Zero rows, said as such."""
    path = tmp_path / "mali.csv"
    path.write_text("Region,2021,2022\n")
    done = run_mtool("validate", path)
    assert (done.code, "no_rows" in done.out) == (1, True)


def test_facts_of_treaties_by_their_usual_columns(shared, workspace):
    """date, precision, instrument, event, kind, source, note."""
    path = shared / "reference" / "treaty_events_mali.csv"
    done = run_mtool("ingest", path, "-w", workspace)
    assert done.code == 0, done.out
    clean = (workspace / "data" / "clean" / "treaty_events.csv").read_text()
    assert clean.count("\n") == path.read_text(encoding="utf-8").count("\n")


def test_areas_are_found_without_a_workspace(tmp_path):
    """`mtool areas find "Segou"` works anywhere."""
    done = run_mtool("areas", "find", "Segou", cwd=tmp_path)
    assert (done.code, "ML04" in done.out) == (0, True)


def test_events_without_an_id_are_named_by_their_line(workspace, tmp_path):
    """One warning, not an error per row."""
    text = "date,region,killed,latitude,longitude\n2021-08-12,Mopti,1,14.5,-4.2\n2022-03-01,Kayes,0,14.4,-11.4\n"
    done = ingested(workspace, tmp_path, text, "mali_events.csv")
    assert done.code == 0, done.out
    assert done.out.count("ids_made") == 1
    assert "line 2," in (workspace / "data" / "clean" / "events.csv").read_text()


def test_a_total_column_is_set_aside_without_a_warning():
    """Total = killed + injured is a control total, not a column that nobody uses."""
    rows = [["Banadir", "12", "30", "42"], ["Gedo", "1", "4", "5"]]
    raw = table(["Region", "Killed", "Injured", "Total"], rows, "Casualties in Somalia, 2023")
    assert "columns_ignored" not in rules(derived(raw), errors=False)
