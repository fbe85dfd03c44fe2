"""Marks, units, powers and ordinals are told apart by how characters are set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtool.readers.runs import LINE_END, Run, mark_texts, read_cell, read_lines, read_runs


def raised(text: str) -> Run:
    return Run(text, "raised")


CELLS = [
    ([Run("19"), raised("2")], "19", ["2"]),
    ([Run("19 "), raised("[2]")], "19", ["2"]),
    ([Run("Area (km"), raised("2"), Run(")")], "Area (km²)", []),
    ([Run("Area in km"), raised("2"), raised("3")], "Area in km²", ["3"]),
    ([Run("KM"), raised("2")], "KM²", []),
    ([Run("form"), raised("2")], "form", ["2"]),
    ([Run("85"), raised("3"), Run(", "), raised("4")], "85", ["3", "4"]),
    ([Run("3×10"), raised("6")], "3×10⁶", []),
    ([Run("10"), raised("6")], "10", ["6"]),
    ([Run("per m"), raised("-2")], "per m⁻²", []),
    ([Run("1"), raised("er"), Run(" mars")], "1er mars", []),
    ([Run("2"), raised("e"), Run(" trimestre")], "2e trimestre", []),
    ([Run("19"), raised("e")], "19", ["e"]),
    ([Run("N"), raised("o"), Run(" 5")], "No 5", []),
    ([Run("Region"), raised("a")], "Region", ["a"]),
    ([Run("1 "), raised("1"), Run("/"), Run("2", "lowered")], "1 1/2", []),
    ([Run("CO"), Run("2", "lowered")], "CO2", []),
    ([Run("19"), Run("2", "lowered")], "19", ["2"]),
    ([Run("19"), Run("2", "small")], "19", ["2"]),
    ([Run("1"), Run(",246", "small")], "1,246", []),
    ([Run("19"), raised("1/")], "19", ["1"]),
    ([Run("19"), raised("4–6")], "19", ["4", "5", "6"]),
    ([Run("12"), Run(LINE_END), Run("345")], "12; 345", []),
    ([Run("Total"), Run(LINE_END), Run("staff")], "Total staff", []),
    ([Run("xl"), Run("xiv", "reference", "endnote:3")], "xl", ["xiv"]),
]


@pytest.mark.parametrize(("runs", "text", "marks"), CELLS)
def test_cells(runs: list[Run], text: str, marks: list[str]) -> None:
    """What is raised beside a figure is a mark; in a unit, a power or an ordinal it is not."""
    read = read_cell(runs)
    assert (read.text, [mark.text for mark in read.marks]) == (text, marks)


@given(
    st.integers(0, 10**9),
    st.lists(st.sampled_from(["1", "23", "a", "*", "[4]", "ii"]), min_size=1, max_size=4),
)
def test_a_figure_never_grows(value: int, marks: list[str]) -> None:
    """Whatever marks stand beside a whole number, the number is read as printed."""
    read = read_cell([Run(f"{value:,}"), *map(raised, marks)])
    assert read.text == f"{value:,}"
    assert [mark.text for mark in read.marks] == [mark.strip("[]") for mark in marks]


def test_a_mark_that_opens_a_note() -> None:
    """A note keeps its text; the mark that opens it is known as such."""
    read = read_runs([raised("5"), Run(" Email, 3 May.")])
    assert (read.text, read.leads, read.marks[0].text) == ("Email, 3 May.", True, "5")


def test_text_raised_as_a_whole_is_text() -> None:
    """There is nothing that it could mark."""
    assert read_runs([raised("12 May")]).text == "12 May"


def test_lines_of_a_cell() -> None:
    """Notes on lines of their own are read one by one."""
    lines = read_lines([raised("a"), Run(" One."), Run(LINE_END), raised("b"), Run(" Two.")])
    assert [(line.marks[0].text, line.text) for line in lines] == [("a", "One."), ("b", "Two.")]


def test_what_can_be_no_mark() -> None:
    """Words and long numbers of years in a range are no marks."""
    assert mark_texts("provisional") == ()
    assert mark_texts("1, see below") == ()
    assert mark_texts("x" * 500) == ()
