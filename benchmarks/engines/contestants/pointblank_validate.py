"""The contract in pointblank on a Polars frame of texts cast first."""

import json
import sys
from collections import Counter

import pointblank as pb
import polars as pl
import rules

TYPES = {"int": pl.Int64, "float": pl.Float64}
KIND_OF = {
    "col_vals_not_null": "null",
    "col_vals_between": "range",
    "col_vals_in_set": "code",
    "rows_distinct": "duplicate",
}


def main() -> None:
    events = pl.read_csv(sys.argv[1], infer_schema=False)
    casts = []
    for name, column in rules.COLUMNS.items():
        if column.dtype == "date":
            casts.append(pl.col(name).str.to_date("%Y-%m-%d", strict=False))
        elif column.dtype != "str":
            casts.append(pl.col(name).cast(TYPES[column.dtype], strict=False))
    typed = events.with_columns(casts)
    checks = pb.Validate(typed)
    bad = {name: typed[name].null_count() - events[name].null_count() for name in rules.COLUMNS}
    for name, column in rules.COLUMNS.items():
        if not column.nullable:
            checks = checks.col_vals_not_null(name)
        if column.low is not None:
            checks = checks.col_vals_between(name, column.low, column.high, na_pass=True)
        if column.codes:
            allowed = [*column.codes, None] if column.nullable else list(column.codes)
            checks = checks.col_vals_in_set(name, allowed)
    checks = checks.rows_distinct(columns_subset=[rules.KEY]).interrogate(get_first_n=100)
    counts: Counter[str] = Counter(dict.fromkeys(rules.KINDS, 0))
    counts["type"] = sum(bad.values())
    for step in checks.validation_info:
        kind = KIND_OF[step.assertion_type]
        counts[kind] += step.n_failed - (bad.get(step.column, 0) if kind == "null" else 0)
    print(json.dumps(counts))


main()
