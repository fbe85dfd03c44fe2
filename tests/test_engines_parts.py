"""Parts of a file hold every record once, each with the line it stands on."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtool.engines.blocks import Layout, read_blocks, records
from mtool.engines.parts import part_blocks, shares, tally, text_parts, whole

CELLS = st.text(st.sampled_from('ab,"\n é'), max_size=6)


def found(blocks, layout):
    return [
        (block.line + record.line, record.cells)
        for block in blocks
        for record in records(block.data, layout)
    ]


def by_parts(path, layout, size):
    cut = shares(path, layout, size)
    parts = text_parts(cut, [tally(share, layout) for share in cut])
    blocks = [list(part_blocks(part, layout)) for part in parts]
    if any(block.is_irregular for listed in blocks for block in listed):
        blocks = [list(part_blocks(whole(cut), layout))]
    return [row for listed in blocks for row in found(listed, layout)]


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=3), min_size=1, max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    size=st.integers(1, 40),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_parts_of_any_size_hold_what_the_file_holds(tmp_path_factory, rows, end, size, mark):
    """Wherever a file is cut, its records and their lines are those of one reading."""
    path = tmp_path_factory.mktemp("parts") / "rows.csv"
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    path.write_bytes((mark + text.getvalue()).encode())
    layout = Layout()
    assert by_parts(path, layout, size) == found(read_blocks(path, layout), layout)


@pytest.mark.parametrize(
    "text",
    [
        b'a,b\n1,5" pipe\n2,x\n3,y\n',
        b"a,b\r1,2\r3,4\r",
        b'a,b\n1,"one\ntwo\nthree"\n\n\n4,5',
        b"a,b\n",
        b"a,b",
    ],
    ids=["stray quote", "old Mac", "blank lines", "header only", "no line end"],
)
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_irregular_text_is_read_in_one_go(tmp_path, text, size):
    """Text whose lines cannot be told by counting quotes gives the same records all the same."""
    path = tmp_path / "rows.csv"
    path.write_bytes(text)
    layout = Layout()
    assert by_parts(path, layout, size) == found(read_blocks(path, layout), layout)


def test_text_of_two_bytes_a_letter_is_one_part(tmp_path):
    """Bytes of UTF-16 are not cut anywhere."""
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-16")
    layout = Layout(encoding="utf-16")
    cut = shares(path, layout, 3)
    assert len(cut) == 1
    assert found(part_blocks(whole(cut), layout), layout) == [(1, ["a", "b"]), (2, ["1", "2"])]
