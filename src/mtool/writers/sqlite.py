"""SQLite: one file with a typed table per dataset and the tables beside them; the same bytes always."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

from mtool.schemas import ColumnSpec
from mtool.whole_files import staged
from mtool.writers import Export
from mtool.writers.sql import comment, create_table, quoted
from mtool.writers.tables import Table, companion_tables, dataset_tables

#: SQLite has no dates and booleans of its own: they are ISO text and 0 or 1, declared by name.
TYPES = {
    "str": "TEXT",
    "Int64": "INTEGER",
    "Float64": "REAL",
    "boolean": "BOOLEAN",
    "datetime64[ns]": "DATE",
}
ROWS_AT_ONCE = 50_000


def write(export: Export, out: Path) -> list[Path]:
    """Write one database file, replaced as a whole."""
    with staged(out) as new:
        try:
            with closing(sqlite3.connect(new, isolation_level=None)) as database:
                _fill(database, export)
        except sqlite3.OperationalError as error:
            is_full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
            raise OSError(errno.ENOSPC if is_full else errno.EIO, str(error)) from error
    return [out]


def _fill(database: sqlite3.Connection, export: Export) -> None:
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN")
    for table in chain(dataset_tables(export), companion_tables(export)):
        _write_table(database, table)
    if export.held_back:
        database.execute("CREATE TABLE held_back (what TEXT NOT NULL)")
        database.executemany("INSERT INTO held_back VALUES (?)", [(n,) for n in export.held_back])
    database.execute("COMMIT")


def _write_table(database: sqlite3.Connection, table: Table) -> None:
    database.execute(create_table(table, TYPES, _remark))
    places = ", ".join("?" for _ in table.columns)
    database.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({places})", _rows(table))  # noqa: S608


def _remark(column: ColumnSpec) -> str:
    """SQLite keeps the comments that stand in the statement itself."""
    return f" -- {comment(column)}"


def _rows(table: Table) -> Iterator[tuple[Any, ...]]:
    import pyarrow as pa

    rows = table.arrow()
    for at, column in enumerate(table.columns):
        if column.dtype.startswith("datetime64"):
            rows = rows.set_column(at, column.name, rows.column(at).cast(pa.string()))
    for batch in rows.to_batches(max_chunksize=ROWS_AT_ONCE):
        yield from zip(*(values.to_pylist() for values in batch), strict=True)
