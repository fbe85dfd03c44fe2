"""Rows of datasets in a workbook: the same cells as written one by one, over as many sheets as needed."""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from mtool.schemas import load_schema
from mtool.writers import Export, find_writer, xlsx
from mtool.writers.xlsx_book import formats_of

LONGEST = "x" * 32_767
NASTY = {
    "text": [
        "=1+1", "+33 1", "-5", "@cmd", "'quoted", "''", "\tTab", "a\nb", " blanks ", "a\rb", "\x01\x08\x0b\x1f",
        "_x0041_", "<r>rich</r>", "&amp; <b>", "𝒳🏔 ߊ", "\ufffe", "\xa0", "é" * 3, "http://a.b/c", "007", "1E5",
        "TRUE", "#N/A", LONGEST, None, "", "NaN", "None",
    ],
    "number": [0.1, 1 / 3, -0.0, 1e300, 5e-324, 2.5, 1e15, -1e16, None, math.inf, 1e-7, 123456.789],
    "count": [0, -1, 10**15 - 1, 10**15, 2**53 + 1, -(2**63), None, 7],
    "flag": [True, False, None],
    "day": ["1900-03-01", "1899-12-31", "1900-02-28", "0987-01-01", "2024-02-29", None, "9999-12-31"],
    "latitude": [14.25, 17.0, None],
}  # fmt: skip


def nasty_frame() -> pd.DataFrame:
    """A column for each kind, filled up with nulls."""
    longest = max(map(len, NASTY.values()))
    kinds = {"number": "Float64", "latitude": "Float64", "count": "Int64", "flag": "boolean"}
    columns: dict[str, Any] = {}
    for name, values in NASTY.items():
        filled = [*values, *[None] * (longest - len(values))]
        if name == "day":
            days = [day and datetime.fromisoformat(day) for day in filled]
            columns[name] = pd.Series(pd.array(days, dtype="datetime64[s]"))
        else:
            columns[name] = pd.Series(filled, dtype=kinds.get(name, "str"))
    return pd.DataFrame(columns)


def write_fast(frame: pd.DataFrame, out: Path) -> Path:
    from mtool.writers.xlsx_rows import book_and_sheet

    book_class, sheet_class = book_and_sheet()
    book = book_class(out)
    sheet = book.add_worksheet("Data", sheet_class)
    columns = [{"header": name} for name in frame]
    sheet.write_frame(frame, formats_of(book), {"name": "data", "columns": columns})
    book.close()
    return out


def write_plain(frame: pd.DataFrame, out: Path) -> Path:
    """One cell after the other by XlsxWriter's own functions."""
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet, day = book.add_worksheet("Data"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, list(frame))
    for at, name in enumerate(frame):
        for row, value in enumerate(frame[name], start=1):
            if value is None or pd.isna(value) or value == "":
                continue
            if isinstance(value, pd.Timestamp) and value >= pd.Timestamp("1900-03-01"):
                sheet.write_datetime(row, at, value.to_pydatetime(), day)
            elif isinstance(value, pd.Timestamp):
                sheet.write_string(row, at, value.date().isoformat())
            elif name == "flag":
                sheet.write_boolean(row, at, value)
            elif isinstance(value, str):
                # XlsxWriter takes text in these tags for XML of its own.
                sheet.write_string(row, at, value if value != "<r>rich</r>" else "rich")
            elif math.isinf(value) or (name == "count" and abs(int(value)) >= 10**15):
                sheet.write_string(row, at, str(value))
            else:
                sheet.write_number(row, at, value)
    book.close()
    return out


def cells_of(path: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(path)["Data"]
    return [[(cell.data_type in ("s", "inlineStr"), cell.value) for cell in row] for row in sheet.iter_rows()]  # fmt: skip


def test_cells_are_those_written_one_by_one(tmp_path):
    """openpyxl and calamine read the same values of the same kinds; nothing is a formula."""
    frame = nasty_frame()
    fast, plain = write_fast(frame, tmp_path / "f.xlsx"), write_plain(frame, tmp_path / "p.xlsx")
    found, expected = cells_of(fast), cells_of(plain)
    rich = NASTY["text"].index("<r>rich</r>") + 1
    assert found[rich][0] == (True, "<r>rich</r>")
    expected[rich][0] = (True, "<r>rich</r>")
    # openpyxl undoes Excel's escape of text like an escape in shared strings only.
    expected[NASTY["text"].index("_x0041_") + 1][0] = (True, "_x005F_x0041_")
    assert found == expected
    values = [CalamineWorkbook.from_path(p).get_sheet_by_name("Data").to_python() for p in (fast, plain)]  # fmt: skip
    values[1][rich][0] = "<r>rich</r>"
    assert values[0] == values[1]


WRITTEN = st.text(
    st.sampled_from("aé Züx_0041&<>'\"=\t\n\r\x01\x1f\x85\xa0\u2028\u3000\ufffe日𝒳²"), max_size=9
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(st.none() | WRITTEN, min_size=1, max_size=30),
    numbers=st.lists(
        st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=30, max_size=30
    ),
)
def test_any_text_and_any_number_is_read_back(texts, numbers, tmp_path):
    """calamine reads what was written; no number is rounded further than XlsxWriter rounds it."""
    frame = pd.DataFrame(
        {
            "text": pd.Series(texts, dtype="str"),
            "number": pd.Series(numbers[: len(texts)], dtype="Float64"),
        }
    )
    path = write_fast(frame.assign(end="."), tmp_path / "any.xlsx")
    _, *rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Data").to_python()
    assert len(rows) == len(texts)
    for text, number, row in zip(texts, numbers, rows, strict=False):
        # calamine leaves Excel's escape of what is no character as it is.
        said = (text or "").replace("\ufffe", "_xFFFE_")
        assert str(row[0]).replace("\ufffe", "_xFFFE_") == said
        assert row[1] == ("" if number is None else pytest.approx(number, rel=2e-15))


def test_short_fractions_are_written_exactly(tmp_path):
    """0.807 is 0.807, not 0.8070000000000001, which is another number."""
    numbers = [n / 1000 for n in range(1, 2000)] + [-n / 7 for n in range(50)]
    path = write_fast(
        pd.DataFrame({"number": pd.Series(numbers, dtype="Float64")}), tmp_path / "n.xlsx"
    )
    _, *rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Data").to_python()
    assert [row[0] for row in rows[:1999]] == numbers[:1999]


def test_libreoffice_shows_the_same_texts(tmp_path):
    """It opens the sheet and prints the cells as the plainly written ones."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    frame = nasty_frame().drop(index=NASTY["text"].index("<r>rich</r>"))
    shown = []
    for write, name in ((write_fast, "fast"), (write_plain, "plain")):
        path = write(frame.drop(columns=["number", "count", "latitude"]), tmp_path / f"{name}.xlsx")
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
        command += ["--convert-to", "csv", "--outdir", str(tmp_path), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        shown.append((tmp_path / f"{name}.csv").read_bytes())
    assert shown[0] == shown[1]
    assert b"=1+1" in shown[0]


def incidents(rows: int, columns: Iterable[str]) -> pd.DataFrame:
    """Rows of the schema of incidents, one provider's area each."""
    numbers = range(rows)
    day = pd.Series([datetime(2020, 1, 1)] * rows, dtype="datetime64[s]")
    texts = {
        "source_id": ["s"] * rows,
        "edition": ["2021"] * rows,
        "location_code": ["MLI"] * rows,
        "provider_admin1_name": [f"Place {n:05}" for n in numbers],
        "admin1_name": [f"Area {n % 2}" for n in numbers],
        "device_type": ["mine"] * rows,
        "source_ref": ["s[t1]"] * rows,
        "source_cell": [f"line {n + 2}, column 2" for n in numbers],
    }
    frame = pd.DataFrame({name: pd.Series(texts.get(name), range(rows), "str") for name in columns})
    counts = pd.array([n % 5 for n in numbers], dtype="Int64")
    ends = day + pd.Timedelta(days=365)
    return frame.assign(reference_period_start=day, reference_period_end=ends, incidents=counts)


def test_more_rows_than_a_sheet_holds(tmp_path, monkeypatch, caplog):
    """The dataset goes on in further sheets; totals add them all, and it is said twice."""
    monkeypatch.setattr(xlsx, "MOST_ROWS", 40)
    schema = load_schema("incidents")
    frame = incidents(100, schema.columns)
    export = Export({"incidents": frame}, {"incidents": schema}, (), ())
    out = tmp_path / "out.xlsx"
    find_writer("xlsx").write(export, out)
    book = openpyxl.load_workbook(out)
    sheets = ["incidents", "incidents (2)", "incidents (3)"]
    assert book.sheetnames[2:5] == sheets
    assert [book[name].max_row for name in sheets] == [41, 41, 21]
    references = [table.ref for name in sheets for table in book[name].tables.values()]
    assert [reference.partition(":")[2].strip("ABCDEFGHIJKL") for reference in references] == [
        "41",
        "41",
        "21",
    ]
    codes = [row[0] for name in sheets for row in book[name].iter_rows(2, values_only=True)]
    assert len(codes) == 100
    readme = [str(row[1]) for row in book["README"].iter_rows(values_only=True)]
    assert sum("incidents (2), incidents (3)" in text for text in readme) == 1
    assert "incidents (2), incidents (3)" in caplog.text
    formula = next(c.value for row in book["Summary"].iter_rows() for c in row if "SUMIFS" in str(c.value))  # fmt: skip
    assert all(f"'{name}'!" in formula for name in sheets)
    again = tmp_path / "again.xlsx"
    find_writer("xlsx").write(export, again)
    assert again.read_bytes() == out.read_bytes()
