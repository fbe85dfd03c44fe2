"""A clean feed as mtool publishes it, in two workspaces: `csv` and `parquet`; run in mtool's environment.

python published.py EVENTS.parquet FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

from mtool.large_datasets import write_parquet
from mtool.schemas import load_schema
from mtool.writers.csv import write_csv

NAMES = {
    "event_id_cnty": "event_id",
    "event_date": "event_date",
    "admin1": "admin1_name",
    "event_type": "event_type",
    "sub_event_type": "sub_event_type",
    "latitude": "latitude",
    "longitude": "longitude",
    "fatalities": "killed",
}


def published(events: Path) -> pd.DataFrame:
    """The rows of the schema `events`; a row without a figure says that it is not known."""
    feed = pd.read_parquet(events, columns=list(NAMES)).rename(columns=NAMES)
    feed["event_date"] = pd.to_datetime(feed["event_date"])
    missing = feed["killed"].isna()
    feed = feed.assign(location_code="MLI", source_id="feed", edition="2025-01-01")
    feed["value_status"] = pd.Series("killed=not_known", feed.index).where(missing, None)
    feed["source_ref"] = "feed[t1]"
    feed["source_cell"] = [f"killed=line {line}, column 29" for line in range(2, len(feed) + 2)]
    columns = load_schema("events").columns
    absent = {name: None for name in columns if name not in feed}
    return feed.assign(**absent)[list(columns)].astype({n: c.dtype for n, c in columns.items()})


def main() -> None:
    events, folder = map(Path, sys.argv[1:])
    frame = published(events)
    for kind in ("csv", "parquet"):
        clean = folder / kind / "data" / "clean"
        clean.mkdir(parents=True, exist_ok=True)
        (folder / kind / "data" / "raw").mkdir(exist_ok=True)
        path = clean / f"events.{kind}"
        if kind == "csv":
            write_csv(frame, path)
        else:
            write_parquet(frame, load_schema("events"), path)
        manifest = {"datasets": {"events": {"path": path.name, "rows": len(frame)}}}
        (clean / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


main()
