"""`mtool query`: SQL over what is published, and over nothing else."""

from __future__ import annotations

import json

import pytest

import mtool
from conftest import run_mtool

pytest.importorskip("duckdb", reason="the extra duckdb is not installed")


def ask(sample, sql: str, *more: str):
    return run_mtool("query", sql, *more, "-w", sample)


def test_datasets_are_typed_tables(sample):
    """Sums, days, nulls."""
    sql = (
        "SELECT admin1_name, year(reference_period_start) AS y, sum(incidents) AS n, "
        "min(as_of) AS as_of FROM incidents WHERE admin1_code = 'ML05' GROUP BY ALL ORDER BY y LIMIT 2"
    )
    done = ask(sample, sql, "--format", "csv")
    assert done.out == "admin1_name,y,n,as_of\nMopti,2017,17,\nMopti,2018,38,\n"


def test_answers_come_in_every_format(sample):
    """JSON under the usual head; days are ISO text."""
    sql = "SELECT min(reference_period_start) AS day, NULL AS nothing FROM incidents"
    told = json.loads(ask(sample, sql, "--format", "json").out)
    assert told["command"] == "query"
    assert (told["columns"], told["rows"]) == (["day", "nothing"], [["2017-01-01", None]])
    lines = ask(sample, sql, "--format", "jsonl").out
    assert json.loads(lines) == {"day": "2017-01-01", "nothing": None}
    assert "| 2017-01-01 |" in ask(sample, sql, "--format", "md").out


def test_sources_totals_and_findings_stand_beside(sample):
    """Joined by name."""
    sql = (
        "SELECT s.title, count(*) FROM control_totals t JOIN sources s "
        "ON t.source_ref LIKE s.id || '[%' GROUP BY 1"
    )
    assert "figures say,6" in ask(sample, sql, "--format", "csv").out


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM read_csv('/etc/passwd')", "Permission Error"),
        ("SELECT * FROM '/etc/passwd'", "does not exist"),
        ("SELECT * FROM read_text('/etc/hostname')", "Permission Error"),
        ("SELECT * FROM frame", "there are: incidents, staffing"),
        ("DROP TABLE incidents", "one SELECT"),
        ("COPY (SELECT 1) TO 'out.csv'", "one SELECT"),
        ("ATTACH 'x.duckdb'", "one SELECT"),
        ("INSTALL httpfs", "one SELECT"),
        ("SET enable_external_access = true", "one SELECT"),
        ("SELECT 1; SELECT 2", "one SELECT"),
        ("", "one SELECT"),
        ("SELEC", "syntax error"),
        ("SELECT nope FROM incidents", "nope"),
    ],
)
def test_anything_but_a_question_about_datasets_is_refused(sample, sql, said):
    """One sentence, exit 2; nothing is read or written outside."""
    done = ask(sample, sql)
    assert (done.code, said in done.err) == (2, True), done.err
    assert len(done.err.strip().splitlines()) == 1


def test_the_library_asks_the_same(sample):
    """Columns and rows, days as days."""
    answer = mtool.open_workspace(sample).query("SELECT sum(incidents) AS n FROM incidents")
    assert (answer.columns, answer.rows) == (("n",), ((637,),))
