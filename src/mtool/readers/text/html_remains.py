"""Tables left in HTML inside Markdown or text, as converters leave those with merged cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.headers import count_header_rows
from mtool.readers.text.lines import LONGEST_LINE_BYTES, Line

_OPENS = re.compile(r"\s{0,40}<table\b", re.IGNORECASE)
_CLOSES = re.compile(r"</table\s?>", re.IGNORECASE)


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the HTML tables that open at the beginning of a line and close before the next."""
    index = start
    while index < stop:
        end = index + 1
        if "<" in lines[index].text and _OPENS.match(lines[index].text):
            while end < stop and not _OPENS.match(lines[end].text):
                end += 1
            block = _read(lines, index, end)
            if block is not None:
                yield block
        index = end


def _read(lines: Sequence[Line], start: int, end: int) -> Block | None:
    closing = [i for i in range(start, end) if _CLOSES.search(lines[i].text)]
    if not closing:
        return None
    stop = closing[-1] + 1
    source = "\n".join(line.text for line in lines[start:stop])
    table: Any = _element(source) if len(source) <= LONGEST_LINE_BYTES else None
    if table is None:
        return None
    rows = _rows(table, start)
    if len(rows) < 2 or len(rows[0].cells) < 2:
        return None
    flagged = len(table.findall("thead/tr"))
    levels = flagged or count_header_rows([row.cells for row in rows])
    caption = table.find("caption")
    title = _inner(caption) if caption is not None else ""
    header, body = tuple(rows[:levels]), tuple(rows[levels:])
    return Block(start, stop, header, body, caption=title, reasons=("HTML table",))


def _element(source: str) -> Any:
    from lxml import etree, html

    try:
        return html.fragment_fromstring(source, create_parent="div").find(".//table")
    except (etree.ParserError, ValueError):
        return None


def _rows(table: Any, start: int) -> list[PrintedRow]:
    """The rows of a table element, merged cells repeating their value; none for a bomb."""
    from mtool.readers.html.rows import find_rows
    from mtool.readers.html.spans import place
    from mtool.readers.html.styles import Styles
    from mtool.readers.places import TooLarge

    try:
        placed = place(find_rows(table, Styles([])).rows)
    except TooLarge:
        return []
    height = max((cell.row + 1 for cell in placed), default=0)
    width = max((cell.column + cell.colspan for cell in placed), default=0)
    texts = [[""] * width for _ in range(height)]
    at = [start] * height
    for cell in placed:
        at[cell.row] = start + (cell.element.sourceline or 1) - 1
        for row in range(cell.row, cell.row + cell.rowspan):
            texts[row][cell.column : cell.column + cell.colspan] = [
                _inner(cell.element)
            ] * cell.colspan
    return [PrintedRow(line, tuple(row)) for line, row in zip(at, texts, strict=True)]


def _inner(element: Any) -> str:
    """The markup inside an element, as a cell of text would print it."""
    from lxml import etree

    parts = [element.text or ""]
    parts += [etree.tostring(child, encoding="unicode") for child in element]
    return " ".join("".join(parts).split())
