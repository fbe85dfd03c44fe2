"""`mtool doctor`: what is in the way is said with its cure, and nothing is left behind."""

from __future__ import annotations

import json
import socket
import tomllib
from importlib import util
from pathlib import Path

import pytest

from conftest import ROOT, run_mtool
from mtool.doctor import EXTRAS, examine


def states(folder: Path, **options: bool) -> dict[str, str]:
    return {item.what: item.state for item in examine(folder, **options)}


def test_a_healthy_workspace(sample: Path) -> None:
    """Exit 0, nothing written, and JSON that says the same."""
    before = {p: p.stat().st_mtime_ns for p in sample.rglob("*") if p.is_file()}
    ran = run_mtool("doctor", "--format", "json", "-w", sample)
    told = json.loads(ran.out)
    assert (ran.code, told["healthy"], told["command"]) == (0, True, "doctor")
    assert {"python", "locks", "disk", "data", "extra pdf"} <= {
        i["what"] for i in told["looked_at"]
    }
    assert {p: p.stat().st_mtime_ns for p in sample.rglob("*") if p.is_file()} == before


def test_damage_in_data_clean_is_in_the_way(sample: Path) -> None:
    """A changed dataset gives 1 and is named."""
    (sample / "data" / "clean" / "incidents.csv").write_text("x\n")
    ran = run_mtool("doctor", "-q", "-w", sample)
    assert ran.code == 1 and "incidents.csv" in ran.out


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("lang = 1\n", "settings"),
        ('[[source]]\nid = "x"\n', "sources"),
        ('[run]\nexport = "x"\n', "runs"),
    ],
)
def test_wrong_settings_are_in_the_way(text: str, what: str, workspace: Path) -> None:
    """They are one line of the list, and the rest is still looked at."""
    (workspace / "mtool.toml").write_text(text)
    found = states(workspace)
    assert found[what] == "failed" and found["python"] == "good"


def test_no_workspace_is_a_note(tmp_path: Path) -> None:
    """The environment is looked at all the same."""
    ran = run_mtool("doctor", cwd=tmp_path)
    assert ran.code == 0 and "mtool init" in ran.out


def test_a_folder_that_must_not_be_written(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in the way, with what cures it."""
    monkeypatch.setattr(
        "mtool.doctor.os.access", lambda path, mode: Path(path) != workspace / "data/raw"
    )
    assert states(workspace)["data/raw"] == "failed"


def test_a_missing_extra_is_a_note(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what it is for and how to install it."""
    monkeypatch.setattr("mtool.doctor.util.find_spec", lambda name: None)
    items = [i for i in examine(workspace) if i.what == "extra pdf"]
    assert [(i.state, i.cure) for i in items] == [("note", 'pip install "mtool[pdf]"')]


def test_every_extra_is_looked_at() -> None:
    """Those of the project, each with a module that is there when it is installed."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(EXTRAS) == set(declared["optional-dependencies"]) - {"pdf-extra"}
    assert all(util.find_spec(module) for _, module in EXTRAS.values())


def test_sources_are_asked_only_when_wanted(workspace: Path) -> None:
    """A host that listens answers, one that does not is in the way; without --network neither is asked."""
    settings = (
        'private_hosts = ["127.0.0.1"]\n[[source]]\nid = "x"\nuri = "http://127.0.0.1:{}/a.csv"\n'
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (workspace / "mtool.toml").write_text(settings.format(port))
        assert states(workspace, network=True)["source x"] == "good"
        assert "source x" not in states(workspace)
    assert states(workspace, network=True)["source x"] == "failed"
