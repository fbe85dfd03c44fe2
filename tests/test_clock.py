"""Summer time begins and ends, and clocks are set back: order, ages and what is due stay right."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from conftest import run_mtool

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="no time zones to change here")

#: The instants at which clocks change in 2026, in UTC.
CHANGES = [
    ("Europe/Paris", "2026-03-29T01:00:00+00:00"),
    ("Europe/Paris", "2026-10-25T01:00:00+00:00"),
    ("America/New_York", "2026-03-08T07:00:00+00:00"),
    ("America/New_York", "2026-11-01T06:00:00+00:00"),
]
#: Where mtool asks what time it is.
ASKING = ("history", "status", "guards")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Clock:
    """A clock to set, for everything that asks it in this process."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        clock = self

        class Set(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return clock.now.astimezone(tz)

        self.patches = [mock.patch(f"mtool.pipeline.{name}.datetime", Set) for name in ASKING]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock that stands still, in a zone to be named."""
    made = Clock()
    for patch in made.patches:
        patch.start()
    yield made
    for patch in made.patches:
        patch.stop()
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The time zone of this process, until the test is over."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    return str(request.param)


def settings(workspace: Path, every: str, max_age: str = "36500d") -> None:
    (workspace / "mtool.toml").write_text(
        f'country = "MLI"\n[run]\nevery = "{every}"\n[run.guards]\nmax_age = "{max_age}"\n'
    )


def report(workspace: Path, figure: int, written: datetime) -> None:
    path = workspace / "data" / "raw" / "mali_incidents.csv"
    path.write_text(f"region;2021\nKayes;{figure}\nMopti;3\nTotal;{figure + 3}\n")
    os.utime(path, (written.timestamp(),) * 2)


def asked(*words: str, workspace: Path) -> dict[str, Any]:
    ended = run_mtool(*words, "--format", "json", cwd=workspace)
    assert ended.code in (0, 1), ended
    found: dict[str, Any] = json.loads(ended.out)
    return found


def due(workspace: Path) -> tuple[bool, str]:
    (plan,) = asked("status", workspace=workspace)["due"]
    return plan["due"], plan["why"]


@pytest.mark.parametrize(("zone", "change"), CHANGES, indirect=["zone"])
def test_runs_around_a_change(zone: str, change: str, clock: Clock, workspace: Path) -> None:
    """Ids are unique and in UTC, history is in the order of the runs, and no age is negative."""
    at = datetime.fromisoformat(change)
    settings(workspace, "hour")
    made = []
    for number, offset in enumerate((-40, -1, 0, 1, 40, -59, -20, 59)):  # Minutes; it is set back.
        clock.now = at + offset * MINUTE
        report(workspace, number, at - DAY)
        made.append(asked("run", workspace=workspace)["run"])
        assert made[-1].startswith(f"{clock.now:%Y%m%dT%H%M%S}-")
        found = asked("status", workspace=workspace)
        assert [d["age_days"] for d in found["datasets"]] == [0.0]
    runs = asked("history", workspace=workspace)["runs"]
    assert [run["run"] for run in reversed(runs)] == made
    assert len(set(made)) == len(made)
    assert run_mtool("verify", cwd=workspace).code == 0
    clean = (workspace / "data" / "clean" / "incidents.csv").read_text()
    assert run_mtool("rollback", made[-2], cwd=workspace).code == 0
    assert (workspace / "data" / "clean" / "incidents.csv").read_text() != clean


@pytest.mark.parametrize(("zone", "change"), CHANGES, indirect=["zone"])
def test_what_is_due_around_a_change(zone: str, change: str, clock: Clock, workspace: Path) -> None:
    """An hour is an hour; a day is one of the clock on the wall, of 23 or 25 hours that night."""
    at = datetime.fromisoformat(change)
    report(workspace, 1, at - DAY)
    for every, long in (("hour", HOUR), ("day", wall_day(at - 12 * HOUR))):
        settings(workspace, every)
        clock.now = at - (30 * MINUTE if every == "hour" else 12 * HOUR)
        assert run_mtool("run", cwd=workspace).code == 0
        began = clock.now
        clock.now = began + long - MINUTE
        assert due(workspace) == (False, "")
        clock.now = began + long + MINUTE
        assert due(workspace)[0]


def wall_day(since: datetime) -> timedelta:
    """How long it is until the clock on the wall shows the same time again."""
    local = since.astimezone().replace(tzinfo=None) + DAY
    return local.astimezone(UTC) - since


def test_a_day_of_another_length_is_tried() -> None:
    """The changes above are such days: 23 hours in spring, 25 in autumn."""
    with mock.patch.dict(os.environ, {"TZ": "Europe/Paris"}):
        time.tzset()
        lengths = [wall_day(datetime.fromisoformat(at) - 12 * HOUR) for _, at in CHANGES[:2]]
    time.tzset()
    assert lengths == [23 * HOUR, 25 * HOUR]


def test_a_clock_that_is_set_back(clock: Clock, workspace: Path) -> None:
    """A run dated in the future does not keep the next from being due, nor makes ages negative."""
    settings(workspace, "day")
    report(workspace, 1, clock.now - DAY)
    clock.now += 400 * DAY
    assert run_mtool("run", cwd=workspace).code == 0
    clock.now -= 400 * DAY
    is_due, why = due(workspace)
    assert is_due and "dated in the future" in why
    (dataset,) = asked("status", workspace=workspace)["datasets"]
    assert dataset["age_days"] == 0.0
    assert run_mtool("run", cwd=workspace).code == 0
    assert due(workspace) == (False, "")


@pytest.mark.parametrize(("zone", "change"), CHANGES, indirect=["zone"])
def test_max_age_around_a_change(zone: str, change: str, clock: Clock, workspace: Path) -> None:
    """Age is time that has passed; a file of the future is said to be one."""
    at = datetime.fromisoformat(change)
    settings(workspace, "day", "1d")
    report(workspace, 1, at - 12 * HOUR)
    for after, rules in (
        (11 * HOUR + 59 * MINUTE, []),
        (12 * HOUR + MINUTE, ["source_too_old"]),
        (-36 * HOUR - MINUTE, ["retrieved_in_future"]),
    ):
        clock.now = at + after
        findings = asked("run", workspace=workspace)["findings"]
        assert [f["rule"] for f in findings if "total" not in f["rule"]] == rules


@pytest.mark.prove
@pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed")
@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_a_whole_process_around_a_change(zone: str, change: str, workspace: Path) -> None:
    """The same with a clock that the C library itself believes in, log and files included."""
    settings(workspace, "day")
    ids, as_json = [], ("--format", "json")
    for number, offset in enumerate((-61, -1, 1, 61, -30)):
        seconds = int(datetime.fromisoformat(change).timestamp()) + offset * 60
        report(workspace, number, datetime(2026, 1, 1, tzinfo=UTC))
        done = subprocess.run(
            ["faketime", "-f", f"@{seconds}", sys.executable, "-m", "mtool", "run", *as_json],
            env=os.environ | {"TZ": zone, "FAKETIME_FMT": "%s"},
            cwd=workspace,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        ids.append(json.loads(done.stdout)["run"])
    runs = asked("history", workspace=workspace)["runs"]
    assert [run["run"] for run in reversed(runs)] == ids
    log = [json.loads(x) for x in (workspace / ".mtool" / "log.jsonl").read_text().splitlines()]
    assert [event["run"] for event in log if event["event"] == "ended"] == ids
    assert run_mtool("verify", cwd=workspace).code == 0
