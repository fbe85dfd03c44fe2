"""Ingest and run: all or nothing, last good rows, nothing twice."""

from __future__ import annotations

import json

from conftest import ROOT, run_mtool

REPORT = "Mali incidents\n\nRegion\t2021\t2022\nMopti\t33\t35\nSegou\t12\t21\nTotal\t45\t56\n"


def write(workspace, name, text=REPORT):
    (workspace / name).write_text(text, encoding="utf-8")
    return workspace / name


def clean(workspace):
    return {p.name: p.read_bytes() for p in (workspace / "data" / "clean").iterdir()}


def test_ingest_copies_writes_a_passport_and_publishes(workspace):
    """One command from a report to data/clean."""
    report = write(workspace, "mali_incidents.txt")
    done = run_mtool("ingest", report, "-w", workspace)
    assert done.code == 0, done.err
    raw = workspace / "data" / "raw"
    assert (raw / "mali_incidents.txt").read_bytes() == report.read_bytes()
    assert (raw / "mali_incidents.txt.passport.yaml").is_file()
    assert clean(workspace)["incidents.csv"].count(b"\n") == 5


def test_a_second_run_rewrites_nothing_and_repeats_the_code(workspace):
    """Unchanged inputs are a line, not a publication."""
    run_mtool(
        "ingest",
        write(workspace, "mali_incidents.txt", REPORT.replace("56", "57")),
        "-w",
        workspace,
    )
    before = {p: p.stat().st_mtime_ns for p in (workspace / "data" / "clean").iterdir()}
    done = run_mtool("run", "-w", workspace)
    assert done.code == 1
    assert "nothing changed" in done.err
    assert before == {p: p.stat().st_mtime_ns for p in (workspace / "data" / "clean").iterdir()}


def test_a_changed_output_is_derived_again(workspace):
    """Somebody edited data/clean by hand; the next run mends it."""
    run_mtool("ingest", write(workspace, "mali_incidents.txt"), "-w", workspace)
    good = clean(workspace)
    (workspace / "data" / "clean" / "incidents.csv").write_text("edited", encoding="utf-8")
    assert run_mtool("run", "-w", workspace).code == 0
    assert clean(workspace) == good


def test_a_source_that_broke_keeps_its_last_good_rows(workspace):
    """A structure finding holds a source back; the others go on."""
    run_mtool("ingest", write(workspace, "mali_incidents.txt"), "-w", workspace)
    good = clean(workspace)["incidents.csv"]
    raw = workspace / "data" / "raw" / "mali_incidents.txt"
    raw.write_text(REPORT.replace("Mopti\t33", "Mopti\t3E"), encoding="utf-8")
    done = run_mtool("run", "-w", workspace)
    assert done.code == 1
    assert "kept the last good rows of: mali_incidents" in done.err
    assert clean(workspace)["incidents.csv"] == good
    assert b"not_a_number" in clean(workspace)["findings.csv"]


def test_quarantine_publishes_the_rows_that_pass(workspace):
    """The bad row stands in a file of its own, with its finding."""
    write(workspace, "mtool.toml", "quarantine = true\n")
    text = REPORT.replace("Mopti\t33", "Mopti\t3E")
    done = run_mtool("ingest", write(workspace, "mali_incidents.txt", text), "-w", workspace)
    assert done.code == 1
    files = clean(workspace)
    assert files["incidents.csv"].count(b"\n") == 4
    assert files["rejected_incidents.csv"].count(b"\n") == 2


def test_an_error_of_the_source_is_published_as_printed(workspace):
    """A wrong total stops nothing; the exit code and the finding say it."""
    text = REPORT.replace("56", "57")
    done = run_mtool(
        "ingest", write(workspace, "mali_incidents.txt", text), "-w", workspace, "--format", "json"
    )
    assert done.code == 1
    wrong = [f for f in json.loads(done.out)["findings"] if f["verdict"] == "contradicted"]
    assert [(f["stated"], f["computed"], f["difference"]) for f in wrong] == [(57, 56, 1)]
    assert b"Mopti" in clean(workspace)["incidents.csv"]


def test_a_new_edition_stands_beside_the_old_one(workspace, tmp_path):
    """Nothing is replaced; the newest edition stands for the source, the old one can be asked for."""
    run_mtool("ingest", write(workspace, "mali_incidents.txt"), "-w", workspace)
    passport = workspace / "data" / "raw" / "mali_incidents.txt.passport.yaml"
    text = passport.read_text(encoding="utf-8")
    edition = next(line for line in text.splitlines() if "edition" in line)
    passport.write_text(text.replace(edition, "  published: 2022-11"), encoding="utf-8")
    newer = write(tmp_path, "mali_incidents.txt", REPORT.replace("35", "36").replace("56", "57"))
    assert run_mtool("ingest", newer, "-w", workspace).code == 0
    assert len(list((workspace / "data" / "raw").glob("mali_incidents*.txt"))) == 2
    newest = run_mtool("summarize", "-w", workspace, "--region", "Mopti", "--format", "json")
    assert [r["value"] for r in json.loads(newest.out)["rows"]] == [33, 36]
    older = run_mtool(
        "summarize",
        "-w",
        workspace,
        "--region",
        "Mopti",
        "--format",
        "json",
        "--edition",
        "2022-11",
    )
    assert [r["value"] for r in json.loads(older.out)["rows"]] == [33, 35]


def test_a_publication_cut_short_is_put_right(workspace):
    """Killed between the two renames: the last good state comes back by itself."""
    run_mtool("ingest", write(workspace, "mali_incidents.txt"), "-w", workspace)
    good = clean(workspace)
    (workspace / "data" / "clean").rename(workspace / "data" / ".clean-before")
    assert run_mtool("run", "-w", workspace).code == 0
    assert clean(workspace) == good
    assert [p.name for p in sorted((workspace / "data").iterdir())] == ["clean", "raw"]


def test_forget_moves_a_source_aside(workspace):
    """Nothing is destroyed, and the next run is without it."""
    run_mtool("ingest", write(workspace, "mali_incidents.txt"), "-w", workspace)
    assert run_mtool("forget", "mali_incidents", "-w", workspace).code == 0
    assert not list((workspace / "data" / "raw").iterdir())
    assert list((workspace / ".mtool" / "forgotten").rglob("mali_incidents.txt"))


def test_an_unreadable_passport_does_not_stop_the_others(workspace):
    """Exit 2 for the typo; the other source is published."""
    run_mtool("ingest", write(workspace, "mali_incidents.txt"), "-w", workspace)
    write(workspace, "mali_other.txt", REPORT.replace("Segou", "Kayes"))
    run_mtool("ingest", workspace / "mali_other.txt", "-w", workspace)
    passport = workspace / "data" / "raw" / "mali_other.txt.passport.yaml"
    passport.write_text(passport.read_text().replace("columns:", "colums:"))
    done = run_mtool("run", "-w", workspace)
    assert done.code == 2
    assert "unknown key 'colums'" in done.out
    assert b"mali_incidents" in clean(workspace)["incidents.csv"]


def test_a_review_records_a_decision(workspace):
    """What waits is listed with the next step; an acknowledged finding waits no more."""
    run_mtool(
        "ingest",
        write(workspace, "mali_incidents.txt", REPORT.replace("56", "57")),
        "-w",
        workspace,
    )
    assert "control_total_row" in run_mtool("review", "-w", workspace).out
    done = run_mtool(
        "review",
        "-w",
        workspace,
        "--acknowledge",
        "control_total_row",
        "--reason",
        "as printed",
        "--by",
        "curator",
    )
    assert done.code == 0, done.err
    assert run_mtool("run", "-w", workspace).code == 0
    assert "nothing waits" in run_mtool("review", "-w", workspace).err


def test_the_committed_data_is_what_the_sample_derives(sample):
    """Deriving data/clean again gives the bytes in the repository."""
    done = run_mtool("run", "--force", "-w", sample)
    assert done.code == 0, done.err
    committed = {p.name: p.read_bytes() for p in (ROOT / "data" / "clean").iterdir()}
    assert clean(sample) == committed
    assert json.loads(committed["manifest.json"])["datasets"]["incidents"]["rows"] == 48


def test_a_schema_that_holds_no_provenance_is_refused_in_a_sentence(workspace):
    """Its rows could not be traced: the columns to add are named, and nothing is published."""
    (workspace / "schemas").mkdir(exist_ok=True)
    (workspace / "schemas" / "wells.yaml").write_text(
        "schema_type: dataframe\nname: wells\nmetadata: {measures: [depth]}\ncolumns:\n"
        "  well: {dtype: str, nullable: false}\n  depth: {dtype: Int64, nullable: true}\n"
    )
    raw = workspace.parent / "wells.csv"
    raw.write_text("well,depth\nA,3\nB,4\n")
    done = run_mtool("ingest", raw, "--schema", "wells", "-w", workspace)
    assert done.code == 2
    said = " ".join((done.out + done.err).split())
    assert "no column source_id, edition, source_ref, source_cell" in said
    assert "a bug in mtool" not in said


def test_a_file_whose_errors_hold_it_back_is_named(workspace):
    """The last lines say which file gave nothing, and the ways out; a clean file is not named."""
    (workspace / "mtool.toml").write_text('country = "MLI"\n')
    for name, figure in (("good_incidents.csv", "4"), ("bad_incidents.csv", "-4")):
        raw = workspace / "data" / "raw" / name
        raw.write_text(f"region;2021;2022\nKayes;3;1\nMopti;{figure};35\n")
    done = run_mtool("run", "-w", workspace)
    assert done.code == 1
    (said,) = [line for line in done.err.splitlines() if "nothing new is published of" in line]
    assert "data/raw/bad_incidents.csv" in said
    assert "good_incidents" not in said
    assert "quarantine: true" in said
