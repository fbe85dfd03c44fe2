"""A `<table>` or `<dl>` element → a grid of cells with their marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mtool.model import Cell, Finding
from mtool.readers.blocks import TableBlock, TextBlock, text_blocks
from mtool.readers.cells import CellReading, left_out, uneven_rows
from mtool.readers.html.inline import InlineText
from mtool.readers.html.rows import RowOfCells, find_rows
from mtool.readers.html.spans import place
from mtool.readers.html.styles import Styles
from mtool.readers.layout import Inside, is_figure, lays_out
from mtool.readers.periods import is_year
from mtool.readers.places import Placed, TooLarge, too_large

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


@dataclass(frozen=True, slots=True)
class TableReading:
    """A table element read. `block` is null for tables that lay out the page, and for bombs.

    `nested` are the tables inside its cells, `stray` is text that stands in no cell.
    """

    block: TableBlock | None
    is_layout: bool = False
    nested: tuple[Any, ...] = ()
    stray: str = ""
    findings: tuple[Finding, ...] = ()


def read_table(table: Any, styles: Styles) -> TableReading:
    """Read one table element; hidden rows and cells are left out and reported."""
    found = find_rows(table, styles)
    try:
        placed = place(found.rows)
    except TooLarge:
        return TableReading(None, findings=(too_large(f" at line {table.sourceline}"),))
    reader = _CellReader(styles, list(found.loose))
    cells = tuple(reader.read(cell) for cell in placed)
    if _lays_out(table, placed, cells):
        return TableReading(None, is_layout=True)
    block = TableBlock(
        cells=cells,
        flagged=_flagged(cells, found.rows),
        headless=_is_label_list(cells),
        keys=reader.reading.keys,
        lines=reader.reading.lone_lines(cells),
        caption=None if found.caption is None else read_caption(found.caption, styles),
        findings=(
            *left_out((*(("hidden", text) for text in found.hidden), *reader.left_out)),
            *reader.reading.findings(),
            *uneven_rows(cells),
        ),
        line=table.sourceline,
    )
    return TableReading(block, False, tuple(reader.nested), " ".join(found.stray))


def read_label_list(element: Any, styles: Styles) -> TableBlock | None:
    """Read a `<dl>` as a table of two columns; null unless it surely lists labels and figures.

    It does when each label has exactly one value and at least half of the values are figures.
    """
    children = [child for child in element if child.tag in ("dt", "dd")]
    tags = [child.tag for child in children]
    if len(tags) < 4 or tags != ["dt", "dd"] * (len(tags) // 2) or len(children) != len(element):
        return None
    reader = _CellReader(styles, [])
    cells = tuple(reader.read(Placed(e, n // 2, n % 2, 1, 1)) for n, e in enumerate(children))
    figures = sum(is_figure(cell.text) for cell in cells[1::2])
    if reader.nested or figures * 2 < len(tags) // 2:
        return None
    return TableBlock(cells, headless=True, keys=reader.reading.keys, line=element.sourceline)


def read_caption(element: Any, styles: Styles) -> TextBlock | None:
    """Read a `<caption>` or `<figcaption>`; null when it says nothing."""
    runs = _CellReader(styles, []).inline(element).runs
    blocks = text_blocks(runs, TextBlock("", "caption", line=element.sourceline))
    return blocks[0] if blocks else None


@dataclass(slots=True)
class _CellReader:
    """Reads cell elements; keeps nested tables for later, and what is not shown as text."""

    styles: Styles
    nested: list[Any]
    reading: CellReading = field(default_factory=CellReading)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def read(self, placed: Placed) -> Cell:
        cell = placed.element
        header = cell.tag == "th"
        if not len(cell) and not cell.keys():
            return self.reading.read_plain(placed, cell.text or "", header=header)
        inline = self.inline(cell)
        self.left_out += inline.left_out
        return self.reading.read(placed, inline.runs, header=header)

    def inline(self, cell: Any) -> InlineText:
        """The runs of a cell; nested tables are kept for later."""
        inline = InlineText(self.styles)
        if self.styles.hides(cell) == "blank":
            inline.left_out.append(("hidden", " ".join("".join(cell.itertext()).split())))
            return inline
        inline.add(cell.text)
        if not len(cell):
            return inline
        from lxml import etree

        walk = etree.iterwalk(cell, events=("start", "end"))
        for event, element in walk:
            if element is cell:
                continue
            if event == "end":
                inline.close(element)
                inline.add(element.tail)
            elif element.tag == "table":
                self.nested.append(element)
                inline.end_line()
                walk.skip_subtree()
            elif not inline.open(element):
                walk.skip_subtree()
        return inline


def _lays_out(table: Any, placed: Sequence[Placed], cells: Sequence[Cell]) -> bool:
    if (table.get("role") or "").strip().lower() in ("presentation", "none"):
        return True
    held = {tag for cell in placed if len(cell.element) for tag in _tags(cell.element)}
    named = any(cell.header and cell.text for cell in cells) or table.find("caption") is not None
    return lays_out(cells, Inside("table" in held, bool(held & _HEADINGS), named))


def _tags(cell: Any) -> set[str]:
    return {element.tag for element in cell.iter("table", *_HEADINGS)}


def _flagged(cells: Sequence[Cell], rows: Sequence[RowOfCells]) -> int:
    """Count the leading rows that the markup calls header: in `thead`, or of `th` throughout.

    One `th` over all columns further down heads a section. A table of nothing but header says
    nothing.
    """
    width = max((cell.column + cell.colspan for cell in cells), default=0)
    by_row: dict[int, list[Cell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    count = 0
    for number, row in enumerate(rows):
        begun = by_row.get(number, [])
        printed = [cell for cell in begun if cell.text]
        over_all = len(printed) == 1 and printed[0].colspan == width and width > 1
        named = row.section == "thead" or (
            all(cell.header for cell in printed)
            and (len(printed) != 1 or over_all or width == 1)
            and not (over_all and _has_header(by_row, count))
        )
        if not named:
            break
        count += 1
    return count if count < len(rows) else 0


def _has_header(by_row: dict[int, list[Cell]], count: int) -> bool:
    """True when one of the first `count` rows prints more than one cell."""
    return any(len([c for c in by_row.get(r, []) if c.text]) > 1 for r in range(count))


def _is_label_list(cells: Sequence[Cell]) -> bool:
    """True for two columns, `th` before `td` in every row, the first not headed by a year."""
    if any(cell.column + cell.colspan > 2 or cell.header == (cell.column > 0) for cell in cells):
        return False
    first = next((cell.text for cell in cells if cell.column == 1), "")
    return bool(first) and not is_year(first)
