"""CSV and XLSX: the same bytes, text that stays text, formulas with their values."""

from __future__ import annotations

import shutil
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import run_mtool
from mtool.guarded_text import guard_text, unguard_text


@given(st.lists(st.text(max_size=8), min_size=1, max_size=5))
def test_guarding_text_is_undone_exactly(texts):
    """Whatever a cell says, it comes back; and no guarded cell begins like a formula."""
    column = pd.Series(texts, dtype="str")
    guarded = guard_text(column)
    assert unguard_text(guarded).tolist() == texts
    assert not guarded.str.startswith(("=", "+", "-", "@", "\t", "\r", "\n")).any()


@pytest.fixture
def exported(sample, tmp_path):
    out = tmp_path / "mali.xlsx"
    done = run_mtool("export", "xlsx", "-o", out, "-w", sample)
    assert done.code == 0, done.err
    return out


def test_the_workbook_has_its_sheets_and_real_tables(exported):
    """README first, a table per dataset, sources and findings with links."""
    book = openpyxl.load_workbook(exported)
    assert book.sheetnames == [
        "README",
        "Summary",
        "incidents",
        "staffing",
        "treaty_events",
        "Sources",
        "Findings",
    ]
    assert list(book["incidents"].tables) == ["incidents"]
    assert book["incidents"].freeze_panes == "B2"
    links = [cell.hyperlink.location for row in book["Findings"] for cell in row if cell.hyperlink]
    assert len(links) == 1
    sheet, _, cell = links[0].partition("!")
    assert book[sheet.strip("'")][cell].value == "MLI" or book[sheet.strip("'")][cell].value == 6


def test_the_workbook_is_the_same_on_every_run(sample, exported, tmp_path):
    """Byte for byte, and the document's date can be set from outside."""
    again = tmp_path / "again.xlsx"
    run_mtool("export", "xlsx", "-o", again, "-w", sample)
    assert again.read_bytes() == exported.read_bytes()
    run_mtool("export", "xlsx", "-o", again, "-w", sample, SOURCE_DATE_EPOCH="1700000000")
    with zipfile.ZipFile(again) as parts:
        assert b"2023-11-14T22:13:20Z" in parts.read("docProps/core.xml")


def test_summary_formulas_carry_the_values_they_compute(exported):
    """Readers that do not compute see the same figures as Excel."""
    formulas = openpyxl.load_workbook(exported)["Summary"]
    values = openpyxl.load_workbook(exported, data_only=True)["Summary"]
    totals = {
        c.coordinate: values[c.coordinate].value
        for row in formulas
        for c in row
        if isinstance(c.value, str) and c.value.startswith("=SUM(")
    }
    assert list(totals.values())[:6] == [80, 101, 122, 85, 155, 94]


def test_libreoffice_computes_the_same_summary(exported, tmp_path):
    """The formulas are right, not only their cached values."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            tmp_path / "lo",
            exported,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    mine = openpyxl.load_workbook(exported, data_only=True)["Summary"]
    theirs = openpyxl.load_workbook(tmp_path / "lo" / exported.name, data_only=True)["Summary"]
    compared = 0
    for row in mine:
        for cell in row:
            if isinstance(cell.value, int | float):
                assert theirs[cell.coordinate].value == pytest.approx(cell.value)
                compared += 1
    assert compared > 90


def test_formula_like_text_of_a_source_stays_text(workspace, tmp_path):
    """`=cmd()` in a report is text in CSV and in XLSX, and the same text when taken in again."""
    report = tmp_path / "mali_treaty.csv"
    header = "location_code,event_date,date_precision,instrument,event,kind\n"
    report.write_text(
        header + 'MLI,2020-01-01,day,CCM,"=1+1",status\nMLI,2020-01-02,day,CCM,\'quoted,status\n'
    )
    assert run_mtool("ingest", report, "-w", workspace).code == 0
    clean = (workspace / "data" / "clean" / "treaty_events.csv").read_text()
    assert "'=1+1" in clean
    assert "''quoted" in clean
    out = tmp_path / "out.xlsx"
    run_mtool("export", "xlsx", "-o", out, "-w", workspace)
    sheet = openpyxl.load_workbook(out)["treaty_events"]
    cells = [c for row in sheet for c in row if c.value in ("=1+1", "'quoted")]
    assert [c.data_type for c in cells] == ["s", "s"]
