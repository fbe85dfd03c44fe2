"""DuckDB: one file with a typed, commented table per dataset and the tables beside them.

The tables are the same on every run; the file is not byte for byte, since DuckDB gives each
database a random identifier.
"""

from __future__ import annotations

import errno
import os
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.errors import MissingExtra
from mtool.whole_files import staged
from mtool.writers import Export
from mtool.writers.sql import comment, create_table, literal, quoted
from mtool.writers.tables import Table, companion_tables, dataset_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write(export: Export, out: Path) -> list[Path]:
    """Write one database file, replaced as a whole."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("Writing DuckDB", "duckdb") from None
    with staged(out) as new:
        try:
            with duckdb.connect(str(new), config={"threads": 1}) as database:
                _fill(database, export)
        except duckdb.IOException as error:
            is_full = os.strerror(errno.ENOSPC) in str(error)
            raise OSError(errno.ENOSPC if is_full else errno.EIO, str(error)) from error
    return [out]


def _fill(database: DuckDBPyConnection, export: Export) -> None:
    for table in chain(dataset_tables(export), companion_tables(export)):
        _write_table(database, table)
    if export.held_back:
        database.execute("CREATE TABLE held_back (what text NOT NULL)")
        database.executemany("INSERT INTO held_back VALUES (?)", [[n] for n in export.held_back])
    database.execute("CHECKPOINT")


def _write_table(database: DuckDBPyConnection, table: Table) -> None:
    name = quoted(table.name)
    database.execute(create_table(table))
    database.register("rows_to_write", table.arrow())
    database.execute(f"INSERT INTO {name} SELECT * FROM rows_to_write")  # noqa: S608
    database.unregister("rows_to_write")
    database.execute(f"COMMENT ON TABLE {name} IS {literal(table.title)}")
    for column in table.columns:
        said = literal(comment(column))
        database.execute(f"COMMENT ON COLUMN {name}.{quoted(column.name)} IS {said}")
