"""Reading in a child process with limits: a crash, a hang or a bomb is one sentence, not an end.

The child may use 1 GB of memory, 20 s of processor time per megabyte (120 s at most) and a bounded
amount of disk. Long tables come back as a spool on disk, so that the parent's memory stays flat.
Where the system has no resource limits (Windows), only the time limit holds.
"""

from __future__ import annotations

import math
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from mtool import progress
from mtool.errors import MtoolError, UnreadableInput
from mtool.model import Document, RawTable, Row, Source
from mtool.readers import ReadOptions

MEMORY_BYTES = 1024**3
CPU_SECONDS_PER_MB = 20
MOST_CPU_SECONDS = 120
SPOOL_BYTES = 4 * 1024**3
#: Bodies of more rows travel through a file, in pieces of this many rows.
ROWS_IN_MEMORY = 5_000


@dataclass(frozen=True)
class Job:
    """What the child is to read, and where to put the result."""

    reader: str
    path: Path
    source: Source
    options: ReadOptions
    spool: Path
    cpu_seconds: int


class Spool:
    """A temporary file that is removed when nothing refers to it any more."""

    def __init__(self, path: Path) -> None:
        self.path = path
        weakref.finalize(self, path.unlink, missing_ok=True)


class SpooledBody:
    """Rows kept in a file, iterated as often as needed. `spool` keeps the file alive."""

    def __init__(self, path: Path, offsets: tuple[int, int]) -> None:
        self.path = path
        self.offsets = offsets
        self.spool: Spool | None = None

    def __iter__(self) -> Iterator[Row]:
        start, end = self.offsets
        with self.path.open("rb") as spool, progress.step("going through the rows", end) as told:
            spool.seek(start)
            while (at := spool.tell()) < end:
                told.done = at
                yield from pickle.load(spool)  # noqa: S301 - written by our own child


def read_isolated(reader: str, path: Path, source: Source, options: ReadOptions) -> Document:
    """Read a file with the reader named, in a child process with limits.

    Raises the child's own `MtoolError`, or `UnreadableInput` when the parser crashed, ran out of
    time or memory, or met something it did not expect.
    """
    seconds = _cpu_seconds(path)
    descriptor, name = tempfile.mkstemp(prefix="mtool-read-")
    os.close(descriptor)
    spool = Path(name)
    notes = _notes(spool)
    try:
        with progress.step(f"reading {path.name}", child=notes):
            ended = _run(Job(reader, path, source, options, spool, seconds), seconds)
        document = _result(ended, spool, source.path or str(path), seconds)
    except BaseException:
        spool.unlink(missing_ok=True)
        raise
    finally:
        notes.unlink(missing_ok=True)
    return _kept(document, spool)


def _notes(spool: Path) -> Path:
    """Where the child notes how far it is."""
    return spool.with_name(f"{spool.name}.far")


def _cpu_seconds(path: Path) -> int:
    megabytes = math.ceil(path.stat().st_size / 1_000_000)
    return min(MOST_CPU_SECONDS, max(1, megabytes) * CPU_SECONDS_PER_MB)


def _run(job: Job, seconds: int) -> int | None:
    """Run the child to its end; its return code, or null when it took too long."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-m", "mtool.readers.isolation"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=pickle.dumps(job),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds * 3 + 10,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def _result(ended: int | None, spool: Path, name: str, seconds: int) -> Document:
    if ended == 0:
        with spool.open("rb") as file:
            length = int.from_bytes(file.read(8), "big")
            file.seek(length)
            outcome = pickle.load(file)  # noqa: S301 - written by our own child
        if isinstance(outcome, Document):
            return outcome
        raise outcome
    if ended is None or ended == -getattr(signal, "SIGXCPU", 0):
        raise UnreadableInput(
            f"{name}: reading it took more than {seconds} s of processor time and was stopped; "
            "export the tables wanted into a smaller file"
        )
    raise UnreadableInput(
        f"{name}: the parser of this format crashed or needed more than 1 GB of memory; the file "
        "is damaged or made to do harm. Open it in its own program and save it again"
    )


def _kept(document: Document, spool: Path) -> Document:
    """Keep the spool for as long as the document lives, when a body stands in it."""
    kept = Spool(spool)
    for table in document.tables:
        if isinstance(table.body, SpooledBody):
            table.body.spool = kept
    return document


# The child ------------------------------------------------------------------------------------


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, SPOOL_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (soft, hard))


def _spooled(table: RawTable, file: IO[bytes], path: Path) -> RawTable:
    """The table with a long body moved into the spool, in pieces."""
    if not isinstance(table.body, tuple | list) or len(table.body) <= ROWS_IN_MEMORY:
        return table
    start = file.tell()
    for at in range(0, len(table.body), ROWS_IN_MEMORY):
        pickle.dump(table.body[at : at + ROWS_IN_MEMORY], file, pickle.HIGHEST_PROTOCOL)
    return replace(table, body=SpooledBody(path, (start, file.tell())))


def _read(job: Job) -> Document | MtoolError:
    from mtool.readers import READERS

    try:
        return READERS[job.reader].read(job.path, job.source, job.options)
    except MtoolError as error:
        return error
    except MemoryError:
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:200]
        name = job.source.path or str(job.path)
        return UnreadableInput(
            f"{name}: damaged, or not what its format allows ({said}); open it in its own program "
            "and save it again"
        )


def main() -> None:
    """Read the job from standard input, the file it names, and write the outcome to the spool."""
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    _limit(job.cpu_seconds)
    progress.note_into(_notes(job.spool))
    outcome = _read(job)
    with job.spool.open("wb") as file:
        file.write(bytes(8))
        if isinstance(outcome, Document):
            tables = tuple(_spooled(table, file, job.spool) for table in outcome.tables)
            outcome = replace(outcome, tables=tables)
        at = file.tell()
        pickle.dump(outcome, file, pickle.HIGHEST_PROTOCOL)
        file.seek(0)
        file.write(at.to_bytes(8, "big"))


if __name__ == "__main__":
    # Pickles must name this module, not `__main__`.
    from mtool.readers.isolation import main as run

    run()
