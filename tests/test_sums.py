"""Sums in one pass: both scanners, a sum by hand, and the order of rows."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtool import large_datasets
from mtool.engines import sums_files
from mtool.engines.sums import Question, sum_lines
from mtool.engines.sums_arrow import sum_batches
from mtool.errors import UnreadableInput
from mtool.large_datasets import read_parquet, write_parquet
from mtool.schemas import load_schema
from mtool.writers.csv import write_csv

SCHEMA = load_schema("land_release")
DTYPES = {name: column.dtype for name, column in SCHEMA.columns.items()}
MEASURES = ("area_cleared_m2", "devices_destroyed")
texts = st.none() | st.sampled_from(["Mopti", "Ségou", "=Gao", "'Kidal", 'a "b"', "x,\ny", "0501"])
statuses = st.none() | st.sampled_from(
    ["not_reported", "area_cleared_m2=not_known", "devices_destroyed=range; area_cleared_m2=range"]
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "admin1_name": texts,
            "operator": texts,
            "reference_period_start": st.dates(
                pd.Timestamp("1999-12-01").date(), pd.Timestamp("2031-02-01").date()
            ),
            "area_cleared_m2": st.none() | st.floats(0, 1e9).map(lambda x: round(x, 3)),
            "devices_destroyed": st.none() | st.integers(0, 10**9),
            "value_status": statuses,
            "qualifier": st.none() | st.sampled_from(["at_least", "area_cleared_m2=about"]),
        }
    ),
    min_size=1,
    max_size=25,
)


def frame_of(found):
    frame = pd.DataFrame(found)
    for name in frame:
        frame[name] = frame[name].astype(DTYPES[name])
    return frame


def question(*keys, **more):
    return Question(keys, MEASURES, DTYPES, **more)


def by_hand(found, keys, cut):
    """Exact sums by fractions: subject → (rows, total, missing) of the area cleared."""
    sums = defaultdict(lambda: [0, None, 0])
    for row in found:
        subject = tuple(str(row[k])[: cut.get(k)] if row[k] is not None else None for k in keys)
        entry = sums[subject]
        entry[0] += 1
        value, why = row["area_cleared_m2"], row["value_status"]
        if value is not None:
            entry[1] = (entry[1] or 0) + Fraction(str(value))
        elif why in ("not_reported",) or (why and "area_cleared_m2=" in why):
            entry[2] += 1
    return sums


@settings(max_examples=25, deadline=None)
@given(rows, st.randoms())
def test_scanners_agree_with_each_other_and_with_a_sum_by_hand(tmp_path_factory, found, chance):
    """CSV by lines, CSV by batches and Parquet give the same records, in any order of rows."""
    folder = tmp_path_factory.mktemp("sums")
    keys, cut = ("admin1_name", "operator", "reference_period_start"), {"reference_period_start": 7}
    frame = frame_of(found)
    write_csv(frame, folder / "a.csv")
    write_parquet(frame, SCHEMA, folder / "a.parquet")
    shuffled = list(found)
    chance.shuffle(shuffled)
    write_csv(frame_of(shuffled), folder / "b.csv")
    asked = question(*keys, cut=cut)
    records = sum_lines(folder / "a.csv", asked)
    assert sum_batches(folder / "a.csv", asked) == records
    assert sum_batches(folder / "a.parquet", asked) == records
    assert sum_lines(folder / "b.csv", asked) == records
    expected = by_hand(found, keys, cut)
    assert len(records) == len(expected)
    for record in records:
        count, total, missing = expected[tuple(record.subject.values())]
        sums = record.sums["area_cleared_m2"]
        assert (record.rows, sums.missing) == (count, missing)
        assert (sums.total is None) == (total is None)
        assert total is None or sums.total == pytest.approx(float(total), rel=1e-12, abs=1e-8)


@settings(max_examples=15, deadline=None)
@given(rows)
def test_conditions_keep_the_same_rows_in_both_scanners(tmp_path_factory, found):
    """A condition on text, on a number and on a day."""
    folder = tmp_path_factory.mktemp("where")
    write_csv(frame_of(found), folder / "a.csv")
    write_parquet(frame_of(found), SCHEMA, folder / "a.parquet")
    for column in ("admin1_name", "devices_destroyed", "reference_period_start"):
        wanted = str(found[0][column])
        asked = question("operator", where=((column, wanted),))
        records = sum_lines(folder / "a.csv", asked)
        assert sum_batches(folder / "a.csv", asked) == records
        assert sum_batches(folder / "a.parquet", asked) == records
        kept = [r for r in found if r[column] is not None and str(r[column]) == wanted]
        assert sum(record.rows for record in records) == len(kept)


def test_many_distinct_keys_do_not_need_an_address_each(tmp_path):
    """Four columns of 3,000 texts each are 81 million million subjects that could be."""
    count = 3_000
    frame = pd.DataFrame(
        {name: [f"{name}{at * step % count}" for at in range(count)] for name, step in KEYS.items()}
    )
    frame["devices_destroyed"] = pd.Series(range(count), dtype="Int64")
    frame["area_cleared_m2"] = pd.Series([None] * count, dtype="Float64")
    write_csv(frame, tmp_path / "a.csv")
    dtypes = dict.fromkeys(KEYS, "str") | {m: DTYPES[m] for m in MEASURES}
    asked = Question(tuple(KEYS), MEASURES, dtypes)
    records = sum_batches(tmp_path / "a.csv", asked)
    assert records == sum_lines(tmp_path / "a.csv", asked)
    assert len(records) == count


KEYS = {"a": 1, "b": 7, "c": 11, "d": 13}


def test_a_published_file_that_somebody_changed_is_one_sentence(tmp_path):
    """A word among the figures, and a column taken out."""
    path = tmp_path / "a.csv"
    for text in (
        "admin1_name,x\nMopti,1\n",
        "area_cleared_m2,devices_destroyed,value_status,qualifier,admin1_name\nmany,1,,,Mopti\n",
    ):
        path.write_text(text, encoding="utf-8")
        for scanner in (sum_lines, sum_batches):
            with pytest.raises(UnreadableInput, match="mtool run --force"):
                scanner(path, question("admin1_name"))


def test_parquet_gives_the_rows_back_as_they_were(tmp_path):
    """Types, nulls and text; the same rows in another order give the same bytes."""
    found = [
        {
            "admin1_name": "Mopti",
            "operator": None,
            "reference_period_start": pd.Timestamp("2022-01-01").date(),
            "area_cleared_m2": 1.5,
            "devices_destroyed": None,
        },
        {
            "admin1_name": None,
            "operator": "=x",
            "reference_period_start": pd.Timestamp("2021-01-01").date(),
            "area_cleared_m2": None,
            "devices_destroyed": 3,
        },
    ]
    write_parquet(frame_of(found), SCHEMA, tmp_path / "a.parquet")
    write_parquet(frame_of(found[::-1]), SCHEMA, tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    back = read_parquet(tmp_path / "a.parquet", SCHEMA)
    expected = frame_of(found[::-1])[list(back)]
    pd.testing.assert_frame_equal(back, expected)


def test_line_ends_within_quotes_do_not_cut_a_record(tmp_path, monkeypatch):
    """Blocks smaller than a record, quotes in quotes, and a word at a line of its own."""
    monkeypatch.setattr(sums_files, "BLOCK", 64)
    texts = ['a\nb "c"\n', "x", "\n\n", 'say "\n, 1"', "Mopti"] * 20
    frame = pd.DataFrame({"operator": texts, "admin1_name": "Gao", "area_cleared_m2": 1.5})
    frame["devices_destroyed"] = pd.Series(range(100), dtype="Int64")
    frame["value_status"] = frame["qualifier"] = None
    write_csv(frame, tmp_path / "a.csv")
    asked = question("operator", "admin1_name")
    records = sum_lines(tmp_path / "a.csv", asked)
    assert sum_batches(tmp_path / "a.csv", asked) == records
    assert len(records) == 5


def test_row_groups_without_a_row_asked_for_are_not_read(tmp_path, monkeypatch):
    """Groups of five sorted rows; the sums are those of the same rows as text."""
    monkeypatch.setattr(large_datasets, "ROWS_IN_GROUP", 5)
    regions = ["Gao", "Kidal", "Mopti", "'Ségou", None]
    found = [
        {
            "admin1_name": regions[at % 5],
            "operator": "A" if at % 7 else None,
            "reference_period_start": pd.Timestamp(2020 + at % 3, 1, 1),
            "area_cleared_m2": at / 4,
            "devices_destroyed": at if at % 4 else None,
            "value_status": None if at % 4 else "devices_destroyed=not_known",
            "qualifier": None,
        }
        for at in range(60)
    ]
    write_csv(frame_of(found), tmp_path / "a.csv")
    write_parquet(frame_of(found), SCHEMA, tmp_path / "a.parquet")
    conditions = {"admin1_name": "Mopti", "devices_destroyed": "7", "operator": "nobody"}
    groups = []
    for column, text in conditions.items():
        asked = question("operator", "admin1_name", where=((column, text),))
        assert sum_batches(tmp_path / "a.parquet", asked) == sum_lines(tmp_path / "a.csv", asked)
        groups.append(len(list(sums_files.parquet_batches(tmp_path / "a.parquet", asked))))
    assert groups[0] == 3
    assert groups[2] == 0
