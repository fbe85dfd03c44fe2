"""What each run did, one line a run, in the workspace's state folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from mtool import __version__
from mtool.whole_files import told_in_a_sentence, write_whole
from mtool.workspace import Workspace

#: How many runs are remembered.
MOST_RUNS = 500


@dataclass(frozen=True)
class RunRecord:
    """One run: when, what it was, how it ended, and what it rests on.

    `what` is run, ingest or rollback. `inputs` is one hash of all inputs; `basis` of code and
    settings. `restored` is the state that a rollback brought back, while it holds.
    """

    run: str
    time: str
    what: str = "run"
    plan: str = ""
    mtool: str = __version__
    code: int = 0
    changed: bool = False
    seconds: float = 0.0
    rows: Mapping[str, int] = field(default_factory=dict)
    findings: int = 0
    failures: tuple[tuple[str, int], ...] = ()
    kept_last_good: tuple[str, ...] = ()
    withheld: str = ""
    basis: str = ""
    inputs: str = ""
    restored: str = ""

    @property
    def held_inputs(self) -> str:
        """The inputs for which a rollback holds; empty where none does."""
        return self.inputs if self.restored else ""


def new_run_id(now: datetime | None = None) -> str:
    """An id that no other run has, readable as a time in UTC."""
    return f"{(now or datetime.now(UTC)):%Y%m%dT%H%M%S}-{os.urandom(3).hex()}"


def timestamp() -> str:
    """Now, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_runs(workspace: Workspace) -> list[RunRecord]:
    """The remembered runs, oldest first; lines of another form are passed over."""
    path = workspace.state / "runs.jsonl"
    if not path.is_file():
        return []
    known = {f.name for f in fields(RunRecord)}
    runs = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        written = _json(line)
        if {"run", "time"} <= set(written):
            runs.append(RunRecord(**{k: v for k, v in written.items() if k in known}))
    return runs


def _json(line: str) -> dict[str, Any]:
    try:
        written = json.loads(line)
    except ValueError:
        return {}
    return written if isinstance(written, dict) else {}


def last_publisher(workspace: Workspace) -> RunRecord | None:
    """The last run that was free to publish, or the rollback since; null where there is none."""
    return next((run for run in reversed(read_runs(workspace)) if not run.withheld), None)


def record_run(workspace: Workspace, record: RunRecord) -> None:
    """Add a line; the oldest go, so that the file stays small.

    Kept out of `data/clean`, which must not depend on when it was made.
    """
    runs = [*read_runs(workspace), record][-MOST_RUNS:]
    lines = (json.dumps(asdict(run), ensure_ascii=False) for run in runs)
    with told_in_a_sentence():
        write_whole(workspace.state / "runs.jsonl", "".join(f"{line}\n" for line in lines))
