"""A `data/clean` that was damaged or changed by hand, brought back before anything rests on it."""

from __future__ import annotations

from mtool.datasets import read_manifest
from mtool.errors import MtoolError
from mtool.pipeline.history import last_publisher, read_runs
from mtool.pipeline.publishing import publish
from mtool.pipeline.standing import files_are_published
from mtool.pipeline.states import (
    State,
    keep_unknown,
    kept_states,
    lost_files,
    restore_state,
    state_of,
)
from mtool.workspace import Workspace, sha256_of

CHANGED_BY_HAND = (
    "data/clean had been changed by hand, or damaged; {state} is brought back, and what stood "
    "there is kept: mtool rollback {run}"
)


def bring_back(workspace: Workspace, run: str) -> str:
    """Put the state that stood last in the place of files that no run made; a note where it did.

    Nothing is done where `data/clean` is away, where it is a kept state or whole and published
    elsewhere (with git, say), and where the state that stood last is not kept whole.
    """
    if not (workspace.clean.is_dir() and any(workspace.clean.iterdir())):
        return ""
    state = _stood_last(workspace)
    if state is None or right_state(workspace) or lost_files(workspace, state):
        return ""
    if _is_published_elsewhere(workspace, state):
        return ""
    kept = state_of(workspace, workspace.clean)
    publish(
        workspace,
        lambda folder: restore_state(workspace, state, folder),
        lambda _: keep_unknown(workspace, run),
    )
    put_aside = kept.run if kept else f"{run}-before"
    return CHANGED_BY_HAND.format(state=state.run, run=put_aside)


def right_state(workspace: Workspace) -> State | None:
    """The kept state that `data/clean` is, byte for byte; null where it is none.

    One that was only put aside, because no run had made it, counts where a rollback chose it.
    """
    state = state_of(workspace, workspace.clean)
    last = last_publisher(workspace)
    chosen = last is not None and state is not None and last.restored == state.run
    return None if state and state.was_put_aside and not chosen else state


def _is_published_elsewhere(workspace: Workspace, state: State) -> bool:
    """True for a manifest that is another than that of the state, with the files it speaks of."""
    path = workspace.clean / "manifest.json"
    if not path.is_file() or sha256_of(path) == state.files.get("manifest.json"):
        return False
    try:
        return files_are_published(workspace, read_manifest(workspace))
    except MtoolError:
        return False


def _stood_last(workspace: Workspace) -> State | None:
    """The kept state that the last run to change `data/clean` made or brought back.

    A run that did nothing but this module's work has no state but the one it put aside: what it
    brought back is that of the run before. Null where the state is no longer kept.
    """
    kept = {state.run: state for state in kept_states(workspace)}
    for run in reversed(read_runs(workspace)):
        name = run.restored or run.run
        if run.changed and (name in kept or f"{name}-before" not in kept):
            return kept.get(name)
    return None
