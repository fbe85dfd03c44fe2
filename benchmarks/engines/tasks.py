"""The tasks: who takes part at which size, what the true answer is, and what mtool must reach."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import peers
import rules

sys.path.insert(0, str(peers.HERE.parent))
from timing import Run, run

MTOOL = (sys.executable, "-m", "mtool")
TEN_K, HUNDRED_K, MILLION, TEN_MILLION = 10_000, 100_000, 1_000_000, 10_000_000
#: mtool's rules by the kind of error that they find in a feed.
KIND_OF_RULE = {
    "type": "type",
    "not_a_number": "type",
    "not_a_date": "type",
    "in_range": "range",
    "not_null": "null",
    "isin": "code",
    "duplicate_key": "duplicate",
}


@dataclass(frozen=True)
class Contestant:
    """A command, and how its output is read: as the answer, and as seconds where it says them."""

    name: str
    command: tuple[str, ...]
    answer: Callable[[Run], Any]
    cwd: Path = peers.HERE
    seconds: Callable[[Run], float] | None = None

    def call(self) -> Run:
        """One whole process, timed."""
        done = run(self.command, self.cwd)
        if self.seconds and done.code == 0:
            return replace(done, seconds=self.seconds(done))
        return done


@dataclass(frozen=True)
class Case:
    """One task at one size. `limits` are the most that mtool may take of each peer's time."""

    task: str
    rows: int
    truth: Any
    contestants: tuple[Contestant, ...]
    limits: dict[str, float] = field(default_factory=dict)
    memory_limit_mb: float | None = None


def feed(rows: int, clean: bool = False) -> tuple[Path, dict[str, Any]]:
    """The folder of a feed, made when missing, and what is true of it."""
    folder = peers.WORK / "data" / f"{rows}{'-clean' * clean}"
    truth = folder / "truth.json"
    if not truth.is_file():
        print(f"writing a feed of {rows:,} rows …", file=sys.stderr)
        command = [str(peers.PYTHON), "feed.py", str(rows), str(folder), *["--clean"] * clean]
        subprocess.run(command, cwd=peers.HERE, check=True)
    (peers.WORK / "feed_events.yaml").write_text(rules.schema_yaml(), encoding="utf-8")
    return folder, json.loads(truth.read_text(encoding="utf-8"))


def by_peer(name: str, module: str, *arguments: object) -> Contestant:
    """A contestant that prints its answer as JSON."""
    words = (str(peers.PYTHON), "-m", f"contestants.{module}", *map(str, arguments))
    return Contestant(name, words, lambda done: json.loads(done.output))


def _kinds(document: dict[str, Any]) -> dict[str, int]:
    """How many errors of each kind `mtool validate` found; anything else under its own rule."""
    found: Counter[str] = Counter(dict.fromkeys(rules.KINDS, 0))
    for finding in document["findings"]:
        if finding["class"] != "note":
            found[KIND_OF_RULE.get(finding["rule"], finding["rule"])] += 1
    return dict(found)


# Validation -----------------------------------------------------------------------------------


def validate_csv(rows: int) -> Case:
    """A feed with errors of five kinds: how many of each."""
    folder, truth = feed(rows)
    path = folder / "events.csv"
    schema = str(peers.WORK / "feed_events.yaml")
    command = (*MTOOL, "validate", str(path), "--schema", schema, "--format", "json")
    taking_part = [
        Contestant("mtool", command, lambda done: _kinds(json.loads(done.output))),
        by_peer("polars", "polars_validate", path),
        by_peer("duckdb", "duckdb_validate", path),
    ]
    if rows <= MILLION:
        taking_part += [
            by_peer("pandas + pandera", "pandas_pandera_validate", path),
            by_peer("polars + pandera", "polars_pandera_validate", path),
        ]
    if rows <= HUNDRED_K:
        taking_part += [
            by_peer("pointblank", "pointblank_validate", path),
            by_peer("frictionless", "frictionless_validate", path),
        ]
    limits = {"polars": 1.0, "pandas + pandera": 1 / 3}
    if rows >= HUNDRED_K:
        limits["frictionless"] = 1 / 15
    memory = {MILLION: 350.0, TEN_MILLION: 500.0}.get(rows)
    return Case("validate_csv", rows, truth["counts"], tuple(taking_part), limits, memory)


# Sums -----------------------------------------------------------------------------------------


Sums = dict[str, list[int]]


def _mtool_sums(done: Run) -> Sums:
    rows = json.loads(done.output)["rows"]
    return {row["period"]: [row["value"], row["n_missing"]] for row in rows}


def _by_region(sums: Sums) -> Sums:
    """Sums by `admin1 year` put together by admin1."""
    regions: Sums = {}
    for subject, (total, missing) in sums.items():
        region = regions.setdefault(subject.rpartition(" ")[0], [0, 0])
        region[0] += total
        region[1] += missing
    return regions


def _published(rows: int, kind: str) -> Path:
    """A workspace whose `data/clean` holds a clean feed: as `csv`, as `parquet`, or `whole`."""
    folder, _ = feed(rows, clean=True)
    workspace = folder / "published" / kind
    if not (workspace / "data" / "clean" / "manifest.json").is_file():
        words = [sys.executable, "published.py", str(folder / "events.parquet")]
        words += [str(folder / "published"), *["--whole"] * (kind == "whole")]
        subprocess.run(words, cwd=peers.HERE, check=True)
    return workspace


def _summarize(rows: int, kind: str, limits: dict[str, float]) -> Case:
    _, truth = feed(rows, clean=True)
    workspace = _published(rows, kind)
    path = workspace / "data" / "clean" / f"events.{kind}"
    command = (*MTOOL, "summarize", "events", "--by", "region", "--measure", "killed")
    mine = (*command, "--format", "json", "-w", str(workspace))
    taking_part = (
        Contestant("mtool", mine, _mtool_sums),
        *(
            Contestant(
                name,
                by_peer(name, f"{name}_summarize", path).command,
                lambda done: _by_region(json.loads(done.output)),
            )
            for name in ("polars", "duckdb", "pandas")
        ),
    )
    return Case(f"summarize_{kind}", rows, _by_region(truth["sums"]), taking_part, limits)


def summarize_csv(rows: int) -> Case:
    """Deaths by admin1 out of published CSV, and how many rows give none; peers by year, too."""
    return _summarize(rows, "csv", {"polars": 1.2})


def summarize_parquet(rows: int) -> Case:
    """The same out of Parquet."""
    return _summarize(rows, "parquet", {"duckdb": 1.3})


# The nine-row table ---------------------------------------------------------------------------


def _nine_folder() -> Path:
    """A workspace that has taken the nine rows in."""
    folder = peers.WORK / "nine"
    if not (folder / "data" / "clean" / "manifest.json").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "mtool.toml").write_text('country = "MLI"\n', encoding="utf-8")
        done = run([*MTOOL, "ingest", str(peers.HERE / "nine" / "nine.csv")], folder)
        assert done.code == 0, done.errors
    return folder


def nine_rows(rows: int) -> Case:
    """A small table: what a command costs when there is next to nothing to do."""
    nine, folder = peers.HERE / "nine", _nine_folder()
    table = "nine/nine.csv"
    mine = str(folder / "data" / "raw" / "nine.csv")
    schema = "nine/table_schema.json"
    scripts = peers.PYTHON.parent
    commands = {
        "mtool validate": (*MTOOL, "validate", mine),
        "mtool summarize": (*MTOOL, "summarize"),
        "typer, nothing": (sys.executable, str(nine / "nothing.py")),
        "pandera": (str(peers.PYTHON), "-m", "contestants.nine_pandera", table),
        "frictionless": (str(scripts / "frictionless"), "validate", table, "--schema", schema),
        "csvstat": (str(scripts / "csvstat"), table),
    }
    taking_part = tuple(
        Contestant(name, words, lambda done: done.code, folder if "mtool" in name else peers.HERE)
        for name, words in commands.items()
    )
    return Case("nine_rows", rows, 0, taking_part, {"typer, nothing": 1.5})


# Workbooks ------------------------------------------------------------------------------------


def _rows_and_deaths(truth: dict[str, Any]) -> list[int]:
    return [truth["rows"], sum(deaths for deaths, _ in truth["sums"].values())]


def xlsx_read(rows: int) -> Case:
    """Every cell of a workbook of 30 columns as Python values."""
    folder, truth = feed(rows, clean=True)
    path = folder / "events.xlsx"
    if not path.is_file():
        maker = by_peer("maker", "xlsx_write_xlsxwriter", folder / "events.parquet", path)
        assert maker.call().code == 0
    mine = (sys.executable, "-m", "contestants.xlsx_read_mtool", str(path))
    taking_part = (
        Contestant("mtool", mine, lambda done: json.loads(done.output)),
        by_peer("calamine", "xlsx_read_calamine", path),
        by_peer("openpyxl", "xlsx_read_openpyxl", path),
    )
    return Case("xlsx_read", rows, _rows_and_deaths(truth), taking_part, {"calamine": 1.3})


def xlsx_export(rows: int) -> Case:
    """Typed rows of 30 columns into a workbook; calamine counts what it holds.

    mtool reads the published dataset, with four more columns that name the source of each row; the
    others read Parquet.
    """
    workspace = _published(rows, "whole")
    folder, truth = feed(rows, clean=True)
    out = peers.WORK / "out"
    out.mkdir(exist_ok=True)
    parquet = folder / "events.parquet"
    mine = (*MTOOL, "export", "xlsx", "feed_events", "-o", str(out / "mtool.xlsx"))
    taking_part = (
        Contestant("mtool", mine, _reread(out / "mtool.xlsx"), workspace),
        _writer("pandas + openpyxl", "xlsx_write_pandas", parquet, out / "pandas.xlsx"),
        _writer("xlsxwriter", "xlsx_write_xlsxwriter", parquet, out / "xlsxwriter.xlsx"),
    )
    limits = {"pandas + openpyxl": 1 / 10}
    return Case("xlsx_export", rows, _rows_and_deaths(truth), taking_part, limits)


def _writer(name: str, module: str, parquet: Path, out: Path) -> Contestant:
    words = by_peer(name, module, parquet, out).command
    return Contestant(name, words, _reread(out))


def _reread(path: Path) -> Callable[[Run], Any]:
    """What calamine finds in a workbook just written."""

    def answer(done: Run) -> Any:
        assert done.code == 0, done.errors
        return json.loads(by_peer("reader", "xlsx_answer", path).call().output)

    return answer


# A cluster ------------------------------------------------------------------------------------


def cluster(rows: int) -> Case:
    """The same validation by one worker and by two, each a process of one thread."""
    folder, truth = feed(rows)
    schema = str(peers.WORK / "feed_events.yaml")

    def of(workers: int) -> Contestant:
        module = "contestants.mtool_cluster"
        words = (sys.executable, "-m", module, str(workers), str(folder / "events.csv"), schema)
        return Contestant(
            f"mtool, {workers} worker{'s' * (workers > 1)}",
            words,
            lambda done: _kinds(json.loads(done.output)["report"]),
            seconds=lambda done: json.loads(done.output)["seconds"],
        )

    limits = {"mtool, 1 worker": 1 / 1.6} if (os.cpu_count() or 1) > 1 else {}
    return Case("cluster", rows, truth["counts"], (of(2), of(1)), limits)


def cluster_costs(rows: int) -> dict[str, Any]:
    """What counting, checking and bringing keys together cost by CPU time, on a feed with errors."""
    folder, _ = feed(rows)
    schema = str(peers.WORK / "feed_events.yaml")
    words = (sys.executable, "-m", "contestants.cluster_costs", str(folder / "events.csv"), schema)
    done = run(words, peers.HERE)
    assert done.code == 0, done.errors
    costs: dict[str, Any] = json.loads(done.output)
    return costs


ALL_SIZES = (TEN_K, HUNDRED_K, MILLION, TEN_MILLION)
#: The tasks by name, with the sizes at which each is of interest.
TASKS: dict[str, tuple[Callable[[int], Case], tuple[int, ...]]] = {
    "validate_csv": (validate_csv, ALL_SIZES),
    "summarize_csv": (summarize_csv, (HUNDRED_K, MILLION, TEN_MILLION)),
    "summarize_parquet": (summarize_parquet, (HUNDRED_K, MILLION, TEN_MILLION)),
    "nine_rows": (nine_rows, (9,)),
    "xlsx_read": (xlsx_read, (TEN_K, HUNDRED_K)),
    "xlsx_export": (xlsx_export, (TEN_K, HUNDRED_K)),
    "cluster": (cluster, (HUNDRED_K, MILLION, TEN_MILLION)),
}
