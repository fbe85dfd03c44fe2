"""Tables whose columns are told by nothing but blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtool.readers.text.aligned_header import read_header, with_named_columns
from mtool.readers.text.aligned_lines import (
    LONGEST_CELL,
    RULE,
    Cells,
    Span,
    cut_line,
    find_columns,
    nearest_column,
    says_missing,
)
from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.captions import has_caption_above, is_caption
from mtool.readers.text.headers import count_header_rows, figure_columns, is_figure
from mtool.readers.text.lines import Line
from mtool.readers.text.wrapping import fold_wrapped

_ENUMERATOR = re.compile(r"(?:[-–•*·▪◦o]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])")
_MOST_LABELS = 3


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the tables aligned with blanks between `start` and `stop`."""
    index = floor = start
    while index < stop:
        end = _end_of_run(lines, index, stop)
        if end == index:
            index += 1
            continue
        block = _read_run(lines, (index, end), floor)
        if block is not None:
            yield block
            floor = block.stop
        index = max(end, block.stop if block else end)


def _is_row(lines: Sequence[Line], index: int) -> bool:
    text = lines[index].text
    if "  " not in text.strip() and "\t" not in text.strip() and "...." not in text:
        return False
    cells = cut_line(lines, index)
    return cells is not None and len(cells.pieces) > 1 and not RULE.fullmatch(text)


def _end_of_run(lines: Sequence[Line], start: int, stop: int) -> int:
    """The end of the lines with gaps from `start` on.

    Rules, a few labels without figures and single blank lines may stand between them; after a
    blank line, a line of names begins a table of its own.
    """
    if not _is_row(lines, start):
        return start
    end = last = start + 1
    has_figures = False
    while end < stop and end - last <= _MOST_LABELS and not _ends_run(lines, end, stop):
        cells = cut_line(lines, end) if _is_row(lines, end) else None
        if cells is not None:
            if lines[end - 1].blank and has_figures and not cells.is_body:
                break
            has_figures = has_figures or cells.is_body
            last = end + 1
        elif lines[end].blank and not (end + 1 < stop and _is_row_or_rule(lines, end + 1)):
            break
        end += 1
    return last


def _is_row_or_rule(lines: Sequence[Line], index: int) -> bool:
    return _is_row(lines, index) or RULE.fullmatch(lines[index].text) is not None


def _ends_run(lines: Sequence[Line], index: int, stop: int) -> bool:
    """True for two blank lines, a caption, or a line too long to be a label."""
    text = lines[index].text
    if lines[index].blank:
        return index + 1 < stop and lines[index + 1].blank
    if _is_row_or_rule(lines, index):
        return False
    return len(text.strip()) > LONGEST_CELL or is_caption(text)


def _read_run(lines: Sequence[Line], span: Span, floor: int) -> Block | None:
    cut = [
        cells
        for i in range(*span)
        if not RULE.fullmatch(lines[i].text) and (cells := cut_line(lines, i))
    ]
    body = _body(cut)
    captioned = has_caption_above(lines, span[0])
    if len(body) < 2:
        return None
    first, last = body[0].index, body[-1].index
    columns = with_named_columns(lines, first, floor, find_columns(body))
    if len(columns) < 2:
        return None
    header = read_header(lines, first, floor, columns)
    middle = [cells for cells in cut if first <= cells.index <= last]
    after = _tail(lines, last + 1, span[1], columns)
    rows = [_fitted(cells, columns) for cells in (*middle, *after)]
    if any(row is None for row in rows):
        return None
    placed = [row for row in rows if row is not None]
    figures = figure_columns([row.cells for row in placed])
    folded = fold_wrapped(placed, figures)
    if not _is_table(folded, header, figures, captioned, any(cells.led for cells in body)):
        return None
    start = header[0].line if header else first
    levels = () if header else _levels_inside(folded)
    kept = folded[len(levels) :]
    return Block(
        start,
        max((after or middle)[-1].index + 1, last + 1),
        tuple(header) or tuple(levels),
        tuple(kept),
        confidence=0.9,
        reasons=("aligned columns",),
    )


def _body(cut: Sequence[Cells]) -> list[Cells]:
    """The lines with figures; where figures are years (of signature, say), all after the first."""
    body = [cells for cells in cut if cells.is_body]
    rows = [cells for cells in cut if len(cells.pieces) > 1]
    if len(body) * 2 >= len(rows) - 1 or len(rows) < 3:
        return body
    dated = [c for c in rows[1:] if any(is_figure(text) for *_, text in c.pieces[1:])]
    return dated if len(dated) == len(rows) - 1 else body


def _levels_inside(rows: Sequence[PrintedRow]) -> Sequence[PrintedRow]:
    return rows[: count_header_rows([row.cells for row in rows])]


def _fitted(cells: Cells, columns: Sequence[Span]) -> PrintedRow | None:
    """Place the pieces of a line in the columns; null where that would join or shift any.

    Words for a missing figure stand for every column they cover, as a merged cell does.
    """
    placed = [""] * len(columns)
    for start, end, text in cells.pieces:
        covered = [c for c, (a, b) in enumerate(columns) if a < end and b > start]
        if len(covered) > 1 and len(cells.pieces) == 1 and not covered[0]:
            covered = [0]
        if len(covered) > 1 and not says_missing(text):
            return None
        for column in covered or [nearest_column(columns, start, end)]:
            if placed[column] and (column or is_figure(text)):
                return None
            placed[column] = f"{placed[column]} {text}".strip()
    return PrintedRow(cells.index, tuple(placed))


def _tail(lines: Sequence[Line], start: int, stop: int, columns: Sequence[Span]) -> list[Cells]:
    """The lines below the last figures that still belong to the table: rows of words, wraps."""
    tail: list[Cells] = []
    for index in range(start, stop):
        cells = cut_line(lines, index)
        if cells is None or RULE.fullmatch(lines[index].text):
            break
        row = _fitted(cells, columns) if len(cells.pieces) > 1 else None
        is_wrap = len(cells.pieces) == 1 and cells.pieces[0][2][:1] in "(" and index == start
        if row is None and not is_wrap:
            break
        tail.append(cells)
    return tail


def _is_table(
    rows: Sequence[PrintedRow],
    header: Sequence[PrintedRow],
    figures: Sequence[int],
    captioned: bool,
    led: bool,
) -> bool:
    """False for lists, tables of contents, labels with a value, and columns of prose."""
    width = len(rows[0].cells)
    if not figures or len(rows) < 2:
        return False
    if all(_ENUMERATOR.fullmatch(row.cells[0]) for row in rows) and width < 3:
        return False
    if any(len(cell) > LONGEST_CELL * 2 for row in rows for cell in row.cells):
        return False
    if captioned:
        return True
    if led and (width < 3 or not header):
        return False
    if any(row.cells[0].endswith(":") for row in rows):
        return False
    return bool(header) and (width > 2 or len(rows) > 2)
