"""Forms: made from a schema, filled in, sent through other programs, and read back."""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import run_mtool
from mtool import language
from mtool.areas import load_areas
from mtool.form_mark import FORM_SHEET, mark_from, mark_text, properties_of, text_of_properties
from mtool.forms import make_form
from mtool.model import FormMark
from mtool.passport import passport_path, read_passport
from mtool.readers.spreadsheet.form_marks import form_mark
from mtool.schemas import load_vocabulary, schema_names
from office import drawn_pages, printed_text, through_libreoffice

FIRST = 5
FIELDS = ("area", "admin2", "start", "end", "device", "incidents", "why", "qualifier")
REGIONS = ("Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou", "Gao", "Kidal")
DEVICES = ("ied", "ap_mine", "uxo")


def made(folder: Path, *options: str, schema: str = "incidents", name: str = "form.xlsx") -> Path:
    path = folder / name
    ended = run_mtool(*options, "template", schema, "--country", "MLI", "-o", path, cwd=folder)
    assert ended.code == 0, ended.err
    return path


def good_rows(label: str) -> list[list]:
    """Two hundred rows that differ in region, month or device, as they would be typed."""
    devices = [getattr(load_vocabulary("device_type")[code], label) for code in DEVICES]
    months = [(date(2022, m, 1), date(2022, m, 28)) for m in range(1, 13)]
    every = list(product(REGIONS, months, devices))[:200]
    return [
        [region, None, start, end, device, number % 9, None, None]
        for number, (region, (start, end), device) in enumerate(every)
    ]


#: Row of the 200 → (field, what is typed there): each wrong in another way.
WRONG = {
    3: ("area", "Atlantis"),
    20: ("incidents", -4),
    37: ("incidents", "twelve"),
    54: ("incidents", 2.5),
    71: ("start", "sometime in spring"),
    88: ("start", None),
    105: ("end", date(2021, 12, 31)),
    122: ("device", "Catapult"),
    139: ("why", "Nobody asked"),
    156: ("end", "2022-13-45"),
    173: ("admin2", "Nowhere"),
    190: ("qualifier", "roughly"),
}
#: LibreOffice's own words for a CSV with commas, double quotes and UTF-8.
CSV_UTF8 = "csv:Text - txt - csv (StarCalc):44,34,76"


def filled(form: Path, rows: list[list], *, wrong: bool) -> set[str]:
    """Type the rows into a form; the cells that are wrong."""
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    cells = set()
    rows = [list(row) for row in rows]
    if wrong:
        for at, (field, value) in WRONG.items():
            rows[at][FIELDS.index(field)] = value
            cells.add(sheet.cell(FIRST + at, FIELDS.index(field) + 1).coordinate)
    for at, row in enumerate(rows):
        for column, value in enumerate(row, start=1):
            sheet.cell(FIRST + at, column).value = value
    book.save(form)
    return cells


def rearranged(form: Path, wrong: set[str]) -> set[str]:
    """Move the columns of a filled form, add one of remarks, leave rows blank; the wrong cells then."""
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    order = [6, 3, 1, 5, 4, 8, 7, 2]
    rows = [[sheet.cell(row, c).value for c in order] for row in range(3, sheet.max_row + 1)]
    sheet.delete_rows(3, sheet.max_row)
    moved = set()
    for at, row in enumerate(rows):
        target = 3 + at + 2 * (at // 30)
        sheet.cell(target, 1).value = "Remarks" if at == 0 else f"seen {at}" if at > 1 else None
        for column, value in enumerate(row, start=2):
            cell = sheet.cell(target, column)
            cell.value = value
            if sheet.cell(3 + at, order[column - 2]).coordinate in wrong:
                moved.add(cell.coordinate)
    book.save(form)
    return moved


def lists_of(path: Path) -> dict[str, str]:
    """Column letter → the source of its drop-down."""
    book = openpyxl.load_workbook(path)
    rules = book.worksheets[0].data_validations.dataValidation
    return {str(r.sqref)[0]: r.formula1 for r in rules if r.type == "list"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def workspace(tmp_path: Path) -> Path:
    root = tmp_path / "workspace"
    assert run_mtool("init", root).code == 0
    return root


def ingested(form: Path, root: Path) -> list[dict[str, str]]:
    """Rows of incidents after ingesting a form without errors."""
    ended = run_mtool("ingest", form, cwd=root)
    assert ended.code == 0, ended.out + ended.err
    return rows_of(root / "data/clean/incidents.csv")


def marked_cells(path: Path) -> set[str]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return {
        cell.coordinate
        for row in sheet.iter_rows(min_row=FIRST)
        for cell in row
        if cell.comment is not None
    }


@pytest.mark.parametrize("trip", ["as typed", "LibreOffice", "moved", "moved, LibreOffice"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_twelve_wrong_rows_of_two_hundred_are_the_twelve_cells_marked(tmp_path, trip, language):
    """The form comes back with a mark and a comment on the wrong cells, and on no other."""
    form = made(tmp_path, "--lang", language)
    wrong = filled(form, good_rows(f"label_{language}"), wrong=True)
    if "moved" in trip:
        wrong = rearranged(form, wrong)
    if "LibreOffice" in trip:
        form = through_libreoffice(form, "xlsx")
    out = tmp_path / "marked.xlsx"
    ended = run_mtool("validate", form, "--annotate", out)
    assert ended.code == 1
    assert len(wrong) == 12
    assert marked_cells(out) == wrong
    assert "12 cells marked" in ended.err
    again = run_mtool("validate", out, "--format", "csv")
    found = csv.DictReader(again.out.splitlines())
    assert {row["cell"] for row in found if row["severity"] == "error"} == wrong


def test_a_corrected_form_has_no_marks_left(tmp_path):
    """What was wrong is typed anew into the marked copy: its marks go, and so does its fill."""
    form, marked, again = made(tmp_path), tmp_path / "marked.xlsx", tmp_path / "again.xlsx"
    rows = good_rows("label_en")
    wrong = filled(form, rows, wrong=True)
    run_mtool("validate", form, "--annotate", marked)
    book = openpyxl.load_workbook(marked)
    for at, (field, _) in list(WRONG.items())[1:]:
        column = FIELDS.index(field)
        book.worksheets[0].cell(FIRST + at, column + 1).value = rows[at][column]
    book.save(marked)
    assert run_mtool("validate", marked, "--annotate", again).code == 1
    left = {"A8"}
    assert left < wrong
    assert marked_cells(again) == left
    cells = [
        cell for row in openpyxl.load_workbook(again).worksheets[0].iter_rows(FIRST) for cell in row
    ]
    assert {cell.coordinate for cell in cells if cell.fill.fill_type} == left


def test_marks_on_a_form_are_said_in_its_own_words(tmp_path):
    """Whoever fills in a form has headers and lists, no columns of a schema and no passport."""
    form, out = made(tmp_path, "--lang", "fr"), tmp_path / "marked.xlsx"
    filled(form, good_rows("label_fr"), wrong=True)
    run_mtool("--lang", "fr", "validate", form, "--annotate", out)
    sheet = openpyxl.load_workbook(out).worksheets[0]
    said = {
        cell.coordinate: cell.comment.text
        for row in sheet.iter_rows(FIRST)
        for cell in row
        if cell.comment
    }
    assert "Engin : 'Catapult' n'est pas dans la liste" in said["E127"].replace("\u202f", " ")
    assert "choisissez dans la liste de la cellule" in said["E127"]
    assert "écrivez une date telle que 31/01/2024" in said["D161"]
    assert "écrivez le nombre en chiffres" in said["F42"]
    machine = re.compile("passeport|schéma|vocabul|reference_|device_|value_status")
    assert not [text for text in said.values() if machine.search(text)]


def test_marking_touches_nothing_else_of_a_form(tmp_path):
    """Parts that need no mark are the same bytes: guide, lists, mark of the form, theme, properties."""
    form, out = made(tmp_path), tmp_path / "marked.xlsx"
    filled(form, good_rows("label_en"), wrong=True)
    run_mtool("validate", form, "--annotate", out)
    with zipfile.ZipFile(form) as old, zipfile.ZipFile(out) as new:
        before = {name: old.read(name) for name in old.namelist()}
        after = {name: new.read(name) for name in new.namelist()}
    assert set(before) <= set(after)
    assert {name for name in after if after[name] != before.get(name)} == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/comments/comment1.xml",
        "xl/drawings/commentsDrawing1.vml",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet_mtool1.xml",
    }
    assert lists_of(out) == lists_of(form)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_printed_forms_are_whole(tmp_path, screenshots, language):
    """The form, its guide and the list of errors fit their pages: every word of them is printed."""
    form, out = made(tmp_path, "--lang", language), tmp_path / "marked.xlsx"
    filled(form, good_rows(f"label_{language}"), wrong=True)
    run_mtool("--lang", language, "validate", form, "--annotate", out)
    pages = drawn_pages(out, screenshots / f"form-{language}")
    printed = " ".join(printed_text(out).split())
    assert len(pages) == printed_text(out).count("\f") == 7
    book = openpyxl.load_workbook(out)
    headers = [cell.value for cell in book.worksheets[0][3] if cell.value]
    missing = [word for header in headers for word in header.split() if word not in printed]
    cures = {str(row[3].value) for row in book.worksheets[-1].iter_rows(2) if row[3].value}
    assert missing == []
    assert len(cures) > 5
    assert [cure for cure in cures if cure not in printed] == []


def test_two_rows_with_one_key_are_both_marked(tmp_path):
    """The figure that stands twice for one area, period and device is marked in both rows."""
    form, out = made(tmp_path), tmp_path / "marked.xlsx"
    rows = good_rows("label_en")[:9]
    rows[7] = list(rows[4])
    filled(form, rows, wrong=False)
    run_mtool("validate", form, "--annotate", out)
    assert marked_cells(out) == {"F9", "F12"}


def test_nothing_of_a_form_is_published_until_it_is_corrected(tmp_path):
    """A form with wrong rows publishes none; corrected in place, it publishes all two hundred."""
    root, form = workspace(tmp_path), made(tmp_path)
    filled(form, good_rows("label_en"), wrong=True)
    form = through_libreoffice(form, "xlsx")
    ended = run_mtool("ingest", form, cwd=root)
    assert ended.code == 1
    assert not (root / "data/clean/incidents.csv").exists()
    assert run_mtool("forget", "form", cwd=root).code == 0
    filled(form, good_rows("label_en"), wrong=False)
    rows = ingested(form, root)
    assert len(rows) == 200
    assert {row["device_type"] for row in rows} == set(DEVICES)
    passport = read_passport(passport_path(root / "data/raw/form.xlsx"))
    assert passport.status == "inferred"
    assert passport.tables[0].confidence.startswith("1 (the form says so itself: incidents")


@pytest.mark.parametrize("moved", [False, True])
def test_quarantine_publishes_the_good_rows_and_lists_the_others(tmp_path, moved):
    """With `quarantine`, 188 rows are published and 12 stand in the file of rejected ones."""
    root, form = workspace(tmp_path), made(tmp_path)
    wrong = filled(form, good_rows("label_en"), wrong=True)
    wrong = rearranged(form, wrong) if moved else wrong
    form = through_libreoffice(form, "xlsx")
    run_mtool("ingest", form, cwd=root)
    passport = passport_path(root / "data/raw/form.xlsx")
    passport.write_text(passport.read_text("utf-8") + "quarantine: true\n", "utf-8")
    assert run_mtool("run", cwd=root).code == 1
    assert len(rows_of(root / "data/clean/incidents.csv")) == 188
    rejected = rows_of(root / "data/clean/rejected_incidents.csv")
    found = rows_of(root / "data/clean/findings.csv")
    lines = {re.sub(r"[A-Z]+", "", cell) for cell in wrong}
    assert len(rejected) == 12
    assert {re.sub(r".*?([0-9]+)$", r"\1", row["source_cell"]) for row in rejected} == lines
    assert {row["cell"] for row in found if row["severity"] == "error"} == wrong


@pytest.mark.parametrize("kind", ["ods", "xlsx"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_form_saved_by_libreoffice_is_read_to_the_same_rows(tmp_path, kind, language):
    """The filled form gives the same rows as before the trip, codes from labels of its language."""
    form = made(tmp_path, "--lang", language)
    filled(form, good_rows(f"label_{language}"), wrong=False)
    travelled = through_libreoffice(form, kind)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    before, after = (
        ingested(path, workspace(folder))
        for path, folder in ((form, tmp_path / "a"), (travelled, tmp_path / "b"))
    )
    plain = {"source_ref", "edition", "source_id"}
    assert [{k: v for k, v in row.items() if k not in plain} for row in before] == [
        {k: v for k, v in row.items() if k not in plain} for row in after
    ]
    assert len(before) == 200


def test_drop_downs_survive_libreoffice(tmp_path):
    """Through .ods and back to .xlsx, every drop-down still leads to its list."""
    form = made(tmp_path)
    back = through_libreoffice(through_libreoffice(form, "ods"), "xlsx")
    assert lists_of(back) == lists_of(form)
    names = openpyxl.load_workbook(back).defined_names
    assert {"mtool_admin1", "mtool_admin2", "mtool_device_type"} <= set(names)
    assert form_mark(back) == form_mark(form)


def test_the_drop_down_of_cercles_follows_the_region(tmp_path):
    """LibreOffice works the dependent list out: a composite has the cercles of both members."""
    form = made(tmp_path)
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    formula = lists_of(form)["B"]
    regions = ["Kayes", "Gao + Ménaka", "Ségou"]
    for at, region in enumerate(regions):
        sheet.cell(FIRST + at, 1).value = region
        moved = formula.replace(f"$A{FIRST}", f"$A{FIRST + at}")
        sheet.cell(FIRST + at, 10).value = f"=ROWS({moved})"
        sheet.cell(FIRST + at, 11).value = f"=INDEX({moved},1)"
    book.save(form)
    lines = through_libreoffice(form, CSV_UTF8).read_text("utf-8").splitlines()
    told = [line.split(",")[9:11] for line in lines[FIRST - 1 : FIRST - 1 + len(regions)]]
    areas = [a for a in load_areas("MLI").areas if a.level == 2]
    parents = [("ML01",), ("ML07", "ML10"), ("ML04",)]
    expected = [sorted(a.name for a in areas if a.parent in codes) for codes in parents]
    assert told == [[str(len(names)), names[0]] for names in expected]


def test_every_schema_gives_a_form_that_libreoffice_opens_and_an_empty_one_is_no_pass(tmp_path):
    """Each form is known again after a trip, and with no rows has one finding: no rows."""
    for name in schema_names():
        form = made(tmp_path, schema=name, name=f"{name}.xlsx")
        travelled = through_libreoffice(form, "ods")
        for path in (form, travelled):
            ended = run_mtool("validate", path, "--format", "csv")
            rules = [row["rule"] for row in csv.DictReader(ended.out.splitlines())]
            assert (ended.code, rules) == (1, ["no_rows"]), path
            mark = form_mark(path)
            assert mark is not None
            assert mark.schema == name


def test_moved_columns_blank_rows_and_added_columns_change_nothing(tmp_path):
    """Columns in another order, rows left blank and a column of remarks give the same rows."""
    form, moved = made(tmp_path), tmp_path / "moved.xlsx"
    filled(form, good_rows("label_en")[:70], wrong=False)
    shutil.copy(form, moved)
    rearranged(moved, set())
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = ingested(form, workspace(tmp_path / "a"))
    ended = run_mtool("ingest", moved, cwd=(root := workspace(tmp_path / "b")))
    assert ended.code == 0, ended.out + ended.err
    second = rows_of(root / "data/clean/incidents.csv")
    plain = {"source_ref", "source_cell", "edition", "source_id"}
    assert [{k: v for k, v in row.items() if k not in plain} for row in first] == [
        {k: v for k, v in row.items() if k not in plain} for row in second
    ]
    found = rows_of(root / "data/clean/findings.csv")
    assert [row["rule"] for row in found] == ["columns_ignored"]
    assert "Remarks" in found[0]["message"]


def test_whatever_the_drop_downs_offer_is_accepted(tmp_path):
    """Every region, every cercle of each, composites too, and every device give no error."""
    form = made(tmp_path, "--lang", "fr")
    lists = openpyxl.load_workbook(form)[FORM_SHEET]
    columns = [[cell.value for cell in column if cell.value] for column in lists.iter_cols(2, 3)]
    regions, devices = columns
    pairs = [(row[4].value, row[5].value) for row in lists.iter_rows() if row[4].value]
    places = [*((region, None) for region in regions), *pairs]
    days = (date(2022, 1, 1), date(2022, 1, 31))
    rows = [[*place, *days, devices[0], 1, None, None] for place in dict.fromkeys(places)]
    rows += [["Kayes", None, *days, device, 1, None, None] for device in devices[1:]]
    filled(form, rows, wrong=False)
    ended = run_mtool("validate", form, "--format", "csv")
    assert ended.code == 0, ended.out
    assert len(pairs) > 60
    assert len(devices) == len(load_vocabulary("device_type"))


def test_a_wrong_name_in_several_rows_is_marked_in_each(tmp_path):
    """A name that is no area is coloured wherever somebody typed it, a wrong date as well."""
    form = made(tmp_path, schema="events")
    book = openpyxl.load_workbook(form)
    for at in range(3):
        for column, value in ((1, f"E{at}"), (2, "Atlantis"), (4, "some day")):
            book.worksheets[0].cell(FIRST + at, column).value = value
    book.save(form)
    out = tmp_path / "marked.xlsx"
    run_mtool("validate", form, "--annotate", out)
    assert marked_cells(out) == {"B5", "B6", "B7", "D5", "D6", "D7"}


def test_an_empty_cell_that_is_marked_stays_open(tmp_path):
    """What is required and missing can be typed into the marked copy: the cell is not locked."""
    form, out = made(tmp_path), tmp_path / "marked.xlsx"
    filled(form, [["Kayes", None, None, date(2022, 1, 31), None, 1, None, None]], wrong=False)
    run_mtool("validate", form, "--annotate", out)
    cell = openpyxl.load_workbook(out).worksheets[0]["C5"]
    assert cell.comment is not None
    assert not cell.protection.locked


def test_either_mark_is_enough(tmp_path):
    """Without the hidden sheet the properties tell the form, and the other way round."""
    form = made(tmp_path)
    mark = form_mark(form)
    book = openpyxl.load_workbook(form)
    del book[FORM_SHEET]
    book.save(tmp_path / "no_sheet.xlsx")
    book = openpyxl.load_workbook(form)
    for name in book.custom_doc_props.names:
        del book.custom_doc_props[name]
    book.save(tmp_path / "no_properties.xlsx")
    assert mark is not None
    assert form_mark(tmp_path / "no_sheet.xlsx") == mark
    assert form_mark(tmp_path / "no_properties.xlsx") == mark
    assert form_mark(through_libreoffice(tmp_path / "no_properties.xlsx", "ods")) == mark


def test_the_example_is_not_read_even_when_copied_below(tmp_path):
    """An example row that somebody copied among the rows is still an example."""
    form = made(tmp_path)
    filled(form, good_rows("label_en")[:3], wrong=False)
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    for column in range(1, 9):
        sheet.cell(FIRST + 3, column).value = sheet.cell(FIRST - 1, column).value
    book.save(form)
    assert len(ingested(form, workspace(tmp_path))) == 3


def test_a_row_with_one_cell_is_a_row(tmp_path):
    """A form has no section headings: a row with a region alone lacks what is required."""
    form = made(tmp_path)
    filled(form, [["Kayes", *[None] * 7]], wrong=False)
    ended = run_mtool("validate", form, "--format", "csv")
    blamed = {row["cell"] for row in csv.DictReader(ended.out.splitlines())}
    assert {"C5", "D5"} <= blamed


@pytest.mark.parametrize("kind", [None, "xlsx", "ods"])
def test_an_older_form_is_read_by_its_own_columns_and_labels(tmp_path, kind):
    """A label and a column that are gone since are read as the form meant them, and it is said."""
    form = made(tmp_path)
    filled(form, good_rows("label_en")[:3], wrong=False)
    mark = form_mark(form)
    assert mark is not None
    older = replace(
        mark,
        version="000000000000",
        columns={**mark.columns, "Weather": "weather"},
        codes={"device_type": {"Homemade bomb": "ied"}},
    )
    book = openpyxl.load_workbook(form)
    for name in book.custom_doc_props.names:
        del book.custom_doc_props[name]
    book[FORM_SHEET]["A1"] = mark_text(older)
    sheet = book.worksheets[0]
    sheet["I3"], sheet["I5"], sheet["E5"] = "Weather", "dry", "Homemade bomb"
    book.save(form)
    root = workspace(tmp_path)
    rows = ingested(through_libreoffice(form, kind) if kind else form, root)
    assert {row["device_type"] for row in rows} == set(DEVICES)
    found = {row["rule"]: row["message"] for row in rows_of(root / "data/clean/findings.csv")}
    assert "weather gone and not used" in found["form_version"]
    assert "version 000000000000" in found["form_version"]


#: Translations of some titles, two of them alike.
FRENCH = {
    "Admin 1": "Zone",
    "Admin 2": "Zone",
    "Period start": "Début de la période",
    "Period end": "Fin de la période",
    "required": "obligatoire",
    "e.g.": "p. ex.",
    "How to fill in this form": "Comment remplir ce formulaire",
    "Data entry": "Saisie",
    "Guide": "Mode d'emploi",
}


def test_headers_of_another_language_are_read_back(tmp_path, monkeypatch):
    """Accents, a translated example, and two headers that are one word in the language."""
    monkeypatch.setattr(language, "_current", language.Catalogue("fr", FRENCH))
    form = make_form("incidents", tmp_path / "form.xlsx", country="MLI")
    monkeypatch.undo()
    filled(form, good_rows("label_fr")[:3], wrong=False)
    sheet = openpyxl.load_workbook(form).worksheets[0]
    assert sheet.title == "Saisie"
    assert sheet["A3"].value == "Zone [provider_admin1_name]"
    assert sheet["C3"].value == "Début de la période (obligatoire)"
    assert sheet["C4"].value == "p. ex. 01/01/2024"
    rows = ingested(through_libreoffice(form, "ods"), workspace(tmp_path))
    assert [row["admin1_name"] for row in rows] == ["Kayes"] * 3
    assert {row["device_type"] for row in rows} == set(DEVICES)


def test_a_column_taken_out_of_a_form_is_said(tmp_path):
    """A form without one of its columns is read, and the column named."""
    form = made(tmp_path)
    filled(form, good_rows("label_en")[:3], wrong=False)
    book = openpyxl.load_workbook(form)
    book.worksheets[0].delete_cols(8)
    book.save(form)
    root = workspace(tmp_path)
    ingested(form, root)
    found = {row["rule"]: row["message"] for row in rows_of(root / "data/clean/findings.csv")}
    assert "Qualifier" in found["form_columns"]


def test_a_period_after_publication_is_refused_at_ingestion(tmp_path):
    """A form cannot count what had not happened when it came in."""
    root, form = workspace(tmp_path), made(tmp_path)
    row = good_rows("label_en")[0]
    row[2:4] = [date(2099, 1, 1), date(2099, 1, 31)]
    filled(form, [row], wrong=False)
    ended = run_mtool("ingest", form, cwd=root)
    assert ended.code == 1
    assert "C5: reference_period_start: '2099-01-01'" in ended.out


def test_the_same_form_is_the_same_bytes(tmp_path):
    """Made twice, a form does not differ by a byte."""
    first = made(tmp_path, name="a.xlsx").read_bytes()
    assert made(tmp_path, name="b.xlsx").read_bytes() == first


def test_sheets_are_protected_without_a_password_and_cells_are_open(tmp_path):
    """The header and the example are locked, the rows below are not, and lists are hidden."""
    book = openpyxl.load_workbook(made(tmp_path))
    sheet = book.worksheets[0]
    assert all(s.protection.sheet and s.protection.password is None for s in book)
    assert sheet["A3"].protection.locked
    assert sheet["A4"].protection.locked
    assert not sheet.column_dimensions["A"].protection.locked
    assert book[FORM_SHEET].sheet_state == "veryHidden"
    assert "source" not in " ".join(str(cell.value).lower() for cell in sheet[3])


def test_required_columns_say_so_in_words_and_figures_their_unit(tmp_path):
    """Colour is not needed to see what must be filled in, nor a manual for the unit."""
    book = openpyxl.load_workbook(made(tmp_path, schema="land_release"))
    headers = [cell.value for cell in book.worksheets[0][3]]
    assert "Period start (required)" in headers
    assert "Cleared (m²)" in headers
    assert all(cell.comment for cell in book.worksheets[0][3])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("incident", "-o", "f.xlsx"), "did you mean 'incidents'"),
        (("incidents", "-o", "f.csv"), "name it FORM.xlsx"),
        (("incidents", "-o", "f.xlsx", "--rows", "0"), "--rows 0"),
        (("incidents", "-o", "f.xlsx", "--country", "Mali"), "ISO 3166-1"),
        (("incidents", "-o", "no/where/f.xlsx"), "cannot be written"),
    ],
)
def test_wrong_use_is_one_sentence_and_leaves_no_file(tmp_path, words, said):
    """Each mistake says what was wrong, with exit code 2."""
    ended = run_mtool("template", *words, cwd=tmp_path)
    assert ended.code == 2
    assert said in ended.err
    assert not list(tmp_path.iterdir())


def test_a_form_without_a_country_asks_for_it(tmp_path):
    """Without a country there is a column of country codes, and areas are free text."""
    ended = run_mtool("template", "incidents", "-o", "f.xlsx", cwd=tmp_path)
    assert ended.code == 0
    path = tmp_path / "f.xlsx"
    assert openpyxl.load_workbook(path).worksheets[0]["A3"].value == "Country (required)"
    assert lists_of(path)["A"] == "mtool_location_code"


@given(st.text(max_size=900))
def test_a_mark_survives_being_cut_into_properties(text):
    """Pieces of at most 255 letters, put together again, are the text."""
    pieces = properties_of(text)
    assert text_of_properties({**pieces, "Company": "somebody"}) == text
    assert all(len(piece) * 2 <= 255 for piece in pieces.values())


@given(st.text(max_size=40))
def test_a_text_that_is_no_mark_is_none(text):
    """Whatever else stands in the first cell of a sheet, it is not taken for a form."""
    assert mark_from(text) is None


def test_a_mark_is_read_as_it_was_written():
    """Every field of a mark comes back."""
    mark = FormMark("s", "v", "MLI", "fr", "g", "e.g. ", {"Région": "a"}, {"a": {"É": "e"}})
    assert mark_from(mark_text(mark)) == mark
