"""A workbook that comes back marked: bad cells coloured and commented, everything else untouched."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from conftest import run_mtool
from mtool.annotate import annotate_validation
from mtool.annotate.sheet_cells import FIRST, map_sheet, with_styles
from mtool.model import Checked, Finding, Locator, Report
from mtool.readers.spreadsheet.sheets import address

ROWS = [
    ["country", "region", "year", "incidents"],
    ["MLI", "Mopti", 2021, 33],
    ["MLI", "Ségou", 2021, "twelve"],
    ["MLI", "Atlantis", 2021, 3],
    ["MLI", "Kayes", 2021, -1],
    ["MLI", "Gao", 2021, 4],
]
BAD = {"D3": "not a number", "B4": "no known area", "D5": "0 or more"}


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A workbook of somebody's own: styles, widths, a comment, a rule, a formula, another sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data entry"
    for row in ROWS:
        sheet.append(row)
    sheet["B2"].comment = Comment("checked by phone", "Awa")
    sheet["D3"].comment = Comment("unreadable fax", "Awa")
    sheet["B4"].fill = PatternFill("solid", fgColor="00FF00")
    sheet["D2"].font = Font(bold=True)
    sheet.column_dimensions["B"].width = 31
    sheet.freeze_panes = "A2"
    rule = DataValidation(type="whole", operator="between", formula1="0", formula2="999")
    sheet.add_data_validation(rule)
    rule.add("D2:D99")
    other = book.create_sheet("Calculations")
    other["A1"] = "=SUM('Data entry'!D2:D9)"
    book.active = 1
    path = tmp_path / "form.xlsx"
    book.save(path)
    return path


def annotated(source: Path, name: str = "marked.xlsx") -> openpyxl.Workbook:
    out = source.with_name(name)
    ended = run_mtool("validate", source, "--schema", "incidents", "--annotate", out)
    assert ended.code == 1, ended.err
    return openpyxl.load_workbook(out)


def comments(sheet) -> dict[str, str]:
    return {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment}


def test_bad_cells_are_coloured_and_say_how_to_mend_them(form):
    """Each bad cell has its colour, what is wrong and the cure; good cells have neither."""
    sheet = annotated(form)["Data entry"]
    said = comments(sheet)
    assert set(said) == {*BAD, "B2"}
    for cell, words in BAD.items():
        assert words in said[cell]
        assert "→" in said[cell]
        assert sheet[cell].fill.fgColor.rgb == "FFF8CBAD"
    assert sheet["D2"].fill.fill_type is None


def test_everything_else_is_the_users_own(form):
    """Parts that hold no mark are the same bytes; styles, widths, rules, comments are kept."""
    book = annotated(form)
    sheet = book["Data entry"]
    assert comments(sheet)["B2"] == "checked by phone"
    assert comments(sheet)["D3"].startswith("unreadable fax")
    assert sheet["D2"].font.bold
    assert sheet.column_dimensions["B"].width == 31
    assert sheet.freeze_panes == "A2"
    assert sheet.data_validations.dataValidation[0].sqref.ranges
    assert book["Calculations"]["A1"].value == "=SUM('Data entry'!D2:D9)"
    with zipfile.ZipFile(form) as old, zipfile.ZipFile(form.with_name("marked.xlsx")) as new:
        same = [n for n in old.namelist() if old.read(n) == new.read(n)]
    assert {"xl/theme/theme1.xml", "docProps/core.xml"} <= set(same)


def test_the_errors_sheet_links_to_the_cells(form):
    """Grouped by rule, each entry leads to its cell."""
    sheet = annotated(form)["Errors"]
    links = {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert {f"'Data entry'!{cell}" for cell in BAD} <= links
    assert [c.value for c in sheet[1]][:3] == ["Sheet", "Cell", "What is wrong"]


def test_marks_go_away_with_what_was_corrected(form):
    """A second look at the corrected workbook takes its marks off and gives the old fill back."""
    marked = annotated(form)
    sheet = marked["Data entry"]
    sheet["D3"], sheet["B4"] = 12, "Kidal"
    corrected = form.with_name("corrected.xlsx")
    marked.save(corrected)
    again = annotated(corrected, "again.xlsx")
    sheet = again["Data entry"]
    said = comments(sheet)
    assert set(said) == {"B2", "D3", "D5"}
    assert said["D3"] == "unreadable fax"
    assert (sheet["B4"].fill.fgColor.rgb, sheet["D3"].fill.fill_type) == ("0000FF00", None)
    assert again.sheetnames == ["Data entry", "Calculations", "Errors"]


def test_a_marked_workbook_is_read_as_the_one_before(form):
    """The sheet of errors is not a table of figures."""
    annotated(form)
    tables = [
        run_mtool("tables", form.with_name(name), "--format", "csv").out
        for name in ("form.xlsx", "marked.xlsx")
    ]
    assert tables[0] == tables[1]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_marks_survive_a_trip_through_libreoffice(form, tmp_path):
    """Saved by another program and corrected there, the workbook is cleaned all the same."""
    annotated(form)
    folder = tmp_path / "trip"
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"),
            *("--convert-to", "xlsx", "--outdir", folder, form.with_name("marked.xlsx")),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    book = openpyxl.load_workbook(folder / "marked.xlsx")
    assert BAD.keys() <= comments(book["Data entry"]).keys()
    book["Data entry"]["D3"], book["Data entry"]["B4"] = 12, "Kidal"
    book.save(folder / "corrected.xlsx")
    again = annotated(folder / "corrected.xlsx", "again.xlsx")
    said = comments(again["Data entry"])
    assert "B4" not in said
    assert "not a number" not in said["D3"]
    assert again["Data entry"]["D5"].fill.fgColor.rgb == "FFF8CBAD"
    assert again["Data entry"]["B4"].fill.fgColor.rgb.endswith("00FF00")


@pytest.mark.parametrize("name", ["figures.csv", "figures.ods"])
def test_what_is_no_workbook_is_refused(tmp_path, name):
    """One sentence that says what to do."""
    path = tmp_path / name
    path.write_text("country,region,year,incidents\nMLI,Mopti,2021,x\n")
    out = tmp_path / "out.xlsx"
    if name.endswith(".csv"):
        ended = run_mtool("validate", path, "--schema", "incidents", "--annotate", out)
        assert (ended.code, "save it as .xlsx first" in ended.err) == (2, True)
    else:
        assert run_mtool("validate", path, "--annotate", out).code == 3
    assert not out.exists()


def test_a_row_without_a_cell_is_marked_on_its_first_one(form):
    """A key that stands twice is about a row."""
    finding = Finding(
        "duplicate_key", "structure", "error", "twice", Locator(sheet="Data entry", row=4)
    )
    out = form.with_name("row.xlsx")
    assert annotate_validation(Report((finding,), Checked()), form, out) == 1
    assert comments(openpyxl.load_workbook(out)["Data entry"])["A4"] == "mtool:\ntwice"


CELL = re.compile(rb'<c r="([A-Z]+\d+)" s="(\d+)"/?>')
PLACES = st.tuples(st.integers(1, 6), st.integers(1, 5))


@settings(deadline=None)
@given(there=st.sets(PLACES), wanted=st.sets(PLACES, min_size=1), spare=st.booleans())
def test_any_cell_can_be_marked_whether_it_is_there_or_not(there, wanted, spare):
    """Blank cells, blank rows and empty sheets get their cells in order, exactly once."""
    rows = sorted({row for row, _ in there} | ({3} if spare else set()))
    data = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{address(r, c)}" s="1"><v>1</v></c>' for r, c in sorted(there) if r == row
        )
        + "</row>"
        for row in rows
    ).replace('<row r="3"></row>', '<row r="3"/>')
    data = f"<sheetData>{data}</sheetData>" if data else "<sheetData/>"
    xml = f'<worksheet xmlns="x">{data}<tableParts/></worksheet>'.encode()
    found = map_sheet(xml, wanted)
    changed = with_styles(xml, found, dict.fromkeys(wanted, 7), b"<legacyDrawing/>")
    cells = {name.decode(): int(style) for name, style in CELL.findall(changed)}
    expected = {address(*p): 7 if p in wanted else 1 for p in there | wanted}
    assert cells == expected
    assert len(CELL.findall(changed)) == len(expected)
    order = [int(re.sub(rb"\D", b"", name)) for name, _ in CELL.findall(changed)]
    assert order == sorted(order)
    assert b"<legacyDrawing/><tableParts/>" in changed
    from lxml import etree

    etree.fromstring(changed)


def test_the_first_cell_of_a_row_is_found_wherever_it_stands():
    """A table that begins in column C is marked there."""
    xml = b'<worksheet><sheetData><row r="2"><c r="C2"/><c r="D2"/></row></sheetData></worksheet>'
    found = map_sheet(xml, {(2, FIRST), (9, FIRST)})
    assert (found.firsts, list(found.spots)) == ({2: 3}, [(2, 3)])
