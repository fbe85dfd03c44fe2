"""Floors under what the readers find in documents of known truth."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from types import ModuleType

import pytest

from conftest import ROOT
from mtool.model import Document, Source
from mtool.sources.files import read_document

#: Format → documents, and the least share of cells in their place and of exact tables.
FLOORS = {
    "pdf": (8, 0.97, 0.8),
    "pdf-office": (4, 0.9, 0.5),
    "html": (6, 0.99, 0.95),
    "docx": (5, 0.99, 0.95),
    "xlsx": (5, 0.99, 0.95),
    "xlsx-messy": (6, 0.98, 0.9),
    "ods": (3, 0.98, 0.9),
    "markdown": (5, 0.99, 0.95),
    "csv": (8, 0.97, 0.85),
}


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch):
    """Import a module of the benchmark."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks" / "extraction"))
    return import_module


@pytest.fixture
def documents(bench) -> ModuleType:
    """What makes documents of every format."""
    pytest.importorskip("reportlab", reason="reportlab prints the PDF files")
    return bench("documents")


@pytest.fixture
def scored(bench, documents, tmp_path):
    """Read some documents of a format; the score, with what was wrong."""

    def score(name: str):
        peers, run = bench("peers"), bench("run")
        if documents.left_out(name):
            pytest.skip(documents.left_out(name))
        made = documents.make(name, tmp_path, FLOORS[name][0], seed=3)
        return run.read_all(made, peers.READERS[name][:1])["mtool"]

    return score


@pytest.mark.parametrize("name", FLOORS)
def test_tables_are_read_as_they_were_written(name, scored):
    """Cells in place and exact tables stay above the floor; no mark goes into a figure."""
    result = scored(name)
    _, cells, exact = FLOORS[name]
    said = "\n".join(result.wrong)
    assert result.tables and result.cells
    assert result.right / result.cells >= cells, said
    assert result.exact / result.tables >= exact, said
    assert result.spurious <= result.tables // 8, said
    assert result.fused == 0, said


def words_of(document: Document) -> Counter[str]:
    """Every word that a document gives back, wherever it stands."""
    texts = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        texts += [table.title, *table.header, *map(str, table.notes)]
        for row in table.body:
            texts += [*row.cells, *(mark for _, mark in row.marks)]
    return Counter(word for text in texts for word in re.findall(r"\w+", text))


@pytest.mark.parametrize("name", ["pdf", "html", "docx", "xlsx-messy", "ods", "markdown"])
def test_no_word_of_a_table_is_lost(name, documents, tmp_path):
    """What is not read as a cell stands in the prose, a note, or a finding."""
    if documents.left_out(name):
        pytest.skip(documents.left_out(name))
    for made in documents.make(name, tmp_path, 6, seed=4):
        document = read_document(made.path, Source("x"))
        read, said = words_of(document), " ".join(f.message for f in document.findings)
        printed = Counter(
            word
            for truth in made.truths
            for r, row in enumerate(truth.rows)
            for c, text in enumerate(row)
            if (r, c) not in truth.repeated
            for word in re.findall(r"\w+", text)
        )
        # A word broken over two lines may be joined to its other half.
        lost = [word for word in printed - read if word not in said and word not in "".join(read)]
        assert not lost, made.path.name


def test_every_format_has_a_floor_and_readers(bench, documents):
    """A format added to the benchmark is measured here and read by mtool first."""
    peers = bench("peers")
    assert set(documents.FORMATS) == set(FLOORS) == set(peers.READERS)
    assert all(readers[0].name == "mtool" for readers in peers.READERS.values())


def test_the_same_seed_gives_the_same_documents(documents, tmp_path):
    """Two runs write the same bytes and the same truth."""
    for name in ("html", "markdown", "csv", "pdf"):
        one = documents.make(name, tmp_path / "one", 4, seed=5)
        other = documents.make(name, tmp_path / "other", 4, seed=5)
        assert [d.path.read_bytes() for d in one] == [d.path.read_bytes() for d in other]
        assert [d.truths for d in one] == [d.truths for d in other]


class TestScore:
    """What the score counts."""

    @pytest.fixture
    def cells(self, bench) -> ModuleType:
        return bench("score_cells")

    @pytest.fixture
    def truth(self, bench):
        rows = [["Gao", "19"], ["Kidal", "4"], ["Mopti", "7"]]
        return bench("truth").Expected(["Region", "2022"], rows, {(0, 1): "2"})

    def score(self, cells: ModuleType, truth, *found):
        result = cells.Score()
        cells.add(result, [truth], found, "x")
        return result

    def test_a_mark_in_a_figure_is_counted(self, cells, truth):
        """`19²` read as 192 is a wrong cell, not an exact table, and a fused mark."""
        found = cells.Reading([["Gao", "192"], ["Kidal", "4"], ["Mopti", "7"]], truth.header)
        result = self.score(cells, truth, found)
        assert (result.right, result.cells, result.exact, result.fused) == (5, 6, 0, 1)

    def test_a_lost_row_costs_its_cells_only(self, cells, truth):
        """Rows found are laid beside those they agree with."""
        found = cells.Reading([["Gao", "19"], ["Mopti", "7"]], truth.header)
        result = self.score(cells, truth, found)
        assert (result.right, result.exact) == (4, 0)

    def test_a_header_read_as_a_row_is_not_exact_where_headers_are_told(self, cells, truth):
        """A reader without a notion of headers may give it as a row."""
        rows = [truth.header, *truth.rows]
        assert self.score(cells, truth, cells.Reading(rows, ["", ""])).exact == 0
        assert self.score(cells, truth, cells.Reading(rows)).exact == 1

    def test_a_row_below_the_table_is_not_exact(self, cells, truth):
        """A note that became a row spoils the table for every reader."""
        rows = [*truth.rows, ["Source: survey", ""]]
        assert self.score(cells, truth, cells.Reading(rows)).exact == 0

    def test_a_wrong_header_is_told_apart(self, cells, truth):
        """The body may be exact and the header not."""
        result = self.score(cells, truth, cells.Reading(truth.rows, ["Region", "2023"]))
        assert (result.exact, result.with_header) == (1, 0)

    def test_a_table_that_is_not_there_is_spurious(self, cells, truth):
        """Of two readings one is the table."""
        right = cells.Reading(truth.rows, truth.header)
        result = self.score(cells, truth, cells.Reading([["Menu"]], [""]), right)
        assert (result.exact, result.spurious) == (1, 1)
