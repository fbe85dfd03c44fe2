"""PostgreSQL: every table loaded beside the old one and swapped in one transaction.

Readers see the old tables until the new ones are whole; a load that is cut short changes nothing.
The connection comes from the `PG*` variables, from `MTOOL_POSTGRES`, or from a service file;
a password is never taken from the command line. PostgreSQL 15 or newer.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mtool.errors import MissingExtra, TryAgainLater, UsageError
from mtool.language import counted
from mtool.writers import Export
from mtool.writers.sql import comment, create_table, literal, quoted
from mtool.writers.tables import Table, companion_tables, dataset_tables, used_vocabularies

if TYPE_CHECKING:
    import psycopg

ROWS_AT_ONCE = 100_000
OLDEST = 150_000
#: How long to wait for readers to let go of a table, and the lock that one export holds.
LOCK_TIMEOUT = "30s"
ONE_AT_A_TIME = 5_911_807_014
MARK = "Written by mtool."
NEW = "mtool_new_"
#: Which rows of a table beside the datasets speak of the sources (or vocabularies) exported.
SPEAKS_OF = {
    "sources": "id",
    "control_totals": "split_part(source_ref, '[', 1)",
    "findings": "path",
    "vocabularies": "vocabulary",
}


def load(export: Export, connection: str, *, upsert: bool) -> list[str]:
    """Load every table in one transaction; return one line per table.

    With `upsert`, rows of the same key are replaced and others kept; else tables are replaced
    whole. Raises `UsageError` for a connection or a table that cannot be used, `TryAgainLater`
    where the server does not answer or a table is held by others.
    """
    datasets = map(_with_full_key(export), dataset_tables(export, ordered=False))
    tables = [*datasets, *companion_tables(export)]
    with _connected(connection) as database, database.cursor() as cursor:
        loading = _Loading(cursor, export)
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        for table in tables:
            loading.refuse_tables_of_others(table)
        for table in tables:
            loading.stage(table)
        for table in tables:
            if upsert and loading.exists(table.name):
                loading.merge(table)
            else:
                loading.swap(table)
    return [f"table {table.name}: {counted(len(table.frame), 'row')}" for table in tables]


def _with_full_key(export: Export) -> Any:
    """Keys of all the columns that the schema says, so that every load has the same one."""

    def widened(table: Table) -> Table:
        key = tuple(part for part in export.schemas[table.name].key if part in table.frame)
        return replace(table, key=key)

    return widened


@dataclass(frozen=True)
class _Loading:
    """One transaction that loads the tables of an export."""

    cursor: psycopg.Cursor[Any]
    export: Export

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement whose names and texts are quoted already; return its rows."""
        done = self.cursor.execute(statement.encode(), values or None)
        return done.fetchall() if done.description else []

    def exists(self, name: str) -> bool:
        return self.run("SELECT to_regclass(%s)", quoted(name))[0][0] is not None

    def refuse_tables_of_others(self, table: Table) -> None:
        """A table of the same name that mtool did not write is never touched."""
        found = self.run(
            "SELECT coalesce(obj_description(oid, 'pg_class'), '') FROM pg_class "
            "WHERE oid = to_regclass(%s)",
            quoted(table.name),
        )
        if found and MARK not in found[0][0]:
            raise UsageError(
                f"the database has a table {table.name!r} that mtool did not write; it stays. "
                "Export into a schema of its own: PGOPTIONS='-c search_path=mine_action'"
            )

    def stage(self, table: Table) -> None:
        """Make the new table beside the old, fill it, and give it key and comments."""
        new = NEW + table.name
        self.run(f"DROP TABLE IF EXISTS {quoted(new)}")
        self.run(create_table(replace(table, name=new, key=())))
        self._copy(table, new)
        if table.key:
            unique = "PRIMARY KEY" if table.key_is_whole else "UNIQUE NULLS NOT DISTINCT"
            columns = ", ".join(map(quoted, table.key))
            name = quoted(f"{new}_key")
            self.run(f"ALTER TABLE {quoted(new)} ADD CONSTRAINT {name} {unique} ({columns})")
        said = "\n".join([table.title, *self.export.held_back, MARK])
        self.run(f"COMMENT ON TABLE {quoted(new)} IS {literal(said)}")
        for column in table.columns:
            place = f"{quoted(new)}.{quoted(column.name)}"
            self.run(f"COMMENT ON COLUMN {place} IS {literal(comment(column))}")

    def _copy(self, table: Table, new: str) -> None:
        from pyarrow.csv import WriteOptions, write_csv

        columns = ", ".join(quoted(column.name) for column in table.columns)
        statement = f"COPY {quoted(new)} ({columns}) FROM STDIN (FORMAT csv)"
        with self.cursor.copy(statement.encode()) as copy:
            for batch in table.arrow().to_batches(max_chunksize=ROWS_AT_ONCE):
                lines = io.BytesIO()
                write_csv(batch, lines, WriteOptions(include_header=False))
                copy.write(lines.getvalue())

    def swap(self, table: Table) -> None:
        """Put the new table in the place of the old, with the rights that others had on it."""
        old, new = quoted(table.name), quoted(NEW + table.name)
        grants = self.run(
            "SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END, "
            "a.privilege_type FROM pg_class c, aclexplode(c.relacl) a "
            "LEFT JOIN pg_roles r ON r.oid = a.grantee "
            "WHERE c.oid = to_regclass(%s) AND a.grantee <> c.relowner",
            old,
        )
        self.run(f"DROP TABLE IF EXISTS {old}")
        self.run(f"ALTER TABLE {new} RENAME TO {old}")
        if table.key:
            constraint = quoted(f"{NEW}{table.name}_key")
            self.run(
                f"ALTER TABLE {old} RENAME CONSTRAINT {constraint} TO {quoted(table.name + '_key')}"
            )
        for grantee, privilege in grants:
            self.run(f"GRANT {privilege} ON {old} TO {grantee}")

    def merge(self, table: Table) -> None:
        """Put the new rows into the old table: by key, or for what stands beside, by source."""
        old, new = quoted(table.name), quoted(NEW + table.name)
        columns = ", ".join(quoted(column.name) for column in table.columns)
        insert = f"INSERT INTO {old} ({columns}) SELECT {columns} FROM {new}"  # noqa: S608
        if table.companion:
            spoken_of = self._spoken_of(table.name)
            self.run(f"DELETE FROM {old} WHERE {SPEAKS_OF[table.name]} = ANY(%s)", spoken_of)  # noqa: S608
        else:
            names = [quoted(column.name) for column in table.columns]
            changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names)
            constraint = quoted(f"{table.name}_key")
            insert += f" ON CONFLICT ON CONSTRAINT {constraint} DO UPDATE SET {changes}"
        self.run(insert)
        self.run(f"DROP TABLE {new}")

    def _spoken_of(self, name: str) -> list[str]:
        if name == "vocabularies":
            return used_vocabularies(self.export)
        field = "path" if name == "findings" else "id"
        return [source[field] for source in self.export.sources]


@contextmanager
def _connected(given: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection whose transaction is committed when the block ends well, else undone."""
    try:
        import psycopg
    except ImportError:
        raise MissingExtra("Writing to PostgreSQL", "postgres") from None
    connection = _checked(given, "-o")
    if not given:
        connection = _checked(os.environ.get("MTOOL_POSTGRES", ""), "MTOOL_POSTGRES")
    try:
        with psycopg.connect(connection) as database:
            if database.info.server_version < OLDEST:
                raise UsageError("the server is older than PostgreSQL 15; use a newer one")
            yield database
    except psycopg.Error as error:
        raise _in_words(error) from None


def _checked(connection: str, origin: str) -> str:
    """The connection itself; it is never shown, since it may hold a password."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    cure = "name a service (-o service=mali, in ~/.pg_service.conf), or set the PG* variables"
    try:
        parts = conninfo_to_dict(connection)
    except ProgrammingError:
        raise UsageError(f"{origin} is not a PostgreSQL connection; {cure}") from None
    if origin == "-o" and (parts.get("password") or parts.get("sslpassword")):
        raise UsageError(
            "a password on the command line can be read by others on this machine, and stays in "
            f"the shell's history; put it into ~/.pgpass or PGPASSWORD and {cure}"
        )
    return connection


def _in_words(error: psycopg.Error) -> Exception:
    """What a server said, in one sentence, and whether trying again may help."""
    from psycopg import errors

    said = (error.diag.message_primary or str(error)).strip().replace("\n", " ")
    if isinstance(error, errors.DependentObjectsStillExist):
        detail = (error.diag.message_detail or "").replace("\n", "; ")
        return UsageError(
            f"PostgreSQL: {said}: {detail}. Nothing was changed; use --upsert, which keeps the "
            "table, or drop what depends on it"
        )
    if isinstance(error, errors.LockNotAvailable):
        return TryAgainLater(
            f"PostgreSQL: others hold a table for more than {LOCK_TIMEOUT}; nothing was changed"
        )
    unlike = (errors.UndefinedColumn, errors.UndefinedObject, errors.NotNullViolation)
    if isinstance(error, unlike):
        return UsageError(
            f"PostgreSQL: {said}. The table is of another make; nothing was changed. Load it once "
            "without --upsert"
        )
    wrong_use = ("authentication failed", "does not exist", "no password", "not found", "denied")
    if error.sqlstate is None and not any(words in said for words in wrong_use):
        return TryAgainLater(f"PostgreSQL does not answer, or went away: {said}")
    return UsageError(f"PostgreSQL: {said}; nothing was changed")
