"""Described runs: which sources, guards, audits that block, exports, and what is skipped."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields

import pytest

from conftest import run_mtool
from mtool.derive import Derived
from mtool.errors import UsageError
from mtool.pipeline.derive_sources import derive_sources
from mtool.pipeline.derived_cache import DerivedCache
from mtool.pipeline.run_plan import read_plan
from mtool.workspace import open_folder

REPORT = "region;2021;2022\nKayes;1;0\nSégou;12;21\nMopti;33;35\nTotal;46;56\n"


def add(workspace, name, text=REPORT):
    path = workspace / "data" / "raw" / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def settings(workspace, text):
    (workspace / "mtool.toml").write_text('country = "MLI"\n' + text, encoding="utf-8")


@pytest.fixture
def two(workspace):
    """Two sources, published."""
    settings(workspace, "")
    add(workspace, "mali_incidents_a")
    add(workspace, "mali_incidents_b", REPORT.replace("Kayes;1", "Kayes;2").replace("46", "47"))
    assert run_mtool("run", "-w", workspace).code == 0
    return workspace


def run_json(workspace, *arguments):
    done = run_mtool("run", "-w", workspace, "--format", "json", *arguments)
    return done.code, json.loads(done.out)


def rows_of(workspace, source):
    text = (workspace / "data" / "clean" / "incidents.csv").read_text(encoding="utf-8")
    return sum(f"{source}[" in line for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[run]\nsorces = ["a"]\n', "did you mean 'sources'"),
        ("[run]\nat = 3\n", "a time of day"),
        ('[run]\nat = "25:00"\n', "a time of day"),
        ('[run]\nevery = "month"\n', "hour, day, week"),
        ('[run]\nsources = "a"\n', "a list of texts"),
        ('[run.guards]\nmax_row_loss = "20"\n', "a share"),
        ('[run.guards]\nmax_row_loss = "120%"\n', "a share"),
        ("[run.guards]\nmin_rows = true\n", "a whole number"),
        ('[run.guards]\nmin_row = "1"\n', "did you mean 'min_rows'"),
        ('[run.source.a]\nmax_age = "7"\n', "hours, days or weeks"),
        ("[run.source.a]\nrequired = 1\n", "true or false"),
        ('[run]\nexports = [{to = "csv"}]\n', "an export needs out"),
        ('[run]\nexports = [{to = "cvs", out = "x"}]\n', "no format 'cvs'"),
        ("run = 3\n", "a table"),
        ('keep_states = "many"\n', "a whole number"),
    ],
)
def test_a_wrong_plan_is_one_sentence(two, text, said):
    """Nothing is run by a plan that is half understood."""
    settings(two, text)
    done = run_mtool("run", "-w", two)
    assert done.code == 2
    assert said in done.err


def test_an_unknown_name_names_those_there_are(two):
    """mtool run NAME needs [run.NAME]."""
    settings(two, '[run.weekly]\nsources = ["mali_incidents_a"]\n')
    done = run_mtool("run", "nightly", "-w", two)
    assert done.code == 2
    assert "weekly" in done.err


def test_a_named_run_takes_over_what_run_says_for_all(two):
    """[run.NAME] is [run] with some keys replaced."""
    settings(two, '[run]\nat = "04:30"\ndatasets = ["incidents"]\n[run.weekly]\nevery = "week"\n')
    plan = read_plan(open_folder(two), "weekly")
    assert (plan.at, plan.every, plan.datasets) == ("04:30", "week", ("incidents",))
    assert read_plan(open_folder(two)).every == "day"


def test_only_the_sources_of_a_run_are_derived(two):
    """The others stay as they were published, rows, findings and all."""
    settings(two, '[run.a]\nsources = ["*_a"]\n')
    run_mtool("run", "-w", two)
    for name in ("a", "b"):
        add(two, f"mali_incidents_{name}", REPORT.replace("Kayes;1", "Kayes;5").replace("46", "50"))
    code, said = run_json(two, "a")
    assert (code, said["changed"]) == (0, True)
    text = (two / "data" / "clean" / "incidents.csv").read_text(encoding="utf-8")
    assert any(",5," in line for line in text.splitlines() if "mali_incidents_a[" in line)
    assert any(",2," in line for line in text.splitlines() if "mali_incidents_b[" in line)
    assert rows_of(two, "mali_incidents_b") == 6
    shutil.rmtree(two / ".mtool")
    assert run_json(two)[1]["changed"] is True
    text = (two / "data" / "clean" / "incidents.csv").read_text(encoding="utf-8")
    assert any(",5," in line for line in text.splitlines() if "mali_incidents_b[" in line)


def test_what_did_not_change_is_not_derived_again(two, monkeypatch):
    """One source of two has new bytes: one is derived, and --force derives both."""
    import mtool.pipeline.derive_sources as module

    derived = []
    plain = module._derive

    def counted(workspace, raw, passport):
        derived.append(raw.name)
        return plain(workspace, raw, passport)

    monkeypatch.setattr(module, "_derive", counted)
    add(two, "mali_incidents_a", REPORT.replace("Kayes;1", "Kayes;3").replace("46", "48"))
    assert run_mtool("run", "-w", two).code == 0
    assert derived == ["mali_incidents_a.csv"]
    clean = {p.name: p.read_bytes() for p in (two / "data" / "clean").iterdir()}
    derived.clear()
    assert run_mtool("run", "--force", "-w", two).code == 0
    assert derived == ["mali_incidents_a.csv", "mali_incidents_b.csv"]
    assert clean == {p.name: p.read_bytes() for p in (two / "data" / "clean").iterdir()}


def test_a_kept_result_is_the_one_that_deriving_gives(sample):
    """Every field of the sample's sources comes back from the state folder as it was."""
    assert {f.name for f in fields(Derived)} == {
        *("passport", "frames", "unsound", "control_totals", "report")
    }
    opened = open_folder(sample)
    cache = DerivedCache(opened)
    fresh = list(derive_sources(opened, cache=cache))
    again = list(derive_sources(opened, cache=cache))
    assert [r.kept for r in again] == [True] * len(fresh)
    for one, other in zip(fresh, again, strict=True):
        assert one.passport == other.passport
        assert one.derived.report == other.derived.report
        assert one.derived.unsound == other.derived.unsound
        assert one.derived.control_totals == other.derived.control_totals
        assert one.derived.frames.keys() == other.derived.frames.keys()
        for name, frame in one.derived.frames.items():
            assert frame.dtypes.to_dict() == other.derived.frames[name].dtypes.to_dict()
            assert frame.equals(other.derived.frames[name])


@pytest.mark.parametrize("damage", ["derived.json", "0.arrow"])
def test_a_damaged_kept_result_counts_as_none(two, damage):
    """It is derived again, and nothing is said about it."""
    for path in (two / ".mtool" / "derived").rglob(damage):
        path.write_bytes(b"{}")
    add(two, "mali_incidents_a", REPORT.replace("Kayes;1", "Kayes;3").replace("46", "48"))
    assert run_mtool("run", "-w", two).code == 0
    assert rows_of(two, "mali_incidents_b") == 6


def test_a_setting_from_the_environment_makes_a_run_due(two):
    """What is unchanged depends on settings, too, wherever they come from."""
    assert run_json(two)[1]["changed"] is False
    done = run_mtool("run", "-w", two, "--dry-run", MTOOL_QUARANTINE="true")
    assert done.code == 0
    status = run_mtool("status", "-w", two, "--format", "json", MTOOL_QUARANTINE="true")
    assert json.loads(status.out)["due"][0]["why"] == "something it depends on has changed"


def test_a_source_that_lost_rows_keeps_its_last_good_ones(two):
    """Half a file is not published; --accept publishes it once, and then it stands."""
    settings(two, '[run.guards]\nmax_row_loss = "20%"\n')
    run_mtool("run", "-w", two)
    add(two, "mali_incidents_a", "region;2021;2022\nKayes;1;0\nTotal;1;0\n")
    code, said = run_json(two)
    assert code == 1
    assert said["kept_last_good"] == ["mali_incidents_a"]
    lost = [f for f in said["findings"] if f["rule"] == "rows_lost"]
    assert [(f["stated"], f["computed"]) for f in lost] == [(2, 6)]
    assert rows_of(two, "mali_incidents_a") == 6
    assert run_json(two)[0] == 1
    assert "rows_lost" in run_mtool("review", "-w", two).out
    assert run_mtool("run", "--accept", "-w", two).code == 0
    assert rows_of(two, "mali_incidents_a") == 2
    assert run_json(two)[0] == 0


def test_a_total_that_fell_is_held_back(two):
    """The rows are there, the figures are not."""
    settings(two, '[run.source."*_a"]\nmax_total_loss = "50%"\n')
    run_mtool("run", "-w", two)
    small = "region;2021;2022\nKayes;1;0\nSégou;1;2\nMopti;3;3\nTotal;5;5\n"
    add(two, "mali_incidents_a", small)
    add(two, "mali_incidents_b", small)
    code, said = run_json(two)
    assert code == 1
    assert said["kept_last_good"] == ["mali_incidents_a"]
    assert [f["rule"] for f in said["findings"] if f["rule"] == "total_lost"] == ["total_lost"]


def test_too_few_rows_are_held_back(two):
    """min_rows counts what the source gives now."""
    settings(two, "[run.guards]\nmin_rows = 7\n")
    code, said = run_json(two)
    assert code == 1
    assert sum(f["rule"] == "too_few_rows" for f in said["findings"]) == 2


def test_a_required_source_that_breaks_withholds_everything(two):
    """Nothing is published without it, although the other source has news."""
    settings(two, "[run.source.mali_incidents_a]\nrequired = true\n")
    run_mtool("run", "-w", two)
    before = {p.name: p.read_bytes() for p in (two / "data" / "clean").iterdir()}
    (two / "data" / "raw" / "mali_incidents_a.csv").write_bytes(b"")
    add(two, "mali_incidents_b", REPORT.replace("Kayes;1", "Kayes;3").replace("46", "48"))
    for _ in range(2):
        done = run_mtool("run", "-w", two)
        assert done.code == 3
        assert "nothing published: mali_incidents_a is required" in done.err
    assert before == {p.name: p.read_bytes() for p in (two / "data" / "clean").iterdir()}


def test_a_required_source_that_is_gone_withholds_everything(two):
    """Its file is not in data/raw any more."""
    settings(two, "[run.source.mali_incidents_a]\nrequired = true\n")
    run_mtool("forget", "mali_incidents_a", "-w", two)
    code, said = run_json(two)
    assert code == 1
    assert "mali_incidents_a is required" in said["withheld"]
    assert rows_of(two, "mali_incidents_a") == 6


def test_last_good_rows_go_where_the_plan_says_so(two):
    """keep_last_good = false: rather no rows than old ones, and it is said."""
    settings(two, "[run.source.mali_incidents_a]\nkeep_last_good = false\n")
    (two / "data" / "raw" / "mali_incidents_a.csv").write_bytes(b"")
    code, said = run_json(two)
    assert code == 3
    assert "last_good_dropped" in {f["rule"] for f in said["findings"]}
    assert (rows_of(two, "mali_incidents_a"), rows_of(two, "mali_incidents_b")) == (0, 6)


def test_an_old_source_is_told_and_published_files_do_not_depend_on_the_day(two):
    """max_age gives a finding of the run, not of data/clean."""
    settings(two, '[run.guards]\nmax_age = "7d"\n')
    run_mtool("run", "-w", two)
    clean = {p.name: p.read_bytes() for p in (two / "data" / "clean").iterdir()}
    passport = two / "data" / "raw" / "mali_incidents_a.csv.passport.yaml"
    text = passport.read_text(encoding="utf-8")
    passport.write_text(text.replace("source:\n", "source:\n  retrieved: 2020-01-01\n", 1))
    code, said = run_json(two)
    assert code == 1
    assert [f["locator"]["path"] for f in said["findings"] if f["rule"] == "source_too_old"] == [
        "data/raw/mali_incidents_a.csv"
    ]
    assert rows_of(two, "mali_incidents_a") == 6
    assert b"source_too_old" not in (two / "data" / "clean" / "findings.csv").read_bytes()
    assert clean["incidents.csv"] == (two / "data" / "clean" / "incidents.csv").read_bytes()


def test_an_audit_that_blocks_keeps_the_last_good_rows(two):
    """A total that does not add up is published by default, and held back where the plan says so."""
    settings(two, '[run]\naudit = ["control_total_*"]\n')
    run_mtool("run", "-w", two)
    add(two, "mali_incidents_a", REPORT.replace("Kayes;1", "Kayes;9"))
    for _ in range(2):
        code, said = run_json(two)
        assert code == 1
        assert said["kept_last_good"] == ["mali_incidents_a"]
    assert ",9," not in (two / "data" / "clean" / "incidents.csv").read_text(encoding="utf-8")
    assert run_json(two, "--accept")[0] == 1
    assert ",9," in (two / "data" / "clean" / "incidents.csv").read_text(encoding="utf-8")


def test_a_dataset_that_must_come_out_and_does_not(two):
    """A run that gives nothing of what it is for is a failure."""
    settings(two, '[run]\ndatasets = ["incidents", "staffing"]\n')
    code, said = run_json(two)
    assert code == 1
    assert [f["message"] for f in said["findings"] if f["rule"] == "dataset_missing"] == [
        "the run is to give dataset staffing, and there are no rows of it"
    ]


def test_exports_are_written_when_due_and_mended(two):
    """Once after a publication; again when somebody changed or removed one."""
    out = two / "out" / "incidents.csv"
    settings(
        two,
        '[run]\nexports = [{to = "csv", out = "out/incidents.csv", datasets = ["incidents"]}, '
        '{to = "xlsx", out = "out/all.xlsx"}]\n',
    )
    assert run_json(two)[1]["exported"] == ["out/incidents.csv", "out/all.xlsx"]
    good = out.read_bytes()
    assert run_json(two)[1]["exported"] == []
    out.write_bytes(b"edited")
    assert run_json(two)[1]["exported"] == ["out/incidents.csv"]
    assert out.read_bytes() == good
    (two / "out" / "all.xlsx").unlink()
    assert run_json(two)[1]["exported"] == ["out/all.xlsx"]
    assert sorted(p.name for p in (two / "out").iterdir()) == ["all.xlsx", "incidents.csv"]


def test_an_export_that_fails_leaves_the_publication(two):
    """data/clean is new, the code is that of the export."""
    settings(two, '[run]\nexports = [{to = "csv", out = "out/x.csv", datasets = ["nothing"]}]\n')
    add(two, "mali_incidents_a", REPORT.replace("Kayes;1", "Kayes;3").replace("46", "48"))
    code, said = run_json(two)
    assert (code, said["changed"]) == (2, True)
    assert "no dataset named 'nothing'" in said["failures"][0]


def test_an_export_that_failed_once_is_tried_again(two):
    """What stood in its way is gone, and so is the exit code."""
    settings(two, '[run]\nexports = [{to = "csv", out = "out/i.csv", datasets = ["incidents"]}]\n')
    (two / "out").write_text("a file where a folder is to be")
    code, said = run_json(two)
    assert code == 2
    assert "name another file or folder" in said["failures"][0]
    (two / "out").unlink()
    code, said = run_json(two)
    assert (code, said["changed"], said["exported"]) == (0, False, ["out/i.csv"])
    assert run_json(two)[0] == 0


def test_a_dry_run_lists_what_would_change_and_changes_nothing(two):
    """Sources, files and exports; not a byte is written, not even into the state folder."""
    settings(two, '[run]\nexports = [{to = "csv", out = "out/i.csv", datasets = ["incidents"]}]\n')
    run_mtool("run", "-w", two)
    add(two, "mali_incidents_a", REPORT.replace("Kayes;1", "Kayes;3").replace("46", "48"))
    add(two, "mali_incidents_c")
    before = {p: p.stat().st_mtime_ns for p in two.rglob("*")}
    code, said = run_json(two, "--dry-run")
    assert code == 0
    assert {p: p.stat().st_mtime_ns for p in two.rglob("*")} == before
    changes = {(c["what"], c["name"]): (c["change"], c["detail"]) for c in said["changes"]}
    raw = "data/raw/mali_incidents_"
    assert changes["source", f"{raw}a.csv"] == ("derived", "")
    assert changes["source", f"{raw}b.csv"] == ("unchanged", "")
    assert changes["source", f"{raw}c.csv"] == ("derived", "a passport is written")
    assert changes["file", "data/clean/incidents.csv"] == ("changed", "12 → 18 rows")
    assert changes["export", "out/i.csv"] == ("written", "csv")
    assert "dry run" in run_mtool("run", "--dry-run", "-w", two).err


def test_an_unchanged_run_repeats_the_code_of_an_unreadable_source(two):
    """Exit 3 stays 3 until the file is mended, with or without the state folder."""
    (two / "data" / "raw" / "mali_incidents_a.csv").write_bytes(b"")
    assert [run_mtool("run", "-w", two).code for _ in range(2)] == [3, 3]
    shutil.rmtree(two / ".mtool")
    assert run_mtool("run", "-w", two).code == 3


def test_a_plan_cannot_be_read_from_something_else(workspace):
    """A workspace without mtool.toml has the plan that does everything."""
    plan = read_plan(open_folder(workspace))
    assert plan.wants("any", "data/raw/any.csv")
    with pytest.raises(UsageError, match="no run named 'x'; there are: none"):
        read_plan(open_folder(workspace), "x")
