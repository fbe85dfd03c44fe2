"""Lineage as PROV-JSON, read back by the library that others use."""

from __future__ import annotations

import pytest

from conftest import ROOT, run_mtool

prov = pytest.importorskip("prov.model")


@pytest.fixture
def document(tmp_path):
    """The sample's lineage."""
    out = tmp_path / "mali.prov.json"
    done = run_mtool("export", "prov", "-o", out, "-w", ROOT)
    assert done.code == 0, done.err
    return prov.ProvDocument.deserialize(content=out.read_text(encoding="utf-8"), format="json")


def names(document, kind):
    return {str(record.identifier) for record in document.get_records(kind)}


def test_datasets_come_from_the_files_that_fed_them(document):
    """Each dataset is derived from its own raw file, with the hash of it."""
    assert names(document, prov.ProvEntity) == {
        *("mtool:dataset/incidents", "mtool:dataset/staffing", "mtool:dataset/treaty_events"),
        *("mtool:data/raw/mali_improvised_mines.txt", "mtool:data/raw/mali_treaty_events.csv"),
    }
    derived = {
        tuple(str(value) for _, value in record.formal_attributes[:2])
        for record in document.get_records(prov.ProvDerivation)
    }
    assert derived == {
        ("mtool:dataset/incidents", "mtool:data/raw/mali_improvised_mines.txt"),
        ("mtool:dataset/staffing", "mtool:data/raw/mali_improvised_mines.txt"),
        ("mtool:dataset/treaty_events", "mtool:data/raw/mali_treaty_events.csv"),
    }
    raw = document.get_record("mtool:data/raw/mali_treaty_events.csv")[0]
    (sha256,) = raw.get_attribute("mtool:sha256")
    assert len(str(sha256)) == 64


def test_the_same_inputs_give_the_same_bytes(tmp_path):
    """Another hash seed changes no byte."""
    written = []
    for seed in ("0", "7"):
        out = tmp_path / f"{seed}.json"
        done = run_mtool("export", "prov", "-o", out, "-w", ROOT, PYTHONHASHSEED=seed)
        assert done.code == 0, done.err
        written.append(out.read_bytes())
    assert written[0] == written[1]
