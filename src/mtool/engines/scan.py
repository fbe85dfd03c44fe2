"""A delimited or Parquet file of any size → batches of text columns, in order, on every core.

Nothing is inferred: `NA` and `0501` stay as written. Memory is a few blocks of the file.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mtool import progress
from mtool.engines.arrow_values import null_where, texts
from mtool.engines.blocks import (
    BLOCK_BYTES,
    Block,
    Layout,
    NotUtf8,
    not_text,
    read_blocks,
    read_header,
    record_lines,
    records,
)
from mtool.engines.ragged import Ragged
from mtool.errors import UnreadableInput, UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

Out = TypeVar("Out")
ROWS_AT_ONCE = 32_768


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file. `lines` gives the physical line of each; of Parquet, the row's number.

    `columns` are text (or typed, where a Parquet file is read so); an empty cell is null.
    """

    columns: pa.RecordBatch
    lines: Sequence[int]
    ragged: tuple[Ragged, ...] = ()


@dataclass(frozen=True)
class Scan:
    """A file to be read in one pass; iterate for its batches, or `map` work over them."""

    path: Path
    header: tuple[str, ...]
    wanted: tuple[str, ...]
    layout: Layout = field(default_factory=Layout)
    is_parquet: bool = False
    typed: bool = False
    block_bytes: int = BLOCK_BYTES
    row_groups: tuple[int, ...] | None = None
    first_row: int = 1

    def __iter__(self) -> Iterator[Batch]:
        return self.map(lambda batch: batch)

    def map(self, work: Callable[[Batch], Out], workers: int = 0) -> Iterator[Out]:
        """What `work` makes of each batch, in order; read and worked on in threads.

        Raises `UnreadableInput` for bytes that are no text, and for a damaged Parquet file.
        """
        jobs: Iterator[Callable[[], Out]]
        if self.is_parquet:
            jobs = (partial(work, batch) for batch in self._parquet())
        else:
            blocks = enumerate(read_blocks(self.path, self.layout, self.block_bytes))
            jobs = (partial(self._worked, work, block, at == 0) for at, block in blocks)
        return in_order(jobs, workers)

    def _worked(self, work: Callable[[Batch], Out], block: Block, opens: bool) -> Out:
        return work(self.parsed(block, opens))

    def parsed(self, block: Block, opens: bool) -> Batch:
        """Read one block; the first one opens with the header."""
        if block.is_irregular:
            return self._by_records(block, opens)
        return self._by_arrow(block, opens)

    def _by_arrow(self, block: Block, opens: bool) -> Batch:
        import pyarrow as pa
        from pyarrow import csv

        misfits: list[tuple[int, int]] = []

        def skip(row: csv.InvalidRow) -> str:
            misfits.append((row.number - 1, row.actual_columns))
            return "skip"

        names = [str(at) for at in range(len(self.header))]
        kept = [str(self.header.index(name)) for name in self.wanted]
        self._refuse_other_than_utf8(block)
        table = csv.read_csv(
            pa.py_buffer(block.data),
            csv.ReadOptions(use_threads=False, column_names=names, block_size=len(block.data) + 1),
            csv.ParseOptions(
                delimiter=self.layout.delimiter,
                quote_char=self.layout.quote or False,
                newlines_in_values=True,
                invalid_row_handler=skip,
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=kept,
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
        columns = table.combine_chunks().to_batches()
        rows = columns[0] if columns else _empty(kept)
        rows = pa.RecordBatch.from_arrays(rows.columns, names=list(self.wanted))
        lines = self._lines(block, rows.num_rows, misfits)
        ragged = tuple(Ragged(int(lines[at]), len(names), found) for at, found in misfits)
        left = _without(lines, [at for at, _ in misfits])
        return Batch(rows.slice(1), left[1:], ragged) if opens else Batch(rows, left, ragged)

    def _refuse_other_than_utf8(self, block: Block) -> None:
        """Look at all bytes of a block as one text: a third of what asking each cell takes."""
        import numpy as np
        import pyarrow as pa

        ends = pa.py_buffer(np.array([0, len(block.data)], np.int32))
        whole = [None, ends, pa.py_buffer(block.data)]
        try:
            pa.Array.from_buffers(pa.string(), 1, whole).validate(full=True)
        except pa.ArrowInvalid as error:
            raise NotUtf8(not_text(self.path, block, error)) from None

    def _lines(self, block: Block, rows: int, misfits: list[tuple[int, int]]) -> Sequence[int]:
        """The physical line of each record, ragged ones among them."""
        if block.lines == rows + len(misfits):
            return range(block.line, block.line + block.lines)
        found: Sequence[int] = record_lines(block, self.layout)
        if len(found) != rows + len(misfits):
            raise AssertionError(f"{self.path}, line {block.line}: records and lines do not agree")
        return found

    def _by_records(self, block: Block, opens: bool) -> Batch:
        import pyarrow as pa

        found = records(block.data, self.layout)[opens:]
        width = len(self.header)
        ragged = tuple(
            Ragged(block.line + r.line, width, len(r.cells)) for r in found if len(r.cells) != width
        )
        kept = [record for record in found if len(record.cells) == width]
        places = [self.header.index(name) for name in self.wanted]
        try:
            columns = [pa.array([r.cells[at] or None for r in kept], pa.string()) for at in places]
        except UnicodeEncodeError as error:
            raise NotUtf8(not_text(self.path, block, error)) from None
        rows = pa.RecordBatch.from_arrays(columns, names=list(self.wanted))
        return Batch(rows, [block.line + record.line for record in kept], ragged)

    def _rows_of(self, file: pq.ParquetFile) -> int:
        groups = range(file.num_row_groups) if self.row_groups is None else self.row_groups
        return sum(file.metadata.row_group(at).num_rows for at in groups)

    def _parquet(self) -> Iterator[Batch]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        first = self.first_row
        with pq.ParquetFile(self.path) as file:
            try:
                batches = file.iter_batches(
                    ROWS_AT_ONCE, row_groups=self.row_groups, columns=list(self.wanted)
                )
                what, total = f"reading {self.path.name}", self._rows_of(file)
                for rows in progress.through(batches, what, total, lambda b: b.num_rows):
                    columns = [rows.column(name) for name in self.wanted]
                    if not self.typed:
                        columns = [as_text(column) for column in columns]
                    whole = pa.RecordBatch.from_arrays(columns, names=list(self.wanted))
                    yield Batch(whole, range(first, first + rows.num_rows))
                    first += rows.num_rows
            except (pa.ArrowException, OSError) as error:
                said = str(error).split("\n")[0]
                raise UnreadableInput(f"{self.path}: not readable as Parquet ({said})") from None


def scan(
    path: Path,
    columns: Sequence[str] | None = None,
    layout: Layout | None = None,
    *,
    typed: bool = False,
) -> Scan:
    """Open a CSV or Parquet file for one pass over the columns asked for (all by default).

    The header is the first record that is not blank. `typed` leaves the types of a Parquet file.
    Raises `UsageError` for a column that is not there, or stands twice; `UnreadableInput` for a
    file without a header.
    """
    is_parquet = path.suffix.lower() == ".parquet"
    layout = layout or Layout()
    header = _parquet_header(path) if is_parquet else read_header(path, layout)
    wanted = tuple(columns) if columns is not None else header
    for name in wanted:
        times = header.count(name)
        if times != 1:
            what = f"stands {times} times in the header" if times else "is not in the header"
            raise UsageError(f"{path}: the column {name!r} {what}; it has {', '.join(header)}")
    return Scan(path, header, wanted, layout, is_parquet, typed)


def as_text(column: pa.Array) -> pa.Array:
    """A typed column as text: dates ISO, figures with as many digits as tell them apart."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        midnight = pc.all(pc.equal(pc.floor_temporal(column, unit="day"), column)).as_py()
        column = column.cast(pa.date32()) if midnight is not False else column
    text = column.cast(pa.string())
    return null_where(pc.equal(text, texts([""])[0]), text)


def _parquet_header(path: Path) -> tuple[str, ...]:
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            return tuple(file.schema_arrow.names)
    except Exception as error:
        said = str(error).split("\n")[0]
        raise UnreadableInput(f"{path}: not readable as Parquet ({said})") from None


def _empty(names: Sequence[str]) -> pa.RecordBatch:
    import pyarrow as pa

    schema = pa.schema([(name, pa.string()) for name in names])
    return pa.RecordBatch.from_pylist([], schema=schema)


def _without(lines: Sequence[int], left_out: list[int]) -> Sequence[int]:
    if not left_out:
        return lines
    gone = set(left_out)
    return [line for at, line in enumerate(lines) if at not in gone]


def in_order(jobs: Iterator[Callable[[], Out]], workers: int = 0) -> Iterator[Out]:
    """Run jobs in threads (one per core), a bounded number ahead of the one whose result is next."""
    waiting: deque[Future[Out]] = deque()
    workers = workers or os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        try:
            for job in jobs:
                waiting.append(pool.submit(job))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
