"""Damage files of every format and read them: a document or one sentence, never a crash.

    python benchmarks/extraction/mutate.py FORMAT [--count 500] [--keep FOLDER]

Files are read many at a time in a child with the limits of `mtool.readers.isolation`. One that
ends or hangs that child, and one of every twenty anyway, is read by `read_document` alone, as a
command would read it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import documents
from damage import damaged

#: Format → what `documents` calls it.
ORIGINALS = {
    "pdf": "pdf",
    "html": "html",
    "docx": "docx",
    "xlsx": "xlsx-messy",
    "ods": "ods",
    "md": "markdown",
    "csv": "csv",
}
BATCH = 50
#: Longest a single small file may take; the limits of isolation are for files of megabytes.
SECONDS = 10
#: What a reader may do with a damaged file. `unforeseen` is a sentence in isolation, but unwanted.
HARMLESS = {"tables", "no tables", "refused"}


@dataclass(frozen=True)
class Outcome:
    """How reading one file ended, in the batch and, where it was tried, by `read_document`."""

    path: Path
    kind: str
    said: str = ""
    alone: str = ""

    @property
    def harmless(self) -> bool:
        """No traceback, crash or hang reaches a user."""
        return (self.alone or self.kind) in HARMLESS


def cases(name: str, count: int, folder: Path) -> Iterator[Path]:
    """`count` damaged files of one format, the same ones every time."""
    originals = documents.make(ORIGINALS[name], folder / "originals", 20, seed=7)
    data = [original.path.read_bytes() for original in originals]
    for number in range(count):
        rng = random.Random(number)
        path = folder / f"{number:04}.{name}"
        path.write_bytes(damaged(data[number % len(data)], rng))
        yield path


def read_batch(paths: Sequence[Path]) -> None:
    """In the child: read one file after the other and print how each ended."""
    import resource
    import signal

    from mtool.readers.isolation import MEMORY_BYTES

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for path in paths:
        signal.alarm(SECONDS)
        kind, said = outcome(path)
        print(json.dumps([kind, said]), flush=True)


def outcome(path: Path) -> tuple[str, str]:
    """How the format's own reader ends: `tables`, `no tables`, `refused` or `unforeseen`."""
    from mtool.errors import MtoolError
    from mtool.model import Source
    from mtool.readers import ReadOptions, find_reader
    from mtool.sources.files import check_readable

    try:
        reader = find_reader(path, check_readable(path))
        document = reader.read(path, Source(id="x", path=path.name), ReadOptions())
    except MtoolError as refused:
        return ("refused" if "\n" not in str(refused) else "several lines"), str(refused)
    except Exception as error:
        return "unforeseen", f"{type(error).__name__}: {error}"
    return ("tables" if document.tables else "no tables"), ""


def outcome_alone(path: Path) -> str:
    """How `read_document` ends, isolated where the format is risky."""
    from mtool.errors import MtoolError
    from mtool.model import Source
    from mtool.sources.files import read_document

    try:
        document = read_document(path, Source(id="x", path=path.name))
    except MtoolError as refused:
        return "refused" if "\n" not in str(refused) else "several lines"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "tables" if document.tables else "no tables"


def outcomes(paths: Sequence[Path]) -> Iterator[Outcome]:
    """How reading each file ends."""
    left = list(paths)
    while left:
        batch = left[:BATCH]
        ended = _in_child(batch)
        for number, (path, (kind, said)) in enumerate(zip(batch, ended, strict=False)):
            twentieth = (len(left) - number) % 20 == 0
            alone = outcome_alone(path) if kind not in HARMLESS or twentieth else ""
            yield Outcome(path, kind, said, alone)
        left = left[len(ended) :]


def _in_child(batch: Sequence[Path]) -> list[tuple[str, str]]:
    """Results of the files read; the last is `ended` when the child did not survive it."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), "--read", *map(str, batch)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True,
        text=True,
    )
    ended = [tuple(json.loads(line)) for line in done.stdout.splitlines()]
    if len(ended) < len(batch):
        ended.append(("ended", f"the child's code was {done.returncode}: {done.stderr[-200:]}"))
    return ended


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("format", choices=ORIGINALS)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    harm = 0
    with tempfile.TemporaryDirectory() as folder:
        for one in outcomes(list(cases(given.format, given.count, Path(folder)))):
            counts[one.kind] += 1
            harm += not one.harmless
            if one.kind in HARMLESS and one.harmless:
                continue
            print(one.path.name, one.kind, one.said, "| alone:", one.alone)
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / one.path.name).write_bytes(one.path.read_bytes())
    print(given.format, dict(counts), f"{harm} harmful")
    return int(harm > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read_batch([Path(name) for name in sys.argv[2:]])
    else:
        sys.exit(main())
