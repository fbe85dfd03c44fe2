"""Hundreds of damaged files of every format: a document or one sentence, never a crash."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from conftest import ROOT

pytestmark = pytest.mark.prove
COUNT = 500


@pytest.mark.parametrize("name", ["pdf", "html", "docx", "xlsx", "ods", "md", "csv"])
def test_damaged_files(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, no hang, and hardly a parser's error that its reader did not foresee."""
    pytest.importorskip("reportlab", reason="reportlab prints the PDF files")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks" / "extraction"))
    mutate, libreoffice = import_module("mutate"), import_module("libreoffice")
    if name == "ods" and not libreoffice.available():
        pytest.skip("LibreOffice (soffice) is not installed: no .ods to damage")
    paths = list(mutate.cases(name, COUNT, tmp_path))
    ended = list(mutate.outcomes(paths))
    assert [one.path for one in ended] == paths
    assert not [one for one in ended if not one.harmless]
    assert sum(one.kind in mutate.HARMLESS for one in ended) >= 0.99 * COUNT
    assert any(one.kind == "tables" for one in ended)
