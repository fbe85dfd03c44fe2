"""The examples of the library's documentation run, one after the other."""

from __future__ import annotations

import contextlib
import re

import pytest

from conftest import ROOT

pytest.importorskip("duckdb", reason="the extra duckdb is not installed")

PAGE = ROOT / "docs" / "reference" / "library.md"


def test_every_example_of_the_library_runs(sample):
    """In the order of the page, in a copy of the sample."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    names: dict[str, object] = {}
    with contextlib.chdir(sample):
        for block in blocks:
            exec(compile(block, str(PAGE), "exec"), names)
        assert (sample / "incidents.parquet").is_file()
