"""How fast a million events reach PostgreSQL, beside `psql \\copy` of the same CSV.

    python benchmarks/postgres_load.py [ROWS]

Starts a server of its own. Prints the seconds of psql into a bare table and into one with its key,
of mtool's load alone and of the whole command, and the ratios.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))


def make_workspace(root: Path, rows: int) -> Path:
    """A workspace whose `data/clean` holds that many events; returns the CSV."""
    import numpy as np
    import pandas as pd

    from mtool.schemas import load_schema
    from mtool.writers.csv import in_canonical_order, write_csv

    number = np.arange(rows)
    some = np.random.default_rng(1)
    schema = load_schema("events")
    areas = np.array(["ML05", "ML06", "ML08"], dtype=object)
    names = np.array(["Mopti", "Tombouctou", "Kidal"], dtype=object)
    events = pd.DataFrame(
        {name: pd.Series(None, index=number, dtype="str") for name in schema.columns}
    ).assign(
        event_id=pd.Series(number).map("MLI{:08d}".format).astype("str"),
        location_code="MLI",
        admin1_code=areas[number % 3],
        admin1_name=names[number % 3],
        provider_admin1_name=names[number % 3],
        event_date=pd.Timestamp("2010-01-01") + pd.to_timedelta(number % 5000, unit="D"),
        event_type="Explosions/Remote violence",
        sub_event_type="Remote explosive/landmine/IED",
        device_type="remote_or_victim_activated",
        latitude=pd.Series(some.uniform(11, 25, rows).round(4)).astype("Float64"),
        longitude=pd.Series(some.uniform(-11, 4, rows).round(4)).astype("Float64"),
        killed=pd.Series(some.poisson(1, rows)).astype("Int64"),
        injured=pd.Series(some.poisson(2, rows)).astype("Int64"),
        source_id="feed",
        edition="2024-01-01",
        source_ref="feed[t1]",
        source_cell=pd.Series(number).map("line {}".format).astype("str"),
    )
    clean = root / "data" / "clean"
    clean.mkdir(parents=True)
    (root / "data" / "raw").mkdir()
    write_csv(in_canonical_order(events[list(schema.columns)], schema), clean / "events.csv")
    datasets = {"events": {"path": "events.csv", "rows": rows, "sha256": ""}}
    (clean / "manifest.json").write_text(json.dumps({"datasets": datasets}))
    (clean / "sources.csv").write_text("id,edition,path,sharing\nfeed,2024-01-01,feed.csv,\n")
    return clean / "events.csv"


def timed(what: str, run: object) -> float:
    """Run, print and return the seconds."""
    begun = time.perf_counter()
    assert callable(run)
    run()
    seconds = time.perf_counter() - begun
    print(f"{what:<58} {seconds:7.2f} s")
    return seconds


def main() -> None:
    from postgres_server import postgres_server

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder, postgres_server() as variables:
        csv = make_workspace(Path(folder), rows)
        print(f"{rows:,} events, {csv.stat().st_size / 1e6:.0f} MB of CSV")
        compare(Path(folder), csv, os.environ | variables)


def compare(root: Path, csv: Path, environment: dict[str, str]) -> None:
    """Time psql and mtool on the same rows."""
    from mtool.datasets import load_dataset
    from mtool.schemas import load_schema
    from mtool.workspace import find_workspace
    from mtool.writers import Export
    from mtool.writers.postgres import load
    from mtool.writers.sql import create_table
    from mtool.writers.tables import dataset_table

    def psql(*commands: str) -> None:
        words = [part for command in commands for part in ("-c", command)]
        subprocess.run(["psql", "-qX", "-1", *words], env=environment, check=True)

    frame, schema = load_dataset(find_workspace(root), "events")
    bare = create_table(dataset_table("bare", frame.head(0), schema))
    key = f"UNIQUE NULLS NOT DISTINCT ({', '.join(schema.key)})"
    copy = rf"\copy {{}} FROM '{csv}' (FORMAT csv, HEADER)"
    psql(bare, bare.replace("bare", "keyed"), f"ALTER TABLE keyed ADD {key}")
    plain = timed("psql \\copy into a table without a key", lambda: psql(copy.format("bare")))
    keyed = timed("psql \\copy into a table with its key", lambda: psql(copy.format("keyed")))
    psql("DROP TABLE bare, keyed")
    os.environ.update(environment)
    export = Export({"events": frame}, {"events": load_schema("events")}, (), ())
    loaded = timed("mtool: load, key and comments", lambda: load(export, "", upsert=False))
    words = [sys.executable, "-m", "mtool", "export", "postgres", "events", "-q", "-w", str(root)]
    whole = timed(
        "mtool export postgres, from the start of the program to its end",
        lambda: subprocess.run(words, env=environment, check=True),
    )
    for what, seconds in (("load", loaded), ("whole command", whole)):
        print(
            f"speed of the {what}: {plain / seconds:.2f} of psql without a key, "
            f"{keyed / seconds:.2f} with it"
        )


if __name__ == "__main__":
    main()
