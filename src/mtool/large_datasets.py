"""Datasets of many rows: typed Parquet, its row groups sorted by area and day.

A later question reads the columns and row groups it needs. The same rows give the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.schemas import ColumnSpec, Schema

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: A dataset of more rows is published as Parquet; up to here, as CSV that people can read.
LARGEST_CSV = 100_000
ROWS_IN_GROUP = 65_536
#: What the rows are sorted by before the key: where and when.
PLACE_AND_TIME = (
    "location_code",
    "admin1_code",
    "admin1_name",
    "event_date",
    "reference_period_start",
)


def is_large(rows: int) -> bool:
    """True for a number of rows that is published as Parquet."""
    return rows > LARGEST_CSV


def write_parquet(frame: pd.DataFrame, schema: Schema, path: Path) -> None:
    """Write rows sorted by place, time and key, in groups, typed as the schema says."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [name for name in schema.columns if name in frame]
    fields = [pa.field(name, arrow_type(schema.columns[name])) for name in names]
    order = sorted_rows(frame, schema)
    with pq.ParquetWriter(
        path, pa.schema(fields), compression="zstd", use_dictionary=True, version="2.6"
    ) as writer:
        for start in range(0, len(frame), ROWS_IN_GROUP):
            rows = frame.iloc[order[start : start + ROWS_IN_GROUP]]
            columns = [_column(rows[f.name], f.type) for f in fields]
            writer.write_table(pa.table(columns, schema=pa.schema(fields)))


def sorted_rows(frame: pd.DataFrame, schema: Schema) -> Any:
    """The positions of the rows in the order of their place, time and key; nulls first."""
    import numpy as np
    import pandas as pd

    names = dict.fromkeys((*PLACE_AND_TIME, *schema.key, "source_ref", "source_cell"))
    ranks = []
    for name in (name for name in names if name in frame):
        codes, _ = pd.factorize(frame[name], sort=True)
        if codes.max(initial=-1) > 0 or codes.min(initial=0) < 0:
            ranks.append(codes)
    return np.lexsort(ranks[::-1]) if ranks else np.arange(len(frame))


def arrow_type(column: ColumnSpec) -> pa.DataType:
    """The Parquet type of a column: days as dates, text as text."""
    import pyarrow as pa

    types = {"Int64": pa.int64(), "Float64": pa.float64(), "boolean": pa.bool_()}
    if column.dtype.startswith("datetime64"):
        return pa.date32()
    return types.get(column.dtype, pa.string())


def _column(values: pd.Series, dtype: pa.DataType) -> pa.Array:
    import pyarrow as pa

    column = pa.Array.from_pandas(values)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(dtype)


def read_parquet(path: Path, schema: Schema) -> pd.DataFrame:
    """Read rows written by `write_parquet`, typed by the schema."""
    import pandas as pd

    frame = pd.read_parquet(path)
    for name, column in schema.columns.items():
        if name in frame:
            frame[name] = frame[name].astype(column.dtype)
    return frame
