"""A second engine raises the confidence of what it reads alike, and changes nothing else."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from mtool.model import Cell, RawTable, Row
from mtool.readers.pdf.second_engine import REASON, with_second_opinion

ROWS = (("Mopti", "33", "35"), ("Ségou", "12", "21"), ("Total", "45", "56"))


def table(confidence: float) -> RawTable:
    cells = tuple(
        Cell(r, c, text, page=2) for r, row in enumerate(ROWS) for c, text in enumerate(row)
    )
    body = tuple(Row(row, at, 2) for at, row in enumerate(ROWS, 1))
    return RawTable("t1", ("Region", "2021", "2022"), body, printed=cells, confidence=confidence)


@pytest.fixture
def engine(monkeypatch):
    """A second engine that says what it is told to, and remembers what it was asked."""
    asked: list[str] = []

    def install(rows, error=None):
        def read_pdf(path: str, pages: str, flavor: str):
            asked.append(pages)
            if error:
                raise error
            return [types.SimpleNamespace(data=rows)]

        monkeypatch.setitem(sys.modules, "camelot", types.SimpleNamespace(read_pdf=read_pdf))
        return asked

    return install


def test_agreement_raises_the_confidence(engine):
    """Halfway to certainty, with the reason; only the pages in doubt are asked about."""
    asked = engine([["Region", "2021", "2022"], *([c + " " for c in row] for row in ROWS)])
    (raised,) = with_second_opinion([table(0.6)], Path("a.pdf"))
    assert (raised.confidence, raised.reasons, asked) == (0.8, (REASON,), ["2"])


def test_disagreement_changes_nothing(engine):
    """A table read otherwise is as doubtful as before."""
    engine([["Mopti 33", "35"], ["Ségou 12", "21"]])
    assert with_second_opinion([table(0.6)], Path("a.pdf")) == (table(0.6),)


def test_a_sure_table_is_not_asked_about(engine):
    """The second engine is slow: it sees only what is in doubt."""
    asked = engine([])
    assert with_second_opinion([table(0.95)], Path("a.pdf")) == (table(0.95),)
    assert asked == []


def test_a_failing_engine_is_no_opinion(engine):
    """Whatever happens there, the tables are as they were."""
    engine([], error=RuntimeError("ghost"))
    assert with_second_opinion([table(0.6)], Path("a.pdf")) == (table(0.6),)
