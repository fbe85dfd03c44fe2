"""`mtool summarize` by year of a million events against Polars and DuckDB, whole processes, interleaved.

A published dataset of events is made twice in a temporary folder, as CSV and as Parquet. Run:
python benchmarks/sums.py PEERS_PYTHON [ROWS] [ROUNDS], where PEERS_PYTHON has polars and duckdb.
Prints medians, the ratio to each peer and the seconds of processor time, as JSON too.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mtool.large_datasets import write_parquet
from mtool.schemas import load_schema
from mtool.writers.csv import read_csv

REGIONS = ("Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou", "Gao", "Kidal")
PEERS = {
    "polars": "import polars as pl\nf = pl.scan_{0}({1!r}{2})\n"
    "print(f.group_by('admin1_name', pl.col('event_date').dt.year()).agg(pl.col('killed').sum())"
    ".collect(engine='streaming').height)",
    "duckdb": 'import duckdb\nprint(len(duckdb.sql("select admin1_name, year(event_date), '
    "sum(killed) from read_{0}('{1}') group by all\").fetchall()))",
}
LIMITS = {("csv", "polars"): 1.2, ("parquet", "duckdb"): 1.3}


def make_events(path: Path, rows: int) -> None:
    """Canonical CSV of events: every column of the schema, some figures missing."""
    names = list(load_schema("events").columns)
    chance = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        for at in range(rows):
            region = chance.randrange(8)
            missing = chance.random() < 0.1
            writer.writerow(
                {
                    "event_id": f"MLI{at:08}",
                    "location_code": "MLI",
                    "admin1_code": f"ML0{region + 1}",
                    "admin1_name": REGIONS[region],
                    "provider_admin1_name": REGIONS[region],
                    "event_date": f"{chance.randrange(2012, 2025)}-{chance.randrange(1, 13):02}-"
                    f"{chance.randrange(1, 29):02}",
                    "event_type": "Explosions/Remote violence",
                    "sub_event_type": chance.choice(
                        ("Shelling/artillery/missile attack", "Grenade")
                    ),
                    "device_type": chance.choice(("ied", "ap_mine", "")),
                    "latitude": f"{chance.uniform(11, 24):.4f}",
                    "longitude": f"{chance.uniform(-11, 4):.4f}",
                    "killed": "" if missing else chance.randrange(9),
                    "injured": chance.randrange(9),
                    "value_status": "killed=not_known" if missing else "",
                    "source_id": "feed",
                    "edition": "2025-01-01",
                    "source_ref": "feed[t1]",
                    "source_cell": f"killed=line {at + 2}, column 29; injured=line {at + 2}, column 30",
                }
            )


def make_workspaces(folder: Path, rows: int) -> dict[str, Path]:
    """The same dataset in two workspaces, one published as CSV, one as Parquet."""
    made = {}
    for kind in ("csv", "parquet"):
        clean = folder / kind / "data" / "clean"
        clean.mkdir(parents=True)
        (folder / kind / "data" / "raw").mkdir()
        made[kind] = clean / f"events.{kind}"
        manifest = {"datasets": {"events": {"path": made[kind].name, "rows": rows}}}
        (clean / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    make_events(made["csv"], rows)
    schema = load_schema("events")
    write_parquet(read_csv(made["csv"], schema), schema, made["parquet"])
    return made


def measure(command: list[str]) -> tuple[float, float]:
    """Wall-clock seconds and processor seconds of one whole process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command[:4])}")
    seconds = time.perf_counter() - start
    return seconds, used.ru_utime + used.ru_stime


def main() -> None:
    """Measure every contestant in turn and print what came out."""
    peers_python = sys.argv[1]
    rows, rounds = (int(a) for a in (*sys.argv[2:], *("1000000", "5")[len(sys.argv[2:]) :]))
    figures = {}
    with tempfile.TemporaryDirectory() as temporary:
        for kind, path in make_workspaces(Path(temporary), rows).items():
            question = ["summarize", "events", "--by", "region", "--measure", "killed"]
            commands = {
                "mtool": [sys.executable, "-m", "mtool", *question, "-w", str(path.parents[2])]
            }
            dates = ", try_parse_dates=True" if kind == "csv" else ""
            for name, code in PEERS.items():
                commands[name] = [peers_python, "-c", code.format(kind, str(path), dates)]
            taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
            for turn in range(rounds + 1):
                for name, command in commands.items():
                    taken[name] += [measure(command)] * bool(turn)
            figures[kind] = report(kind, taken)
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "rows": rows}
    print(json.dumps({"machine": machine, "rounds": rounds, "figures": figures}))


def report(kind: str, taken: dict[str, list[tuple[float, float]]]) -> dict[str, object]:
    """Print medians and ratios of one format."""
    medians = {
        name: [statistics.median(c) for c in zip(*runs, strict=True)]
        for name, runs in taken.items()
    }
    for name, (wall, processor) in medians.items():
        ratio = statistics.median(
            a[0] / b[0] for a, b in zip(taken["mtool"], taken[name], strict=True)
        )
        limit = LIMITS.get((kind, name), "")
        print(
            f"{kind:8}{name:8}{wall:7.2f} s {processor:7.2f} s of processor   "
            f"mtool / {name} {ratio:.2f} {f'(limit {limit})' if limit else ''}"
        )
    return dict(medians)


if __name__ == "__main__":
    main()
