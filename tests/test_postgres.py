"""PostgreSQL: a real server, loaded in one transaction; readers see the old or the new, never half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pandas as pd
import pytest

from conftest import ROOT, run_mtool
from mtool.schemas import load_schema
from mtool.writers import Export
from mtool.writers.csv import read_csv, write_csv
from postgres_server import postgres_server

psycopg = pytest.importorskip("psycopg", reason="the extra postgres is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with postgres_server() as variables:
        yield variables


@pytest.fixture
def ask(server):
    """Run a statement on an empty database; its rows."""
    where = {"host": server["PGHOST"], "user": server["PGUSER"], "dbname": server["PGDATABASE"]}

    def run(statement: str) -> list[tuple]:
        with psycopg.connect(**where, autocommit=True) as database:
            done = database.execute(statement)
            return done.fetchall() if done.description else []

    run("DROP SCHEMA public CASCADE")
    run("CREATE SCHEMA public")
    return run


def export(sample, server, *more: str):
    return run_mtool("export", "postgres", *more, "-w", sample, **server)


def test_tables_have_types_keys_and_comments(sample, server, ask):
    """As the schema says them."""
    done = export(sample, server)
    assert done.code == 0, done.err
    types = dict(
        ask(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_name = 'incidents'"
        )
    )
    assert types["reference_period_start"] == "date"
    assert types["incidents"] == "bigint"
    keys = ask(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype in ('u','p')"
    )
    assert "NULLS NOT DISTINCT" in dict(keys)["incidents_key"]
    assert dict(keys)["staffing_key"].startswith("PRIMARY KEY (source_id, edition")
    (comment,) = ask("SELECT col_description('incidents'::regclass, 11)")[0]
    assert comment.startswith("Incidents: Number of incidents.")
    assert ask("SELECT sum(incidents), count(*) FROM incidents") == [(637, 48)]
    assert ask("SELECT count(*) FROM control_totals") == [(6,)]


def test_a_second_export_replaces_the_tables_and_keeps_rights_on_them(sample, server, ask):
    """Rows that are gone are gone; who might read may read."""
    export(sample, server)
    ask("DROP ROLE IF EXISTS reader")
    ask("CREATE ROLE reader")
    ask("GRANT SELECT ON incidents TO reader")
    ask("GRANT SELECT ON incidents TO PUBLIC")
    done = export(sample, server, "--where", "admin1_code=ML05")
    assert (done.code, "no known column" in done.err) == (2, False)
    done = export(sample, server, "incidents", "--where", "admin1_code=ML05")
    assert done.code == 0, done.err
    assert ask("SELECT count(*) FROM incidents") == [(6,)]
    assert ask("SELECT has_table_privilege('reader', 'incidents', 'SELECT')") == [(True,)]
    left = ask("SELECT count(*) FROM pg_class WHERE relname LIKE 'mtool_new%'")
    assert left == [(0,)]
    ask("DROP OWNED BY reader")
    ask("DROP ROLE reader")


def test_upsert_replaces_rows_of_the_same_key_and_keeps_the_others(sample, server, ask):
    """A null in the key is equal to a null."""
    export(sample, server)
    path = sample / "data" / "clean" / "incidents.csv"
    schema = load_schema("incidents")
    frame = read_csv(path, schema)
    mopti = frame["admin1_code"] == "ML05"
    frame.loc[mopti, "incidents"] = 1_000
    write_csv(frame, path)
    done = export(sample, server, "incidents", "--where", "admin1_code=ML05", "--upsert")
    assert done.code == 0, done.err
    assert ask("SELECT count(*) FROM incidents") == [(48,)]
    assert ask("SELECT sum(incidents) FROM incidents WHERE admin1_code = 'ML05'") == [(6_000,)]
    assert ask("SELECT count(*) FROM sources") == [(2,)]
    assert ask("SELECT count(*) FROM vocabularies WHERE vocabulary = 'sex'") == [(4,)]


def test_a_table_that_mtool_did_not_write_stays(sample, server, ask):
    """Whatever stands in the way: nothing is changed, and the cure is named."""
    ask("CREATE TABLE sources (mine text)")
    done = export(sample, server)
    assert (done.code, "a table 'sources' that mtool did not write" in done.err) == (2, True)
    assert ask("SELECT to_regclass('incidents')") == [(None,)]
    done = export(sample, {**server, "PGOPTIONS": "-c search_path=mine_action"})
    assert (done.code, "no schema has been selected" in done.err) == (2, True)
    ask("DROP SCHEMA IF EXISTS mine_action CASCADE")
    ask("CREATE SCHEMA mine_action")
    assert export(sample, {**server, "PGOPTIONS": "-c search_path=mine_action"}).code == 0


def test_a_view_on_a_table_is_not_dropped_with_it(sample, server, ask):
    """The old table stays; `--upsert` works beside the view."""
    export(sample, server)
    ask("CREATE VIEW totals AS SELECT sum(incidents) FROM incidents")
    done = export(sample, server)
    assert (done.code, "view totals depends on table incidents" in done.err) == (2, True)
    assert export(sample, server, "--upsert").code == 0
    assert ask("SELECT * FROM totals") == [(637,)]


@pytest.mark.parametrize(
    ("target", "code", "said"),
    [
        ("postgresql://mtool:hunter2@localhost/mali", 2, "a password on the command line"),
        ("host=localhost password=hunter2", 2, "a password on the command line"),
        ("hunter2 and more", 2, "-o is not a PostgreSQL connection"),
        ("host=/nowhere", 75, "does not answer"),
        ("dbname=nope", 2, 'database "nope" does not exist'),
        ("service=nope", 2, 'service "nope" not found'),
    ],
)
def test_a_connection_that_cannot_be_used_is_one_sentence(sample, server, target, code, said):
    """And a password in it is never repeated."""
    done = export(sample, server, "-o", target)
    assert (done.code, said in done.err) == (code, True), done.err
    assert "hunter2" not in done.err


def test_the_connection_comes_from_a_service_or_a_variable(sample, server, ask, tmp_path):
    """A service file, or MTOOL_POSTGRES; a malformed one is not repeated either."""
    services = tmp_path / "services"
    services.write_text(
        f"[mali]\nhost={server['PGHOST']}\nuser={server['PGUSER']}\ndbname={server['PGDATABASE']}\n"
    )
    only = {"PGSERVICEFILE": str(services)}
    assert export(sample, only, "-o", "service=mali").code == 0
    assert export(sample, {**only, "MTOOL_POSTGRES": "service=mali"}).code == 0
    assert ask("SELECT count(*) FROM incidents") == [(48,)]
    done = export(sample, {"MTOOL_POSTGRES": "hunter2 and more"})
    assert (done.code, "hunter2" in done.err) == (2, False)


def test_nasty_text_arrives_as_it_is(server, ask, monkeypatch):
    """Quotes, backslashes, delimiters, newlines, text like null; a null is a null."""
    from mtool.writers.postgres import load

    for name, value in server.items():
        monkeypatch.setenv(name, value)
    texts = ["=1+1", '"', "\\N", "\\.", "a,b", "two\nlines", "NULL", "Ménaka 東京", "'", ""]
    schema = load_schema("treaty_events")
    frame = pd.DataFrame(
        {n: pd.Series(None, range(10), dtype="str") for n in schema.columns}
    ).assign(
        location_code="MLI",
        event_date="2001-01-01",
        date_precision="day",
        instrument="CCM",
        kind="status",
        source_id="x",
        source_ref="x[t1]",
        source_cell="A1",
        event=pd.Series(texts, dtype="str"),
    )
    load(Export({"treaty_events": frame}, {"treaty_events": schema}, (), ()), "", upsert=False)
    assert sorted(row[0] for row in ask("SELECT event FROM treaty_events")) == sorted(texts)
    assert ask("SELECT count(*) FROM treaty_events WHERE note IS NULL") == [(10,)]


SLOW_LOAD = """
import sys, time
from mtool.writers import postgres
whole = postgres._Loading.swap
def slow(self, table):
    whole(self, table)
    print("swapped", flush=True)
    time.sleep(60)
postgres._Loading.swap = slow
sys.argv = ["mtool", "export", "postgres", "-w", sys.argv[1]]
from mtool.__main__ import main
main()
"""


def test_kill_9_in_the_middle_leaves_the_old_tables(sample, server, ask):
    """Even after a new table has been put in the place of the old one, before the commit."""
    export(sample, server)
    path = sample / "data" / "clean" / "incidents.csv"
    path.write_text(path.read_text().replace(",19,", ",1900,"))
    loading = subprocess.Popen(
        [sys.executable, "-c", SLOW_LOAD, str(sample)],
        env=os.environ | server | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert loading.stdout is not None
    assert loading.stdout.readline() == "swapped\n"
    loading.send_signal(signal.SIGKILL)
    loading.wait()
    loading.stdout.close()
    deadline = time.monotonic() + 30
    while ask("SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"):
        assert time.monotonic() < deadline, "the server still waits for a client that is gone"
        time.sleep(0.05)
    assert ask("SELECT sum(incidents), count(*) FROM incidents") == [(637, 48)]
    assert export(sample, server).code == 0
    assert ask("SELECT sum(incidents) > 637 FROM incidents") == [(True,)]


@pytest.mark.prove
def test_a_million_events_load_at_half_the_speed_of_psql(server):
    """The benchmark itself, whose ratio is the claim."""
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "postgres_load.py"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    ratio = float(done.stdout.partition("speed of the load: ")[2].split()[0])
    assert ratio >= 0.5, done.stdout
