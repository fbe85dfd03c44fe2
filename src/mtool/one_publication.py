"""What reads `data/clean` sees one publication, never a mixture of two."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from mtool.errors import TryAgainLater
from mtool.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")
MOST_TRIES = 50
PAUSE = 0.02


def of_one_publication(
    read: Callable[Concatenate[Workspace, P], T],
) -> Callable[Concatenate[Workspace, P], T]:
    """Make a function that reads `data/clean` start anew where another publication came between.

    The function may be called several times, and must only read. Raises `TryAgainLater` where
    publications follow each other faster than it can read.
    """

    @wraps(read)
    def reading(workspace: Workspace, *arguments: P.args, **named: P.kwargs) -> T:
        for _ in range(MOST_TRIES):
            before = _identity(workspace)
            try:
                result = read(workspace, *arguments, **named)
            except Exception:
                if _stands(workspace, before):
                    raise
            else:
                if _stands(workspace, before):
                    return result
            time.sleep(PAUSE)
        raise TryAgainLater(f"{workspace.clean}: published anew too often to be read; try again")

    return cast(Callable[Concatenate[Workspace, P], T], reading)


def _stands(workspace: Workspace, before: tuple[int, ...] | None) -> bool:
    """True when the same publication stands now, and no swap by two renames is under way."""
    if before is None and workspace.clean.resolve().with_name(".clean-before").exists():
        return False
    return _identity(workspace) == before


def _identity(workspace: Workspace) -> tuple[int, ...] | None:
    """The manifest's place on the disk and its time: new for every publication."""
    try:
        found = (workspace.clean / "manifest.json").stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_ctime_ns, found.st_mtime_ns
