"""A parser that crashes, hangs or swells ends in one sentence."""

from __future__ import annotations

import sys
import textwrap

import pytest

from mtool.errors import UnreadableInput
from mtool.model import Source
from mtool.readers import ReadOptions
from mtool.readers.isolation import SpooledBody, read_isolated

#: Readers that misbehave, known to the child only.
MISBEHAVING = """
import mtool.readers as readers, os, types, sys
from mtool.model import Document, RawTable, Row
from mtool.errors import UnreadableInput

def crash(*_): os.abort()
def swell(*_): return [bytearray(10**8) for _ in range(100)]
def hang(*_):
    while True: pass
def fail(*_): raise KeyError("xref")
def refuse(path, source, options): raise UnreadableInput(f"{source.path}: encrypted")
def many(path, source, options):
    rows = tuple(Row((str(n),), n) for n in range(12_345))
    return Document(source, "text/x", (RawTable("t1", ("n",), rows),))

for name, read in list(globals().items()):
    if callable(read) and getattr(read, "__module__", "") == __name__:
        module = types.ModuleType(f"misbehaving_{name}")
        module.read = read
        sys.modules[module.__name__] = module
        readers.READERS[name] = readers.Reader(name, "text/x", lambda p, h: False, module.__name__)
"""


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read an empty file with a misbehaving reader, in a child that knows it."""
    (tmp_path / "sitecustomize.py").write_text(textwrap.dedent(MISBEHAVING))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr("mtool.readers.isolation.CPU_SECONDS_PER_MB", 4)
    path = tmp_path / "report.pdf"
    path.write_bytes(b"x")
    return lambda name: read_isolated(name, path, Source("a", path="report.pdf"), ReadOptions())


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        ("crash", "report.pdf: the parser of this format crashed"),
        ("swell", "report.pdf: the parser of this format crashed or needed more than 1 GB"),
        ("hang", "report.pdf: reading it took more than 4 s of processor time"),
        ("fail", "report.pdf: damaged, or not what its format allows (KeyError: 'xref')"),
        ("refuse", "report.pdf: encrypted"),
    ],
)
def test_a_misbehaving_parser_is_one_sentence(read, reader, said):
    """Abort, memory, time, an unforeseen error, and the reader's own refusal."""
    with pytest.raises(UnreadableInput) as error:
        read(reader)
    assert str(error.value).startswith(said)


def test_a_long_table_comes_back_through_a_file(read):
    """Rows can be iterated again and again, and the file goes with the table."""
    (table,) = read("many").tables
    assert isinstance(table.body, SpooledBody)
    for _ in range(2):
        assert [row.place for row in table.body] == list(range(12_345))
    path = table.body.path
    assert path.exists()
    del table
    assert not path.exists()
