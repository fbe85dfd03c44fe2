"""The contract by hand in Polars: one streaming pass, counts only."""

import json
import sys

import polars as pl
import rules

TYPES = {"int": pl.Int64, "float": pl.Float64}


def typed(name: str, column: rules.Column) -> pl.Expr:
    """The cell in its type, null where it cannot be."""
    if column.dtype == "str":
        return pl.col(name)
    if column.dtype == "date":
        return pl.col(name).str.to_date("%Y-%m-%d", strict=False)
    return pl.col(name).cast(TYPES[column.dtype], strict=False)


def counts_by_column() -> list[pl.Expr]:
    """One count per column and kind of error."""
    exprs = []
    for name, column in rules.COLUMNS.items():
        cell, value = pl.col(name), typed(name, column)
        if column.dtype != "str":
            exprs.append((value.is_null() & cell.is_not_null()).sum().alias(f"type {name}"))
        if not column.nullable:
            exprs.append(cell.null_count().alias(f"null {name}"))
        if column.low is not None:
            exprs.append((~value.is_between(column.low, column.high)).sum().alias(f"range {name}"))
        if column.codes:
            known = pl.Series(column.codes)
            exprs.append((~value.is_in(known.implode())).sum().alias(f"code {name}"))
    return exprs


def main() -> None:
    scan = pl.scan_csv(sys.argv[1], infer_schema=False)
    doubles = pl.col(rules.KEY).is_duplicated().sum().alias("duplicate key")
    found = scan.select([*counts_by_column(), doubles]).collect(engine="streaming")
    counts = dict.fromkeys(rules.KINDS, 0)
    for name, count in found.row(0, named=True).items():
        counts[name.split()[0]] += count
    print(json.dumps(counts))


main()
