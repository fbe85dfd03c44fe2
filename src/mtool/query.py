"""SQL over the published datasets: DuckDB in memory, which can read nothing else and write nothing.

Each dataset is a table of its name, as the schema types it; beside them stand `sources`,
`control_totals` and `findings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mtool.clean import FINDING_FIELDS, SOURCE_FIELDS, TOTAL_FIELDS, read_rows
from mtool.datasets import choose_dataset, dataset_names, load_dataset
from mtool.errors import MissingExtra, UsageError
from mtool.one_publication import of_one_publication
from mtool.workspace import Workspace
from mtool.writers.tables import Table, companion, dataset_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BESIDE = {
    "sources": SOURCE_FIELDS,
    "control_totals": TOTAL_FIELDS,
    "findings": FINDING_FIELDS,
}
#: No file, no network, no extension, and no variable of the program.
CLOSED = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns and rows of an answer; days are `datetime.date`, missing values null."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def as_text(self) -> list[list[Any]]:
        """The rows with days as ISO text, fit for JSON, CSV and people."""
        return [[_plain(value) for value in row] for row in self.rows]


@of_one_publication
def query(workspace: Workspace, sql: str) -> Answer:
    """Answer one SELECT over the datasets; raises `UsageError` for anything else, in one sentence."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("Asking in SQL", "duckdb") from None
    with duckdb.connect(":memory:", config=dict(CLOSED)) as database:
        try:
            _refuse_all_but_select(database, sql)
            for table in _tables(workspace, sql):
                database.register(table.name, table.arrow())
            database.execute("SET lock_configuration = true")
            found = database.execute(sql)
            columns = tuple(column[0] for column in found.description or ())
            return Answer(columns, tuple(found.fetchall()))
        except duckdb.Error as error:
            raise UsageError(_in_words(workspace, error)) from None


def _refuse_all_but_select(database: DuckDBPyConnection, sql: str) -> None:
    statements = database.extract_statements(sql)
    kinds = {statement.type.name for statement in statements}
    if len(statements) != 1 or not kinds <= {"SELECT", "EXPLAIN"}:
        raise UsageError("one SELECT, please: datasets can be asked, and not changed, by a query")


def _tables(workspace: Workspace, sql: str) -> Iterator[Table]:
    """The tables whose names the SQL has; all of them where it has none."""
    names = dataset_names(workspace) or [choose_dataset(workspace, None)]
    words = set(re.findall(r"\w+", sql.casefold()))
    asked = words & {*names, *BESIDE} or {*names, *BESIDE}
    for name in names:
        if name in asked:
            frame, schema = load_dataset(workspace, name)
            yield dataset_table(name, frame, schema)
    for name in BESIDE:
        if name in asked:
            yield companion(name, BESIDE[name], read_rows(workspace.clean / f"{name}.csv"))


def _in_words(workspace: Workspace, error: Exception) -> str:
    """What DuckDB said, without the picture of the query, and which tables there are."""
    said = str(error).split("\n\nLINE ")[0].replace("\n", " ")
    if "Catalog Error" in said:
        tables = ", ".join([*dataset_names(workspace), *BESIDE])
        return f"{said}; there are: {tables}"
    return said


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value if value == value else None
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    return str(value)
