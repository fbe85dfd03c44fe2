"""The first passport of a large feed is inferred from a part of it, that of other files from all."""

from __future__ import annotations

import pandas as pd
import pytest

import mtool.feed_sample
import mtool.sources.files
from mtool.errors import UnreadableInput
from mtool.model import Source
from mtool.pipeline.first_passport import infer_passport, passport_of_file
from mtool.sources.files import read_document
from mtool.workspace import find_workspace

HEADER = "Event ID,Date,Region,Device,Killed,Injured,Notes\n"
TOLD = ("2023-01-01", "")


def lines(count):
    return [
        f'E{at},2022-03-{at % 28 + 1:02},Mopti,ied,{at % 3},0,"a\nb, c"\n' for at in range(count)
    ]


@pytest.fixture
def small(monkeypatch):
    """Few bytes are large, and fewer a head."""
    monkeypatch.setattr(mtool.feed_sample, "LARGE", 2_000)
    monkeypatch.setattr(mtool.feed_sample, "HEAD_BYTES", 1_000)
    monkeypatch.setattr(mtool.feed_sample, "TAIL_BYTES", 300)


@pytest.fixture
def read(monkeypatch):
    """The sizes of the files read by a reader."""
    sizes = []

    def noted(path, *rest):
        sizes.append(path.stat().st_size)
        return read_document(path, *rest)

    monkeypatch.setattr(mtool.sources.files, "read_document", noted)
    return sizes


def of_file(workspace, path):
    opened = find_workspace(workspace)
    source = Source("feed", path="feed.csv")
    whole = infer_passport(opened, path, read_document(path, source), TOLD)
    return passport_of_file(opened, path, source, TOLD), whole


def test_a_large_feed_is_inferred_from_its_head(tmp_path, workspace, small, read):
    """The passport is that of the whole file, of which no reader saw most."""
    path = tmp_path / "feed.csv"
    path.write_text(HEADER + "".join(lines(200)), encoding="utf-8")
    passport, whole = of_file(workspace, path)
    assert passport == whole
    assert passport.tables[0].schema == "events"
    assert passport.tables[0].columns["Region"] == {"column": "area"}
    assert max(read) < path.stat().st_size / 3


def test_a_total_in_the_last_line_leaves_the_file_to_the_readers(tmp_path, workspace, small, read):
    """A head alone would call the total an event."""
    path = tmp_path / "feed.csv"
    total = f"Total,,,,{sum(at % 3 for at in range(200))},0,\n"
    path.write_text(HEADER + "".join(lines(200)) + total, encoding="utf-8")
    passport, whole = of_file(workspace, path)
    assert passport == whole
    assert passport.tables[0].control_totals == {"row": "Total"}
    assert max(read) == path.stat().st_size


def test_a_large_parquet_feed_is_inferred_from_its_first_rows(
    tmp_path, workspace, small, read, monkeypatch
):
    """Types and columns are those of the whole file."""
    monkeypatch.setattr(mtool.feed_sample, "HEAD_ROWS", 50)
    path = tmp_path / "feed.parquet"
    rows = [line.strip().split(",")[:6] for line in lines(2_000)]
    pd.DataFrame(rows, columns=HEADER.strip().split(",")[:6]).to_parquet(path)
    passport, whole = of_file(workspace, path)
    assert passport == whole
    assert len(read) == 1
    assert read[0] < path.stat().st_size


def test_a_table_of_another_kind_is_read_whole(tmp_path, workspace, small, read):
    """Figures by region and year are no feed, however many rows there are."""
    path = tmp_path / "feed.csv"
    rows = "".join(f"Mopti,{1900 + at},{at},{at}\n" for at in range(200))
    path.write_text("Region,Year,Killed,Injured\n" + rows, encoding="utf-8")
    passport, whole = of_file(workspace, path)
    assert passport == whole
    assert max(read) == path.stat().st_size


def test_a_large_file_that_is_no_table_says_so(tmp_path, workspace, small):
    """A damaged Parquet file is one clear sentence, as it is without a sample."""
    path = tmp_path / "feed.parquet"
    path.write_bytes(b"PAR1" + bytes(3_000))
    with pytest.raises(UnreadableInput, match="feed: not a readable Parquet file"):
        passport_of_file(find_workspace(workspace), path, Source("feed", path="feed"), TOLD)
