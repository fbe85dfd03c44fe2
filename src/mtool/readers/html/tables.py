"""A `<table>` or `<dl>` element → a grid of cells with their marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mtool.model import Cell, Finding
from mtool.printed_numbers import read_number
from mtool.readers.blocks import TableBlock, TextBlock, text_blocks
from mtool.readers.html.inline import InlineText
from mtool.readers.html.layout import lays_out
from mtool.readers.html.rows import FoundRows, RowOfCells, find_rows
from mtool.readers.html.spans import Placed, TooLarge, place
from mtool.readers.html.styles import Styles
from mtool.readers.periods import is_year
from mtool.readers.runs import MarkedText, Run, read_cell, read_lines

_SAMPLE = 60


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
        return TableReading(None, findings=(_too_large(table),))
    reader = _CellReader(styles, list(found.loose))
    cells = tuple(reader.read(cell) for cell in placed)
    if lays_out(table, placed, cells):
        return TableReading(None, is_layout=True)
    block = TableBlock(
        cells=cells,
        flagged=_flagged(cells, found.rows),
        headless=_is_label_list(cells),
        keys=reader.keys,
        lines=reader.lonely_lines(cells),
        caption=None if found.caption is None else read_caption(found.caption, styles),
        findings=(*_left_out(found, reader.left_out), *_uneven(cells)),
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
    figures = sum(_is_figure(cell.text) for cell in cells[1::2])
    if reader.nested or figures * 2 < len(tags) // 2:
        return None
    return TableBlock(cells, headless=True, keys=reader.keys, line=element.sourceline)


def read_caption(element: Any, styles: Styles) -> TextBlock | None:
    """Read a `<caption>` or `<figcaption>`; null when it says nothing."""
    runs = _CellReader(styles, []).inline(element).runs
    blocks = text_blocks(runs, TextBlock("", "caption", line=element.sourceline))
    return blocks[0] if blocks else None


@dataclass(slots=True)
class _CellReader:
    """Reads cells one by one; keeps what belongs to the table as a whole."""

    styles: Styles
    nested: list[Any]
    keys: dict[str, str] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    _lines: dict[int, list[Run]] = field(default_factory=dict)

    def read(self, placed: Placed) -> Cell:
        runs = self._runs(placed.element)
        read = read_cell(runs)
        for mark in read.marks:
            self.keys.setdefault(mark.text, mark.key)
        if read.text and placed.column == 0:
            self._lines[placed.row] = runs
        return Cell(
            row=placed.row,
            column=placed.column,
            text=read.text,
            rowspan=placed.rowspan,
            colspan=placed.colspan,
            header=placed.element.tag == "th",
            marks=tuple(mark.text for mark in read.marks),
        )

    def lonely_lines(self, cells: Sequence[Cell]) -> dict[int, tuple[MarkedText, ...]]:
        """The lines of each cell that is the only one printed in its row."""
        printed: dict[int, int] = {}
        for cell in cells:
            for row in range(cell.row, cell.row + cell.rowspan) if cell.text else ():
                printed[row] = printed.get(row, 0) + 1
        return {
            row: tuple(read_lines(runs)) for row, runs in self._lines.items() if printed[row] == 1
        }

    def _runs(self, cell: Any) -> list[Run]:
        if not len(cell) and not cell.keys():
            return [Run(cell.text or "")]
        inline = self.inline(cell)
        self.left_out += inline.left_out
        return inline.runs

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


def _left_out(found: FoundRows, in_cells: Sequence[tuple[str, str]]) -> list[Finding]:
    by_kind: dict[str, list[str]] = {}
    for kind, text in (*(("hidden", text) for text in found.hidden), *in_cells):
        if text:
            by_kind.setdefault(kind, []).append(text)
    return [
        Finding(
            rule="left_out",
            class_="note",
            severity="warning",
            message=f"text that is {kind} was left out, in {len(texts)} "
            f"place{'s' if len(texts) > 1 else ''}: {_sample(texts[0])}",
            value=_sample(texts[0]),
        )
        for kind, texts in by_kind.items()
    ]


def _uneven(cells: Sequence[Cell]) -> list[Finding]:
    """Say which rows have fewer places than the table has columns; lone cells head sections."""
    width = max((cell.column + cell.colspan for cell in cells), default=0)
    covered: dict[int, int] = {}
    begun: dict[int, int] = {}
    for cell in cells:
        begun[cell.row] = begun.get(cell.row, 0) + 1
        for row in range(cell.row, cell.row + cell.rowspan):
            covered[row] = covered.get(row, 0) + cell.colspan
    short = [
        row + 1 for row, count in sorted(covered.items()) if count < width and begun.get(row, 0) > 1
    ]
    if not short:
        return []
    named = ", ".join(map(str, short[:5])) + (" and more" if len(short) > 5 else "")
    return [
        Finding(
            rule="uneven_rows",
            class_="structure",
            severity="warning",
            message=f"the table has {width} columns, but row {named} fewer cells; the missing ones "
            "were taken to be blank at the end",
            suggestion="compare these rows with the page",
        )
    ]


def _too_large(table: Any) -> Finding:
    return Finding(
        rule="table_too_large",
        class_="structure",
        severity="error",
        message=f"the table at line {table.sourceline} asks for more than 16,384 columns or two "
        "million cells, as no report does, and was left out",
        suggestion="save the data as CSV or XLSX",
    )


def _sample(text: str) -> str:
    return text if len(text) <= _SAMPLE else f"{text[:_SAMPLE]}…"


def _is_figure(text: str) -> bool:
    number = read_number(text)
    return number is not None and number.status is None
