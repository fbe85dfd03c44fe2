"""Large .xlsx sheets that are read at once: what the full reader gives, or left to it."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtool.errors import UnreadableInput
from mtool.model import Document, Source
from mtool.readers import ReadOptions
from mtool.readers.spreadsheet import plain, read
from mtool.readers.spreadsheet.sheets import Sheet

HERE = Path(__file__).parent
SHEET = "xl/worksheets/sheet1.xml"
OF_ALL_KINDS = (
    "plain", "formats", "filtered", "inline", "raised", "escapes", "formulas", "sparse",
)  # fmt: skip
LEFT_TO_THE_FULL_READER = ("errors", "hidden", "uncomputed", "raised_cells")


def read_path(path: Path) -> Document:
    return read(path, Source("s"), ReadOptions())


def as_plain(document: Document) -> list[Any]:
    """Everything that a reading says, to be compared with another."""
    tables = [
        (t.id, t.header, t.title, t.notes, t.locator, list(t.body), t.header_marks)
        for t in document.tables
    ]
    return [tables, document.paragraphs, document.findings]


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], tuple[list[Any], list[Any], bool]]:
    """Read a workbook on both roads; also whether every sheet was plain."""

    def read_twice(path: Path) -> tuple[list[Any], list[Any], bool]:
        taken: list[Sheet | None] = []

        def watched(*given: Any) -> Sheet | None:
            taken.append(plain.read_plain_sheet(*given))
            return taken[-1]

        monkeypatch.setattr(plain, "LARGE_BYTES", 1 << 40)
        full = as_plain(read_path(path))
        monkeypatch.setattr(plain, "LARGE_BYTES", 0)
        monkeypatch.setattr("mtool.readers.spreadsheet.xlsx.read_plain_sheet", watched)
        return full, as_plain(read_path(path)), None not in taken

    return read_twice


@pytest.mark.parametrize("name", [*OF_ALL_KINDS, *LEFT_TO_THE_FULL_READER])
def test_both_roads_read_the_same(name: str, tmp_path: Path, both: Any) -> None:
    """A sheet read at once gives what the full reader gives; what is unusual is left to that."""
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(
        path, {"in_memory": True, "constant_memory": name == "inline"}
    ) as book:
        _write_large(book, name)
    full, quick, was_plain = both(path)
    assert quick == full
    assert was_plain == (name in OF_ALL_KINDS)


def _write_large(book: Any, name: str) -> None:
    sheet = book.add_worksheet("Data")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    share = book.add_format({"num_format": "0.0%"})
    code = book.add_format({"num_format": "0000"})
    thousands = book.add_format({"num_format": "#,##0,"})
    raised = book.add_format({"font_script": 1})
    remarks = ["checked", "85[3]", "Gao\u2020", "à", "a  b", " b", "x²", "\u00a0", "N°3"]
    if name == "escapes":
        remarks += ["a & b <c>", "_x0041_", "one\ntwo", "a\r\nb", "_x", "&amp;", "𝒳🏔", "x" * 32_767]
    sheet.write_row(0, 0, ["Region", "Day", "Share", "Code", "Killed", "Remark", "Sure"])
    for row in range(1, 120):
        sheet.write_string(row, 0, f"area {row}")
        sheet.write_number(row, 1, 44_000 + row if row > 9 else -row, day)
        sheet.write_number(row, 2, row / 8, share if name == "formats" else None)
        sheet.write_number(
            row, 3, row * 10_000, [code, thousands][row % 2] if name == "formats" else None
        )
        sheet.write_number(
            row, 4, row * 1.25 if row % 3 else (1e20, 1e-7, 0.1 + 0.2, -0.0)[row % 4]
        )
        if name != "sparse" or row % 5:
            sheet.write_string(row, 5, remarks[row % len(remarks)])
        sheet.write_boolean(row, 6, row % 2)
    if name == "formulas":
        for row in range(1, 120):
            sheet.write_formula(row, 4, f"=D{row + 1}*2", None, row * 2)
            sheet.write_formula(row, 5, f'="a"&D{row + 1}', None, f"a{row} & b")
    if name == "uncomputed":
        sheet.write_formula(5, 4, "=1/3", None, "")
    if name == "errors":
        sheet.write_formula(5, 4, "=1/0", None, "#DIV/0!")
    if name == "filtered":
        sheet.merge_range(121, 0, 122, 1, "Total")
        sheet.write_number(121, 4, 99)
        sheet.autofilter(0, 0, 119, 5)
        sheet.write_comment(3, 3, "as reported")
    if name == "hidden":
        sheet.set_row(9, None, None, {"hidden": True})
    if name == "raised":
        sheet.write_rich_string(3, 5, "19", raised, "2", book.add_format())
    if name == "raised_cells":
        sheet.write_string(3, 5, "2", raised)


TEXTS = st.text(st.sampled_from("aé Z9<&>\"'_x004\t\n*†²]# \u00a0\u2009日𝒳"), max_size=8).filter(
    lambda text: not text.startswith("=")
)
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1)).map(
        lambda day: day.replace(microsecond=0)
    ),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.lists(VALUES, max_size=6), min_size=1, max_size=8),
    left=st.integers(1, 30),
    chunk=st.sampled_from([1 << 10, 1 << 22]),
)
def test_any_cells_are_read_the_same(
    rows: list[list[Any]], left: int, chunk: int, tmp_path: Path, both: Any
) -> None:
    """Texts, numbers, truths and days, wherever they stand and the file is cut while reading."""
    book = openpyxl.Workbook()
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row, start=left):
            cell = book.active.cell(r, c)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(tmp_path / "any.xlsx")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plain, "_CHUNK", chunk)
        full, quick, _ = both(tmp_path / "any.xlsx")
    assert quick == full


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="3"', b'<row r="2"'),
        (b'<c r="B3"', b'<c r="A3"'),
        (b'<c r="B3"', b"<c"),
        (b'<c r="B3"', b'<c  r="B3"'),
        (b'<c r="B3" s="1"', b'<c s="1" r="B3"'),
        (b'<row r="3"', b'<row r="3" ht="0"'),
        (b'<row r="3"', b'<row r="3" hidden="true"'),
        (b'<row r="3"', b'<row r="3" hidden="false"'),
        (b'<row r="3"', b"<row r=\"3\" hidden='1'"),
        (b"<sheetData>", b'<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'),
        (b"</sheetData>", b'<row r="999"/></sheetData>'),
        (b"<v>44019</v>", b"<v> 44019 </v>"),
        (b"<v>44019</v>", b"<v></v>"),
        (b"<v>44019</v>", b"<v/>"),
        (b"<v>44019</v>", b"<v>x</v>"),
        (b"<v>44019</v>", b"<!--none--><v>44019</v>"),
        (b"<v>44019</v>", b"<f>1+1</f>"),
        (b"<v>44019</v>", b'<f t="shared" si="0"/><v>44019</v>'),
        (b"<v>44019</v>", b"<v>44019</v><extLst/>"),
        (b"<row ", b"\n  <row "),
        (b"<v>44019</v>", b"<v>0044019</v>"),
    ],
    ids=lambda part: part.decode(),
)
def test_xml_written_otherwise_is_read_the_same(
    old: bytes, new: bytes, tmp_path: Path, both: Any
) -> None:
    """Whatever order, blanks or gaps a program writes, both roads agree."""
    path = _rewritten(tmp_path, lambda xml: xml.replace(old, new))
    full, quick, _ = both(path)
    assert quick == full


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetData>", b"<!DOCTYPE a><sheetData>"),
        (b"<v>44019</v>", b"<v>44019</v><!ENTITY a 'b'>"),
        (b"</sheetData>", b"</sheetData><!DOCTYPE a>"),
        (b"<v>44019</v>", b"<v>44019</c>"),
        (b"<v>44019</v>", b"<v>\x01</v>"),
        (b"</row></sheetData>", b"</row>"),
    ],
    ids=lambda part: part.decode(),
)
def test_a_large_sheet_that_does_harm_is_refused(
    old: bytes, new: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not looked into before reading is refused all the same, in the same sentence."""
    path = _rewritten(tmp_path, lambda xml: xml.replace(old, new))
    said = []
    for least in (0, 1 << 40):
        monkeypatch.setattr(plain, "LARGE_BYTES", least)
        with pytest.raises(UnreadableInput) as refused:
            read_path(path)
        said.append(str(refused.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("state", ["visible", "hidden"])
def test_a_large_sheet_with_a_wrong_checksum_is_refused(
    state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damage is found in sheets that are read and in sheets that are not."""
    monkeypatch.setattr(plain, "LARGE_BYTES", 0)
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(path) as book:
        _write_large(book, "plain")
        if state == "hidden":
            book.get_worksheet_by_name("Data").hide()
            book.add_worksheet("Other").activate()
    with zipfile.ZipFile(path) as package:
        checksum = package.getinfo(SHEET).CRC.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(checksum, b"\0\1\2\3"))
    with pytest.raises(UnreadableInput, match=r"inside is damaged .*fetch the file again"):
        read_path(path)


def _rewritten(folder: Path, change: Callable[[bytes], bytes]) -> Path:
    """A plain workbook whose sheet was changed by hand."""
    source, path = folder / "source.xlsx", folder / "large.xlsx"
    with xlsxwriter.Workbook(source) as book:
        _write_large(book, "plain")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            changed = change(data) if name == SHEET else data
            assert changed != data or name != SHEET
            new.writestr(name, changed)
    return path


def test_rows_as_libreoffice_writes_them_are_plain(tmp_path: Path, both: Any) -> None:
    """It says of every row and column that it is not hidden, and of every number that it is one."""

    def rewritten(xml: bytes) -> bytes:
        columns = b'<cols><col collapsed="false" hidden="false" max="9" min="1" width="9"/></cols>'
        xml = xml.replace(b"<sheetData>", columns + b"<sheetData>")
        xml = xml.replace(b' spans="1:7"', b' ht="12.8" hidden="false" collapsed="false"')
        return xml.replace(b' s="1">', b' s="1" t="n">')

    full, quick, was_plain = both(_rewritten(tmp_path, rewritten))
    assert quick == full
    assert was_plain
