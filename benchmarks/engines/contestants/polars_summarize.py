"""Deaths by admin1 and year in Polars, streaming; rows without a figure counted."""

import json
import sys

import polars as pl


def main() -> None:
    path = sys.argv[1]
    if path.endswith(".parquet"):
        scan = pl.scan_parquet(path)
    else:
        scan = pl.scan_csv(path, schema_overrides={"event_date": pl.Date, "killed": pl.Int64})
    figures = (pl.col("killed").sum(), pl.col("killed").null_count().alias("missing"))
    sums = (
        scan.group_by("admin1_name", pl.col("event_date").dt.year())
        .agg(figures)
        .collect(engine="streaming")
    )
    answer = {f"{admin1} {year}": [total, none] for admin1, year, total, none in sums.iter_rows()}
    print(json.dumps(answer))


main()
