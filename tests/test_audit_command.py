"""`mtool audit` as a user meets it."""

from __future__ import annotations

import json

import openpyxl
import pytest

from conftest import run_mtool

REPORT = (
    "Mali incidents\n\nIncidents doubled in Mopti from 2021 to 2022.\n\n"
    "Table 1: Incidents by region\n\nRegion\t2021\t2022\nMopti\t33\t35\nSegou\t12\t21\nTotal\t45\t57\n"
)


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "mali.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_contradictions_come_first_with_their_arithmetic(report):
    """What it says, what the numbers say, where; exit 1."""
    done = run_mtool("audit", report)
    assert done.code == 1
    assert done.out.startswith("CONTRADICTED: 2\n")
    assert "35 + 21 = 56" in done.out
    assert "line 3 · claim_change" in done.out


def test_the_json_of_an_audit(report):
    """Findings and what was looked at."""
    found = json.loads(run_mtool("audit", report, "--format", "json").out)
    assert found["checked"]["control_totals"] == 2
    wrong = [f for f in found["findings"] if f["verdict"] == "contradicted"]
    assert {f["rule"] for f in wrong} == {"control_total_row", "claim_change"}
    quote = next(f["quote"] for f in wrong if f["rule"] == "claim_change")
    assert quote in REPORT


@pytest.mark.parametrize("output", ["csv", "md", "html"])
def test_other_formats_carry_the_contradictions(report, output):
    """For editors and for programs."""
    done = run_mtool("audit", report, "--format", output)
    assert done.code == 1
    assert "control_total_row" in done.out


def test_an_annotated_page_has_the_finding_beside_its_sentence(report, tmp_path):
    """The words of the document with the findings in the margin."""
    out = tmp_path / "mali.html"
    run_mtool("audit", report, "--annotate", out)
    page = out.read_text(encoding="utf-8")
    block = page[page.index("Incidents doubled in Mopti") :]
    assert block.index("contradicted") < block.index("<table ")
    assert "<script" not in page


def test_an_annotated_workbook_keeps_the_rest(tmp_path):
    """Bad cells are coloured and commented; everything else is as it was."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Incidents"
    for row in (
        ["Mine incidents in Mali"],
        [],
        ["Region", 2021, 2022],
        ["Mopti", 33, 35],
        ["Segou", 12, 21],
        ["Total", 45, 57],
    ):
        sheet.append(row)
    sheet["E1"] = "=1+1"
    sheet.column_dimensions["A"].width = 33
    source, out = tmp_path / "mali.xlsx", tmp_path / "checked.xlsx"
    book.save(source)
    assert run_mtool("audit", source, "--annotate", out).code == 1
    after = openpyxl.load_workbook(out)["Incidents"]
    assert "56" in after["C6"].comment.text
    assert after["C6"].fill.fgColor.rgb.endswith("F8CBAD")
    assert after["C4"].comment is None
    assert (after["E1"].value, after.column_dimensions["A"].width) == ("=1+1", 33)


def test_a_document_with_nothing_to_audit_is_no_pass(tmp_path):
    """A check that looked at nothing fails."""
    path = tmp_path / "blank.txt"
    path.write_text("\n\n   \n")
    assert run_mtool("audit", path).code == 3


def test_the_workspace_is_audited_and_acknowledgements_count(sample):
    """The sample's own report contradicts itself in prose; its acknowledged row does not count."""
    done = run_mtool("audit", "mali_improvised_mines", "-w", sample, "--format", "json")
    wrong = [f for f in json.loads(done.out)["findings"] if f["verdict"] == "contradicted"]
    assert [f["rule"] for f in wrong if f["rule"].startswith("claim")] == ["claim_change"]


def test_a_workspace_is_audited_without_naming_a_source(sample):
    """Every raw file that says anything, each in its turn; datasets name their sources, too."""
    done = run_mtool("audit", cwd=sample)
    assert done.code == 1
    assert "mali_improvised_mines.txt: looked at 2 tables" in done.err
    assert "mali_treaty_events.csv" in done.err
    assert "looked at 2 tables" in run_mtool("audit", "staffing", "-w", sample).err
