"""The contract in pandera on Polars, eager: of a LazyFrame pandera would not check the values."""

import json
import sys
from collections import Counter

import pandera.polars as pa
import polars as pl
import rules

TYPES = {"int": pl.Int64, "float": pl.Float64, "date": pl.Date, "str": pl.String}
KIND_OF = {"not_nullable": "null", "in_range": "range", "isin": "code"}


def schema() -> pa.DataFrameSchema:
    """The rules as pandera's own schema."""
    columns = {}
    for name, column in rules.COLUMNS.items():
        checks = []
        if column.low is not None:
            checks.append(pa.Check.in_range(column.low, column.high))
        if column.codes:
            checks.append(pa.Check.isin(column.codes))
        unique = name == rules.KEY
        kind = TYPES[column.dtype]
        columns[name] = pa.Column(kind, checks, nullable=column.nullable, unique=unique)
    return pa.DataFrameSchema(columns, strict=True)


def main() -> None:
    events = pl.read_csv(sys.argv[1], infer_schema=False)
    counts: Counter[str] = Counter(dict.fromkeys(rules.KINDS, 0))
    casts = []
    for name, column in rules.COLUMNS.items():
        if column.dtype == "date":
            casts.append(pl.col(name).str.to_date("%Y-%m-%d", strict=False))
        elif column.dtype != "str":
            casts.append(pl.col(name).cast(TYPES[column.dtype], strict=False))
    typed = events.with_columns(casts)
    bad = {
        name: typed[name].null_count() - events[name].null_count()
        for name, column in rules.COLUMNS.items()
        if column.dtype != "str"
    }
    counts["type"] = sum(bad.values())
    try:
        schema().validate(typed, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        for (column, check), rows in cases.group_by(["column", "check"]):
            if check == "field_uniqueness":
                counts["duplicate"] += len(rows)
                continue
            kind = KIND_OF[check.partition("(")[0]]
            counts[kind] += len(rows) - (bad.get(column, 0) if kind == "null" else 0)
    print(json.dumps(counts))


main()
