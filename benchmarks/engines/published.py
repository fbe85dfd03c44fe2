"""A clean feed as mtool publishes it; run in mtool's environment.

python published.py EVENTS.parquet FOLDER           as `events`, in two workspaces: `csv`, `parquet`
python published.py EVENTS.parquet FOLDER --whole   as `feed_events`, every column, in `whole`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import rules

from mtool import __version__
from mtool.large_datasets import is_large, write_parquet
from mtool.schemas import Schema, load_schema
from mtool.writers.csv import in_canonical_order, write_csv

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
    return feed.assign(**absent)[list(columns)]


def whole(events: Path) -> pd.DataFrame:
    """The rows of the feed with every column, and where each comes from."""
    feed = pd.read_parquet(events)
    cells = [f"line {line}" for line in range(2, len(feed) + 2)]
    said = {"source_id": "feed", "edition": "2025-01-01", "source_ref": "feed[t1]"}
    return feed.assign(**said, source_cell=cells)


def publish(frame: pd.DataFrame, schema: Schema, workspace: Path, kind: str) -> None:
    """Write one dataset with its manifest, as a workspace holds it."""
    clean = workspace / "data" / "clean"
    clean.mkdir(parents=True, exist_ok=True)
    (workspace / "data" / "raw").mkdir(exist_ok=True)
    (workspace / "mtool.toml").touch()
    typed = frame.astype({name: column.dtype for name, column in schema.columns.items()})
    path = clean / f"{schema.name}.{kind}"
    if kind == "csv":
        write_csv(in_canonical_order(typed, schema), path)
    else:
        write_parquet(typed, schema, path)
    named = {schema.name: {"path": path.name, "rows": len(frame)}}
    manifest = {"mtool": __version__, "inputs": [], "datasets": named, "checked": {}}
    (clean / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def main() -> None:
    events, folder = map(Path, sys.argv[1:3])
    if "--whole" in sys.argv:
        schemas = folder / "whole" / "schemas"
        schemas.mkdir(parents=True, exist_ok=True)
        (schemas / "feed_events.yaml").write_text(rules.published_schema_yaml(), encoding="utf-8")
        frame = whole(events)
        kind = "parquet" if is_large(len(frame)) else "csv"
        publish(frame, load_schema("feed_events", (schemas,)), folder / "whole", kind)
        return
    frame = published(events)
    for kind in ("csv", "parquet"):
        publish(frame, load_schema("events"), folder / kind, kind)


main()
