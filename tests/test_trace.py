"""From a figure back to the printed cell, and who says otherwise."""

from __future__ import annotations

import json

import pytest

from conftest import run_mtool
from mtool import open_workspace
from mtool.tracing import TraceRequest


def traces(folder, *arguments):
    ran = run_mtool("trace", *arguments, "--format", "json", cwd=folder)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)["traces"]


@pytest.fixture
def two_editions(workspace):
    """A workspace where an older edition says otherwise, and the newer has a corrected cell."""
    raw = workspace / "data" / "raw"
    for edition, mopti in (("2022", "31"), ("2023", "35x")):
        text = f"Region,2020,2021\nGao,4,5\nMopti,{mopti},9\n"
        (raw / f"mali_{edition}.csv").write_text(text, encoding="utf-8")
        corrections = (
            "corrections:\n  - {where: 'line 3, column 2', from: 35x, to: 35, reason: a stray letter}\n"
            if edition == "2023"
            else ""
        )
        (raw / f"mali_{edition}.csv.passport.yaml").write_text(
            f"version: 1\nsource: {{id: mali, publisher: P, edition: {edition}}}\n"
            "status: reviewed\ntables:\n  - id: t1\n    locator: {line: 1}\n    schema: incidents\n"
            "    columns: {Region: area, '2020..2021': {wide: year, measure: incidents}}\n"
            "    constants: {location_code: MLI, device_type: ap_mine_including_improvised}\n"
            + corrections,
            encoding="utf-8",
        )
    ran = run_mtool("run", cwd=workspace)
    assert (workspace / "data" / "clean" / "incidents.csv").is_file(), ran.err
    return workspace


def test_a_figure_with_prose_and_a_total(sample):
    """The cell, its row, the sentences that speak of it and its control total are shown."""
    (one,) = traces(sample, "incidents", "--region", "Segou", "--period", "2022")
    assert (one["value"], one["printed"]["cell"]) == (21, "21")
    assert [row["cells"][0] for row in one["printed"]["rows"]] == ["Mopti", "Segou", "Koulikouro"]
    assert {q["verdict"] for q in one["quotes"]} == {"supported", "contradicted"}
    assert [(t["cell"], t["verdict"]) for t in one["totals"]] == [
        ("line 25, column 7", "supported")
    ]
    assert one["unread"] == ""


def test_the_reference_that_outputs_carry(sample):
    """source_ref!source_cell finds the figure in whatever dataset it is, with its acknowledgement."""
    (one,) = traces(sample, "--cell", "mali_improvised_mines[t2]!line 42, column 3")
    assert (one["dataset"], one["value"]) == ("staffing", 6)
    assert [f["rule"] for f in one["findings"] if f["acknowledged"]] == [
        "women_in_roles_within_women"
    ]
    assert "4 + 5 women" in one["reasons"][0]


def test_another_edition_says_otherwise(two_editions):
    """The other edition's figure stands beside it with the difference; the correction is told."""
    (one,) = traces(two_editions, "--region", "Mopti", "--period", "2020", "--edition", "2023")
    assert (one["value"], one["printed"]["cell"]) == (35, "35x")
    assert one["corrections"] == [{"from": "35x", "to": "35", "reason": "a stray letter"}]
    assert [(o["edition"], o["value"], o["difference"]) for o in one["others"]] == [
        ("2022", 31, -4)
    ]


def test_a_file_that_changed_since_is_not_shown(two_editions):
    """A cell is never shown out of a file that is not the one published."""
    path = two_editions / "data" / "raw" / "mali_2023.csv"
    path.write_text(path.read_text().replace("Gao,4", "Gao,7"), encoding="utf-8")
    (one,) = traces(two_editions, "--region", "Gao", "--period", "2020", "--edition", "2023")
    assert one["printed"] is None
    assert "changed since" in one["unread"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cell", "nonsense"], "expected source_ref!source_cell"),
        (["--cell", "mali_improvised_mines[t1]!line 999, column 2"], "line 999"),
        (["--cell", "mali_improvised_mines[t9]!B4"], "no dataset has rows"),
        (["incidents", "--period", "1066"], "there are: 2017"),
        (["incidents", "--region", "Gao"], "Gao + Ménaka"),
        (["incidents", "--region", "Segouu"], "did you mean"),
        (["staffing", "--region", "Segou"], "no areas"),
        (["incidents", "--measure", "killed"], "no measure"),
    ],
)
def test_what_is_not_there_is_said(sample, arguments, said):
    """One sentence names what was asked for and what there is; exit 2."""
    ran = run_mtool("trace", *arguments, cwd=sample)
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.parametrize("output", ["table", "md", "csv", "jsonl"])
def test_every_way_to_show_it(sample, output):
    """The value and the printed cell are in every format, and more rows than the limit are said."""
    ran = run_mtool(
        "trace", "incidents", "--region", "Mopti", "--limit", "2", "-f", output, cwd=sample
    )
    assert ran.code == 0
    assert "line 20, column 2" in ran.out
    assert "2 of 6 rows" in ran.err


def test_the_library_traces(sample):
    """A row without figures is traced, too."""
    (one,) = open_workspace(sample).trace("treaty_events", TraceRequest(limit=1))
    assert one.value is None
    assert one.printed is not None and one.printed.column is None
    assert "1997" in " ".join(one.printed.own)
