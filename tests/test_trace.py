"""From a figure back to the printed cell, and who says otherwise."""

from __future__ import annotations

import json

import pytest

from conftest import run_mtool
from mtool import open_workspace
from mtool.tracing import TraceRequest
from pdf_pages import SENTENCES, Pen


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


ROWS = [["Region", "2021", "2022"], ["Gao", "32", "6"], ["Mopti", "33", "35"]]


def as_workbook(folder):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Data"
    book.active["B2"] = "Incidents in Mali"
    for row, cells in enumerate(ROWS, 4):
        for column, text in enumerate(cells, 2):
            book.active.cell(row, column, int(text) if row > 4 and column > 2 else text)
    book.save(folder / "book.xlsx")
    return folder / "book.xlsx"


def as_pdf(folder):
    pen = Pen(folder / "report.pdf")
    pen.sentences(60, 530, 60, SENTENCES * 3)
    pen.canvas.showPage()
    pen.say(60, 80, "Table 1: Incidents in Mali by region")
    pen.table(60, 100, ROWS, stub=160, step=90)
    for y in (88, 104, 140):
        pen.line(56, y, 400, y)
    pen.sentences(60, 530, 180, SENTENCES)
    pen.canvas.save()
    return folder / "report.pdf"


def as_parquet(folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = dict(zip(ROWS[0], map(list, zip(*ROWS[1:], strict=True)), strict=True))
    table = {
        name: texts if name == "Region" else list(map(int, texts))
        for name, texts in columns.items()
    }
    pq.write_table(pa.table(table), folder / "incidents.parquet")
    return folder / "incidents.parquet"


@pytest.mark.parametrize(
    ("make", "cell", "places"),
    [
        (as_workbook, "Data!D6", ["sheet Data, row 5", "sheet Data, row 6"]),
        (as_pdf, "page 2, row 3, column 3", ["page 2, row 2", "page 2, row 3"]),
        (as_parquet, "row 2, column 3", ["row 1", "row 2"]),
    ],
    ids=["xlsx", "pdf", "parquet"],
)
def test_a_figure_of_every_kind_of_file(make, cell, places, workspace):
    """The cell as the file prints it, beside its neighbours, with the figure's own place."""
    (workspace / "mtool.toml").write_text('country = "MLI"\n', encoding="utf-8")
    raw = make(workspace)
    options = ("--schema", "incidents", "--fail-on", "never")
    ran = run_mtool("ingest", raw, *options, cwd=workspace)
    assert ran.code == 0, ran.err
    (one,) = traces(workspace, "incidents", "--region", "Mopti", "--period", "2022")
    assert (one["value"], one["cell"], one["printed"]["cell"]) == (35, cell, "35")
    assert one["source"]["path"] == f"data/raw/{raw.name}"
    assert [row["place"] for row in one["printed"]["rows"]] == places
    assert [row["cells"] for row in one["printed"]["rows"]] == ROWS[1:]
    shown = run_mtool("trace", "--cell", f"{one['row']['source_ref']}!{cell}", cwd=workspace)
    assert "»35«" in shown.out
    assert cell in shown.out


def test_figures_left_out_are_counted_in_figures(workspace):
    """Measures without a figure do not count: five of seven shown is said, with how to see all."""
    (workspace / "data" / "raw" / "c.csv").write_text(
        "Region,Year,Killed,Injured\nMopti,2020,1,2\nMopti,2021,3,4\nMopti,2022,5,6\nGao,2022,0,N/R\n",
        encoding="utf-8",
    )
    (workspace / "mtool.toml").write_text('country = "MLI"\n', encoding="utf-8")
    assert run_mtool("run", cwd=workspace).code in (0, 1)
    ran = run_mtool("trace", "casualties", cwd=workspace)
    assert "traced 5 of 7 figures" in ran.err
    assert "--limit 7" in ran.err
    whole = run_mtool("trace", "casualties", "--limit", "7", cwd=workspace)
    assert whole.err == ""
    assert "not given" not in whole.out


@pytest.mark.parametrize("output", ["table", "md", "csv", "jsonl"])
def test_every_way_to_show_it(sample, output):
    """The value and the printed cell are in every format, and more rows than the limit are said."""
    ran = run_mtool(
        "trace", "incidents", "--region", "Mopti", "--limit", "2", "-f", output, cwd=sample
    )
    assert ran.code == 0
    assert "line 20, column 2" in ran.out
    assert "traced 2 of 6 figures" in ran.err


def test_the_library_traces(sample):
    """A row without figures is traced, too."""
    (one,) = open_workspace(sample).trace("treaty_events", TraceRequest(limit=1))
    assert one.value is None
    assert one.printed is not None and one.printed.column is None
    assert "1997" in " ".join(one.printed.own)
