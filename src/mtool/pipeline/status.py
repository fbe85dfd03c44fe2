"""How a workspace is doing: last runs, age of each dataset, what is due, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from mtool.clean import read_findings
from mtool.datasets import read_manifest
from mtool.errors import MtoolError
from mtool.one_publication import of_one_publication
from mtool.passport import passport_path, read_passport
from mtool.pipeline.fingerprint import basis_of
from mtool.pipeline.history import RunRecord, read_runs
from mtool.pipeline.run_plan import RunPlan, plan_names, read_plan
from mtool.pipeline.standing import inputs_of, standing_outcome
from mtool.pipeline.states import kept_states
from mtool.workspace import Workspace

EVERY = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


@of_one_publication
def status(workspace: Workspace, last: int = 5) -> dict[str, Any]:
    """Plain values for people and programs: `runs`, `datasets`, `due`, `waiting`, `kept_states`.

    Ages are in days, null where it is not known when a dataset was published; 0 where the clock was
    set back since.
    """
    manifest, runs = read_manifest(workspace), read_runs(workspace)
    return {
        "workspace": str(workspace.root),
        "runs": [asdict(run) for run in reversed(runs[-last:])] if last else [],
        "datasets": list(_datasets(workspace, manifest, runs)),
        "due": [_due(workspace, read_plan(workspace, n), runs) for n in _plans(workspace)],
        "changed_inputs": _changed_inputs(workspace, manifest),
        "waiting": _waiting(workspace),
        "kept_states": len(kept_states(workspace)),
    }


def _plans(workspace: Workspace) -> list[str]:
    return ["", *plan_names(workspace)]


def _datasets(
    workspace: Workspace, manifest: dict[str, Any], runs: list[RunRecord]
) -> Iterator[dict[str, Any]]:
    """A dataset is as old as the oldest kept state that has its present bytes, unbroken since."""
    times = {run.run: run.time for run in runs}
    states = kept_states(workspace)
    for name, entry in sorted(manifest.get("datasets", {}).items()):
        since = None
        for state in reversed(states):
            if state.files.get(entry["path"]) != entry["sha256"]:
                break
            since = times.get(state.run, since)
        yield {
            "dataset": name,
            "rows": entry["rows"],
            "published": since,
            "age_days": _days_since(since),
        }


def _days_since(time: str | None) -> float | None:
    if time is None:
        return None
    age = datetime.now(UTC) - datetime.fromisoformat(time)
    return max(round(age.total_seconds() / 86400, 2), 0.0)


def _due(workspace: Workspace, plan: RunPlan, runs: list[RunRecord]) -> dict[str, Any]:
    """When a described run was last, and whether it is due: never run, overdue, or inputs changed."""
    mine = [run for run in runs if run.plan == plan.name and run.what != "rollback"]
    latest = mine[-1] if mine else None
    why = ""
    if latest is None:
        why = "it has never run"
    elif _since(latest.time, plan.every) > EVERY[plan.every]:
        why = f"it runs every {plan.every}, and the last was longer ago"
    elif _since(latest.time, plan.every) < -EVERY["hour"]:
        why = "the last run is dated in the future: the clock was set back, or is wrong"
    elif standing_outcome(workspace, basis_of(workspace, plan.name)) is None:
        why = "something it depends on has changed"
    return {
        "run": plan.name or "(default)",
        "every": plan.every,
        "last": latest.time if latest else None,
        "code": latest.code if latest else None,
        "due": bool(why),
        "why": why,
    }


def _since(time: str, every: str) -> timedelta:
    """How long ago that was. Days and weeks are those of the clock on the wall, as cron counts
    them: one that is an hour longer, because summer time ends, is still one day."""
    then, now = datetime.fromisoformat(time), datetime.now(UTC)
    if every == "hour":
        return now - then
    return now.astimezone().replace(tzinfo=None) - then.astimezone().replace(tzinfo=None)


def _changed_inputs(workspace: Workspace, manifest: dict[str, Any]) -> list[str]:
    now, then = inputs_of(workspace), manifest.get("inputs", {})
    return sorted(path for path in {*now, *then} if now.get(path) != then.get(path))


def _waiting(workspace: Workspace) -> dict[str, int]:
    """What waits for a person, counted from what was published; `mtool review` lists it."""
    findings = read_findings(workspace.clean / "findings.csv")
    counted = [f for f in findings if f.severity != "info" and not f.acknowledged]
    return {
        "passports": sum(_needs_review(workspace)),
        "errors": sum(f.severity == "error" for f in counted),
        "warnings": sum(f.severity == "warning" for f in counted),
    }


def _needs_review(workspace: Workspace) -> Iterator[bool]:
    for raw in workspace.raw_files():
        try:
            known = passport_path(raw).is_file()
            yield known and read_passport(passport_path(raw)).status == "needs_review"
        except MtoolError:
            yield True
