"""What a run would change, worked out in memory and in a temporary folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtool import __version__
from mtool.clean import write_clean
from mtool.datasets import read_manifest
from mtool.passport import passport_path
from mtool.pipeline.assemble import assemble
from mtool.pipeline.derive_sources import SourceResult, derive_sources
from mtool.pipeline.derived_cache import DerivedCache
from mtool.pipeline.outcome import Outcome
from mtool.pipeline.run import RunRequest
from mtool.pipeline.run_exports import check_exports, due_exports
from mtool.whole_files import tree_hashes
from mtool.workspace import Workspace


@dataclass(frozen=True)
class Preview:
    """What would be done, as rows of (what, name, change, detail), and the outcome it would have."""

    rows: tuple[tuple[str, str, str, str], ...]
    outcome: Outcome


def preview_run(workspace: Workspace, request: RunRequest) -> Preview:
    """List what a run would change: sources derived again, files published, exports written.

    Nothing is written into the workspace, and the lock is not asked for.
    """
    check_exports(request.plan)
    cache = DerivedCache(workspace, request.plan.audit, fresh=request.force)
    results = list(derive_sources(workspace, write=False, plan=request.plan, cache=cache))
    made = assemble(workspace, results, plan=request.plan, accept=request.accept)
    rows = [_source(workspace, result) for result in results]
    with tempfile.TemporaryDirectory(prefix="mtool-") as folder:
        write_clean(made.clean, Path(folder), __version__)
        files = [] if made.withheld else list(_files(workspace, Path(folder), made.rows))
        rows += files
        if not made.withheld:
            due = due_exports(workspace, request.plan, Path(folder) / "manifest.json")
            rows += [("export", step.out, "written", step.to) for step in due]
    return Preview(tuple(rows), made.outcome(changed=bool(files)))


def _source(workspace: Workspace, result: SourceResult) -> tuple[str, str, str, str]:
    path = workspace.relative(result.raw)
    if result.failure:
        return ("source", path, "cannot be read", str(result.failure))
    if result.left_out:
        return ("source", path, "left out", "not one of this run's sources")
    if result.kept:
        return ("source", path, "unchanged", "")
    passport = "" if passport_path(result.raw).is_file() else "a passport is written"
    return ("source", path, "derived", passport)


def _files(
    workspace: Workspace, new: Path, rows: dict[str, int]
) -> Iterator[tuple[str, str, str, str]]:
    """Each file of `data/clean` that would be new, changed or gone, with its rows."""
    before, after = tree_hashes(workspace.clean), tree_hashes(new)
    was: dict[str, Any] = read_manifest(workspace).get("datasets", {})
    for name in sorted({*before, *after}):
        if before.get(name) == after.get(name):
            continue
        change = "new" if name not in before else "gone" if name not in after else "changed"
        dataset = name.partition(".")[0]
        old, now = was.get(dataset, {}).get("rows", 0), rows.get(dataset, 0)
        detail = f"{old} → {now} rows" if dataset in rows or dataset in was else ""
        yield ("file", f"data/clean/{name}", change, detail)
