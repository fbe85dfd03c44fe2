"""Captions of tables are known from prose that mentions tables."""

from __future__ import annotations

import pytest

from mtool.readers.captions import caption_number, goes_on, is_picture_caption, without_continued


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Table 1: Incidents", "1"),
        ("Tableau 3 – Victimes", "3"),
        ("Tableau n° 2 : Agents", "2"),
        ("TABLE IV: Staff", "IV"),
        ("Table A.2 – Staff", "A.2"),
        ("Table 1.2: Staff", "1.2"),
        ("Table 3", "3"),
        ("Table 3 Incidents by region", "3"),
        ("Table 3 continued: Incidents", "3"),
        ("Table 1 shows that incidents rose", None),
        ("Tables of figures", None),
        ("Table of contents", None),
        ("Table a lot of", None),
        ("Table 1: " + "words " * 100, None),
    ],
)
def test_numbers_of_captions(text: str, number: str | None) -> None:
    """A caption gives its number; a sentence that begins with a table does not."""
    assert caption_number(text) == number


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("Table 3 (continued)", "Table 3"),
        ("Table 3 continued: Incidents", "Table 3: Incidents"),
        ("Tableau 3 (suite) : Victimes", "Tableau 3: Victimes"),
        ("Incidents (cont'd)", "Incidents"),
        ("Table 4 - Staff, continued", "Table 4 - Staff"),
    ],
)
def test_titles_that_go_on(title: str, rest: str) -> None:
    """A title says that its table goes on, in English or French."""
    assert goes_on(title)
    assert without_continued(title) == rest


@pytest.mark.parametrize("title", ["The suite of tools", "Table 2: Suite of tools", "Table 2"])
def test_titles_that_do_not_go_on(title: str) -> None:
    """The same words inside a title say nothing of the kind."""
    assert not goes_on(title)


def test_captions_of_pictures() -> None:
    """A figure's caption is no table's."""
    assert is_picture_caption("Figure 2: Map of Mali")
    assert not is_picture_caption("Table 2: Figures")
