"""History, kept states, rollback, verification and status."""

from __future__ import annotations

import json
import shutil

import pytest

from conftest import run_mtool
from mtool.pipeline.history import MOST_RUNS, read_runs
from mtool.pipeline.states import keep_state, kept_states, prune_states, restore_state
from mtool.workspace import open_folder

REPORT = "region;2021;2022\nKayes;{a};0\nMopti;3;35\nTotal;{t};35\n"


def report(workspace, figure):
    path = workspace / "data" / "raw" / "mali_incidents.csv"
    path.write_text(REPORT.format(a=figure, t=figure + 3), encoding="utf-8")


def clean(workspace):
    return {p.name: p.read_bytes() for p in (workspace / "data" / "clean").iterdir()}


@pytest.fixture
def three(workspace):
    """Three states, one after the other."""
    (workspace / "mtool.toml").write_text('country = "MLI"\n')
    states = []
    for figure in (1, 2, 3):
        report(workspace, figure)
        assert run_mtool("run", "-w", workspace).code == 0
        states.append(clean(workspace))
    return workspace, [run.run for run in read_runs(open_folder(workspace))], states


def test_a_rollback_brings_bytes_back_and_holds_until_an_input_changes(three):
    """Later runs leave it alone; a new file, or --force, ends it."""
    workspace, runs, states = three
    assert run_mtool("rollback", runs[0], "-w", workspace).code == 0
    assert clean(workspace) == states[0]
    for _ in range(2):
        done = run_mtool("run", "-w", workspace)
        assert done.code == 0
        assert "rolled back to" in done.err
        assert clean(workspace) == states[0]
    report(workspace, 4)
    run_mtool("run", "-w", workspace)
    assert clean(workspace) not in states
    run_mtool("rollback", runs[1], "-w", workspace)
    report(workspace, 3)
    run_mtool("run", "-w", workspace)
    assert clean(workspace) == states[2]


def test_every_kept_state_can_be_brought_back_however_many_there_are(workspace, tmp_path):
    """Before, at and after the number that is kept."""
    opened, keep = open_folder(workspace), 5
    for number in range(1, 9):
        folder = tmp_path / f"state{number}"
        folder.mkdir()
        (folder / "incidents.csv").write_text(str(number))
        keep_state(opened, f"run{number}", folder)
        prune_states(opened, keep)
        kept = kept_states(opened)
        assert [s.run for s in kept] == [f"run{n}" for n in range(max(1, number - 4), number + 1)]
        for state in kept:
            back = tmp_path / f"back{number}-{state.run}"
            back.mkdir()
            restore_state(opened, state, back)
            assert (back / "incidents.csv").read_text() == state.run.removeprefix("run")


def test_force_ends_a_rollback(three):
    """A person who wants the derived state back says so."""
    workspace, runs, states = three
    run_mtool("rollback", runs[0], "-w", workspace)
    assert run_mtool("run", "--force", "-w", workspace).code == 0
    assert clean(workspace) == states[2]
    assert "rolled back" not in run_mtool("run", "-w", workspace).err


def test_unchanged_files_are_kept_once(three):
    """Objects are named by content: a publication that changes one file costs one file."""
    workspace, _, states = three
    kept = {p.name for p in (workspace / ".mtool" / "objects").glob("*/*")}
    assert len(kept) == len({content for state in states for content in state.values()})
    with (workspace / "mtool.toml").open("a") as settings:
        settings.write("# a remark\n")
    assert run_mtool("run", "-w", workspace).code == 0
    assert [n for n, b in clean(workspace).items() if b != states[2][n]] == ["manifest.json"]
    assert len(list((workspace / ".mtool" / "objects").glob("*/*"))) == len(kept) + 1


@pytest.mark.parametrize("most", [4, 5, 6])
def test_fewer_states_than_may_be_kept(three, most):
    """Every one of them can still be brought back, however close to the limit."""
    workspace, runs, states = three
    (workspace / "mtool.toml").write_text(f'country = "MLI"\nkeep_states = {most}\n')
    assert run_mtool("run", "-w", workspace).code == 0
    for run, state in zip(runs, states, strict=True):
        assert run_mtool("rollback", run, "-w", workspace).code == 0
        assert clean(workspace) == state


def test_keep_states_limits_how_many_are_kept(three):
    """The oldest go, and the objects that only they needed; 0 keeps none."""
    workspace, runs, states = three
    (workspace / "mtool.toml").write_text('country = "MLI"\nkeep_states = 2\n')
    report(workspace, 4)
    assert run_mtool("run", "-w", workspace).code == 0
    names = sorted(p.stem for p in (workspace / ".mtool" / "states").iterdir())
    assert len(names) == 2
    assert runs[0] not in names
    kept = {p.name for p in (workspace / ".mtool" / "objects").glob("*/*")}
    assert len(kept) == len({*states[2].values(), *clean(workspace).values()})
    assert run_mtool("rollback", runs[0], "-w", workspace).code == 2
    (workspace / "mtool.toml").write_text('country = "MLI"\nkeep_states = 0\n')
    report(workspace, 5)
    assert run_mtool("run", "-w", workspace).code == 0
    assert not list((workspace / ".mtool" / "objects").glob("*/*"))


def test_what_was_changed_by_hand_can_be_brought_back(three):
    """A publication over somebody's edits keeps them as a state and says so."""
    workspace, _, _ = three
    (workspace / "data" / "clean" / "notes.txt").write_text("mine")
    edited = clean(workspace)
    report(workspace, 4)
    done = run_mtool("run", "-w", workspace)
    assert "changed by hand" in done.err
    named = done.err.split("mtool rollback ")[1].split()[0]
    assert "notes.txt" not in clean(workspace)
    assert run_mtool("rollback", named, "-w", workspace).code == 0
    assert clean(workspace) == edited
    assert run_mtool("rollback", named.removesuffix("-before"), "-w", workspace).code == 0
    assert clean(workspace) != edited


def test_an_unknown_run_names_those_that_are_kept(three):
    """And so do letters that fit several."""
    workspace, runs, _ = three
    for name in ("nothing", runs[0][:2]):
        done = run_mtool("rollback", name, "-w", workspace)
        assert done.code == 2
        assert runs[0] in done.err


def test_verify_tells_good_old_damaged_and_missing(three):
    """Every file is hashed again; 1 only where something is lost or damaged."""
    workspace, runs, _ = three

    def verified():
        done = run_mtool("verify", "-w", workspace, "--format", "json")
        found = json.loads(done.out)["looked_at"]
        return done.code, {(v["what"], v["path"]): v["state"] for v in found}

    assert verified()[0] == 0
    run_mtool("rollback", runs[0], "-w", workspace)
    code, states = verified()
    assert (code, states["clean", "data/clean"]) == (0, "old")
    assert states["raw", "data/raw/mali_incidents.csv"] == "changed"
    (workspace / "data" / "clean" / "incidents.csv").write_text("edited")
    code, states = verified()
    assert code == 1
    assert states["dataset", "data/clean/incidents.csv"] == "damaged"
    assert states["clean", "data/clean"] == "damaged"
    run_mtool("run", "--force", "-w", workspace)
    for path in (workspace / ".mtool" / "objects").glob("*/*"):
        if path.read_bytes() not in clean(workspace).values():
            path.write_text("rotten")
    code, states = verified()
    assert code == 1
    assert [states["state", run] for run in runs] == ["damaged", "damaged", "good"]
    done = run_mtool("rollback", runs[0], "-w", workspace)
    assert done.code == 3
    assert "damaged" in done.err
    assert run_mtool("verify", "-q", "-w", workspace).code == 1


def test_a_raw_file_that_is_gone_is_missing(three):
    """Its rows are published, and nothing backs them any more."""
    workspace, _, _ = three
    (workspace / "data" / "raw" / "mali_incidents.csv").unlink()
    done = run_mtool("verify", "-w", workspace)
    assert done.code == 1
    assert "missing" in done.out


def test_verify_of_nothing_is_no_pass(workspace):
    """A check that looked at nothing is a failure."""
    assert run_mtool("verify", "-w", workspace).code == 1


def test_status_for_people_and_programs(three):
    """Last runs, ages, what is due and why, what waits."""
    workspace, runs, _ = three
    found = json.loads(run_mtool("status", "-w", workspace, "--format", "json").out)
    assert [run["run"] for run in found["runs"]] == runs[::-1]
    assert [(d["dataset"], d["rows"]) for d in found["datasets"]] == [("incidents", 4)]
    assert 0 <= found["datasets"][0]["age_days"] < 1
    assert found["due"] == [found["due"][0] | {"due": False, "why": "", "code": 0}]
    assert found["changed_inputs"] == []
    report(workspace, 9)
    found = json.loads(run_mtool("status", "-w", workspace, "--format", "json").out)
    assert found["due"][0]["why"] == "something it depends on has changed"
    assert found["changed_inputs"] == ["data/raw/mali_incidents.csv"]
    assert "nothing waits" in run_mtool("status", "-w", workspace).out


def test_history_is_short_and_bears_damage(three):
    """Lines that are no runs are passed over; only the newest are kept."""
    workspace, runs, _ = three
    path = workspace / ".mtool" / "runs.jsonl"
    line = path.read_text().splitlines()[-1]
    path.write_text("half a li\n[]\n" + f"{line}\n" * (MOST_RUNS + 20))
    assert run_mtool("run", "-w", workspace).code == 0
    assert len(path.read_text().splitlines()) == MOST_RUNS
    done = run_mtool("history", "-w", workspace, "--format", "jsonl", "--limit", "3")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [entry["run"] for entry in lines[1:]] == [runs[-1]] * 2
    assert lines[1]["kept"] is True


def test_a_workspace_without_runs_says_so(workspace):
    """One sentence, not an empty table."""
    assert "no runs yet" in run_mtool("history", "-w", workspace).err
    assert "none yet" in run_mtool("status", "-w", workspace).err


PUBLISHED = ["incidents.csv", "sources.csv", "findings.csv", "control_totals.csv", "manifest.json"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_damaged_file_is_named_and_brought_back(three, name):
    """Nothing rests on damaged files, not even the last good rows of a broken source."""
    workspace, _, states = three
    (workspace / "data" / "clean" / name).write_bytes(states[2][name].replace(b"3", b"4")[:-9])
    told = run_mtool("verify", "--format", "csv", "-w", workspace)
    assert (told.code, name in told.out) == (1, True)
    passport = workspace / "data" / "raw" / "mali_incidents.csv.passport.yaml"
    passport.write_text(passport.read_text() + "colour: red\n")
    done = run_mtool("run", "-w", workspace)
    assert (done.code, "changed by hand, or damaged" in done.err) == (2, True)
    assert clean(workspace)["incidents.csv"] == states[2]["incidents.csv"]
    (workspace / "data" / "clean" / name).write_bytes(states[2][name].replace(b"3", b"4")[:-9])
    assert run_mtool("verify", "-w", workspace).code == 1


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_damaged_file_without_kept_states(three, name):
    """Whoever reads it says which it is, and the cure that it names is one."""
    workspace, _, states = three
    shutil.rmtree(workspace / ".mtool" / "states")
    (workspace / "mtool.toml").write_text('country = "MLI"\nkeep_states = 0\n')
    (workspace / "data" / "clean" / name).write_bytes(b"\xff\n")
    for words in (["summarize"], ["export", "csv", "-o", "out.csv"], ["run", "--dry-run"]):
        ended = run_mtool(*words, cwd=workspace)
        assert ended.code in (0, 3), (words, ended)
        assert ended.code == 0 or f"{name}: damaged" in ended.err
    shutil.rmtree(workspace / "data" / "clean")
    assert run_mtool("run", "-w", workspace).code == 0
    assert clean(workspace)["incidents.csv"] == states[2]["incidents.csv"]


def test_what_somebody_else_published(three, tmp_path):
    """Sources and `data/clean` that came together, with git say, are not taken for damage."""
    workspace, _, _ = three
    other = tmp_path / "other"
    shutil.copytree(workspace, other)
    report(other, 7)
    assert run_mtool("run", "-w", other).code == 0
    for part in ("raw", "clean"):
        shutil.rmtree(workspace / "data" / part)
        shutil.copytree(other / "data" / part, workspace / "data" / part)
    done = run_mtool("run", "-w", workspace)
    assert (done.code, "brought back" in done.err) == (0, False)
    assert clean(workspace) == clean(other)
    assert run_mtool("verify", "-w", workspace).code == 0


def test_what_is_published_does_not_say_where_the_workspace_stands(three):
    """A broken passport is named from the workspace, so that bytes are the same everywhere."""
    workspace, _, _ = three
    passport = workspace / "data" / "raw" / "mali_incidents.csv.passport.yaml"
    passport.write_text("a: [\n")
    assert run_mtool("run", "-w", workspace).code == 2
    assert not [n for n, b in clean(workspace).items() if str(workspace).encode() in b]
