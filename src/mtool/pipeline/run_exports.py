"""The exports of a run: written beside, then put in place; skipped while nothing changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mtool.export_datasets import ExportRequest, export_datasets
from mtool.pipeline.fingerprint import code_fingerprint, fingerprint
from mtool.pipeline.publishing import swap
from mtool.pipeline.run_plan import ExportStep, RunPlan
from mtool.sharing import Audience
from mtool.whole_files import sync_tree, told_in_a_sentence, tree_hashes, write_whole
from mtool.workspace import Workspace, sha256_of
from mtool.writers import find_writer


def check_exports(plan: RunPlan) -> None:
    """Raise `UsageError` for a format that there is not, before anything is done."""
    for step in plan.exports:
        find_writer(step.to)


def due_exports(workspace: Workspace, plan: RunPlan, manifest: Path) -> list[ExportStep]:
    """The exports that would not be what `manifest` and the plan say, or were changed since."""
    return [
        s for s in plan.exports if not _is_done(workspace, s, _key(workspace, s, plan, manifest))
    ]


def write_exports(workspace: Workspace, plan: RunPlan) -> list[str]:
    """Write the exports that are due; return the paths written, from the workspace."""
    manifest = workspace.clean / "manifest.json"
    written = []
    for step in due_exports(workspace, plan, manifest):
        target = workspace.root / step.out
        with told_in_a_sentence():
            _write(workspace, step, plan, target)
        done = _done(workspace) | {
            step.out: {"key": _key(workspace, step, plan, manifest), "files": _hashes(target)}
        }
        write_whole(workspace.state / "exports.json", json.dumps(done, indent=1) + "\n")
        written.append(step.out)
    return written


def clear_unfinished(workspace: Workspace, plan: RunPlan) -> None:
    """Take away what a run that was cut short left beside its exports."""
    for step in plan.exports:
        shutil.rmtree(_staging(workspace.root / step.out), ignore_errors=True)


def _staging(target: Path) -> Path:
    return target.parent / f".{target.name}-next"


def _write(workspace: Workspace, step: ExportStep, plan: RunPlan, target: Path) -> None:
    staging = _staging(target)
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        names = [*(step.datasets or plan.datasets)]
        out = str(staging / target.name)
        audience = Audience(step.share)
        export_datasets(workspace, ExportRequest(step.to, tuple(names), out, audience=audience))
        sync_tree(staging)
        for made in _in_order(staging):
            if made.is_dir():
                swap(made, target.parent / made.name)
            else:
                made.replace(target.parent / made.name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _in_order(staging: Path) -> Iterator[Path]:
    yield from sorted(staging.iterdir())


def _key(workspace: Workspace, step: ExportStep, plan: RunPlan, manifest: Path) -> str:
    return fingerprint(
        {
            "manifest": sha256_of(manifest) if manifest.is_file() else "",
            "step": [step.to, step.out, step.datasets or plan.datasets, step.share],
            "schemas": [tree_hashes(folder) for folder in workspace.schema_folders],
            "code": code_fingerprint(),
        }
    )


def _is_done(workspace: Workspace, step: ExportStep, key: str) -> bool:
    done = _done(workspace).get(step.out, {})
    files = _hashes(workspace.root / step.out)
    return bool(files) and done == {"key": key, "files": files}


def _done(workspace: Workspace) -> dict[str, Any]:
    try:
        text = (workspace.state / "exports.json").read_text(encoding="utf-8")
        done: dict[str, Any] = json.loads(text)
    except (OSError, ValueError):
        return {}
    return done


def _hashes(target: Path) -> dict[str, str]:
    return {"": sha256_of(target)} if target.is_file() else tree_hashes(target)
