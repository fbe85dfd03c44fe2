"""Deaths by admin1 and year in pandas, reading only the columns needed."""

import json
import sys

import pandas as pd

COLUMNS = ["admin1", "year", "fatalities"]


def main() -> None:
    path = sys.argv[1]
    if path.endswith(".parquet"):
        events = pd.read_parquet(path, columns=COLUMNS)
    else:
        events = pd.read_csv(path, engine="c", usecols=COLUMNS)
    events = events.assign(missing=events["fatalities"].isna())
    sums = events.groupby(["admin1", "year"], dropna=False)[["fatalities", "missing"]].sum()
    print(json.dumps({f"{a} {y}": [int(t), int(m)] for (a, y), t, m in sums.itertuples()}))


main()
