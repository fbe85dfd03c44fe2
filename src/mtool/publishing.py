"""`data/clean` is replaced as one unit: staged beside, then swapped."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from mtool import __version__
from mtool.clean import Clean, write_clean
from mtool.workspace import Workspace


def publish(workspace: Workspace, clean: Clean) -> bool:
    """Replace `data/clean` as one unit; false when the new bytes are those already there."""
    parent = workspace.clean.parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".clean-", dir=parent) as staging:
        staged = Path(staging) / "clean"
        staged.mkdir()
        write_clean(clean, staged, __version__)
        if _same_files(staged, workspace.clean):
            return False
        _swap(staged, workspace.clean)
    return True


def _same_files(new: Path, old: Path) -> bool:
    if not old.is_dir():
        return False
    names = {p.name for p in new.iterdir()}
    if names != {p.name for p in old.iterdir()}:
        return False
    return all((new / n).read_bytes() == (old / n).read_bytes() for n in names)


def _swap(new: Path, current: Path) -> None:
    """Two renames; a run that was killed between them is put right by the next one."""
    old = _set_aside(current)
    if current.exists():
        current.rename(old)
    new.rename(current)
    shutil.rmtree(old, ignore_errors=True)


def _set_aside(current: Path) -> Path:
    return current.with_name(f".{current.name}-before")


def recover(current: Path) -> None:
    """Bring the last good state back, or clear it away, where a publication was cut short."""
    old = _set_aside(current)
    if old.is_dir() and not current.exists():
        old.rename(current)
    shutil.rmtree(old, ignore_errors=True)
