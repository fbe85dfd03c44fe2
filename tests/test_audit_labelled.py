"""The labelled documents: every contradiction reported is true, and hardly any is missed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "golden" / "audit"


@pytest.fixture(scope="module")
def scoring() -> ModuleType:
    """The scoring script beside the labelled documents."""
    spec = importlib.util.spec_from_file_location("audit_score", FOLDER / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit_score"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def found(scoring: ModuleType) -> Any:
    """The score of all labelled documents."""
    return scoring.score()


def test_the_labelled_statements(found: Any) -> None:
    """Precision of `contradicted` is 1 and its recall at least 0.9, over two languages."""
    assert found.false_alarms == []
    assert found.precision("contradicted") == 1.0
    assert found.recall("contradicted") >= 0.9, found.wrong
    assert found.recall("supported") >= 0.9, found.wrong
    assert found.recall("unverifiable") >= 0.9, found.wrong


def test_the_labelled_set_is_large_and_balanced(found: Any) -> None:
    """At least 120 statements in 20 documents, and a quarter or nearly so of each verdict."""
    sizes = {v: sum(n for k, n in found.counts.items() if k[1] == v) for _, v, _ in found.counts}
    assert len(list(FOLDER.glob("*.yaml"))) >= 20
    assert sum(sizes.values()) >= 120
    assert min(sizes.values()) * 4 >= sum(sizes.values()) * 0.9, sizes
