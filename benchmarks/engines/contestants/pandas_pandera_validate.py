"""The contract in pandera on pandas, as one who knows its traps writes it: coerced first, lazy."""

import json
import sys
from collections import Counter

import pandas as pd
import pandera.pandas as pa
import rules

TYPES = {"int": "Int64", "float": "Float64", "date": "datetime64[ns]", "str": "str"}
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
        columns[name] = pa.Column(TYPES[column.dtype], checks, nullable=column.nullable)
    return pa.DataFrameSchema(columns, unique=[rules.KEY], strict=True)


def main() -> None:
    events = pd.read_csv(
        sys.argv[1], engine="c", dtype="str", keep_default_na=False, na_values=[""]
    )
    counts: Counter[str] = Counter(dict.fromkeys(rules.KINDS, 0))
    bad_type = {}
    for name, column in rules.COLUMNS.items():
        if column.dtype == "str":
            continue
        cells = events[name]
        if column.dtype == "date":
            events[name] = pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
            events[name] = events[name].astype("datetime64[ns]")
        else:
            events[name] = pd.to_numeric(cells, errors="coerce").astype(TYPES[column.dtype])
        bad_type[name] = cells.notna() & events[name].isna()
        counts["type"] += int(bad_type[name].sum())
    try:
        schema().validate(events, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        doubled = cases["check"].astype(str).str.startswith("multiple_fields_uniqueness")
        counts["duplicate"] = int(cases.loc[doubled, "index"].nunique())
        for (column, check), rows in cases[~doubled].groupby(["column", "check"]):
            kind = KIND_OF[check.partition("(")[0]]
            known = bad_type[column][rows["index"]].sum() if column in bad_type else 0
            counts[kind] += len(rows) - (int(known) if kind == "null" else 0)
    print(json.dumps(counts))


main()
