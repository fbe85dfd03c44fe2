"""Unique keys over all batches: exact, in little memory, on disk where there are many rows.

Rows are kept as 64-bit hashes; those whose hashes meet are compared value by value.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

#: Hashes and key columns held in memory; beyond it they are written to a temporary file.
HELD_BYTES = 48 << 20
PARTS = 16
#: Bytes of a text that its hash is made of; longer ones are told apart by comparing.
HASHED_BYTES = 256
_MIX = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Twin:
    """A row whose key another row has: both numbered from 0, and the key's values."""

    row: int
    other: int
    values: tuple[Any, ...]


@dataclass
class Keys:
    """The values of one key, batch after batch; `duplicates` at the end.

    As pandera has it: null equals null, and a key that is null throughout is no key.
    """

    held_bytes: int = HELD_BYTES
    rows: int = 0
    _width: int = 0
    _hashes: list[np.ndarray[Any, Any]] = field(default_factory=list)
    _held: list[pa.RecordBatch] = field(default_factory=list)
    _held_size: int = 0
    _parts: list[IO[bytes]] = field(default_factory=list)
    _file: IO[bytes] | None = None
    _writer: Any = None

    def add(self, columns: pa.RecordBatch) -> None:
        """Take the key columns of the next batch."""
        self._hashes.append(hashes(columns))
        self._held.append(columns)
        self._held_size += columns.get_total_buffer_size() + 8 * columns.num_rows
        self.rows += columns.num_rows
        self._width = columns.num_columns
        if self._held_size > self.held_bytes:
            self._spill()

    def duplicates(self) -> list[Twin]:
        """Every row whose key stands in another row too, in order; `other` is the first of those."""
        if not self.rows:
            return []
        suspects = self._suspects()
        same: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        nulls = (None,) * self._width
        for row, values in self._values_of(suspects):
            same[values].append(row)
        groups = [(r, values) for values, r in same.items() if len(r) > 1 and values != nulls]
        twins = [
            Twin(row, rows[1] if row == rows[0] else rows[0], values)
            for rows, values in groups
            for row in rows
        ]
        return sorted(twins, key=lambda twin: twin.row)

    def _suspects(self) -> np.ndarray[Any, Any]:
        """Rows whose hash another row has, in order."""
        import numpy as np

        if not self._parts:
            return _met(np.concatenate(self._hashes)) if self._hashes else np.zeros(0, np.int64)
        self._spill()
        found = []
        for part in self._parts:
            part.seek(0)
            pairs = np.fromfile(part, np.uint64).reshape(-1, 2)
            found.append(pairs[_met(pairs[:, 0]), 1].astype(np.int64))
        return np.sort(np.concatenate(found))

    def _values_of(self, rows: np.ndarray[Any, Any]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """The key values of some rows, in order."""
        import numpy as np

        from mtool.engines.arrow_values import positions

        start = 0
        for batch in self._batches():
            end = start + batch.num_rows
            low, high = np.searchsorted(rows, [start, end])
            mine = rows[low:high]
            taken = [column.take(positions(mine - start)).to_pylist() for column in batch.columns]
            yield from zip(mine.tolist(), zip(*taken, strict=True), strict=True)
            start = end

    def _batches(self) -> Iterable[pa.RecordBatch]:
        import pyarrow as pa

        if self._file is not None:
            self._writer.close()
            self._file.seek(0)
            yield from pa.ipc.open_stream(self._file)
        yield from self._held

    def _spill(self) -> None:
        """Write what is held to temporary files: hashes by their first bits, columns as they are."""
        import numpy as np
        import pyarrow as pa

        if not self._held:
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
            self._writer = pa.ipc.new_stream(self._file, self._held[0].schema)
            self._parts = [tempfile.TemporaryFile() for _ in range(PARTS)]  # noqa: SIM115
        for batch in self._held:
            self._writer.write_batch(batch)
        mine = np.concatenate(self._hashes)
        pairs = np.empty((len(mine), 2), np.uint64)
        pairs[:, 0] = mine
        pairs[:, 1] = np.arange(self.rows - len(mine), self.rows)
        part_of = mine >> np.uint64(60)
        for number, part in enumerate(self._parts):
            pairs[part_of == number].tofile(part)
        self._held, self._hashes, self._held_size = [], [], 0


def _met(found: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The positions of values that stand more than once."""
    import numpy as np

    ordered = np.sort(found)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(twice):
        return np.zeros(0, np.int64)
    at = np.searchsorted(twice, found)
    at[at == len(twice)] = 0
    return np.flatnonzero(twice[at] == found)


def hashes(columns: pa.RecordBatch) -> np.ndarray[Any, Any]:
    """A 64-bit hash of each row: equal values have equal hashes."""
    import numpy as np

    mixed = np.zeros(columns.num_rows, np.uint64)
    for column in columns.columns:
        mixed = _mixed(mixed ^ _hash_of(column))
    return mixed


def _mixed(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    import numpy as np

    spread: np.ndarray[Any, Any] = numbers * np.uint64(_MIX)
    spread ^= spread >> np.uint64(29)
    return spread


def _hash_of(column: pa.Array) -> np.ndarray[Any, Any]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from mtool.engines.arrow_values import figures, where

    if pa.types.is_string(column.type):
        found = _hash_of_texts(column)
    else:
        if pa.types.is_boolean(column.type) or pa.types.is_date32(column.type):
            column = column.cast(pa.int32())
        kind = pa.float64() if pa.types.is_floating(column.type) else pa.int64()
        numbers = pc.coalesce(column.cast(kind), figures([0], kind == pa.int64())[0])
        size = np.float64 if kind == pa.float64() else np.int64
        values = np.frombuffer(numbers.buffers()[1], size)[numbers.offset :][: len(numbers)]
        found = _mixed((values + 0).view(np.uint64))
    if column.null_count:
        found[where(pc.is_null(column))] = _MIX
    return found


def _hash_of_texts(column: pa.Array) -> np.ndarray[Any, Any]:
    """Eight bytes at a time, all rows at once."""
    import numpy as np

    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    starts = ends[:-1].astype(np.int64)
    lengths = np.diff(ends).astype(np.int64)
    found = _mixed(lengths.astype(np.uint64) + np.uint64(1))
    if not lengths.any():
        return found
    first, last = int(starts[0]), int(ends[-1])
    padded = bytes(memoryview(data)[first:last]) + bytes(8)
    words = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))
    for at in range(0, min(int(lengths.max()), HASHED_BYTES), 8):
        rows = np.flatnonzero(lengths > at)
        left = np.minimum(lengths[rows] - at, 8).astype(np.uint64)
        keep = np.uint64(0xFFFFFFFFFFFFFFFF) >> (np.uint64(64) - left * np.uint64(8))
        found[rows] = _mixed(found[rows] ^ (words[starts[rows] - first + at] & keep))
    return found
