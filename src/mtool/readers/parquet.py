"""Parquet → one table of text, batch by batch; null is an empty cell, dates are ISO."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Document, Locator, RawTable, Row, Source
from mtool.readers import ReadOptions
from mtool.readers.typed_values import as_text

ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class ParquetBody:
    """The rows of a file, read again at each iteration; `place` counts rows from 1."""

    path: Path

    def __iter__(self) -> Iterator[Row]:
        import pyarrow.parquet as pq

        number = 0
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
                columns = [[as_text(value) for value in column.to_pylist()] for column in batch]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield Row(cells, number)


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read a Parquet file. Raises `UnreadableInput` for a file that is not one."""
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            header = tuple(file.schema_arrow.names)
    except Exception as error:
        said = str(error).split("\n")[0]
        raise UnreadableInput(f"{source.path}: not a readable Parquet file ({said})") from None
    locator = Locator(path=source.path, row=1)
    table = RawTable("t1", header, ParquetBody(path), locator=locator, reasons=("Parquet",))
    return Document(source, "application/vnd.apache.parquet", (table,))
