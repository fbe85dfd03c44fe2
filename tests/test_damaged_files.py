"""Damaged files of every format give a document or one sentence, never a crash."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from conftest import ROOT


@pytest.mark.parametrize("name", ["pdf", "html", "docx", "xlsx", "md", "csv"])
def test_damaged_files(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first fifteen of the damaged files that `make prove` reads by the hundred."""
    pytest.importorskip("reportlab", reason="reportlab prints the PDF files")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks" / "extraction"))
    mutate = import_module("mutate")
    paths = list(mutate.cases(name, 15, tmp_path))
    ended = list(mutate.outcomes(paths))
    assert [one.path for one in ended] == paths
    assert not [one for one in ended if not one.harmless]
