"""Tables, notes and warnings out of workbooks: .xlsx, .xlsm, .xlsb, .xls, .ods."""

from __future__ import annotations

import builtins
import datetime as dt
import json
import os
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtool.errors import UnreadableInput
from mtool.model import Document, RawTable, Source
from mtool.readers import ReadOptions, find_reader
from mtool.readers.spreadsheet import read

HERE = Path(__file__).parent
NASTY = HERE / "nasty"
GOLDEN = sorted(
    case for case in (HERE / "golden" / "readers").iterdir() if case.name.startswith(("xls", "ods"))
)
Rows = Iterable[Sequence[Any]]


def read_path(path: Path) -> Document:
    """Read a workbook with nothing known about it."""
    return read(path, Source("s"), ReadOptions())


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Document]:
    """Write rows to sheets, starting at A1, and read the workbook."""

    def write_and_read(*sheets: Rows, merged: Sequence[str] = ()) -> Document:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for number, rows in enumerate(sheets, start=1):
            sheet = book.create_sheet(f"Sheet {number}")
            for row in rows:
                sheet.append(list(row))
            for box in merged:
                sheet.merge_cells(box)
        path = tmp_path / "book.xlsx"
        book.save(path)
        return read_path(path)

    return write_and_read


def refusal_of(path: Path) -> str | None:
    """The sentence in which a file is refused; null when it is read."""
    try:
        read_path(path)
    except UnreadableInput as refused:
        return str(refused)
    return None


def as_plain(document: Document) -> dict[str, Any]:
    """What a person would check of a document, for comparison with a golden file."""
    return {
        "media_type": document.media_type,
        "tables": [
            {
                "title": table.title,
                "place": table.locator.in_source(),
                "header": list(table.header),
                "header_marks": [list(mark) for mark in table.header_marks],
                "rows": [[row.place, *row.cells] for row in table.body],
                "marks": [[row.place, *mark] for row in table.body for mark in row.marks],
                "notes": [str(note) for note in table.notes],
            }
            for table in document.tables
        ],
        "paragraphs": [[p.locator.in_source(), p.kind, p.text] for p in document.paragraphs],
        "findings": [[f.rule, f.locator.in_source()] for f in document.findings],
    }


def rules(document: Document) -> list[str]:
    """The rules of a document's findings."""
    return [finding.rule for finding in document.findings]


def only(document: Document) -> RawTable:
    """The one table of a document."""
    (table,) = document.tables
    return table


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_golden_case(case: Path) -> None:
    """Every table, note, paragraph and finding of the case, with its cells.

    With MTOOL_REWRITE_GOLDEN set, what is read now becomes what is expected.
    """
    found = as_plain(read_path(next(case.glob("input.*"))))
    expected = case / "expected.json"
    if os.environ.get("MTOOL_REWRITE_GOLDEN"):
        expected.write_text(
            json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    assert found == json.loads(expected.read_text(encoding="utf-8"))


REFUSED = {
    "xlsx-empty-file.xlsx": "the file is empty (0 bytes)",
    "xlsx-text-named-xlsx.xlsx": "plain text with the name of a workbook; rename it to .csv",
    "xls-web-page-named-xls.xls": "a web page with the name of a workbook; rename it to .html",
    "xlsx-binary-junk.xlsx": "not a workbook",
    "xlsx-cut-off.xlsx": "not a readable zip package",
    "xls-cut-off.xls": "the workbook is damaged",
    "xls-sectors-in-a-circle.xls": "its sectors run in a circle",
    "xlsx-password.xlsx": "protected by a password",
    "ods-password.ods": "protected by a password",
    "xlsx-sheet-missing.xlsx": "sheet 'Data' is listed but missing",
    "xlsx-workbook-missing.xlsx": "the part xl/workbook.xml is missing",
    "ods-content-missing.ods": "the part content.xml is missing",
    "xlsx-broken-sheet-xml.xlsx": "the workbook is damaged (AttValue",
    "xlsx-doctype.xlsx": "declares a DOCTYPE",
    "xlsx-bomb.xlsx": "as zip bombs do",
    "ods-row-repeated-a-million-times.ods": "repeats row 1 1,048,576 times",
}


@pytest.mark.parametrize("name", REFUSED)
def test_unreadable_file(name: str) -> None:
    """A file that is no sound workbook ends in one sentence with its name and a cure."""
    with pytest.raises(UnreadableInput) as refused:
        read_path(NASTY / name)
    said = str(refused.value)
    assert said.startswith(str(NASTY / name))
    assert REFUSED[name] in said
    assert "\n" not in said


TOLD = {
    "xlsm-macros.xlsm": ("package_extras", "macros"),
    "xlsx-external-link.xlsx": ("package_extras", "links to other files"),
    "xlsx-formulas-without-results.xlsx": ("formula_without_result", "save it, and read it again"),
    "xlsx-error-cells.xlsx": ("error_cell", "#N/A instead of a value"),
    "xlsx-without-any-cell.xlsx": ("empty_workbook", "no visible sheet"),
    "xlsx-only-hidden-sheet-has-cells.xlsx": ("hidden_sheet", "unhide it"),
    "xlsx-cell-as-long-as-excel-keeps.xlsx": ("full_cell", "32,767 characters"),
    "xlsx-dates-outside-the-calendar.xlsx": ("not_a_date", "-5 is set as a date"),
    "xlsx-formats-that-scale-and-hide.xlsx": ("number_format", "divided by 1,000"),
    "xlsx-mark-in-a-cell-of-its-own.xlsx": ("raised_cell", "cell to its left"),
    "xlsx-merged-over-the-whole-sheet.xlsx": ("merged_over_texts", "A1:XFD1048576"),
}


@pytest.mark.parametrize("name", TOLD)
def test_readable_file_with_something_to_tell(name: str) -> None:
    """What a person should know of a workbook is a finding that names the place and the cure."""
    rule, words = TOLD[name]
    messages = [f.message for f in read_path(NASTY / name).findings if f.rule == rule]
    assert any(words in message for message in messages), messages


READ_ANYWAY = {
    "xlsx-dimension-of-a-million-rows.xlsx": [["Gao", "1", "2"], ["Mopti", "3", "4"]],
    "xlsx-lone-cell-at-the-last-place.xlsx": [["Gao", "1", "2"], ["Mopti", "3", "4"]],
    "ods-lone-cell-at-the-last-place.ods": [["Gao", "1", "2"], ["Mopti", "3", "4"]],
    "xlsx-styles-and-strings-missing.xlsx": [["Gao", "1", "2"], ["Mopti", "3", "4"]],
    "xlsx-cells-without-addresses.xlsx": [["Gao", "3"]],
    "xlsx-rows-out-of-order.xlsx": [["Gao", "3"], ["Mopti", "4"]],
    "xlsx-strict-namespace.xlsx": [["Gao", "3"]],
    "xlsx-mark-in-a-cell-of-its-own.xlsx": [["Gao", "19"], ["Mopti", "5"], ["Kidal", "7"]],
}


@pytest.mark.parametrize("name", READ_ANYWAY)
def test_odd_but_sound_file(name: str) -> None:
    """What is odd about the XML does not change the table."""
    assert only(read_path(NASTY / name)).rows == READ_ANYWAY[name]


def test_error_cells_stay_as_shown() -> None:
    """Each error is printed in its cell and told as a structure finding at its address."""
    document = read_path(NASTY / "xlsx-error-cells.xlsx")
    told = [(f.locator.cell, f.value, f.class_) for f in document.findings]
    assert told == [
        ("B2", "#N/A", "structure"),
        ("B3", "#DIV/0!", "structure"),
        ("B4", "#REF!", "structure"),
    ]
    assert [row[1] for row in only(document).rows] == ["#N/A", "#DIV/0!", "#REF!", "4"]


def test_formulas_are_never_values() -> None:
    """A formula without a stored result leaves a blank and one finding that names the cells."""
    document = read_path(NASTY / "xlsx-formulas-without-results.xlsx")
    assert only(document).rows == [["Gao", ""], ["Mopti", "3"], ["Total", ""]]
    (finding,) = document.findings
    assert (finding.class_, finding.locator.cell) == ("structure", "B2")
    assert "B2, B4" in finding.message


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods", ".xlsb", ".xlsm"])
def test_workbooks_are_claimed(suffix: str) -> None:
    """The registry gives workbooks to this reader, by name or by content."""
    assert find_reader(Path(f"x{suffix}"), b"").name == "spreadsheet"


def test_table_that_starts_anywhere(workbook: Callable[..., Document]) -> None:
    """Rows and columns of a table are located by the cells of the sheet."""
    blank: list[Any] = []
    document = workbook([blank, blank, [None, None, "Region", "Killed"], [None, None, "Gao", 7]])
    table = only(document)
    assert table.locator.in_source() == "Sheet 1!C3"
    (row,) = table.body
    assert table.locate(row, 1).cell == "D4"
    assert table.columns == (3, 4)


def test_blank_row_before_the_total_is_inside(workbook: Callable[..., Document]) -> None:
    """Figures below a blank row without a header of their own belong to the table; it is said."""
    document = workbook([["Region", "Killed"], ["Gao", 1], ["Mopti", 2], [], ["Total", 3]])
    assert only(document).rows == [["Gao", "1"], ["Mopti", "2"], ["Total", "3"]]
    assert "row 4" in next(f.message for f in document.findings if f.rule == "blank_rows_inside")


def test_figures_in_the_range_of_years_are_no_header(workbook: Callable[..., Document]) -> None:
    """A figure such as 1934 below a blank row does not begin another table."""
    rows = [
        ["Region", "Cleared", "Marked"],
        ["Gao", 12, 3],
        [],
        ["Kidal", 1934, None],
        ["Ségou", 5, 6],
    ]
    assert len(only(workbook(rows)).rows) == 3


def test_header_without_a_corner_parted_from_its_body(workbook: Callable[..., Document]) -> None:
    """A header that lacks the column of the labels goes on below a blank row."""
    table = only(workbook([[None, "Killed", "Injured"], ["North:"], [], ["Gao", 1, 2]]))
    assert table.header == ("", "Killed", "Injured")
    assert table.rows == [["North:", "", ""], ["Gao", "1", "2"]]


def test_labels_of_sections_in_a_column_of_their_own(workbook: Callable[..., Document]) -> None:
    """A column that holds only labels of sections is a column of the table."""
    rows = [[None, "Region", "Killed"], [None, "Gao", 1], ["South"], [None, "Sikasso", 2]]
    assert only(workbook(rows)).rows == [["", "Gao", "1"], ["South", "", ""], ["", "Sikasso", "2"]]


def test_notes_below_their_heading(workbook: Callable[..., Document]) -> None:
    """Lines below a heading of notes belong to the table, to the next caption."""
    rows = [
        ["Region", "Killed"],
        ["Gao", 1],
        [],
        ["Notes"],
        ["1. Two died later"],
        ["Table 2. Staff"],
    ]
    document = workbook(rows)
    assert [note.text for note in only(document).notes] == ["Notes", "1. Two died later"]
    assert document.paragraphs[-1].text == "Table 2. Staff"


def test_second_header_begins_a_second_table(workbook: Callable[..., Document]) -> None:
    """A title and a header below a blank row, or at once, are those of another table."""
    first = [["Table 1. Land"], ["Region", "Cleared"], ["Gao", 1], ["Kidal", 2]]
    second = [["Table 2. Staff"], ["Operator", "Women", "Men"], ["MAG", 3, 4], ["DCA", 5, 6]]
    for between in ([[]], []):
        document = workbook([*first, *between, *second])
        assert [table.title for table in document.tables] == ["Table 1. Land", "Table 2. Staff"]
        assert [len(table.rows) for table in document.tables] == [2, 2]


def test_tables_side_by_side(workbook: Callable[..., Document]) -> None:
    """A blank column before labels of their own parts two tables, also of different height."""
    document = workbook(
        [
            ["Land", None, None, "Staff"],
            ["Region", "Cleared", None, "Operator", "Women"],
            ["Gao", 1, None, "MAG", 3],
            ["Kidal", 2, None, "DCA", 4],
            [None, None, None, "HI", 5],
        ]
    )
    assert [table.title for table in document.tables] == ["Land", "Staff"]
    assert [table.rows for table in document.tables] == [
        [["Gao", "1"], ["Kidal", "2"]],
        [["MAG", "3"], ["DCA", "4"], ["HI", "5"]],
    ]


def test_blank_column_inside_is_left_out(workbook: Callable[..., Document]) -> None:
    """Figures beyond a blank column belong to the labels before it; addresses stay true."""
    document = workbook([["Region", 2021, None, 2022], ["Gao", 1, None, 3], ["Kidal", 2, None, 4]])
    table = only(document)
    assert table.header == ("Region", "2021", "2022")
    assert table.locate(next(iter(table.body)), 2).cell == "D2"
    assert "column C" in next(f.message for f in document.findings)


def test_merged_cells_repeat_their_value(workbook: Callable[..., Document]) -> None:
    """Merged labels of rows and of the header stand wherever they reach; the grid keeps spans."""
    document = workbook(
        [["Region", "2021", None], [None, "K", "I"], ["Gao", 1, 2], [None, 3, 4]],
        merged=["A1:A2", "B1:C1", "A3:A4"],
    )
    table = only(document)
    assert table.header == ("Region", "2021 / K", "2021 / I")
    assert table.rows == [["Gao", "1", "2"], ["Gao", "3", "4"]]
    spans = [(c.text, c.rowspan, c.colspan) for c in table.grid if c.rowspan * c.colspan > 1]
    assert spans == [("Region", 2, 1), ("2021", 1, 2), ("Gao", 2, 1)]


def test_columns_that_only_widen_a_label(workbook: Callable[..., Document]) -> None:
    """A column in which nothing begins is not a column, and not a blank one either."""
    document = workbook(
        [["Region", None, "Killed"], ["Gao", None, 1], ["Kidal", None, 2]],
        merged=["A1:B1", "A2:B2", "A3:B3"],
    )
    assert only(document).header == ("Region", "Killed")
    assert document.findings == ()


def test_header_repeated_for_printing(workbook: Callable[..., Document]) -> None:
    """A header that stands again among the rows is left out there, and it is said."""
    header = ["Region", "Killed"]
    document = workbook([header, ["Gao", 1], ["Kidal", 2], header, ["Mopti", 3]])
    assert [row[0] for row in only(document).rows] == ["Gao", "Kidal", "Mopti"]
    assert "repeated_header" in rules(document)


def test_rows_of_missing_figures_are_body(workbook: Callable[..., Document]) -> None:
    """Words where figures are missing make neither a header nor the end of a table."""
    body = [["Gao", "N/R", "N/R"], ["Mopti", 3, 4], ["Kidal", "no access", "no access"]]
    assert only(workbook([["Region", 2021, 2022], *body])).rows == [
        [str(cell) for cell in row] for row in body
    ]


def test_figures_without_header(workbook: Callable[..., Document]) -> None:
    """Columns nobody names are read, with a finding of class structure and little confidence."""
    document = workbook([["Gao", 1, 2], ["Kidal", 3, 4]])
    table = only(document)
    assert table.header == ("", "", "")
    assert table.confidence < 0.5
    assert [f.class_ for f in document.findings] == ["structure"]


def test_cover_sheet_is_no_table(workbook: Callable[..., Document]) -> None:
    """Labels with one value each, and licence texts, are prose; it is said where."""
    document = workbook([["Source", "UNMAS"], ["Licence", "CC BY"], ["Date", 2022]])
    assert document.tables == ()
    assert [p.text for p in document.paragraphs] == [
        "Source: UNMAS",
        "Licence: CC BY",
        "Date: 2022",
    ]
    assert rules(document) == ["read_as_text"]


def test_month_in_the_header(tmp_path: Path) -> None:
    """Dates that show only month and year head columns as such."""
    book = openpyxl.Workbook()
    book.active.append(["Region", dt.date(2022, 1, 1), dt.date(2022, 2, 1)])
    book.active.append(["Gao", 3, 4])
    for cell in book.active[1][1:]:
        cell.number_format = "mmm-yy"
    book.save(tmp_path / "months.xlsx")
    assert only(read_path(tmp_path / "months.xlsx")).header == ("Region", "2022-01", "2022-02")


def test_values_only_without_xlrd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where xlrd is missing, an .xls gives its values and a finding says what they may hide."""
    found_import = builtins.__import__

    def without_xlrd(name: str, *rest: Any, **named: Any) -> Any:
        if name == "xlrd":
            raise ImportError(name)
        return found_import(name, *rest, **named)

    monkeypatch.delitem(sys.modules, "xlrd", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_xlrd)
    document = read_path(HERE / "golden/readers/xls-hidden-row-column-sheet/input.xls")
    assert only(document).header == ("Region", "Draft", "Killed")
    assert rules(document)[:2] == ["values_only", "hidden_sheet"]


LABELS = st.text("abcdefgh éô", min_size=1, max_size=8).map(str.strip).filter(bool)
FIGURES = st.one_of(st.integers(-9, 10**9), st.floats(0, 1e6).map(lambda x: round(x, 3)))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.lists(st.tuples(LABELS, FIGURES, FIGURES), min_size=1, max_size=6),
    top=st.integers(1, 12),
    left=st.integers(1, 30),
)
def test_every_figure_is_found_at_its_address(
    tmp_path: Path, body: list[tuple[str, float, float]], top: int, left: int
) -> None:
    """Wherever a table stands, each cell of it is the cell of the sheet that `locate` names."""
    book = openpyxl.Workbook()
    sheet = book.active
    for r, row in enumerate([("Region name", "Killed", "Injured"), *body]):
        for c, value in enumerate(row):
            sheet.cell(top + r, left + c, value)
    path = tmp_path / "anywhere.xlsx"
    book.save(path)
    table = only(read_path(path))
    assert table.header == ("Region name", "Killed", "Injured")
    rows = list(table.body)
    assert len(rows) == len(body)
    for row in rows:
        for column, text in enumerate(row.cells):
            value = sheet[table.locate(row, column).cell].value
            same = text == " ".join(value.split()) if column == 0 else float(text) == float(value)
            assert same, (text, value)


CELLS = st.one_of(
    st.none(),
    st.none(),
    st.sampled_from(["Region", "Killed", "Gao", "Mopti", "Total", "N/R", "Note: x", "Table 2. y"]),
    st.sampled_from(["Source", "* provisional", "North:", "Figures of the year, as reported."]),
    st.integers(0, 3_000),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=7), min_size=1, max_size=12))
def test_nothing_is_lost(tmp_path: Path, rows: list[list[Any]]) -> None:
    """Whatever stands on a sheet comes out in a table, its title and notes, or the prose."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "any.xlsx")
    document = read_path(tmp_path / "any.xlsx")
    said = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        said += [table.title, *table.header, *(str(note) for note in table.notes)]
        said += [text for row in table.rows for text in row]
    whole = "\n".join(said)
    assert all(str(cell) in whole for row in rows for cell in row if cell is not None)


def test_damaged_files_end_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flipped, cut and swapped workbooks are read or refused; nothing else comes out."""
    monkeypatch.syspath_prepend(str(HERE.parent / "benchmarks" / "extraction"))
    from damage import damaged

    inputs = [next(case.glob("input.*")) for case in GOLDEN]
    for number in range(80):
        rng = random.Random(number)
        origin = rng.choice(inputs)
        path = tmp_path / f"damaged{origin.suffix}"
        path.write_bytes(damaged(origin.read_bytes(), rng))
        assert "\n" not in (refusal_of(path) or "")
