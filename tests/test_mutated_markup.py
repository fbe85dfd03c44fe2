"""Damaged pages and documents give a document or one sentence, never a crash."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from conftest import ROOT


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_damaged_files(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first sixty damaged files of `benchmarks/extraction/mutate_markup.py` do no harm."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks" / "extraction"))
    mutations = import_module("mutate_markup")
    path = tmp_path / f"damaged.{kind}"
    for name, data in mutations.cases(kind, 60):
        path.write_bytes(data)
        assert mutations.outcome(path) in ("tables", "no tables", "refused"), name
