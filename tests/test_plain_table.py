"""Tables in files and pipes: what rich would draw there."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mtool.cli.plain_table import drawn

LETTERS = "aZ09 .,%+-é√ü–−’\N{NARROW NO-BREAK SPACE}\t日\u0301"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=12)


class Pipe(io.StringIO):
    encoding = "utf-8"


def by_rich(columns: list[list[str]], numeric: list[bool], width: int) -> str:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column, is_right in zip(columns, numeric, strict=True):
        table.add_column(Text(column[0]), justify="right" if is_right else "left", overflow="fold")
    for row in list(zip(*columns, strict=True))[1:]:
        table.add_row(*map(Text, row))
    out = Pipe()
    Console(file=out, highlight=False, width=width).print(table)
    return out.getvalue()


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), width=st.integers(10, 60), height=st.integers(0, 4))
def test_a_table_is_drawn_as_rich_draws_it(
    data: Any, width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands in it, at any width; what cannot be drawn here is left to rich."""
    column = st.lists(TEXTS, min_size=height + 1, max_size=height + 1)
    columns = data.draw(st.lists(column, min_size=1, max_size=5))
    numeric = data.draw(st.lists(st.booleans(), min_size=len(columns), max_size=len(columns)))
    monkeypatch.setattr(sys, "stdout", Pipe())
    monkeypatch.setenv("COLUMNS", str(width))
    mine = drawn(columns, numeric)
    assert mine is None or f"{mine}\n" == by_rich(columns, numeric, width)


def test_a_usual_table_needs_no_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short words, figures and accents are drawn here."""
    monkeypatch.setattr(sys, "stdout", Pipe())
    columns = [["area", "Ménaka", "Gao"], ["killed", "1 234", "−5"]]
    assert drawn(columns, [False, True]) == (
        "                 \n area     killed \n ─────────────── \n"
        " Ménaka    1 234 \n Gao          −5 \n                 "
    )


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_colours_that_are_asked_for_are_drawn_by_rich(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting that makes rich write colours into a pipe still does."""
    monkeypatch.setattr(sys, "stdout", Pipe())
    monkeypatch.setenv(name, "1")
    assert drawn([["area"]], [False]) is None
