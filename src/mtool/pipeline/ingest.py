"""Files into a workspace, and out of it again."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from mtool.passport import passport_path
from mtool.pipeline.fetch_sources import take_in
from mtool.pipeline.history import new_run_id
from mtool.pipeline.locks import only_run
from mtool.pipeline.outcome import Outcome
from mtool.pipeline.run import RunRequest, derive_workspace
from mtool.workspace import Workspace
from mtool.workspace_sources import is_named, no_source


def ingest(
    workspace: Workspace,
    uris: Iterable[str | Path],
    schema: str = "",
    wait: float = 0,
    *,
    offline: bool = False,
) -> Outcome:
    """Bring files into `data/raw`, write passports where there are none, and derive everything.

    Every file is read before anything is written; an unreadable one raises `UnreadableInput`.
    `schema` is the one that a person says the tables fit.
    """
    with only_run(workspace, wait):
        intake = take_in(workspace, uris, schema, offline=offline)
        return derive_workspace(workspace, RunRequest(what="ingest"), intake)


def forget(workspace: Workspace, name: str, wait: float = 0) -> list[str]:
    """Take a source (its id, or its path) out of the workspace; return the files moved aside.

    Nothing is destroyed: the raw file and passport go to `.mtool/forgotten`.
    """
    found = [raw for raw in workspace.raw_files() if is_named(workspace, raw, name)]
    if not found:
        raise no_source(workspace, name)
    moved = []
    with only_run(workspace, wait):
        aside = workspace.state / "forgotten" / new_run_id()
        aside.mkdir(parents=True, exist_ok=True)
        for path in (path for raw in found for path in (raw, passport_path(raw)) if path.is_file()):
            shutil.move(path, aside / path.name)
            moved.append(workspace.relative(path))
    return moved
