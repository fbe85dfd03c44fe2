"""Accidents that two sources may both report."""

from __future__ import annotations

import json

import pytest

from conftest import run_mtool

HEADER = "event_id,location_code,admin1_name,event_date,device_type,killed,injured\n"


def ingest(folder, workspace, **feeds):
    for name, lines in feeds.items():
        path = folder / f"{name}.csv"
        path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
        done = run_mtool("ingest", path, "--schema", "events", "-w", workspace)
        assert done.code == 0, done.err


def json_of(*arguments):
    return json.loads(run_mtool(*arguments, "--format", "json").out)


def test_candidates_are_shown_and_summaries_say_so(tmp_path, workspace):
    """Same area and day, devices that can be one: a note with both cells; the sum says it."""
    ingest(
        tmp_path,
        workspace,
        one=["A1,MLI,Mopti,2022-03-01,ied,1,2", "A2,MLI,Gao,2022-03-01,ied,0,1"],
        two=["B1,MLI,Mopti,2022-03-01,improvised_mine,1,2", "B2,MLI,Mopti,2022-03-02,ied,1,2"],
    )
    summary = json_of("summarize", "events", "--by", "year", "-w", workspace)
    assert [(r["period"], r["value"]) for r in summary["rows"]] == [("2022", 4)]
    assert "1 may be counted twice" in " ".join(summary["notes"])
    alone = json_of("summarize", "events", "--source", "one", "-w", workspace)
    assert "counted twice" not in " ".join(alone["notes"])
    done = run_mtool("run", "--force", "-w", workspace)
    assert done.code == 0
    text = (workspace / "data/clean/findings.csv").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("reported_twice")]
    assert "one (line 2, column 6)" in line
    assert "two (line 2, column 6" in line


@pytest.mark.parametrize(
    "other",
    [
        "B1,MLI,Mopti,2022-03-02,ied,1,2",
        "B1,MLI,Gao,2022-03-01,ied,1,2",
        "B1,MLI,Mopti,2022-03-01,uxo,1,2",
    ],
    ids=["another day", "another area", "another device"],
)
def test_what_cannot_be_one_accident_is_not_shown(tmp_path, workspace, other):
    """Nor are two events of one source."""
    first = ["A1,MLI,Mopti,2022-03-01,ied,1,2", "A2,MLI,Mopti,2022-03-01,ied,1,2"]
    ingest(tmp_path, workspace, one=first, two=[other])
    assert "reported_twice" not in (workspace / "data/clean/findings.csv").read_text()
