"""`import mtool`: small, typed, the same answers as the commands."""

from __future__ import annotations

import json

import mtool
from conftest import run_mtool
from mtool.summary import Request


def test_read_tables_gives_the_tables_as_printed(sample):
    """Header, rows, grid, notes and place of each."""
    incidents, staff = mtool.read_tables(sample / "data" / "raw" / "mali_improvised_mines.txt")
    assert (len(incidents.rows), len(incidents.header)) == (9, 7)
    assert incidents.grid[0].header
    assert incidents.locator.line == 16
    assert staff.notes[0].mark == "3"


def test_a_workspace_answers_as_the_commands_do(sample):
    """The same sums, the same verdict."""
    workspace = mtool.open_workspace(sample)
    assert workspace.datasets == ["incidents", "staffing", "treaty_events"]
    assert workspace.dataset("incidents")["incidents"].sum() == 637
    assert workspace.validate().valid
    summary = workspace.summarize("incidents", request=Request("", ("Mopti", "Segou")))
    shown = run_mtool(
        "summarize", "--region", "Mopti", "--region", "Segou", "--format", "json", "-w", sample
    )
    assert [row.value for row in summary.rows] == [
        r["value"] for r in json.loads(shown.out)["rows"]
    ]


def test_audit_reports_contradictions(sample):
    """By file or by source."""
    path = sample / "data" / "raw" / "mali_improvised_mines.txt"
    wrong = [f.rule for f in mtool.audit(path) if f.verdict == "contradicted"]
    assert "claim_change" in wrong
    assert mtool.open_workspace(sample).audit("mali_improvised_mines").checked.control_totals == 6
