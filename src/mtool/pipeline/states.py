"""The last states of `data/clean`, kept by content: a file that did not change costs nothing.

`.mtool/objects` holds files named by their SHA-256; `.mtool/states` one list of files per state.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from mtool.errors import UnreadableInput, UsageError
from mtool.whole_files import sync_file, sync_folder, tree_hashes, write_whole
from mtool.workspace import Workspace, sha256_of


@dataclass(frozen=True)
class State:
    """One state of `data/clean`: the run that made it, its place in line, path → SHA-256."""

    run: str
    order: int
    files: dict[str, str]

    @property
    def was_put_aside(self) -> bool:
        """True for what stood in `data/clean` before a run, and no run had made."""
        return self.run.endswith("-before")


def kept_states(workspace: Workspace) -> list[State]:
    """Every kept state, oldest first."""
    found = []
    for path in _states(workspace).glob("*.json"):
        try:
            found.append(State(**json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, TypeError):
            raise UnreadableInput(
                f"{workspace.relative(path)}: damaged; take it away, and that state with it"
            ) from None
    return sorted(found, key=lambda state: state.order)


def keep_state(workspace: Workspace, run: str, folder: Path) -> None:
    """Keep what is in a folder as the state that a run made."""
    files = tree_hashes(folder)
    for name, digest in files.items():
        _store(folder / name, object_path(workspace, digest))
    order = max((state.order for state in kept_states(workspace)), default=0) + 1
    _states(workspace).mkdir(parents=True, exist_ok=True)
    state = json.dumps(asdict(State(run, order, files)), indent=1)
    write_whole(_states(workspace) / f"{run}.json", state + "\n")


def keep_unknown(workspace: Workspace, run: str) -> str:
    """Before a run replaces `data/clean`: keep what no kept state could bring back.

    Returns the id of the state kept, empty where nothing needed to be.
    """
    folder = workspace.clean.resolve()
    if not folder.is_dir() or not any(folder.iterdir()) or state_of(workspace, folder):
        return ""
    keep_state(workspace, f"{run}-before", folder)
    return f"{run}-before"


def _store(path: Path, stored: Path) -> None:
    if stored.is_file() and sha256_of(stored) == stored.name:
        return
    stored.parent.mkdir(parents=True, exist_ok=True)
    staged = stored.with_name(f".{stored.name}.new")
    shutil.copyfile(path, staged)
    sync_file(staged)
    staged.replace(stored)
    sync_folder(stored.parent)


def object_path(workspace: Workspace, digest: str) -> Path:
    """Where the file with this SHA-256 is kept."""
    return workspace.state / "objects" / digest[:2] / digest


def prune_states(workspace: Workspace, keep: int) -> None:
    """Keep the newest states and the files they need; take everything else away."""
    states = kept_states(workspace)
    oldest = max(len(states) - keep, 0)
    for state in states[:oldest]:
        (_states(workspace) / f"{state.run}.json").unlink(missing_ok=True)
    needed = {digest for state in states[oldest:] for digest in state.files.values()}
    for path in (workspace.state / "objects").glob("*/*"):
        if path.name not in needed:
            path.unlink(missing_ok=True)
    for unfinished in _states(workspace).glob(".*.new"):
        unfinished.unlink(missing_ok=True)


def drop_unpublished(workspace: Workspace, runs: Collection[str]) -> None:
    """Take away states of runs that were cut short before they published.

    `runs` are those that ended. What stood in `data/clean` before a run is never taken away here.
    """
    states = kept_states(workspace)
    doubtful = [s for s in states if s.run not in runs and not s.was_put_aside]
    standing = tree_hashes(workspace.clean) if doubtful else {}
    for state in doubtful:
        if state.files != standing:
            (_states(workspace) / f"{state.run}.json").unlink(missing_ok=True)


def find_state(workspace: Workspace, run: str) -> State:
    """The state that a run made, by its id or the first letters of it."""
    states = kept_states(workspace)
    found = [state for state in states if state.run == run]
    found = found or [state for state in states if run and state.run.startswith(run)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(state.run for state in states) or "none yet"
    what = "fits several kept states" if found else "is not a kept state"
    raise UsageError(f"{run!r} {what}; there are: {known}")


def restore_state(workspace: Workspace, state: State, folder: Path) -> None:
    """Write a kept state into an empty folder; `UnreadableInput` where a kept file is damaged."""
    for name, digest in state.files.items():
        kept = object_path(workspace, digest)
        if not kept.is_file() or sha256_of(kept) != digest:
            raise UnreadableInput(
                f"{workspace.relative(kept)}: {name} of {state.run} is missing or damaged there; "
                "look at all of them with: mtool verify"
            )
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, folder / name)


def lost_files(workspace: Workspace, state: State) -> list[str]:
    """The files of a kept state that are gone or damaged."""
    paths = {name: object_path(workspace, digest) for name, digest in state.files.items()}
    return [
        name
        for name, path in paths.items()
        if not path.is_file() or sha256_of(path) != state.files[name]
    ]


def state_of(workspace: Workspace, folder: Path) -> State | None:
    """The newest kept state that a folder holds byte for byte; null where it is none of them."""
    files = tree_hashes(folder)
    return next((s for s in reversed(kept_states(workspace)) if s.files == files), None)


def _states(workspace: Workspace) -> Path:
    return workspace.state / "states"
