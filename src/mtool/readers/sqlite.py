"""SQLite → one table of text per table of the database; views are not read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Document, Locator, RawTable, Row, Source
from mtool.readers import ReadOptions
from mtool.readers.typed_values import as_text

TABLES = """SELECT name FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"""


@dataclass(frozen=True, slots=True)
class SqliteBody:
    """The rows of a table, read again at each iteration; `place` counts rows from 1."""

    path: Path
    name: str

    def __iter__(self) -> Iterator[Row]:
        with closing(_opened(self.path)) as database:
            rows = database.execute(f"SELECT * FROM {_quoted(self.name)}")  # noqa: S608
            for number, values in enumerate(rows, start=1):
                yield Row(tuple(map(_cell, values)), number)


def _cell(value: object) -> str:
    return f"({len(value)} bytes)" if isinstance(value, bytes) else as_text(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _opened(path: Path) -> sqlite3.Connection:
    """Read-only; the file is taken as it stands, without its journal."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read every table of a database. Raises `UnreadableInput` for a file that is damaged."""
    try:
        with closing(_opened(path)) as database:
            names = [name for (name,) in database.execute(TABLES)]
            headers = [
                tuple(c[0] for c in database.execute(f"SELECT * FROM {_quoted(n)}").description)  # noqa: S608
                for n in names
            ]
            database.execute("PRAGMA quick_check").fetchall()
    except sqlite3.Error as error:
        raise UnreadableInput(f"{source.path}: not a readable SQLite database ({error})") from None
    tables = tuple(
        RawTable(
            f"t{number}",
            header,
            SqliteBody(path, name),
            title=name,
            locator=Locator(path=source.path, row=1),
            reasons=("SQLite",),
        )
        for number, (name, header) in enumerate(zip(names, headers, strict=True), start=1)
    )
    return Document(source, "application/vnd.sqlite3", tables)
