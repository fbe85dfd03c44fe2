"""The commands as a user meets them, on real reports and on inputs nobody designed for."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from conftest import ROOT, run_mtool

MOPTI_AND_SEGOU = [18, 46, 78, 35, 45, 56]
SHARES = [22.5, 45.5, 63.9, 41.2, 29.0, 59.6]


def json_of(*arguments, **more):
    done = run_mtool(*arguments, "--format", "json", **more)
    return json.loads(done.out)


def test_tables_of_a_real_report(seed):
    """Exactly two tables, every cell right, title and notes found."""
    found = json_of("tables", seed)["tables"]
    assert [(len(t["rows"]), len(t["header"])) for t in found] == [(9, 7), (3, 7)]
    incidents, staff = found
    assert incidents["header"] == ["Region", "2017", "2018", "2019", "2020", "2021", "2022"]
    assert incidents["rows"][0] == ["Gao (includes Menaka)", "19", "19", "10", "11", "32", "6"]
    assert incidents["rows"][-1] == ["Totals", "80", "101", "122", "85", "155", "94"]
    assert staff["rows"][1] == ["MAG", "20", "6", "8", "4", "12", "5"]
    assert incidents["title"].startswith("Table 1: ")
    assert incidents["notes"][0].startswith("5 ")
    assert staff["notes"][0].startswith("16 ")
    assert [t["schema"] for t in found] == ["incidents", "staffing"]


def test_a_report_without_tables_says_so(shared):
    """And that is no error."""
    done = run_mtool("tables", shared / "seeds" / "mali_cluster_munition_ban_policy_2016.txt")
    assert done.code == 0
    assert "no tables found" in done.err


def test_validate_finds_the_impossible_row_of_a_real_report(seed):
    """All six control totals reconcile; one row of women cannot be."""
    found = json_of("validate", seed)
    totals = [f for f in found["findings"] if f["rule"].startswith("control_total")]
    assert [f["verdict"] for f in totals] == ["supported"] * 6
    errors = [f for f in found["findings"] if f["severity"] == "error"]
    assert [(f["stated"], f["computed"]) for f in errors] == [(9, 6)]
    line = errors[0]["locator"]["line"]
    assert seed.read_text(encoding="utf-8").splitlines()[line - 1].startswith("MAG")


def test_one_digit_changed_is_one_more_finding(seed, tmp_path):
    """With its difference."""
    copy = tmp_path / seed.name
    text = seed.read_text(encoding="utf-8")
    copy.write_text(text.replace("Kidal\t33\t32", "Kidal\t33\t35"), encoding="utf-8")
    before = json_of("validate", seed)["findings"]
    after = json_of("validate", copy)["findings"]
    wrong = [f for f in after if f["severity"] == "error"]
    assert len(wrong) == 1 + sum(f["severity"] == "error" for f in before)
    assert [f["difference"] for f in wrong if f["rule"] == "control_total_row"] == [-3]


@pytest.fixture
def with_seed(seed, sample):
    """The sample's workspace with the real report taken in as well."""
    run_mtool("ingest", seed, "-w", sample)
    return sample


def test_summaries_of_a_real_report(seed, workspace):
    """Values, shares and the change of the last year with its interval."""
    run_mtool("ingest", seed, "-w", workspace)
    rows = json_of(
        "summarize", "--region", "Mopti", "--region", "Segou", "--trend", "-w", workspace
    )["rows"]
    assert [row["value"] for row in rows] == MOPTI_AND_SEGOU
    assert [round(100 * row["share"], 1) for row in rows] == SHARES
    assert round(rows[-1]["change_pct"], 1) == 24.4
    assert rows[-1]["rate_ratio_low"] < 1 < rows[-1]["rate_ratio_high"]


def test_the_sample_and_the_report_are_not_counted_twice(with_seed):
    """Two sources of the same figures give the same sums as one."""
    summary = json_of("summarize", "--region", "Mopti", "--region", "Segou", "-w", with_seed)
    assert [row["value"] for row in summary["rows"]] == MOPTI_AND_SEGOU
    assert "counted once" in " ".join(summary["notes"])


@pytest.mark.parametrize(
    ("regions", "values"),
    [
        (["Gao (includes Menaka)"], [19, 19, 10, 11, 32, 6]),
        (["Gao"], [None] * 6),
        (["Gao", "Menaka"], [19, 19, 10, 11, 32, 6]),
    ],
)
def test_composites_at_the_command_line(sample, regions, values):
    """Whole, or not at all."""
    wanted = [word for region in regions for word in ("--region", region)]
    summary = json_of("summarize", *wanted, "-w", sample)
    assert [row["value"] for row in summary["rows"]] == values


NIGER = (
    "Niger : victimes d'engins explosifs;;;\nRégion;Année;Tués;Blessés\n"
    "Tillabéri;2021;12;1 030\nDiffa;2021;5;7\nTotal;2021;17;1 037\n"
    "Tillaberi;2022;9;N/R\nDiffa;2022;4;6\n"
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["incidents"], ["All ▅▆▇▅█▅ largest 155 (2021)"]),
        (["--region", "Mopti", "--region", "Gao"], ["Mopti ▃▅█▄▄▄ largest 72 (2019)"]),
        (["--by", "region"], ["Kayes ▁▁▁▁█▁ largest 1 (2021)"]),
        (["staffing"], []),
        (["staffing", "--by", "role"], []),
    ],
)
def test_sparklines_stand_below_tables_only(sample, arguments, said):
    """One line per region that has figures over periods; programs read what they always read."""
    shown = run_mtool("summarize", *arguments, cwd=sample).out
    lines = [line for line in shown.splitlines() if "largest" in line]
    assert set(said) <= {" ".join(line.split()) for line in lines}
    assert bool(lines) == bool(said)
    for output in ("csv", "json", "jsonl", "md"):
        assert "largest" not in run_mtool("summarize", *arguments, "-f", output, cwd=sample).out


def test_summarize_draws_what_plot_draws(sample):
    """--plot is the chart of mtool plot, and only for people."""
    asked = ("incidents", "--region", "Mopti", "--from", "2020")
    drawn = run_mtool("summarize", *asked, "--plot", cwd=sample)
    assert drawn.out == run_mtool("plot", *asked, cwd=sample).out != ""
    refused = run_mtool("summarize", *asked, "--plot", "-f", "json", cwd=sample)
    assert (refused.code, refused.out) == (2, "")


def test_a_french_table_of_niger(tmp_path, workspace):
    """Semicolons, Windows-1252, blanks for thousands, no areas file: the whole road."""
    report = tmp_path / "niger.csv"
    report.write_bytes(NIGER.encode("cp1252"))
    done = run_mtool("ingest", report, "-w", workspace)
    assert done.code == 0, done.out
    assert "Windows-1252" in done.out
    rows = json_of("summarize", "casualties", "--measure", "injured", "-w", workspace)["rows"]
    assert [(r["value"], r["n_missing"]) for r in rows] == [(1037, 0), (6, 1)]
    region = json_of("summarize", "--measure", "killed", "--region", "tillabery", "-w", workspace)
    assert [r["value"] for r in region["rows"]] == [12, 9]


def test_a_workbook_with_two_sheets(tmp_path, workspace):
    """Each sheet is a table; the errors name sheet and cell."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Incidents"
    for row in (
        ["Mine incidents in Mali"],
        [],
        ["Region", 2020, 2021],
        ["Mopti", 33, 33],
        ["Segou", 2, 12],
        ["Total", 35, 46],
    ):
        sheet.append(row)
    other = book.create_sheet("Victimes 2022")
    for row in (
        ["Région", "Tués", "Blessés", "Victimes"],
        ["Mopti", 3, 10, 13],
        ["Gao (y compris Ménaka)", 1, None, None],
    ):
        other.append(row)
    book.save(tmp_path / "two.xlsx")
    done = run_mtool("ingest", tmp_path / "two.xlsx", "-w", workspace)
    assert done.code == 1
    assert "sheet Incidents, cell C6" in done.out
    assert "46" in done.out
    rows = json_of("summarize", "casualties", "--measure", "killed", "-w", workspace)["rows"]
    assert [(r["period"], r["value"]) for r in rows] == [("2022", 4)]


def test_a_monthly_table(tmp_path, workspace):
    """Months are periods; --by year adds them up and marks a year that is not over."""
    report = tmp_path / "mali_monthly.csv"
    report.write_text(
        "Month,Region,Incidents\nJanuary 2022,Mopti,4\nFebruary 2022,Mopti,3\nMarch 2022,Mopti,7\n"
    )
    assert run_mtool("ingest", report, "-w", workspace).code == 0
    months = json_of("summarize", "-w", workspace)["rows"]
    assert [(r["period"], r["value"]) for r in months] == [
        ("2022-01", 4),
        ("2022-02", 3),
        ("2022-03", 7),
    ]
    (year,) = json_of("summarize", "--by", "year", "-w", workspace)["rows"]
    assert (year["value"], year["partial"]) == (14, True)


def test_an_hxl_file_of_another_field_waits(shared, workspace):
    """Displaced people are no schema of mtool: the table waits, and nothing is invented."""
    done = run_mtool(
        "ingest", shared / "reference" / "hxl" / "mali-population-movements.csv", "-w", workspace
    )
    assert done.code == 1
    assert "schema_undecided" in done.out
    assert not (workspace / "data" / "clean" / "incidents.csv").exists()


BAD = {
    "missing.csv": (None, 3, "no such file"),
    "empty.csv": (b"", 3, "empty"),
    "junk.csv": (b"\x00\x01\x02\x03" * 50, 3, "NUL byte"),
    "fake.xlsx": (b"hello", 3, "workbook"),
    "truncated.xlsx": (b"PK\x03\x04" + b"\x00" * 200, 3, "truncated.xlsx"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_and_writes_nothing(name, tmp_path, workspace):
    """The right exit code, no traceback, an untouched workspace."""
    data, code, said = BAD[name]
    if data is not None:
        (tmp_path / name).write_bytes(data)
    for command in (
        ["ingest", tmp_path / name, "-w", workspace],
        ["tables", tmp_path / name],
        ["validate", tmp_path / name],
    ):
        done = run_mtool(*command)
        assert done.code == code
        assert said in done.err
        assert len(done.err.strip().splitlines()) == 1
    assert list((workspace / "data" / "raw").iterdir()) == []


def test_a_folder_is_no_file(tmp_path):
    """Said in a sentence."""
    done = run_mtool("tables", tmp_path)
    assert (done.code, "a folder" in done.err) == (3, True)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_no_permission_is_said(tmp_path):
    """Exit 3."""
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,2\n")
    path.chmod(0)
    assert run_mtool("tables", path).code == 3


def test_a_line_of_two_hundred_megabytes_is_refused_quickly(tmp_path):
    """No hang, no swelling."""
    path = tmp_path / "long.txt"
    with path.open("wb") as file:
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    done = run_mtool("tables", path)
    assert done.code == 3
    assert "without a line end" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["summarize", "--region", "Mopty"], "did you mean Mopti"),
        (["summarize", "incidentz"], "did you mean 'incidents'"),
        (["summarize", "--measure", "incidentz"], "incidentz"),
        (["summarize", "incidents", "--where", "sourc=1"], "--where"),
        (["summarize", "incidents", "--source", "nobody"], "mali_improvised_mines"),
        (["export", "xslx"], "did you mean 'xlsx'"),
        (["schema", "show", "incident"], "did you mean 'incidents'"),
        (["forget", "nobody"], "no source 'nobody'"),
        (["sumarize"], "Did you mean 'summarize'?"),
        (["expotr"], "Did you mean 'export'"),
        (["schema", "sho"], "Did you mean 'show'?"),
        (["summarize", "--regoin", "Mopti"], "--region"),
        (["summarize", "incidents", "--by", "regoin"], "did you mean 'region'"),
        (["summarize", "incidents", "--where", "admin1_name=Moptu"], "did you mean 'Mopti'"),
        (["validate", "README.md", "--schema", "incidnts"], "did you mean 'incidents'"),
        (["template", "incidnts", "-o", "x.xlsx"], "did you mean 'incidents'"),
        (["trace", "incidents", "--measure", "incidens"], "did you mean 'incidents'"),
        (["cite", "mali_improvised"], "did you mean 'mali_improvised_mines'"),
        (["compare", "mali_improvised", "x.csv"], "did you mean 'mali_improvised_mines'"),
        (["forget", "mali_treaty"], "did you mean 'mali_treaty_events'"),
        (["review", "--accept", "mali_treaty"], "did you mean 'mali_treaty_events'"),
        (["run", "--wait", "long"], "expected a number"),
        (["audit", "--as-of", "2023-13-01"], "is not a day such as 2023-11-30"),
        (["areas", "find", "Mopty"], "did you mean Mopti"),
    ],
)
def test_a_wrong_name_is_exit_2_with_the_right_one(sample, arguments, said):
    """Wrong use names what there is."""
    (sample / "README.md").write_text("| a | b |\n|---|---|\n| 1 | 2 |\n", encoding="utf-8")
    done = run_mtool(*arguments, cwd=sample)
    assert done.code == 2
    assert said in " ".join(done.err.replace("│", " ").split())


@pytest.mark.parametrize("command", ["audit", "validate"])
def test_a_file_that_is_not_there_may_be_a_misspelt_dataset(sample, command):
    """Exit 3 as for any missing file, with the name it may have meant."""
    done = run_mtool(command, "incidens", cwd=sample)
    assert done.code == 3
    assert "incidens: no such file; did you mean 'incidents'?" in done.err
    assert run_mtool(command, "report.pdf", cwd=sample).err == "mtool: report.pdf: no such file\n"


def test_no_workspace_is_said(tmp_path):
    """With the command that makes one."""
    done = run_mtool("run", cwd=tmp_path)
    assert (done.code, "mtool init" in done.err) == (2, True)


def test_init_makes_a_workspace_and_overwrites_nothing(tmp_path):
    """What it says to type next works."""
    first = run_mtool("init", cwd=tmp_path)
    assert first.code == 0
    (tmp_path / "mtool.toml").write_text("lang = 'fr'\n")
    assert run_mtool("init", cwd=tmp_path).code == 0
    assert (tmp_path / "mtool.toml").read_text() == "lang = 'fr'\n"
    done = run_mtool("ingest", tmp_path / "examples" / "mali_incidents.csv", cwd=tmp_path)
    assert done.code == 0, done.out


def test_settings_say_where_they_come_from(tmp_path):
    """Flags over variables over mtool.toml over defaults; unknown keys are refused."""
    run_mtool("init", cwd=tmp_path)
    (tmp_path / "mtool.toml").write_text('country = "NER"\nfail_on = "never"\n')
    settings = json_of("config", cwd=tmp_path, MTOOL_FAIL_ON="warning")["settings"]
    assert settings["country"]["origin"].endswith("mtool.toml")
    assert settings["fail_on"] == {
        "value": "warning",
        "origin": "MTOOL_FAIL_ON",
        "purpose": settings["fail_on"]["purpose"],
    }
    (tmp_path / "mtool.toml").write_text('contry = "NER"\n')
    done = run_mtool("config", cwd=tmp_path)
    assert (done.code, "did you mean 'country'" in done.err) == (2, True)


def test_a_csv_export_is_taken_in_again(sample, tmp_path):
    """What mtool wrote, mtool reads back to the same rows."""
    run_mtool("export", "csv", "incidents", "-o", tmp_path / "incidents.csv", "-w", sample)
    other = tmp_path / "other"
    (other / "data" / "raw").mkdir(parents=True)
    done = run_mtool("ingest", tmp_path / "incidents.csv", "-w", other)
    assert done.code == 0, done.out
    assert (other / "data" / "clean" / "incidents.csv").read_text() == (
        sample / "data" / "clean" / "incidents.csv"
    ).read_text()


def test_a_closed_pipe_is_141(sample):
    """`mtool … | head -1` is no error of mtool."""
    if os.name == "nt":
        pytest.skip("no pipes of this kind")
    code = f"{sys.executable} -m mtool tables data/raw/mali_treaty_events.csv --format csv"
    script = f"({code}; echo $? >&2) | true"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=sample,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        timeout=60,
    )
    assert done.stderr.strip().splitlines()[-1] == "141", done.stderr


@pytest.mark.parametrize("output", ["jsonl", "csv", "md", "table"])
def test_findings_are_complete_in_every_format(sample, output):
    """Programs get every finding; people get groups."""
    done = run_mtool("validate", "--format", output, "-w", sample)
    assert done.code == 0
    assert "women_in_roles_within_women" in done.out
    if output in ("jsonl", "csv"):
        assert done.out.count("control_total_row") == 6


def test_wrong_settings_are_said_even_where_no_workspace_is_needed(sample):
    """A typo in mtool.toml does not make the workspace vanish."""
    (sample / "mtool.toml").write_text('contry = "MLI"\n')
    for command in (
        ["audit", "data/raw/mali_improvised_mines.txt"],
        ["schema", "list"],
        ["validate", "data/raw/mali_improvised_mines.txt"],
        ["areas", "find", "Gao"],
    ):
        done = run_mtool(*command, cwd=sample)
        assert (done.code, "did you mean 'country'" in done.err) == (2, True)
