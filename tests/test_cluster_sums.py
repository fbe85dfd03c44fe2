"""Sums on a cluster are those of one pass, wherever a dataset is cut."""

from __future__ import annotations

import csv
import random

import pytest

from mtool.engines import parts
from mtool.engines.cluster_sums import sum_on_cluster
from mtool.engines.sums import Question, sum_lines
from test_engines_cluster import in_turn

DTYPES = {"area": "str", "day": "datetime64[ns]", "killed": "Int64", "size": "Float64"}
DTYPES |= {"value_status": "str"}


@pytest.fixture
def dataset(tmp_path):
    """A published dataset: guarded text, figures with fractions, missing ones that say why."""
    rng = random.Random(5)
    path = tmp_path / "events.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(DTYPES)
        for _ in range(500):
            missing = rng.random() < 0.2
            killed = "" if missing else rng.randrange(9)
            area = rng.choice(["Mopti", "Ségou", "'=Gao", 'a "b"', "x,\ny", ""])
            day = f"20{rng.randrange(18, 22)}-0{rng.randrange(1, 9)}-11"
            writer.writerow([area, day, killed, rng.random(), "not_known" if missing else ""])
    return path


ASKED = Question(("area", "day"), ("killed", "size"), DTYPES, cut={"day": 4})


@pytest.mark.parametrize("size", [40, 700, 10**6])
@pytest.mark.parametrize("where", [(), (("area", "=Gao"),), (("killed", "3"),)])
def test_parts_of_text_add_up(dataset, monkeypatch, size, where):
    """Totals, missing and the number of rows are exact for parts of any size."""
    monkeypatch.setattr(parts, "PART_BYTES", size)
    asked = Question(ASKED.keys, ASKED.measures, DTYPES, where=where, cut=ASKED.cut)
    assert sum_on_cluster(dataset, asked, connect=in_turn) == sum_lines(dataset, asked)


def test_row_groups_add_up(dataset, tmp_path, monkeypatch):
    """Parquet is added up by runs of row groups."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    kinds = {"area": pa.string(), "day": pa.date32(), "killed": pa.int64(), "size": pa.float64()}
    table = arrow_csv.read_csv(
        dataset,
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types=kinds | {"value_status": pa.string()}, strings_can_be_null=True
        ),
    )
    plain = pa.array([a and a.removeprefix("'") for a in table["area"].to_pylist()], pa.string())
    path = tmp_path / "events.parquet"
    parquet.write_table(table.set_column(0, "area", plain), path, row_group_size=60)
    monkeypatch.setattr(parts, "PART_ROWS", 100)
    assert sum_on_cluster(path, ASKED, connect=in_turn) == sum_lines(dataset, ASKED)
