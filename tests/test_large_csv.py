"""Long delimited files: read in blocks, with the same outcome as record by record."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtool.model import Document, Source
from mtool.readers import READERS, ReadOptions
from mtool.readers.csv import opening
from mtool.readers.csv.lines import TextLines
from mtool.readers.csv.records import Record, read_records, read_runs, records_of
from mtool.readers.csv.regular import Block, counted_block, divided_block
from mtool.readers.csv.spans import Dialect

ROWS, PLACE = 6_000, 5_001
HEADER = "code,region,date,number,killed,remarks\n"
BODY = [f"ML{n % 10:02},Région,2022-{n % 12 + 1:02}-11,{n},{n % 7},seen\n" for n in range(ROWS)]


@pytest.fixture(params=["in memory", "as a stream"])
def length(request, monkeypatch) -> str:
    """Read files at once, or as if they were too long for that."""
    if request.param == "as a stream":
        monkeypatch.setattr(opening, "SMALL_BYTES", 0)
    return str(request.param)


def read_with(tmp_path: Path, line: bytes) -> Document:
    """A long file with one line put in at `PLACE`."""
    path = tmp_path / "long.csv"
    lines = [HEADER, *BODY]
    before, after = "".join(lines[: PLACE - 1]), "".join(lines[PLACE - 1 :])
    path.write_bytes(before.encode() + line + after.encode())
    return READERS["csv"].read(path, Source("long", path=str(path)), ReadOptions())


@pytest.mark.parametrize(
    ("line", "rule", "row"),
    [
        (b"ML01,Gao,2022-01-11,5\n", "row_too_short", ["ML01", "Gao", "2022-01-11", "5", "", ""]),
        (b"ML01,Gao,2022-01-11,5,6,a,b\n", "row_too_long", None),
        (b"ML01;Gao;2022-01-11;5;6;seen\n", "row_other_delimiter", None),
        (b'ML01,"Gao,2022-01-11,5,6,seen\n', "stray_quote", None),
        ("ML01,Ségou,2022-01-11,5,6,seen\n".encode("cp1252"), "encoding_assumed", None),
        (HEADER.encode(), "second_header", None),
        (b"pcode,area,day,no,dead,notes\n", "second_header", None),
    ],
)
def test_a_surprise_far_behind_the_sample(tmp_path, length, line, rule, row):
    """It is a finding with its line; no other row is shifted or lost."""
    document = read_with(tmp_path, line)
    (finding,) = document.findings
    assert finding.rule == rule
    assert finding.locator.line == PLACE
    rows = {r.place: list(r.cells) for table in document.tables for r in table.body}
    kept = [line.rstrip("\n").split(",") for line in BODY]
    assert [rows[n + 2] for n in range(PLACE - 2)] == kept[: PLACE - 2]
    assert [rows[n + 3] for n in range(PLACE - 2, ROWS)] == kept[PLACE - 2 :]
    assert rule == "second_header" or PLACE in rows
    assert row is None or rows[PLACE] == row


def test_a_quoted_line_end_far_behind_the_sample(tmp_path, length):
    """One record on two lines; the rows below keep their physical lines."""
    (table,) = read_with(tmp_path, b'ML01,Gao,2022-01-11,5,6,"two\nlines"\n').tables
    places = {row.place: row.cells[5] for row in table.body}
    assert places[PLACE] == "two\nlines"
    assert PLACE + 1 not in places
    assert table.row_count == len(places) == ROWS + 1


def test_a_footnote_mark_far_behind_the_sample(tmp_path, length):
    """It goes out of its figure, in rows and in cells alike."""
    (table,) = read_with(tmp_path, b"ML01,Gao,2022-01-11,85[3],6,seen\n").tables
    row = next(row for row in table.body if row.place == PLACE)
    assert (row.cells[3], row.marks) == ("85", ((3, "3"),))
    assert [list(cells) for cells in table.cells()] == [list(row.cells) for row in table.body]


@pytest.mark.parametrize("folder", sorted(Path(__file__).parent.glob("golden/readers/csv-*")))
def test_counted_rows_of_every_golden_file(folder):
    """A table knows how many rows it has without reading them, and cells are those of its rows."""
    for path in folder.glob("input.*"):
        document = READERS["csv"].read(path, Source("golden", path=str(path)), ReadOptions())
        for table in document.tables:
            assert table.row_count == len(table.rows)
            assert table.rows == [list(row.cells) for row in table.body]


CELLS = st.text(st.sampled_from("ab1 ,;\"'\t*é𝒳\n"), max_size=6)
RAW = st.text(st.sampled_from('a1,;" \n'), max_size=12).map(lambda text: text + "\n")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """What a csv writer writes, with some lines of anything between."""
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for _ in range(draw(st.integers(1, 12))):
        if draw(st.integers(0, 5)):
            writer.writerow(draw(st.lists(CELLS, min_size=3, max_size=3)))
        else:
            out.write(draw(RAW))
    return out.getvalue()


def divided(runs: Iterator[Block | Record]) -> list[tuple[int, list[str]]]:
    records = (r for run in runs for r in (records_of(run) if isinstance(run, Block) else [run]))
    return [(record.line, record.cells) for record in records]


@settings(deadline=None, max_examples=200)
@given(texts(), st.sampled_from(["", "left"]))
def test_blocks_hold_what_single_records_hold(text, padding):
    """However blocks are proved regular, they give the records that reading one by one gives."""
    lines, dialect, widths = TextLines(Path(), text), Dialect(padding=padding), frozenset({3})
    one_by_one = divided(read_runs(lines, dialect, widths, as_block=lambda *_: None))
    assert divided(read_runs(lines, dialect, widths, as_block=counted_block)) == one_by_one
    assert divided(read_runs(lines, dialect, widths, as_block=divided_block)) == one_by_one
    assert [(r.line, r.cells) for r in read_records(lines, dialect, widths)] == one_by_one
