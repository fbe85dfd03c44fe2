"""Files that are written whole or not at all, and folders that change places in one step."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mtool.errors import MtoolError, TryAgainLater, UsageError
from mtool.workspace import sha256_of

#: `renameat2` where the C library has no name for it.
SYSCALL_RENAMEAT2 = {"x86_64": 316, "aarch64": 276, "arm64": 276}
AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
#: No disk is at fault: a name that cannot be, or that is something else already.
NO_NAME = {
    errno.EISDIR,
    errno.ENOTDIR,
    errno.ENAMETOOLONG,
    errno.ELOOP,
    errno.EINVAL,
    errno.ENOTEMPTY,
    errno.EEXIST,
}


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace a file in one step, on the disk before its name is; its permissions are kept."""
    data = content.encode() if isinstance(content, str) else content
    staged = path.with_name(f".{path.name}.new")
    try:
        with staged.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, staged)
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make the content of a file last through a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut, where the system can do that."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(opened)


def sync_tree(folder: Path) -> None:
    """Make every file below a folder, and their names, last through a power cut."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
        else:
            sync_file(path)
    sync_folder(folder)


def tree_hashes(folder: Path) -> dict[str, str]:
    """Path below the folder → SHA-256, of every file; empty for a folder that is not there."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in paths}


def exchange(one: Path, other: Path) -> bool:
    """Let two names change places in one step; false where the system or file system cannot."""
    import ctypes

    names = os.fsencode(one), os.fsencode(other)
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if libc is None:
        return False
    if sys.platform == "darwin":
        return bool(libc.renamex_np(*names, RENAME_SWAP) == 0)
    arguments = (AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE)
    if hasattr(libc, "renameat2"):
        return bool(libc.renameat2(*arguments) == 0)
    number = SYSCALL_RENAMEAT2.get(platform.machine())
    return number is not None and bool(libc.syscall(number, *arguments) == 0)


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A hidden path beside `out`: it becomes `out` when the block ends well, else it is removed.

    What cannot be written is told in a sentence, as `told_in_a_sentence` does.
    """
    with told_in_a_sentence(target=out):
        if not out.name:
            raise UsageError(f"{out}: cannot be written: a file name is expected")
        new = out.with_name(f".new-{out.name}")
        try:
            new.unlink(missing_ok=True)
            yield new
            new.replace(out)
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)


@contextmanager
def told_in_a_sentence(meanwhile: str = "", *, target: Path | None = None) -> Iterator[None]:
    """Turn a failing disk into one sentence: full and broken give 75, forbidden gives 2.

    `target` is what was to be written, where that is known; a name that cannot be one gives 2.
    """
    try:
        yield
    except Exception as error:
        failure = disk_failure(error)
        if failure is None:
            raise
        raise sentence_of(failure, meanwhile, target) from error


def disk_failure(error: Exception) -> OSError | None:
    """What the system said; null where the error is of another kind. XlsxWriter wraps it."""
    inner = error.args[0] if error.args else None
    return next((e for e in (error, inner) if isinstance(e, OSError)), None)


def sentence_of(error: OSError, meanwhile: str = "", target: Path | None = None) -> MtoolError:
    """What went wrong, where, and what to do about it."""
    said = os.strerror(error.errno) if error.errno else str(error)
    if target and error.filename and Path(error.filename).parent != target.parent:
        said = f"{said} ({error.filename})"
    if target:
        told = f"{target}: cannot be written: {said}"
    else:
        told = f"{error.filename or 'the disk'}: {said}{meanwhile}"
    if error.errno in FULL:
        return TryAgainLater(f"{told}; free some space, then run it again")
    if error.errno in FORBIDDEN:
        return UsageError(f"{told}; give the user who runs mtool the right to write there")
    if target and error.errno == errno.ENOENT:
        return UsageError(f"{told}; make its folder first")
    if error.errno in NO_NAME:
        return UsageError(f"{told}; name another file or folder")
    return TryAgainLater(f"{told}; look at the disk, then run it again")
