"""A file → parts of whole records that different machines can read at once, lines still exact.

Line ends and quotes are counted in every share of the file first; their sums say on which line a
share begins, and whether inside quotes. A share's records are those that begin after its first
line end outside quotes, so that no record is read twice or by nobody.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import IO

from mtool.engines.blocks import BLOCK_BYTES, LONGEST_RECORD, Block, Layout, blocks_of, read_blocks
from mtool.errors import UnreadableInput

#: Large enough that starting a task does not count, small enough to balance, and to do again.
PART_BYTES = 64 << 20
PART_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Share:
    """Some bytes of a file, cut anywhere."""

    path: Path
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many line ends and quotes a share holds, and whether a line ends as on an old Mac."""

    newlines: int
    quotes: int
    has_lone_returns: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The records that one task reads.

    Of text: those that begin in a share; `line` is the physical line at its start, `opens` and
    `closes` say whether its two ends stand inside quotes. Of Parquet: the row groups from `start`
    to before `stop`; `line` is the number of the first row. `is_whole`: all of a file, in one go.
    `file` numbers the files of a table from 0.
    """

    path: Path
    start: int
    stop: int
    line: int = 1
    opens_quoted: bool = False
    closes_quoted: bool = False
    is_whole: bool = False
    file: int = 0


def shares(path: Path, layout: Layout, size: int = 0) -> list[Share]:
    """Cut a text file into shares; one where lines cannot be told from its bytes alone."""
    try:
        length = path.stat().st_size
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror})") from None
    if codecs.lookup(layout.encoding).name not in ("utf-8", "utf-8-sig"):
        size = max(length, 1)
    cuts = [*range(0, length, size or PART_BYTES), length]
    return [Share(path, start, stop) for start, stop in pairwise(cuts)]


def tally(share: Share, layout: Layout) -> Tally:
    """Count the line ends and quotes of a share."""
    newlines = quotes = returns = windows = 0
    before = b""
    with share.path.open("rb") as file:
        file.seek(share.start)
        left = share.stop - share.start
        while left > 0:
            data = file.read(min(left, BLOCK_BYTES))
            if not data:
                break
            left -= len(data)
            newlines += data.count(b"\n")
            quotes += data.count(layout.quote.encode()) if layout.quote else 0
            found = data.count(b"\r")
            returns += found
            windows += data.count(b"\r\n") if found else 0
            windows += before == b"\r" and data.startswith(b"\n")
            before = data[-1:]
        windows += before == b"\r" and file.read(1) == b"\n"
    return Tally(newlines, quotes, returns > windows)


def text_parts(cut: Sequence[Share], tallies: Sequence[Tally]) -> list[Part]:
    """The parts of one file: where each share begins, by what was counted before it."""
    lines = list(accumulate((t.newlines for t in tallies), initial=1))
    quotes = list(accumulate((t.quotes for t in tallies), initial=0))
    if len(cut) == 1 or any(t.has_lone_returns for t in tallies):
        return [whole(cut)]
    return [
        Part(s.path, s.start, s.stop, lines[at], quotes[at] % 2 == 1, quotes[at + 1] % 2 == 1)
        for at, s in enumerate(cut)
    ]


def whole(cut: Sequence[Share]) -> Part:
    """All of a file as one part, for text that is not written in a regular way."""
    return Part(cut[0].path, 0, cut[-1].stop, is_whole=True)


def parquet_parts(path: Path) -> list[Part]:
    """The parts of a Parquet file: runs of row groups of a size worth a task."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        sizes = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    parts: list[Part] = []
    first = held = 0
    row = 1
    for at, size in enumerate(sizes):
        held += size
        if held >= PART_ROWS or at + 1 == len(sizes):
            parts.append(Part(path, first, at + 1, row))
            first, row, held = at + 1, row + held, 0
    return parts


def part_blocks(part: Part, layout: Layout) -> Iterator[Block]:
    """The records of a part of text, as blocks; none where no record begins in it."""
    if part.is_whole:
        yield from read_blocks(part.path, layout)
        return
    with part.path.open("rb") as file:
        start, passed = (0, 0)
        if part.start:
            start, passed = _record_end(file, part.start, part.opens_quoted, layout)
        stop, _ = _record_end(file, part.stop, part.closes_quoted, layout)
        if start < stop:
            yield from blocks_of(_pieces(file, start, stop), layout, part.path, part.line + passed)


def _pieces(file: IO[bytes], start: int, stop: int) -> Iterator[bytes]:
    """The bytes from one place to another; a byte order mark is left out."""
    file.seek(start)
    while start < stop:
        data = file.read(min(BLOCK_BYTES, stop - start))
        if not data:
            return
        yield data.removeprefix(codecs.BOM_UTF8) if start == 0 else data
        start += len(data)


def _record_end(file: IO[bytes], at: int, quoted: bool, layout: Layout) -> tuple[int, int]:
    """Where the record that goes over a place ends, and how many line ends are passed until then."""
    import numpy as np

    file.seek(at)
    passed, begun = 0, at
    while data := file.read(1 << 16):
        codes = np.frombuffer(data, np.uint8)
        newlines = np.flatnonzero(codes == ord("\n"))
        quotes = np.flatnonzero(codes == ord(layout.quote)) if layout.quote else newlines[:0]
        outside = (np.searchsorted(quotes, newlines) + quoted) % 2 == 0
        ends = newlines[outside]
        if len(ends):
            return at + int(ends[0]) + 1, passed + int(np.searchsorted(newlines, ends[0])) + 1
        passed += len(newlines)
        quoted = bool((len(quotes) + quoted) % 2)
        at += len(data)
        if at - begun > LONGEST_RECORD:
            raise UnreadableInput(
                f"{file.name}: no record ends within {LONGEST_RECORD >> 20} MB of byte {begun:,}; "
                f"look for a quote ({layout.quote}) that does not close"
            )
    return at, passed
