"""RawTable + recipe → tidy rows: one row per area, period and group, provenance in columns.

Sums are kept, totals rows are left out (they are control totals), a figure that cannot be read is
null with `value_status: unreadable` and a finding; no row disappears without one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.areas import fold_name
from mtool.column_words import code_of
from mtool.model import Finding, RawTable
from mtool.passport import Passport, TableRecipe
from mtool.recipes import column_keys, expand_columns, header_fingerprint
from mtool.schemas import Schema, load_vocabulary
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

    frame: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    unsound: frozenset[int] = frozenset()
    places: Places | None = None


def tidy_table(
    table: RawTable,
    recipe: TableRecipe,
    schema: Schema,
    passport: Passport,
    folders: tuple[Path, ...] = (),
) -> Tidied:
    """Read a table by its recipe.

    Out: the columns of `schema`; figures are `Int64` or `Float64`, dates and the rest are text.
    `edition`, `as_of`, `source_ref` and `source_cell` say where each row comes from.
    A header that is not the recipe's gives no rows and one `layout_drift` finding.
    """
    import pandas as pd

    from mtool.tidy.melt import melt

    drift = layout_drift(table, recipe)
    if drift:
        return Tidied(pd.DataFrame(columns=list(schema.columns)), (drift,))
    reading = TableReading(table, recipe, schema, passport, folders)
    return tidied(reading, melt(reading))


def tidied(reading: TableReading, frame: pd.DataFrame) -> Tidied:
    """Long rows → the columns of the schema: codes, places, times and provenance added."""
    import pandas as pd

    from mtool.tidy.places import add_places
    from mtool.tidy.times import add_times

    schema = reading.schema
    if frame.empty:
        nothing = pd.DataFrame(columns=list(schema.columns))
        return Tidied(nothing, tuple(reading.findings))
    frame = _coded(schema, _with_constants(reading, frame))
    _name_events(reading, frame)
    frame = add_times(reading, add_places(reading, frame))
    frame = _with_provenance(reading, frame)
    _report_missing_columns(reading, frame)
    places = Places(reading, frame["_row"].tolist(), frame["_group"].tolist())
    return Tidied(
        _in_schema_order(frame, schema),
        tuple(reading.findings),
        frozenset(reading.unsound),
        places,
    )


def layout_drift(table: RawTable, recipe: TableRecipe) -> Finding | None:
    """A finding when the header is not the recipe's, or lacks a column that the recipe names."""
    keys = column_keys(table.header)
    absent = [key for key in expand_columns(recipe.columns) if key not in keys]
    if not absent and recipe.header_fingerprint in ("", header_fingerprint(table.header)):
        return None
    what = (
        f"the columns {', '.join(map(repr, absent))} of the passport are not there"
        if absent
        else "the header is not the one the passport was written for"
    )
    return Finding(
        rule="layout_drift",
        class_="structure",
        severity="error",
        message=f"{what}; the table now begins with {', '.join(table.header[:6])}",
        locator=replace(table.locator, table=table.id),
        suggestion="look at the table with mtool tables, then correct its columns in the passport "
        "and take out header_fingerprint",
    )


def _with_constants(reading: TableReading, frame: pd.DataFrame) -> pd.DataFrame:
    """Constants of the recipe fill columns that the table does not have itself."""
    constants = {
        name: value for name, value in reading.recipe.constants.items() if name not in frame
    }
    return frame.assign(**constants)


def _coded(schema: Schema, frame: pd.DataFrame) -> pd.DataFrame:
    """Words of coded columns → codes: a code itself, a label in English or French, a known word."""
    for name, column in schema.columns.items():
        if column.vocabulary and name in frame and name != "value_status":
            terms = load_vocabulary(column.vocabulary)
            labels = {fold_name(t.label_en): code for code, t in terms.items()}
            labels |= {fold_name(t.label_fr): code for code, t in terms.items()}
            texts = [text for text in frame[name].unique() if isinstance(text, str) and text]
            codes = {
                text: text
                if text in terms
                else labels.get(fold_name(text)) or code_of(name, text) or text
                for text in texts
            }
            frame[name] = frame[name].map(codes)
    return frame


def _name_events(reading: TableReading, frame: pd.DataFrame) -> None:
    """Events without an id of their own are named by where they stand, and a finding says so."""
    schema = reading.schema
    if "event_id" not in schema.columns or "event_id" in frame or "source_cell" not in frame:
        return
    frame["event_id"] = reading.cell_names(None).iloc[frame["_row"]].to_numpy()
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


def _report_missing_columns(reading: TableReading, frame: pd.DataFrame) -> None:
    """One finding for a column that the schema requires and the table does not have."""
    schema = reading.schema
    absent = [
        name
        for name, column in schema.columns.items()
        if column.required and not column.nullable and name not in frame
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
            range(len(frame)),
        )


def _with_provenance(reading: TableReading, frame: pd.DataFrame) -> pd.DataFrame:
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
        if name in kept and name not in frame:
            frame[name] = value
    for name in WHOLE_GROUPS:
        if name in kept:
            frame[name] = frame[name].fillna("all") if name in frame else "all"
    return frame


def _in_schema_order(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Every column of the schema, in its order; absent ones null; blank text null."""
    import pandas as pd

    columns = {}
    for name, column in schema.columns.items():
        if name not in frame:
            dtype = column.dtype if column.dtype in ("Int64", "Float64", "boolean") else "str"
            columns[name] = pd.Series(pd.NA, index=frame.index, dtype=dtype)
        elif column.dtype in ("Int64", "Float64", "boolean"):
            columns[name] = frame[name]
        else:
            text = frame[name].astype("str")
            columns[name] = text.mask(text.str.strip() == "")
    return pd.DataFrame(columns, index=frame.index)
