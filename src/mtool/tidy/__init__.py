"""RawTable + recipe → tidy rows: one row per area, period and group, provenance in columns.

Sums are kept, totals rows are left out (they are control totals), a figure that cannot be read is
null with `value_status: unreadable` and a finding; no row disappears without one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.model import Finding, RawTable
from mtool.passport import Passport, TableRecipe
from mtool.recipes import column_keys, expand_columns, header_fingerprint
from mtool.schemas import Schema
from mtool.tidy.coding import add_codes, code_words
from mtool.tidy.columns import Columns, as_frame, in_schema_order
from mtool.tidy.reading import Places, TableReading

if TYPE_CHECKING:
    import pandas as pd

#: Groups that a source does not tell apart are all of them together.
WHOLE_GROUPS = ("sex", "role", "age_group", "civilian_status")


@dataclass(frozen=True)
class Tidied:
    """Tidy rows of one table and what was found on the way.

    `unsound` are the positions of rows that a structure finding speaks of; `places` tells the
    printed cell of each.
    """

    columns: Columns
    schema: Schema
    findings: tuple[Finding, ...] = ()
    unsound: frozenset[int] = frozenset()
    places: Places | None = None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The tidy rows as a frame of pandas; figures `Int64` or `Float64`, the rest text."""
        return as_frame(self.columns, self.schema)


def tidy_table(
    table: RawTable,
    recipe: TableRecipe,
    schema: Schema,
    passport: Passport,
    folders: tuple[Path, ...] = (),
) -> Tidied:
    """Read a table by its recipe.

    Out: the columns of `schema`; figures are numbers, dates (ISO) and the rest are text.
    `edition`, `as_of`, `source_ref` and `source_cell` say where each row comes from.
    A header that is not the recipe's gives no rows and one `layout_drift` finding.
    """
    from mtool.tidy.melt import melt

    drift = layout_drift(table, recipe)
    if drift:
        return Tidied(_no_rows(schema), schema, (drift,))
    reading = TableReading(table, recipe, schema, passport, folders)
    return tidied(reading, melt(reading))


def tidied(reading: TableReading, columns: Columns) -> Tidied:
    """Long rows → the columns of the schema: codes, places, times and provenance added."""
    from mtool.tidy.places import add_places
    from mtool.tidy.times import add_times

    schema = reading.schema
    if not columns.length:
        return Tidied(_no_rows(schema), schema, tuple(reading.findings))
    _add_constants(reading, columns)
    add_codes(reading, columns)
    code_words(reading, columns)
    _name_events(reading, columns)
    add_places(reading, columns)
    add_times(reading, columns)
    _add_provenance(reading, columns)
    _report_missing_columns(reading, columns)
    return Tidied(
        in_schema_order(columns, schema),
        schema,
        tuple(reading.findings),
        frozenset(reading.unsound),
        Places(reading, columns["_row"], columns["_group"]),
    )


def _no_rows(schema: Schema) -> Columns:
    return Columns({name: [] for name in schema.columns}, 0)


def layout_drift(table: RawTable, recipe: TableRecipe) -> Finding | None:
    """A finding when the header is not the recipe's, or lacks a column that the recipe names.

    In a published layout, only a column that is used counts; of the others `layout_columns` speaks.
    """
    keys = column_keys(table.header)
    rules = expand_columns(recipe.columns)
    absent = [key for key in rules if key not in keys]
    if recipe.layout:
        absent = [key for key in absent if rules[key].get("column") != "ignore"]
    known = recipe.layout or recipe.header_fingerprint in ("", header_fingerprint(table.header))
    if not absent and known:
        return None
    new = [key for key in keys if key not in rules]
    what = (
        f"the columns {', '.join(map(repr, absent))} of the passport are not there"
        if absent
        else "the header is not the one the passport was written for"
    )
    what += f", and {', '.join(map(repr, new))} new" if new and rules else ""
    return Finding(
        rule="layout_drift",
        class_="structure",
        severity="error",
        message=f"{what}; the table now begins with {', '.join(table.header[:6])}",
        locator=replace(table.locator, table=table.id),
        suggestion="look at the table with mtool tables, then correct its columns in the passport "
        "and take out header_fingerprint",
    )


def _add_constants(reading: TableReading, columns: Columns) -> None:
    """Constants of the recipe fill columns that the table does not have itself."""
    for name, value in reading.recipe.constants.items():
        if name not in columns:
            columns.fill(name, value)


def _name_events(reading: TableReading, columns: Columns) -> None:
    """Events without an id of their own are named by where they stand, and a finding says so."""
    schema = reading.schema
    if "event_id" not in schema.columns or "event_id" in columns or "source_cell" not in columns:
        return
    names = reading.cell_names(None)
    columns["event_id"] = [names[row] for row in columns["_row"]]
    reading.blame(
        Finding(
            "ids_made",
            "note",
            "warning",
            "the events have no identifier; each is named by its place in the file",
            replace(reading.table.locator, table=reading.table.id),
            suggestion="give each event an id that stays the same in the next edition",
        )
    )


def _report_missing_columns(reading: TableReading, columns: Columns) -> None:
    """One finding for a column that the schema requires and the table does not have."""
    schema = reading.schema
    absent = [
        name
        for name, column in schema.columns.items()
        if column.required and not column.nullable and name not in columns
    ]
    for name in absent:
        reading.blame(
            Finding(
                "missing_column",
                "structure",
                "error",
                f"the schema {schema.name} requires a column {name!r}, and the table has none",
                replace(reading.table.locator, table=reading.table.id),
                suggestion=f"add the column {name!r}, or say in the passport which one it is",
            ),
            range(columns.length),
        )


def _add_provenance(reading: TableReading, columns: Columns) -> None:
    passport = reading.passport
    source = passport.source
    written = {
        "source_id": source.id,
        "edition": passport.edition or source.published or None,
        "as_of": passport.as_of or None,
        "source_ref": f"{source.id}[{reading.table.id}]",
    }
    kept = reading.schema.columns
    for name, value in written.items():
        if name in kept and name not in columns:
            columns.fill(name, value)
    for name in WHOLE_GROUPS:
        if name in kept:
            given = columns[name] if name in columns else [None] * columns.length
            columns[name] = ["all" if value is None else value for value in given]
