"""What each run did, one line a run, in the workspace's state folder."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mtool import __version__
from mtool.workspace import Workspace

if TYPE_CHECKING:
    from mtool.pipeline import Outcome


def record_run(workspace: Workspace, outcome: Outcome) -> None:
    """One line per run, with the time; kept out of `data/clean`, which must not depend on it."""
    workspace.state.mkdir(exist_ok=True)
    (workspace.state / ".gitignore").write_text("*\n", encoding="utf-8")
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "mtool": __version__,
        "rows": outcome.datasets,
        "findings": len(outcome.report.findings),
        "failures": [message for message, _ in outcome.failures],
        "kept_last_good": list(outcome.kept),
    }
    with (workspace.state / "runs.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")
