"""Deaths by admin1 and year in DuckDB's SQL; rows without a figure counted."""

import json
import sys

import duckdb


def main() -> None:
    query = (
        "SELECT admin1_name, year(event_date), coalesce(sum(killed), 0)::BIGINT, "
        "count(*) - count(killed) "
        f"FROM '{sys.argv[1]}' GROUP BY ALL"
    )
    rows = duckdb.connect().execute(query).fetchall()
    print(json.dumps({f"{admin1} {year}": [total, none] for admin1, year, total, none in rows}))


main()
