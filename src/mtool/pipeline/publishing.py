"""`data/clean` is replaced as one unit: staged beside, made to last, then swapped in one step.

Where the system has no such step, two renames do it, and `recover` puts right what was cut short.
A `data/clean` that is a symbolic link is followed: the folder behind it is replaced.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mtool.errors import UsageError
from mtool.whole_files import exchange, sync_folder, sync_tree, told_in_a_sentence, tree_hashes
from mtool.workspace import Workspace

TWO_RENAMES = (
    "{folder}: this file system cannot swap two folders in one step; two renames were used, and "
    "a reader may find no folder for a moment between them"
)
AS_BEFORE = " (data/clean is as it was before)"


@dataclass(frozen=True)
class Published:
    """Whether anything was published, and where a guarantee is weaker than usual."""

    changed: bool
    notes: tuple[str, ...] = ()


def publish(
    workspace: Workspace, write: Callable[[Path], None], keep: Callable[[Path], object]
) -> Published:
    """Let `write` fill an empty folder and put it in the place of `data/clean`.

    `keep` sees the folder, complete and on the disk, before it is swapped in. Nothing is changed
    when the new bytes are those already there, and when anything goes wrong.
    """
    target = real_folder(workspace.clean)
    staged = staging_folder(target)
    try:
        with told_in_a_sentence(AS_BEFORE):
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.mkdir()
            write(staged)
            if target.is_dir() and tree_hashes(staged) == tree_hashes(target):
                return Published(False)
            sync_tree(staged)
            keep(staged)
            _copy_modes(target, staged)
        with told_in_a_sentence():
            in_one_step = swap(staged, target)
    finally:
        _remove(staged)
    note = TWO_RENAMES.format(folder=workspace.relative(workspace.clean))
    return Published(True, () if in_one_step else (note,))


def real_folder(clean: Path) -> Path:
    """The folder that `data/clean` is, or points to.

    Raises `UsageError` for a link to nowhere, and for one to a folder that mtool did not write.
    """
    if not clean.is_symlink():
        return clean
    target = clean.resolve()
    if not target.is_dir():
        raise UsageError(
            f"{clean}: a link to {target}, which is no folder; make it, or the link new"
        )
    if any(target.iterdir()) and not (target / "manifest.json").is_file():
        raise UsageError(
            f"{clean}: a link to {target}, which holds files that mtool did not write and would "
            "replace; point it at an empty folder"
        )
    return target


def staging_folder(target: Path) -> Path:
    """Where the next state is written: beside the folder that it will replace."""
    return target.with_name(f".{target.name}-next")


def _copy_modes(old: Path, new: Path) -> None:
    """Permissions that somebody gave the folder and its files stay; new files follow the umask."""
    if not old.is_dir():
        return
    shutil.copymode(old, new)
    for path in new.rglob("*"):
        before = old / path.relative_to(new)
        if before.exists():
            shutil.copymode(before, path)


def swap(new: Path, current: Path) -> bool:
    """Put `new` in the place of `current`; true when that was one step."""
    old = _set_aside(current)
    in_one_step = True
    if not current.exists():
        new.rename(current)
    elif not exchange(new, current):
        _rename_both(new, current, old)
        in_one_step = False
    sync_folder(current.parent)
    _remove(old)
    return in_one_step


def _rename_both(new: Path, current: Path, old: Path) -> None:
    current.rename(old)
    try:
        new.rename(current)
    except OSError:
        old.rename(current)
        raise


def _set_aside(current: Path) -> Path:
    return current.with_name(f".{current.name}-before")


def _remove(folder: Path) -> None:
    """Take a folder away, also one that somebody made read-only."""
    with suppress(OSError):
        folder.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def recover(workspace: Workspace) -> None:
    """Bring the last good state back, or clear leftovers away, where a run was cut short."""
    current = real_folder(workspace.clean)
    old = _set_aside(current)
    if old.is_dir() and not current.exists():
        old.rename(current)
        sync_folder(current.parent)
    for folder in (old, staging_folder(current)):
        _remove(folder)
    raw, state = workspace.raw, workspace.state
    for unfinished in (*raw.rglob(".*.new"), *raw.rglob(".new-*"), *state.glob(".*.new")):
        unfinished.unlink(missing_ok=True)
