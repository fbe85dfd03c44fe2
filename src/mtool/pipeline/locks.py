"""One run at a time per workspace: a lock that the kernel gives back when a process dies."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from mtool.errors import LockHeld, UsageError
from mtool.whole_files import told_in_a_sentence, write_whole
from mtool.workspace import Workspace


@contextmanager
def only_run(workspace: Workspace, wait: float = 0) -> Iterator[None]:
    """Hold the workspace's lock; whoever holds it may take it again.

    Raises `LockHeld` when another process has it and `wait` seconds have passed. Readers of
    `data/clean` never ask for it.
    """
    from filelock import FileLock, Timeout

    with told_in_a_sentence():
        make_state_folder(workspace)
        lock = FileLock(workspace.state / "lock", is_singleton=True, fallback_to_soft=False)
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            waited = f" after {wait:g} seconds" if wait else ""
            raise LockHeld(
                f"{workspace.root}: another mtool is at work in this workspace{waited}; "
                "try again later, or wait for it with --wait SECONDS"
            ) from None
        except OSError as error:
            if error.errno not in (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK):
                raise
            raise UsageError(
                f"{workspace.state}: this file system has no locks, and two runs could meet there; "
                "move the workspace to one that has"
            ) from None
    try:
        yield
    finally:
        lock.release()


def make_state_folder(workspace: Workspace) -> None:
    """The folder of logs, locks and kept states; git is told to leave it alone."""
    workspace.state.mkdir(exist_ok=True)
    ignore = workspace.state / ".gitignore"
    if not ignore.is_file():
        write_whole(ignore, "*\n")
