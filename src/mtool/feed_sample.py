"""A large feed's head and last lines as a small file: enough to infer its passport from.

Only a file that `mtool.feed` then reads whole is inferred so; its later rows are checked there.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mtool.engines.blocks import Layout, read_blocks
from mtool.feed import LARGE, SUFFIXES

#: Bytes of text and rows of Parquet at the head of a file that are looked at.
HEAD_BYTES = 1 << 20
HEAD_ROWS = 2_000
#: Bytes at the end of a file among which its last lines are: totals stand there.
TAIL_BYTES = 1 << 16
TAIL_LINES = 20


def may_be_feed(raw: Path) -> bool:
    """True for a file so large, and of such a kind, that it may be a feed."""
    return raw.suffix.lower() in SUFFIXES and raw.stat().st_size >= LARGE


@contextmanager
def sample_of(raw: Path) -> Iterator[Path]:
    """A temporary file of the same name that holds the first records and the last lines.

    Raises `UnreadableInput` for a file whose first records cannot be told apart.
    """
    with tempfile.TemporaryDirectory(prefix="mtool-") as folder:
        sample = Path(folder) / raw.name
        if raw.suffix.lower() == ".parquet":
            _write_rows(raw, sample)
        else:
            sample.write_bytes(_head(raw) + b"".join(_last_lines(raw)))
        shutil.copystat(raw, sample)
        yield sample


def _head(raw: Path) -> bytes:
    """Whole records of text, as many as fit."""
    return bytes(next(read_blocks(raw, Layout(), HEAD_BYTES)).data)


def _last_lines(raw: Path) -> list[bytes]:
    """The last lines that are surely records: none of them opens or closes a quote of another."""
    with raw.open("rb") as file:
        file.seek(-TAIL_BYTES, 2)
        lines = file.read().splitlines(keepends=True)[-TAIL_LINES:]
    kept = next((at for at, line in enumerate(lines[::-1]) if line.count(b'"') % 2), len(lines))
    return lines[len(lines) - kept :]


def _write_rows(raw: Path, sample: Path) -> None:
    """The first rows of a Parquet file, typed as they are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from mtool.errors import UnreadableInput

    try:
        with pq.ParquetFile(raw) as file:
            rows = next(file.iter_batches(HEAD_ROWS), None)
            with pq.ParquetWriter(sample, file.schema_arrow) as writer:
                if rows is not None:
                    writer.write_batch(rows)
    except (pa.ArrowException, OSError) as error:
        said = str(error).split("\n")[0]
        raise UnreadableInput(f"{raw}: not readable as Parquet ({said})") from None
