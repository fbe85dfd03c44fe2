"""DuckDB → one table of text per table of the database; views are not read, nor anything outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.errors import MissingExtra, UnreadableInput
from mtool.model import Document, Locator, RawTable, Row, Source
from mtool.readers import ReadOptions
from mtool.readers.typed_values import as_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS_AT_ONCE = 20_000
#: Nothing but the file itself is read, and no extension is fetched.
CLOSED = {"enable_external_access": "false", "autoload_known_extensions": "false", "threads": "1"}
TABLES = """SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal
ORDER BY table_oid"""


@dataclass(frozen=True, slots=True)
class DuckdbBody:
    """The rows of a table, read again at each iteration; `place` counts rows from 1."""

    path: Path
    name: str

    def __iter__(self) -> Iterator[Row]:
        number = 0
        with _opened(self.path) as database:
            rows = database.execute(f"SELECT * FROM {self.name}")  # noqa: S608
            while batch := rows.fetchmany(ROWS_AT_ONCE):
                for values in batch:
                    number += 1
                    yield Row(tuple(map(as_text, values)), number)


def _opened(path: Path) -> DuckDBPyConnection:
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("Reading DuckDB", "duckdb") from None
    return duckdb.connect(str(path), read_only=True, config=dict(CLOSED))


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read every table of a database. Raises `UnreadableInput` for a file that is damaged."""
    tables = []
    try:
        with _opened(path) as database:
            for number, (schema, name) in enumerate(database.execute(TABLES).fetchall(), start=1):
                full = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, name))
                described = database.execute(f"SELECT * FROM {full} LIMIT 0").description  # noqa: S608
                tables.append(
                    RawTable(
                        f"t{number}",
                        tuple(column[0] for column in described or ()),
                        DuckdbBody(path, full),
                        title=name,
                        locator=Locator(path=source.path, row=1),
                        reasons=("DuckDB",),
                    )
                )
    except MissingExtra:
        raise
    except Exception as error:
        said = str(error).split("\n")[0]
        raise UnreadableInput(f"{source.path}: not a readable DuckDB file ({said})") from None
    return Document(source, "application/vnd.duckdb", tuple(tables))
