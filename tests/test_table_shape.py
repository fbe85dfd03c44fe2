"""The parts of a grid are told apart by contents, whatever the format."""

from __future__ import annotations

import pytest

from mtool.model import Cell
from mtool.readers.table_shape import (
    Shape,
    filled,
    header_depth,
    is_section,
    joined_header,
    shape_of,
    split_notes,
)


def grid(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip("\n").split("\n")]


HEADERS = {
    "years are labels": ("Region|2017|2018\nGao|1|2\nTotals|1|2", 1),
    "groups over columns": ("|2021|2021|2022|2022\nRegion|K|I|K|I\nGao|1|2|3|4", 2),
    "stub over two rows": ("Region|2021|2021|2022|2022\nRegion|K|I|K|I\nGao|1|2|3|4", 2),
    "groups not merged": ("Region|2021||2022|\n|K|I|K|I\nGao|1|2|3|4", 2),
    "years under a group": ("Region|Incidents|Incidents\nRegion|2021|2022\nGao|3|4", 2),
    "first row all missing": ("Region|2021|2022\nKayes|N/R|N/R\nGao|1|2", 1),
    "section below the header": ("Region|2021|2022\nMali||\nGao|1|2", 1),
    "a row of units": ("Region|Cleared|Reduced\n|(km²)|(m2)\nGao|1|2", 2),
    "a missing figure in brackets": ("Item|2009|2010\nNorth|(X)|\nSouth|3|4", 1),
    "words only": ("Operator|Role|Place\nMAG|NTS|Gao\nDCA|EORE|Mopti", 1),
    "words under a stub over rows": ("Region|By|Status\nGao|MAG|open\nGao|DCA|closed", 1),
    "section below the years of groups": (
        "Area|Men|Men\nArea|2021|2022\nNorth:||\nGao|1|2",
        2,
    ),
    "no header": ("Gao|1|2\nKidal|3|4", 0),
    "age bands": ("Sex|0–4|5–17|18+\nBoys|3|4|5\nGirls|1|2|3", 1),
    "years as figures": ("Treaty|Signed|In force\nAPMBC|1997|1999\nCCM|2008|2010", 1),
    "years as rows without header": ("2017|80|3\n2018|101|4", 0),
    "years as rows": ("Year|Incidents\n2017|80\n2018|101", 1),
    "months": ("Region|Jan|Feb|Mar\nGao|1|2|3", 1),
    "words in the first body row": ("Operator|Staff|Note\nMAG|many|x\nDCA|3|y", 1),
    "years above a section": ("Item|F|F|M|M\nItem|2007|2008|2007|2008\nNorth||||\nA|1|2|3|4", 2),
    "two columns numbered": ("Region|Killed|Injured\n|(1)|(2)\nGao|5|6", 2),
    "all columns numbered": ("Region|Killed|Injured\n1|2|3\nGao|5|6", 2),
    "years with a gap in words": ("Region|Surveyed\nGao|2017\nKidal|unknown", 1),
    "column numbers": ("Region|A|B|C\n|1|2|3\nGao|10|20|30", 2),
    "column numbers in brackets": ("Region|A|B|C\n|(1)|(2)|(3)\nGao|10|20|30", 2),
}


@pytest.mark.parametrize("name", HEADERS)
def test_header_depth_by_contents(name: str) -> None:
    """The number of header rows follows from what is printed in them."""
    text, depth = HEADERS[name]
    assert header_depth(grid(text)) == depth


def test_titles_and_notes_are_not_body() -> None:
    """A title over all columns stands above the header, notes and sources below the body."""
    rows = grid(
        "Table 1: x|Table 1: x|Table 1: x\nRegion|2017|2018\nGao|1|2\nTotal|1|2\n"
        "* provisional||\nSource: UNMAS|Source: UNMAS|Source: UNMAS"
    )
    assert shape_of(rows) == Shape(titles=1, header=2, body=4)
    body, notes = split_notes(rows)
    assert body[-1][0] == "Total"
    assert notes == ["* provisional", "Source: UNMAS"]


def test_a_last_row_over_all_columns_is_a_note() -> None:
    """A text over all columns heads rows; with none below it is a note, a row of dashes is not."""
    assert shape_of(grid("Region|2017|2018\nGao|1|2\nNot final|Not final|Not final")).body == 2
    assert shape_of(grid("Region|2017|2018\nGao|1|2\n–|–|–")).body == 3
    assert shape_of(grid("Region|2017|2018\nGao|1|2\nKidal||")).body == 3


def test_equal_texts_in_several_cells_are_no_title() -> None:
    """A format that knows which rows hold one cell keeps equal cells as rows of the body."""
    rows = grid("x|x\na|a\nb|b")
    assert shape_of(rows, alone=()) == Shape(0, 1, 3)
    assert shape_of(rows, alone=(0,)) == Shape(1, 2, 3)


def test_flagged_header_is_continued() -> None:
    """A format that marks only the first of two header rows is completed by the contents."""
    rows = grid("Region|2021|2021\n|K|I\nGao|1|2")
    assert shape_of(rows, flagged=1).header == 2


def test_flagged_header_of_figures_is_believed() -> None:
    """Figures in rows that the format calls header stay header."""
    assert shape_of(grid("Zone|12|15\nGao|1|2"), flagged=1).header == 1


def test_a_table_all_header_keeps_a_body() -> None:
    """A format that calls every row header does not take the last row from the body."""
    assert shape_of(grid("A|B\nx|1"), flagged=2).header == 1


def test_levels_are_joined_once() -> None:
    """Repeats of merged cells are said once; a group reaches over the blanks beside it."""
    assert joined_header(grid("Region|2021|2021\nRegion|K|I")) == ("Region", "2021 / K", "2021 / I")
    assert joined_header(grid("Region|2021||2022|\n|K|I|K|I"), fill_right=True) == (
        "Region",
        "2021 / K",
        "2021 / I",
        "2022 / K",
        "2022 / I",
    )


def test_levels_over_levels_reach_over_blanks() -> None:
    """A label over all columns reaches over the blanks of every level below it."""
    levels = grid("Region|Persons||||\n|Men||Women||\n|2021|2022|2021|2022|Rate")
    assert joined_header(levels, fill_right=True)[1:5] == (
        "Persons / Men / 2021",
        "Persons / Men / 2022",
        "Persons / Women / 2021",
        "Persons / Women / 2022",
    )


def test_section_labels() -> None:
    """One label alone is a section, a row with a figure is not."""
    assert is_section(["Mali", "", ""])
    assert is_section(["", "Mali", ""])
    assert is_section(["Mali", "Mali", "Mali"])
    assert not is_section(["Mali", "", "3"])
    assert not is_section(["3", "3", "3"])


def test_spans_fill_the_rectangle() -> None:
    """A merged cell stands wherever it reaches; missing cells are empty."""
    cells = [Cell(0, 0, "a", rowspan=2), Cell(0, 1, "b", colspan=2), Cell(1, 1, "c")]
    assert [[cell.text for cell in line] for line in filled(cells)] == [
        ["a", "b", "b"],
        ["a", "c", ""],
    ]
