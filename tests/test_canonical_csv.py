"""Canonical CSV: read at once as it is read row by row, and in order without being sorted again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtool.schemas import load_schema
from mtool.writers import csv

TEXTS = st.none() | st.text(st.sampled_from("aé\"',;=+-@ \n\r\t\u2028日0"), min_size=1, max_size=8)
COUNTS = st.none() | st.integers(-(2**53), 2**53)
DAYS = st.none() | st.dates(dt.date(1700, 1, 1), dt.date(2200, 1, 1)).map(pd.Timestamp)


def incidents(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    schema = load_schema("incidents")
    names = ["admin1_name", "incidents", "reference_period_start"]
    given_columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    columns = {
        name: pd.Series(given_columns.get(name, [None] * len(rows)), dtype=column.dtype)
        for name, column in schema.columns.items()
    }
    return pd.DataFrame(columns)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(TEXTS, COUNTS, DAYS), min_size=1, max_size=12))
def test_a_large_file_is_read_as_a_small_one(
    rows: list[tuple[Any, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quotes, line ends inside cells, blanks and guarded text come out the same on both roads."""
    path, schema = tmp_path / "incidents.csv", load_schema("incidents")
    csv.write_csv(incidents(rows), path)
    monkeypatch.setattr(csv, "LARGE_BYTES", 1 << 40)
    small = csv.read_csv(path, schema)
    monkeypatch.setattr(csv, "LARGE_BYTES", 0)
    pd.testing.assert_frame_equal(csv.read_csv(path, schema), small)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.none() | st.sampled_from("ab"), st.none() | st.integers(0, 2), DAYS),
        max_size=8,
    )
)
def test_rows_in_order_stay_where_they_are(rows: list[tuple[Any, ...]]) -> None:
    """What is said to be in order is what sorting gives, nulls first, equal rows as they stood."""
    frame = incidents(rows or [(None, None, None)])
    key = ["admin1_name", "incidents", "reference_period_start"]
    ordered = frame.sort_values(key, kind="stable", na_position="first").reset_index(drop=True)
    assert csv._is_in_order(ordered, key)
    assert csv._is_in_order(frame, key) == frame.equals(ordered)
