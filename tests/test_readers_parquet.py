"""Parquet files, and which reader takes which file."""

from __future__ import annotations

import pandas as pd
import pytest

from conftest import ROOT, run_mtool
from mtool import read_tables
from mtool.errors import UnreadableInput
from mtool.readers import HEAD_BYTES, READERS, find_reader


def test_a_parquet_file_is_a_table_of_text(tmp_path):
    """Nulls are empty, whole numbers whole, dates ISO."""
    path = tmp_path / "incidents.parquet"
    frame = pd.DataFrame(
        {
            "Region": ["Mopti", "Kayes"],
            "Incidents": pd.array([3, None], dtype="Int64"),
            "Area": [1.5, 2.0],
            "Day": pd.to_datetime(["2022-08-12", None]),
        }
    )
    frame.to_parquet(path)
    (table,) = read_tables(path)
    assert table.header == ("Region", "Incidents", "Area", "Day")
    assert table.rows == [["Mopti", "3", "1.5", "2022-08-12"], ["Kayes", "", "2", ""]]


def test_a_parquet_file_is_validated(tmp_path):
    """With the row of each finding."""
    path = tmp_path / "incidents.parquet"
    pd.DataFrame({"Region": ["Mopti", "Mopty"], "2022": ["3", "-4"]}).to_parquet(path)
    done = run_mtool("validate", path, "--schema", "incidents", MTOOL_COUNTRY="MLI")
    assert done.code == 1
    assert "row 2, column 1: 'Mopty' is no known area" in done.out


def test_a_damaged_parquet_file_is_one_sentence(tmp_path):
    """Exit 3."""
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(UnreadableInput, match="not a readable Parquet file"):
        read_tables(path)


def test_exactly_one_reader_claims_each_file():
    """Every golden and nasty file has one reader, whatever its name says."""
    files = [
        p for folder in ("golden/readers", "nasty") for p in (ROOT / "tests" / folder).rglob("*")
    ]
    looked_at = 0
    for path in files:
        if path.is_file():
            head = path.open("rb").read(HEAD_BYTES)
            assert find_reader(path, head).name in READERS
            looked_at += 1
    assert looked_at > 50
