"""Deaths by admin1 and year in DuckDB's SQL; rows without a figure counted."""

import json
import sys

import duckdb


def main() -> None:
    query = (
        "SELECT admin1, year, coalesce(sum(fatalities), 0)::BIGINT, count(*) - count(fatalities) "
        f"FROM '{sys.argv[1]}' GROUP BY ALL"
    )
    rows = duckdb.connect().execute(query).fetchall()
    print(json.dumps({f"{admin1} {year}": [total, none] for admin1, year, total, none in rows}))


main()
