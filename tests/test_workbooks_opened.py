"""Exported workbooks as LibreOffice opens, works out and prints them."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.formula.translate import Translator

from conftest import ROOT, run_mtool
from mtool.model import Finding, Locator
from mtool.schemas import load_schema
from mtool.writers import Export, find_writer
from mtool.writers.xlsx_charts import PATTERNS, column_look
from office import drawn_pages, printed_text, through_libreoffice

LANGUAGES = ("en", "fr")
SUMMARY = {"en": "Summary", "fr": "Synthèse"}
SOURCE = "Improvised mines in Mali: what the figures say, 2023-11"


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> dict[str, Path]:
    """The sample as a workbook in each language."""
    made = {}
    for language in LANGUAGES:
        made[language] = tmp_path_factory.mktemp(language) / "mali.xlsx"
        ended = run_mtool("--lang", language, "export", "xlsx", "-o", made[language], cwd=ROOT)
        assert ended.code == 0, ended.err
    return made


@pytest.fixture(scope="module")
def opened(books) -> dict[str, Path]:
    """The same workbooks, opened and saved again by LibreOffice."""
    return {language: through_libreoffice(book, "xlsx") for language, book in books.items()}


@pytest.mark.filterwarnings("error")
def test_every_series_of_columns_has_a_hatch_that_excel_knows(tmp_path):
    """No two are alike, and XlsxWriter takes each."""
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    chart = book.add_chart({"type": "column"})
    for at in range(len(PATTERNS)):
        chart.add_series({"values": f"=Sheet1!$A${at + 1}", **column_look(at, "#0072B2")})
    book.add_worksheet().insert_chart("C1", chart)
    book.close()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        drawn = re.findall(r'pattFill prst="(\w+)"', parts.read("xl/charts/chart1.xml").decode())
    assert len(set(drawn)) == len(drawn) == len(PATTERNS) - 1


def cells(path: Path) -> dict[tuple[str, str], object]:
    book = openpyxl.load_workbook(path, data_only=True)
    every = ((sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row)
    return {(name, cell.coordinate): cell.value for name, cell in every if cell.value is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_is_the_same_after_libreoffice(books, opened, language):
    """Texts, days and figures, those of formulas worked out anew."""
    mine, theirs = cells(books[language]), cells(opened[language])
    mine = {place: value for place, value in mine.items() if value != ""}
    assert len(mine) > 1_500
    assert theirs == {
        place: pytest.approx(value) if isinstance(value, float) else value
        for place, value in mine.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_native_charts_are_there(books, opened, language):
    """A line chart of eight regions and a column chart of three operators, with titles and names."""
    with zipfile.ZipFile(opened[language]) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        charts = sorted((parts.read(name).decode() for name in names), key=len, reverse=True)
    lines, columns = charts
    assert (lines.count("<c:ser>"), columns.count("<c:ser>")) == (8, 3)
    assert "<c:lineChart>" in lines and "<c:barChart>" in columns
    assert f"{SUMMARY[language]}" in lines
    assert "<a:pattFill" in columns or "<a:blipFill" in columns
    with zipfile.ZipFile(books[language]) as parts:
        own = parts.read("xl/charts/chart1.xml").decode()
    for mark in ("symbol", "prstDash"):
        assert len(set(re.findall(rf'{mark} val="(\w+)"', own))) >= 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_says_its_language(books, language):
    """Programs that read aloud or check spelling ask the document's properties."""
    properties = openpyxl.load_workbook(books[language]).properties
    title = {"en": "Mine action figures", "fr": "Chiffres de l'action contre les mines"}
    assert (properties.language, properties.title) == (language, title[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_is_set_up_for_a4_with_its_source(books, language):
    """Header rows repeat, nothing is cut off, and whoever holds a page knows where it is from."""
    book = openpyxl.load_workbook(books[language])
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
    for name in (SUMMARY[language], "incidents", "staffing"):
        assert SOURCE in book[name].oddFooter.left.text


def test_names_lead_to_the_figures(books):
    """`incidents_incidents` is the column, `sums_of_incidents` the table of sums."""
    book = openpyxl.load_workbook(books["en"], data_only=True)
    figures = [cell.value for cell in cells_of(book, "incidents_incidents")]
    assert (len(figures), sum(figures)) == (48, 637)
    sums = [cell.value for cell in cells_of(book, "sums_of_incidents")]
    assert sums[-6:] == [80, 101, 122, 85, 155, 94]
    assert {cell.value for cell in cells_of(book, "findings_verdict")} == {
        "supported",
        "contradicted",
    }


def cells_of(book: openpyxl.Workbook, name: str) -> list:
    """The cells that a defined name stands for."""
    ((sheet, area),) = book.defined_names[name].destinations
    return [cell for row in book[sheet][area] for cell in row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printed_pages_are_whole(books, screenshots, language):
    """No formula fails, no figure is too wide for its cell, and each page has its number."""
    pages = drawn_pages(books[language], screenshots / f"workbook-{language}")
    text = printed_text(books[language])
    assert len(pages) == text.count("\f")
    assert not re.search(r"#(NAME|REF|VALUE|DIV|N/A)|Err:|###", text)
    of = {"en": "of", "fr": "sur"}[language]
    assert f"Page {len(pages)} {of} {len(pages)}" in text


# Rules that mark ------------------------------------------------------------------------------

NAMES = ("Mopti", "Ségou", "Gao", "Kayes")


@pytest.fixture(scope="module")
def flagged(tmp_path_factory) -> Path:
    """Four rows: as usual, without a figure, not counted to its end, and contradicted."""
    schema = load_schema("incidents")
    texts = {
        "source_id": ["report"] * 4,
        "edition": ["2023"] * 4,
        "location_code": ["MLI"] * 4,
        "admin1_name": list(NAMES),
        "provider_admin1_name": list(NAMES),
        "device_type": ["ied"] * 4,
        "value_status": [None, "not_reported", None, None],
        "as_of": ["2022", "2022-12-31", "2022-11", None],
        "source_ref": ["report[t1]"] * 4,
        "source_cell": [f"line {n}, column 2" for n in range(2, 6)],
    }
    frame = pd.DataFrame({c: pd.Series(texts.get(c), range(4), "str") for c in schema.columns})
    days = {"reference_period_start": datetime(2022, 1, 1)}
    days["reference_period_end"] = datetime(2022, 12, 31)
    frame = frame.assign(incidents=pd.array([7, None, 3, 9], dtype="Int64"), **days)
    source = {"id": "report", "title": "A report", "path": "data/raw/a.txt", "edition": "2023"}
    source |= {"publisher": "somebody", "licence": "", "url": ""}
    place = Locator(path="data/raw/a.txt", table="t1", line=5, column=2)
    said = Finding("part_above_whole", "source", "error", "9 of 8", place, verdict="contradicted")
    out = tmp_path_factory.mktemp("flagged") / "flagged.xlsx"
    export = Export({"incidents": frame}, {"incidents": schema}, (source,), (said,))
    find_writer("xlsx").write(export, out)
    return out


def rules_of(sheet) -> list[tuple[str, str]]:
    """First cell of each rule's range, and its formula."""
    return [
        (str(area.sqref).partition(":")[0], rule.formula[0])
        for area in sheet.conditional_formatting
        for rule in area.rules
    ]


def worked_out(path: Path, sheet: str, cells: list[str]) -> dict[str, list[bool]]:
    """For each rule of a sheet, whether LibreOffice finds that it holds for each of these cells."""
    book = openpyxl.load_workbook(path)
    here = book[sheet]
    rules = [(first, formula) for first, formula in rules_of(here) if first[-1] == cells[0][-1]]
    scratch = here.max_column + 3
    for at, (first, formula) in enumerate(rules):
        for cell in cells:
            moved = Translator(f"={formula}", origin=first).translate_formula(cell)
            moved = moved.replace("ROW()", f"ROW({cell})").replace("COLUMN()", f"COLUMN({cell})")
            here.cell(here[cell].row, scratch + at).value = f"=IFERROR(IF({moved[1:]},1,0),0)"
    tried = path.with_name("tried.xlsx")
    book.save(tried)
    told = openpyxl.load_workbook(through_libreoffice(tried, "xlsx"), data_only=True)[sheet]
    return {
        formula: [told.cell(here[cell].row, scratch + at).value == 1 for cell in cells]
        for at, (_, formula) in enumerate(rules)
    }


def test_rules_mark_what_is_missing_unfinished_and_contradicted(flagged):
    """The rules hold for the rows and cells they should, and for no other; they are no dead fills."""
    book = openpyxl.load_workbook(flagged)
    sheet = book["incidents"]
    column = next(cell.column_letter for cell in sheet[1] if cell.value == "incidents")
    order = [sheet.cell(row, 2).value for row in range(2, 6)]
    holds = worked_out(flagged, "incidents", [f"{column}{row}" for row in range(2, 6)])
    marked = {
        formula: {name for name, held in zip(order, rows, strict=True) if held}
        for formula, rows in holds.items()
    }
    assert sorted(map(sorted, marked.values())) == [[], ["Gao"], ["Kayes"], ["Ségou"]]
    assert marked[next(f for f in marked if "findings_verdict" in f)] == {"Kayes"}
    assert marked[next(f for f in marked if "LEFT" in f)] == {"Gao"}
    fills = {cell.fill.fill_type for row in sheet.iter_rows(2, 5) for cell in row}
    assert fills == {None}


def test_a_sum_without_figures_is_marked_on_the_summary(flagged):
    """A region whose only row has no figure stays empty, and the rule says so; shares stay away."""
    sheet = openpyxl.load_workbook(flagged)["Summary"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "Ségou")
    rules = [formula for first, formula in rules_of(sheet) if first == "B6"]
    assert any("COUNTIFS(incidents_admin1_name" in formula for formula in rules)
    tried = worked_out(flagged, "Summary", [f"B{at}" for at in range(6, 10)])
    (held,) = tried.values()
    assert [at for at, holds in enumerate(held, start=6) if holds] == [row]
