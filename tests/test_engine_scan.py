"""Scanning: text as written, lines exact, nothing dropped in silence, whatever the file holds."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtool.engines.blocks import Layout, records
from mtool.engines.scan import Scan, scan
from mtool.errors import UnreadableInput, UsageError


def rows_of(opened: Scan):
    """(line, cells) of every row, and the ragged ones."""
    rows, ragged = [], []
    for batch in opened:
        columns = [column.to_pylist() for column in batch.columns]
        rows += zip(map(int, batch.lines), map(list, zip(*columns, strict=True)), strict=True)
        ragged += [(r.line, r.expected, r.found) for r in batch.ragged]
    return rows, ragged


def small(opened: Scan, size: int) -> Scan:
    return Scan(opened.path, opened.header, opened.wanted, opened.layout, block_bytes=size)


def test_text_stays_as_written(tmp_path):
    """Namibia is no null, a P-code keeps its nought, an empty cell is null."""
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffcountry,code,note\nNA,0501,\n null ,1e5,é\n".encode())
    rows, ragged = rows_of(scan(path))
    assert rows == [(2, ["NA", "0501", None]), (3, [" null ", "1e5", "é"])]
    assert ragged == []


def test_lines_are_physical_after_quoted_newlines_and_blank_lines(tmp_path):
    """What an editor shows as line 7 is line 7."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\n1,"x\ny\n"\n\n2,z\r\n\r\n3,"q ""r"" s"\n4')
    for size in (8, 20, 1 << 20):
        rows, ragged = rows_of(small(scan(path), size))
        assert rows == [(2, ["1", "x\ny\n"]), (6, ["2", "z"]), (8, ["3", 'q "r" s'])]
        assert ragged == [(9, 2, 1)]


@pytest.mark.parametrize("size", [16, 1 << 20])
def test_ragged_rows_are_told_with_their_line(tmp_path, size):
    """A row too short or too long is no row of the table, and is not lost either."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b,c\n1,2,3\n1,2\n"x\ny",2,3\n1,2,3,4\n5,6,7\n')
    rows, ragged = rows_of(small(scan(path), size))
    assert [line for line, _ in rows] == [2, 4, 7]
    assert ragged == [(3, 3, 2), (6, 3, 4)]


def test_a_quote_inside_a_field_is_a_letter(tmp_path):
    """`5" pipe` opens no quoted text."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\n5" pipe,x\n"two\nlines",6" pipe\nend,z\n')
    for size in (6, 1 << 20):
        rows, _ = rows_of(small(scan(path), size))
        assert rows == [(2, ['5" pipe', "x"]), (3, ["two\nlines", '6" pipe']), (5, ["end", "z"])]


def test_old_mac_line_ends_and_other_encodings(tmp_path):
    """A lone carriage return ends a line; cp1252 and UTF-16 are read in a stream."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\r1;2\r3;4\r")
    assert rows_of(scan(path, layout=Layout(";")))[0] == [(2, ["1", "2"]), (3, ["3", "4"])]
    for encoding in ("cp1252", "utf-16"):
        path.write_bytes("région;n\nMénaka;4\n".encode(encoding))
        opened = small(scan(path, layout=Layout(";", encoding=encoding)), 7)
        assert opened.header == ("région", "n")
        assert rows_of(opened)[0] == [(2, ["Ménaka", "4"])]


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path):
    """The sentence names the line, the byte and the cure."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\nM\xe9naka,3\n")
    with pytest.raises(UnreadableInput, match=r"line 3: 0xE9 is not UTF-8; name the encoding"):
        list(scan(path))


def test_only_the_columns_asked_for_are_read(tmp_path):
    """In the order asked; an unknown or doubled one is refused by name."""
    path = tmp_path / "a.csv"
    path.write_text("a,b,c,c\n1,2,3,4\n")
    assert rows_of(scan(path, ["b", "a"]))[0] == [(2, ["2", "1"])]
    with pytest.raises(UsageError, match="'d' is not in the header"):
        scan(path, ["d"])
    with pytest.raises(UsageError, match="'c' stands 2 times"):
        scan(path, ["c"])


def test_parquet_as_text_and_as_typed(tmp_path):
    """Figures, days and nulls read back; rows are numbered from 1."""
    import datetime

    import pyarrow as pa
    import pyarrow.parquet as pq

    day = datetime.datetime(2022, 8, 1)
    table = pa.table({"n": [1, None], "x": [0.1, 2.0], "day": [day, None], "t": ["NA", ""]})
    pq.write_table(table, tmp_path / "a.parquet")
    rows, _ = rows_of(scan(tmp_path / "a.parquet"))
    assert rows == [(1, ["1", "0.1", "2022-08-01", "NA"]), (2, [None, "2", None, None])]
    (batch,) = scan(tmp_path / "a.parquet", ["n"], typed=True)
    assert batch.columns.column(0).to_pylist() == [1, None]


CELLS = st.text(st.sampled_from('ab,"\n\r é'), max_size=5)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(4, 60),
)
def test_every_way_of_cutting_reads_what_the_standard_library_reads(
    tmp_path_factory, cells, end, size
):
    """Random records, cut into blocks of any size: the same cells on the same lines."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=end).writerows([["a", "b"], *cells])
    path = tmp_path_factory.mktemp("scan") / "a.csv"
    path.write_bytes(written.getvalue().encode())
    rows, ragged = rows_of(small(scan(path), size))
    expected = records(path.read_bytes(), Layout())[1:]
    fits = [r for r in expected if len(r.cells) == 2]
    assert rows == [(r.line + 1, [c or None for c in r.cells]) for r in fits]
    assert ragged == [(r.line + 1, 2, len(r.cells)) for r in expected if len(r.cells) != 2]


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from('ab,"\n\r'), max_size=40), st.integers(1, 30))
def test_damaged_quotes_shift_nothing(tmp_path_factory, text, size):
    """Quotes that open or close anywhere give the records of the standard library."""
    path = tmp_path_factory.mktemp("scan") / "a.csv"
    path.write_bytes(b"h,i\n" + text.encode())
    rows, ragged = rows_of(small(scan(path), size))
    expected = records(path.read_bytes(), Layout())[1:]
    found = sorted([line for line, _ in rows] + [line for line, *_ in ragged])
    assert found == [r.line + 1 for r in expected]
    assert [cells for _, cells in rows] == [
        [c or None for c in r.cells] for r in expected if len(r.cells) == 2
    ]
