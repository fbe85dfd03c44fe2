"""Parquet: typed columns, sorted rows, and in the metadata the schema, the sources and the licence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.whole_files import staged
from mtool.writers import Export
from mtool.writers.sql import comment
from mtool.writers.staging import targets
from mtool.writers.tables import Table, dataset_table

if TYPE_CHECKING:
    import pyarrow as pa

#: Rows in a group: what a reader that wants a part of the file has to read at least.
ROWS_IN_GROUP = 250_000


def write(export: Export, out: Path) -> list[Path]:
    """Write one dataset to the file `out`, or each of several into the folder `out`."""
    import pyarrow.parquet as pq

    written = targets(export.frames, out, ".parquet")
    for name, path in written.items():
        table = dataset_table(name, export.frames[name], export.schemas[name])
        with staged(path) as new:
            pq.write_table(
                _described(table, export),
                new,
                compression="zstd",
                row_group_size=ROWS_IN_GROUP,
                store_schema=True,
            )
    return list(written.values())


def _described(table: Table, export: Export) -> pa.Table:
    import pyarrow as pa

    rows = table.arrow()
    fields = [
        field.with_metadata({"description": comment(column)})
        for field, column in zip(rows.schema, table.columns, strict=True)
    ]
    text = json.dumps(about(table, export), ensure_ascii=False, sort_keys=True)
    return rows.cast(pa.schema(fields, metadata={"mtool": text}))


def about(table: Table, export: Export) -> dict[str, Any]:
    """What a file should say of itself: its schema, key, sources with licences, what is held back."""
    used = set(table.frame["source_id"].dropna()) if "source_id" in table.frame else set()
    return {
        "format_version": 1,
        "mtool": export.version,
        "schema": table.name,
        "title": table.title,
        "key": list(table.key),
        "columns": {c.name: {"type": c.dtype, "title": c.title} for c in table.columns},
        "sources": [_said(source) for source in export.sources if source["id"] in used],
        "held_back": list(export.held_back),
    }


def _said(source: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in source.items() if value}
