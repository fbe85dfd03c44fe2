"""The cluster engine gives the findings of the local one, also when a worker dies on the way."""

from __future__ import annotations

import contextlib
import csv
import os
import random
import signal
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from conftest import run_mtool
from mtool.engines import cluster, local, parts
from mtool.engines.dask_workers import DaskWorkers
from mtool.engines.request import as_one_table
from mtool.engines.tidy_file import tidy_request
from mtool.errors import TryAgainLater, UnreadableInput
from mtool.readers import ReadOptions

SCHEMA = """\
schema_type: dataframe
name: sightings
strict: true
unique: [place, seen]
columns:
  id: {dtype: str, nullable: false, unique: true}
  place: {dtype: str, nullable: true}
  seen: {dtype: "datetime64[ns]", nullable: false}
  number: {dtype: Int64, nullable: true, unique: false, checks: {in_range: {min_value: 0, max_value: 90}}}
  weight: {dtype: Float64, nullable: true, checks: {greater_than: 0}}
  note: {dtype: str, nullable: true}
"""


@pytest.fixture
def schema(tmp_path):
    """A schema with a unique column, a key with nulls, and ranges."""
    path = tmp_path / "sightings.yaml"
    path.write_text(SCHEMA, encoding="utf-8")
    return str(path)


def rows(number, seed=1):
    """Rows of which some are wrong in every way, and some stand twice near or far."""
    rng = random.Random(seed)
    made = []
    for at in range(number):
        day = date(2020, 1, 1) + timedelta(at)
        row = [f"S{at}", f"Séla {at}", day.isoformat(), at % 80, at % 7 + 0.5, "plain"]
        if rng.random() < 0.2:
            wrong = rng.randrange(6)
            other = rng.randrange(at + 1)
            row[:3] = (
                (row[0], row[1], "2020-02-30"),
                (row[0], row[1], ""),
                (f"S{other}", row[1], row[2]),
                (row[0], f"Séla {other}", (date(2020, 1, 1) + timedelta(other)).isoformat()),
                (row[0], "", "2020-01-01"),
                ("", row[1], row[2]),
            )[wrong]
            row[3:5] = ((91, 1), ("9O", 1), ("", ""), (1, -1), (1, "x"), (1, 1))[rng.randrange(6)]
            row[5] = ("one\ntwo", 'said "no"', "a,b", "")[rng.randrange(4)]
        made.append(row)
    return made


@pytest.fixture
def table(tmp_path):
    """A CSV file of rows, some over two lines."""

    def written(number=400, end="\n", seed=1):
        path = tmp_path / "sightings.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator=end)
            writer.writerow(["id", "place", "seen", "number", "weight", "note"])
            writer.writerows(rows(number, seed))
        return path

    return written


def asked(path, schema):
    request = tidy_request(path, str(path), schema, (), ReadOptions())
    assert request is not None, "the file is not tidy by the schema"
    return request


@dataclass
class InTurn:
    """Workers that are this process, one item after the other."""

    def each(self, work, items):
        return [work(item) for item in items]

    def results(self, begun, at=0):
        return iter([given[at] for given in begun])

    def meet(self, begun, at, work):
        import pandas as pd

        together = pd.concat([given[at] for given in begun])
        buckets = [work(rows) for _, rows in together.groupby(together["hash"] % 3)]
        return lambda: pd.concat(buckets)


@contextlib.contextmanager
def in_turn(address):
    yield InTurn()


@pytest.mark.parametrize("size", [50, 333, 4_000, 10**6])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_parts_of_any_size_give_the_findings_of_the_local_engine(
    table, schema, monkeypatch, size, end
):
    """Rule, place, value and order are the same wherever the file is cut, keys across parts too."""
    request = asked(table(end=end), schema)
    monkeypatch.setattr(parts, "PART_BYTES", size)
    monkeypatch.setattr(local, "SMALL_BYTES", 0)
    expected = local.validate(request)
    found_rules = {finding.rule for finding in expected}
    assert {"type", "not_null", "in_range", "duplicate", "duplicate_key"} <= found_rules
    assert cluster.validate(request, in_turn) == expected


def test_parquet_is_parted_by_row_groups(table, schema, tmp_path, monkeypatch):
    """Rows of Parquet keep their numbers, whichever row group holds them."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    typed = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(["id", "place", "seen", "number", "weight", "note"], pa.string())
    )
    options = arrow_csv.ParseOptions(newlines_in_values=True)
    text = arrow_csv.read_csv(table(), parse_options=options, convert_options=typed)
    path = tmp_path / "sightings.parquet"
    parquet.write_table(text, path, row_group_size=70)
    monkeypatch.setattr(parts, "PART_ROWS", 100)
    request = asked(path, schema)
    assert len(parts.parquet_parts(path)) == 3
    assert cluster.validate(request, in_turn) == local.validate(request)


def test_text_that_cannot_be_cut_is_read_in_one_go(table, schema, monkeypatch):
    """A quote inside a field makes quotes mean nothing; the findings are those of the local engine."""
    path = table(60)
    with path.open("a", encoding="utf-8") as file:
        file.write('S900,5" pipe,2024-01-01,1,1,x\nS901,y,2024-01-02,99,1,x\n')
    monkeypatch.setattr(parts, "PART_BYTES", 300)
    monkeypatch.setattr(local, "SMALL_BYTES", 0)
    request = asked(path, schema)
    assert cluster.validate(request, in_turn) == local.validate(request)


def test_files_of_a_folder_are_one_table(table, schema, tmp_path, monkeypatch):
    """A key that stands in two files is found, each place named; an empty file is not passed over."""
    lines = table(120).read_text(encoding="utf-8").splitlines(keepends=True)
    plain = [line for line in lines[1:] if line.endswith(",plain\n") and line.startswith("S")]
    folder = tmp_path / "many"
    folder.mkdir()
    for name, held in (("a", plain[:30]), ("b", []), ("c", [*plain[30:60], plain[4]])):
        (folder / f"{name}.csv").write_text("".join([lines[0], *held]), encoding="utf-8")
    monkeypatch.setattr(parts, "PART_BYTES", 200)
    members = [asked(path, schema) for path in sorted(folder.iterdir())]
    report = cluster.validate(as_one_table(members), in_turn)
    assert (report.checked.tables, report.checked.rows) == (3, 61)
    places = {(f.rule, f.locator.path, f.locator.line) for f in report}
    first, second, last = (str(folder / f"{name}.csv") for name in "abc")
    both = {(first, 6), (last, 32)}
    assert places == {
        *((rule, *place) for rule in ("duplicate", "duplicate_key") for place in both),
        ("no_rows", second, 1),
    }
    key = [f.message for f in report if f.rule == "duplicate_key"]
    assert f"the same key as {last}, line 32" in key[0]
    assert f"the same key as {first}, line 6" in key[1]


def test_a_folder_without_tables_is_refused(tmp_path, schema):
    """A folder of nothing to check is wrong use, never a pass."""
    empty = tmp_path / "empty"
    empty.mkdir()
    done = run_mtool("validate", empty, "--schema", schema, "--engine", "cluster")
    assert done.code == 2
    assert "no CSV or Parquet file" in done.err


@dataclass(frozen=True)
class OneDies(DaskWorkers):
    """Dask's workers, one of which is killed when the second kind of work has been handed out."""

    victims: list[int] = field(default_factory=list)
    begun: list[Any] = field(default_factory=list)
    unfinished: list[int] = field(default_factory=list)

    def each(self, work, items):
        self.begun.append(super().each(work, items))
        if len(self.begun) > 1 and self.victims:
            self.unfinished.append(sum(f.status != "finished" for f in self.begun[-1]))
            os.kill(self.victims.pop(), signal.SIGKILL)
        return self.begun[-1]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that kills")
def test_a_worker_killed_in_the_middle_changes_nothing(table, schema, monkeypatch):
    """Two workers in processes of their own, one of them killed: the findings are the same."""
    distributed = pytest.importorskip("distributed")
    request = asked(table(20_000), schema)
    monkeypatch.setattr(parts, "PART_BYTES", 12_000)
    used = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as two:
        victim = two.workers[0].pid

        @contextlib.contextmanager
        def connect(address):
            with distributed.Client(address) as client:
                assert len(client.scheduler_info()["workers"]) == 2
                used.append(OneDies(client, victims=[victim]))
                yield used[-1]

        found = cluster.validate(_at(request, two.scheduler_address), connect)
    assert used[0].victims == [], "nobody was killed"
    assert used[0].unfinished[0] > 10, "the worker was killed when all was done"
    assert found == local.validate(request)


def _at(request, address):
    from dataclasses import replace

    return replace(request, cluster=address)


def test_a_cluster_is_named_or_made(table, schema):
    """The command checks on a scheduler's workers, and says the same as without."""
    distributed = pytest.importorskip("distributed")
    path = table(300)
    alone = run_mtool("validate", path, "--schema", schema, "--format", "json")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as one:
        there = ("--cluster", one.scheduler_address)
        done = run_mtool("validate", path, "--schema", schema, "--format", "json", *there)
    assert (done.code, done.out) == (alone.code, alone.out)
    assert done.code == 1


def test_nobody_at_the_address_is_said(table, schema, monkeypatch):
    """A scheduler that does not answer is a matter of trying again: exit code 75."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("mtool.engines.dask_workers.PATIENCE_S", 1)
    with pytest.raises(TryAgainLater, match="no Dask scheduler answers"):
        cluster.validate(_at(asked(table(5), schema), "tcp://127.0.0.1:9"))


def test_an_address_of_another_kind_is_wrong_use(table, schema):
    """What is not the address of a scheduler is refused with what one looks like."""
    done = run_mtool("validate", table(5), "--schema", schema, "--cluster", "localhost")
    assert done.code == 2
    assert "tcp://HOST:PORT" in done.err


def test_a_file_that_workers_do_not_have_is_named(table, schema):
    """A path that is not there for a worker gives one sentence that says where files must be."""
    request = asked(table(5), schema)
    cut = parts.shares(request.file, request.layout)
    request.file.unlink()
    from mtool.engines.cluster_part import tally_share

    with pytest.raises(UnreadableInput, match="same path for every worker"):
        tally_share((request.layout, cut[0]))


def test_a_file_that_is_not_tidy_is_refused(tmp_path):
    """The cluster engine never quietly leaves the work to another way of reading."""
    path = tmp_path / "report.txt"
    path.write_text("Region\t2020\nGao\t3\n", encoding="utf-8")
    done = run_mtool("validate", path, "--engine", "cluster")
    assert done.code == 2
    assert "--schema" in done.err
