"""The rows of one `<table>` element, however broken its markup, without those of nested tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mtool.printed_numbers import fold_blanks
from mtool.readers.html.inline import SILENT
from mtool.readers.html.styles import Styles

_SECTIONS = {"thead", "tbody", "tfoot"}


@dataclass(frozen=True, slots=True)
class RowOfCells:
    """The cell elements of one row. `group` numbers its `thead`, `tbody` or `tfoot`."""

    cells: tuple[Any, ...]
    group: int
    section: str


@dataclass(slots=True)
class FoundRows:
    """What lies in a table element. `hidden` are texts of rows and cells the page does not show,
    `stray` texts that stand in no cell, `loose` tables that stand in no cell.
    """

    rows: list[RowOfCells] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    loose: list[Any] = field(default_factory=list)
    caption: Any = None


def find_rows(table: Any, styles: Styles) -> FoundRows:
    """Find the rows that the page shows, in the order it shows them: `tfoot` comes last.

    Cells without a row make one; forms and other elements between rows are looked through.
    """
    from lxml import etree

    finder = _RowFinder(styles)
    finder.add_stray(table.text)
    walk = etree.iterwalk(table, events=("start", "end"))
    for event, element in walk:
        if element is table:
            continue
        if event == "end":
            finder.leave(element)
        elif not finder.enter(element):
            walk.skip_subtree()
    finder.end_row()
    finder.found.rows.sort(key=lambda row: row.section == "tfoot")
    return finder.found


@dataclass(slots=True)
class _RowFinder:
    styles: Styles
    found: FoundRows = field(default_factory=FoundRows)
    _cells: list[Any] = field(default_factory=list)
    _group: int = 0
    _section: str = "tbody"

    def enter(self, element: Any) -> bool:
        """Take note of an element; false when its inside is not for rows."""
        tag = element.tag
        if tag in ("td", "th"):
            self._cell(element)
        elif tag == "caption":
            self.found.caption = element
        elif tag == "table":
            self.found.loose.append(element)
        elif tag in SILENT:
            return False
        elif self.styles.hides(element):
            self.found.hidden.append(_text(element))
        else:
            self._open(element)
            return True
        return False

    def leave(self, element: Any) -> None:
        if element.tag == "tr" or element.tag in _SECTIONS:
            self.end_row()
        if element.tag in _SECTIONS:
            self._group, self._section = self._group + 1, "tbody"
        self.add_stray(element.tail)

    def end_row(self) -> None:
        if self._cells:
            row = RowOfCells(tuple(self._cells), self._group, self._section)
            self.found.rows.append(row)
            self._cells.clear()

    def add_stray(self, text: str | None) -> None:
        if text and not text.isspace() and fold_blanks(text):
            self.found.stray.append(fold_blanks(text))

    def _open(self, element: Any) -> None:
        if element.tag == "tr" or element.tag in _SECTIONS:
            self.end_row()
        if element.tag in _SECTIONS:
            self._group, self._section = self._group + 1, element.tag
        self.add_stray(element.text)

    def _cell(self, element: Any) -> None:
        if self.styles.hides(element) == "gone":
            self.found.hidden.append(_text(element))
        else:
            self._cells.append(element)


def _text(element: Any) -> str:
    return fold_blanks(" ".join(element.itertext()))
