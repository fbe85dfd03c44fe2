"""SQL that SQLite, DuckDB and PostgreSQL share: names, types and the statement that makes a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mtool.schemas import ColumnSpec
from mtool.writers.tables import Table

TYPES = {
    "str": "text",
    "Int64": "bigint",
    "Float64": "double precision",
    "boolean": "boolean",
    "datetime64[ns]": "date",
}


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def create_table(
    table: Table,
    types: Mapping[str, str] = TYPES,
    remark: Callable[[ColumnSpec], str] = lambda _: "",
) -> str:
    """`CREATE TABLE` with types, what may not be null, and the primary key where there can be one.

    `remark` gives text to stand behind a column, for systems without comments of their own.
    """
    lines = []
    for at, column in enumerate(table.columns):
        needed = "" if column.nullable and column.name not in _primary(table) else " NOT NULL"
        comma = "," if at < len(table.columns) - 1 or _primary(table) else ""
        lines.append(
            f"  {quoted(column.name)} {types[column.dtype]}{needed}{comma}{remark(column)}"
        )
    if _primary(table):
        lines.append(f"  PRIMARY KEY ({', '.join(map(quoted, table.key))})")
    return f"CREATE TABLE {quoted(table.name)} (\n" + "\n".join(lines) + "\n)"


def _primary(table: Table) -> tuple[str, ...]:
    return table.key if table.key_is_whole else ()


def comment(column: ColumnSpec) -> str:
    """What a column holds, on one line."""
    return " ".join(f"{column.title}: {column.description}".split()).removesuffix(":")
