"""Deaths by admin1 and year in pandas, reading only the columns needed."""

import json
import sys

import pandas as pd

COLUMNS = ["admin1_name", "event_date", "killed"]


def main() -> None:
    path = sys.argv[1]
    if path.endswith(".parquet"):
        events = pd.read_parquet(path, columns=COLUMNS)
    else:
        events = pd.read_csv(path, engine="c", usecols=COLUMNS, parse_dates=["event_date"])
    year = pd.to_datetime(events["event_date"]).dt.year
    events = events.assign(year=year, missing=events["killed"].isna())
    sums = events.groupby(["admin1_name", "year"], dropna=False)[["killed", "missing"]].sum()
    print(json.dumps({f"{a} {y}": [int(t), int(m)] for (a, y), t, m in sums.itertuples()}))


main()
