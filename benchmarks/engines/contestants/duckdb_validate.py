"""The contract by hand in DuckDB's SQL: one scan; rows are grouped by key to find doubles."""

import json
import sys

import duckdb
import rules

TYPES = {"int": "BIGINT", "float": "DOUBLE", "date": "DATE"}


def conditions() -> dict[str, list[str]]:
    """What is wrong with a row, by kind of error."""
    wrong: dict[str, list[str]] = {"type": [], "range": [], "null": [], "code": []}
    for name, column in rules.COLUMNS.items():
        value = f"TRY_CAST({name} AS {TYPES[column.dtype]})" if column.dtype != "str" else name
        if column.dtype != "str":
            wrong["type"].append(f"({name} IS NOT NULL AND {value} IS NULL)")
        if not column.nullable:
            wrong["null"].append(f"({name} IS NULL)")
        if column.low is not None:
            bounds = f"BETWEEN {column.low} AND {column.high}"
            wrong["range"].append(f"(coalesce({value} NOT {bounds}, false))")
        if column.codes:
            codes = ", ".join("'" + code.replace("'", "''") + "'" for code in column.codes)
            wrong["code"].append(f"(coalesce({name} NOT IN ({codes}), false))")
    return wrong


def main() -> None:
    sums = [
        f"sum({' + '.join(f'{c}::INT' for c in listed)}) AS of_{kind}"
        for kind, listed in conditions().items()
    ]
    names = ", ".join(f"'{name}': 'VARCHAR'" for name in rules.COLUMNS)
    dialect = "header=true, auto_detect=false, delim=',', quote='\"', escape='\"'"
    scan = f"read_csv('{sys.argv[1]}', columns={{{names}}}, {dialect})"
    by_key = f"SELECT count(*) AS n, {', '.join(sums)} FROM {scan} GROUP BY {rules.KEY}"
    totals = [f"sum(of_{kind})" for kind in ("type", "range", "null", "code")]
    query = f"SELECT {', '.join(totals)}, sum(n) FILTER (n > 1) FROM ({by_key})"
    found = duckdb.connect().execute(query).fetchone()
    print(json.dumps({kind: int(n or 0) for kind, n in zip(rules.KINDS, found, strict=True)}))


main()
