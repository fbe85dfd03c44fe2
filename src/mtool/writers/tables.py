"""What a database or a data package gets: each dataset as a typed table, and the tables beside it.

Beside the datasets stand `sources`, `control_totals`, `findings` and `vocabularies`, so that a
database tells on its own where a figure comes from and what a code means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mtool.clean import FINDING_FIELDS, SOURCE_FIELDS, TOTAL_FIELDS, finding_row
from mtool.schemas import ColumnSpec, Schema, load_vocabulary
from mtool.writers import Export
from mtool.writers.csv import in_canonical_order

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

WHOLE_NUMBERS = ("page", "line", "row", "addends", "missing")
NUMBERS = ("stated", "computed", "difference")
TERM_FIELDS = ("vocabulary", "code", "label_en", "label_fr", "definition", "source")
COMPANIONS = {
    "sources": "Where the figures come from, as the passports say",
    "control_totals": "Totals that the sources print: assertions about rows, never rows",
    "findings": "What mtool says about the figures of these sources",
    "vocabularies": "What the codes mean",
}
KEYS = {"vocabularies": ("vocabulary", "code"), "sources": ("id", "edition", "path")}


@dataclass(frozen=True)
class Table:
    """A typed table. `key` identifies a row; `companion` is true for what
    is not a dataset.
    """

    name: str
    title: str
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...]
    frame: pd.DataFrame
    companion: bool = False

    @property
    def key_is_whole(self) -> bool:
        """True when the key can be a primary key: null in no row, and no row twice."""
        if not self.key:
            return False
        parts = self.frame[list(self.key)]
        return not parts.isna().any(axis=None) and not parts.duplicated().any()

    def arrow(self) -> pa.Table:
        """The rows as an Arrow table; dates are days, text is UTF-8, null is null."""
        import pyarrow as pa

        columns = [_arrow_column(self.frame[c.name], c.dtype) for c in self.columns]
        return pa.Table.from_arrays(columns, names=[c.name for c in self.columns])


def _arrow_column(values: pd.Series, dtype: str) -> Any:
    import pyarrow as pa

    if dtype.startswith("datetime64"):
        return pa.Array.from_pandas(values.astype("datetime64[s]")).cast(pa.date32())
    types = {"Int64": pa.int64(), "Float64": pa.float64(), "boolean": pa.bool_()}
    column = pa.Array.from_pandas(values, type=types.get(dtype, pa.string()))
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def dataset_tables(export: Export, *, ordered: bool = True) -> Iterator[Table]:
    """Every dataset of an export; columns that were held back are not there.

    The rows are in canonical order, or as they come for a database that keeps no order.
    """
    for name, frame in export.frames.items():
        yield dataset_table(name, frame, export.schemas[name], ordered=ordered)


def dataset_table(name: str, frame: pd.DataFrame, schema: Schema, *, ordered: bool = True) -> Table:
    """One dataset; parts of its key that no row has do not count as parts."""
    columns = tuple(column for column in schema.columns.values() if column.name in frame)
    key = tuple(part for part in schema.key if part in frame and frame[part].notna().any())
    title = f"{schema.title}. {schema.description}".strip()
    rows = in_canonical_order(frame, schema) if ordered else frame
    return Table(name, title, columns, key, rows)


def companion_tables(export: Export) -> Iterator[Table]:
    """Sources, control totals, findings and the vocabularies that the datasets use."""
    yield companion("sources", SOURCE_FIELDS, export.sources)
    yield companion("control_totals", TOTAL_FIELDS, export.totals)
    yield companion("findings", FINDING_FIELDS, map(finding_row, export.findings))
    yield companion("vocabularies", TERM_FIELDS, _terms(export))


def used_vocabularies(export: Export) -> list[str]:
    """The vocabularies that a column of the export names, sorted."""
    columns = (c for schema in export.schemas.values() for c in schema.columns.values())
    return sorted({column.vocabulary for column in columns if column.vocabulary})


def _terms(export: Export) -> Iterator[dict[str, str]]:
    for name in used_vocabularies(export):
        for term in load_vocabulary(name, export.folders).values():
            fields = ("code", "label_en", "label_fr", "definition", "source")
            yield {"vocabulary": name, **{field: getattr(term, field) for field in fields}}


def companion(name: str, fields: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> Table:
    """A table beside the datasets, typed; empty cells are null."""
    import pandas as pd

    columns = tuple(ColumnSpec(field, _dtype(name, field), nullable=True) for field in fields)
    frame = pd.DataFrame(list(rows), columns=[c.name for c in columns], dtype="object")
    for column in columns:
        values = frame[column.name].mask(frame[column.name] == "")
        if column.dtype in ("Int64", "Float64"):
            frame[column.name] = pd.to_numeric(values).astype(column.dtype)
        elif column.dtype == "boolean":
            frame[column.name] = (values == "true").astype("boolean")
        else:
            frame[column.name] = values.astype("str")
    return Table(name, COMPANIONS[name], columns, KEYS.get(name, ()), frame, companion=True)


def _dtype(table: str, field: str) -> str:
    if field == "acknowledged":
        return "boolean"
    if field in NUMBERS:
        return "Float64"
    whole = field in WHOLE_NUMBERS or (table == "findings" and field == "column")
    return "Int64" if whole else "str"


def is_companion(header: Iterable[str]) -> bool:
    """True for a header that only a table beside the datasets has.

    A workbook leaves out the columns of its sources that have no value.
    """
    names = tuple(header)
    of_sources = {"id", "path", "sha256"} <= set(names) <= set(SOURCE_FIELDS)
    return of_sources or names in (TOTAL_FIELDS, FINDING_FIELDS, TERM_FIELDS, ("what",))
