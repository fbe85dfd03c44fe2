"""Tables whose columns are told by nothing but blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.captions import has_caption_above, is_caption
from mtool.readers.text.headers import count_header_rows, figure_columns, is_figure, is_year_label
from mtool.readers.text.lines import LONGEST_TABLE_LINE, Line
from mtool.readers.text.wrapping import fold_wrapped, joined_levels

_CHUNK = re.compile(r"\S+(?: \S+)*")
_WORD = re.compile(r"\S+")
_LEADERS = re.compile(r"(?:\.|…){3,}|(?: \.){3,}")
_RULE = re.compile(r"\s*[-=─═_]{3,}[-=─═_ ]*")
_ENUMERATOR = re.compile(r"(?:[-–•*·▪◦o]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])")
_MOST_COLUMNS = 60
_MOST_HEADER_LINES = 8
_LONGEST_CELL = 80
_MOST_LABELS = 3

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Cells:
    """One line cut at its wide gaps: its index, and each piece with the columns it covers."""

    index: int
    pieces: tuple[tuple[int, int, str], ...]
    led: bool = False

    @property
    def names_years(self) -> bool:
        """True for a line of years as a header prints them: nothing else, or several in order."""
        years = [text[:4] for _, _, text in self.pieces[1:] if is_year_label(text)]
        in_order = years in (sorted(set(years)), sorted(set(years), reverse=True))
        return len(years) == len(self.pieces) - 1 or (len(years) > 1 and in_order)

    @property
    def is_body(self) -> bool:
        """True for a line that has a figure beside its label, or right-aligned figures only."""
        first, *others = self.pieces
        if first[0] > 8 and all(is_figure(text) for *_, text in self.pieces):
            return not is_year_label(first[2])
        return any(is_figure(text) for *_, text in others) and not self.names_years


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


def _cut(lines: Sequence[Line], index: int) -> _Cells | None:
    """Cut a line at gaps of two blanks or more; null for blank lines, rules and prose."""
    text = lines[index].text
    if len(text) > LONGEST_TABLE_LINE or ("  " not in text and "\t" not in text):
        text = text[:LONGEST_TABLE_LINE] if len(text) <= _LONGEST_CELL else ""
    text = text.expandtabs()
    led = "..." in text or "…" in text or ". . ." in text
    if led:
        text = _LEADERS.sub(lambda found: " " * len(found.group()), text)
    pieces = tuple((m.start(), m.end(), m.group()) for m in _CHUNK.finditer(text))
    return _Cells(index, pieces, led) if pieces and len(pieces) <= _MOST_COLUMNS else None


def _is_row(lines: Sequence[Line], index: int) -> bool:
    text = lines[index].text
    if "  " not in text.strip() and "\t" not in text.strip() and "...." not in text:
        return False
    cells = _cut(lines, index)
    return cells is not None and len(cells.pieces) > 1 and not _RULE.fullmatch(text)


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
        cells = _cut(lines, end) if _is_row(lines, end) else None
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
    return _is_row(lines, index) or _RULE.fullmatch(lines[index].text) is not None


def _ends_run(lines: Sequence[Line], index: int, stop: int) -> bool:
    """True for two blank lines, a caption, or a line too long to be a label."""
    text = lines[index].text
    if lines[index].blank:
        return index + 1 < stop and lines[index + 1].blank
    if _is_row_or_rule(lines, index):
        return False
    return len(text.strip()) > _LONGEST_CELL or is_caption(text)


def _read_run(lines: Sequence[Line], span: Span, floor: int) -> Block | None:
    cut = [
        cells
        for i in range(*span)
        if not _RULE.fullmatch(lines[i].text) and (cells := _cut(lines, i))
    ]
    body = _body(cut)
    captioned = has_caption_above(lines, span[0])
    if len(body) < 2:
        return None
    first, last = body[0].index, body[-1].index
    columns = _columns(body)
    if len(columns) < 2:
        return None
    header = _header(lines, first, floor, columns)
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


def _body(cut: Sequence[_Cells]) -> list[_Cells]:
    """The lines with figures; where figures are years (of signature, say), all after the first."""
    body = [cells for cells in cut if cells.is_body]
    rows = [cells for cells in cut if len(cells.pieces) > 1]
    if len(body) * 2 >= len(rows) - 1 or len(rows) < 3:
        return body
    dated = [c for c in rows[1:] if any(is_figure(text) for *_, text in c.pieces[1:])]
    return dated if len(dated) == len(rows) - 1 else body


def _levels_inside(rows: Sequence[PrintedRow]) -> Sequence[PrintedRow]:
    return rows[: count_header_rows([row.cells for row in rows])]


def _columns(body: Sequence[_Cells]) -> list[Span]:
    """The stretches that some row fills, parted where no row has a character."""
    edges: dict[int, int] = {}
    for cells in body:
        for start, end, _ in cells.pieces:
            edges[start] = edges.get(start, 0) + 1
            edges[end] = edges.get(end, 0) - 1
    columns: list[Span] = []
    depth = opened = 0
    for position in sorted(edges):
        if depth == 0:
            opened = position
        depth += edges[position]
        if depth == 0:
            columns.append((opened, position))
    return columns


def _fitted(cells: _Cells, columns: Sequence[Span]) -> PrintedRow | None:
    """Place the pieces of a line in the columns; null where one piece covers several."""
    placed = [""] * len(columns)
    for start, end, text in cells.pieces:
        covered = [c for c, (a, b) in enumerate(columns) if a < end and b > start]
        if len(covered) > 1 and len(cells.pieces) > 1:
            return None
        column = covered[0] if covered else _nearest(columns, start, end)
        placed[column] = f"{placed[column]} {text}".strip()
    return PrintedRow(cells.index, tuple(placed))


def _nearest(columns: Sequence[Span], start: int, end: int) -> int:
    return min(range(len(columns)), key=lambda c: max(columns[c][0] - end, start - columns[c][1]))


def _tail(lines: Sequence[Line], start: int, stop: int, columns: Sequence[Span]) -> list[_Cells]:
    """The lines below the last figures that still belong to the table: rows of words, wraps."""
    tail: list[_Cells] = []
    for index in range(start, stop):
        cells = _cut(lines, index)
        if cells is None or _RULE.fullmatch(lines[index].text):
            break
        row = _fitted(cells, columns) if len(cells.pieces) > 1 else None
        is_wrap = len(cells.pieces) == 1 and cells.pieces[0][2][:1] in "(" and index == start
        if row is None and not is_wrap:
            break
        tail.append(cells)
    return tail


def _header(
    lines: Sequence[Line], first: int, floor: int, columns: Sequence[Span]
) -> list[PrintedRow]:
    """The header above the line `first`: wrapped lines joined, lines that span columns apart."""
    printed: list[_Cells] = []
    index = first - 1
    while index >= floor and first - index <= _MOST_HEADER_LINES:
        text = lines[index].text
        if _RULE.fullmatch(text) or (lines[index].blank and not printed):
            if printed and _RULE.fullmatch(text):
                break
            index -= 1
            continue
        cells = None if lines[index].blank or is_caption(text[:400]) else _cut(lines, index)
        if cells is None or not _names_columns(cells, columns, bool(printed)):
            break
        printed.insert(0, cells)
        index -= 1
    if printed:
        printed[-1] = _parted(printed[-1], columns)
    return joined_levels([_assigned(cells, columns) for cells in printed])


def _names_columns(cells: _Cells, columns: Sequence[Span], has_more: bool) -> bool:
    """True when a line above the body can be (part of) its header."""
    if any(len(text) > _LONGEST_CELL for *_, text in cells.pieces):
        return False
    if len(cells.pieces) > 1:
        return len(cells.pieces) <= len(columns)
    start, _, text = cells.pieces[0]
    return has_more and start >= columns[0][1] and not text.endswith(".")


def _parted(cells: _Cells, columns: Sequence[Span]) -> _Cells:
    """Part the pieces of the lowest header line at single blanks where each column gets a word."""
    pieces: list[tuple[int, int, str]] = []
    for start, end, text in cells.pieces:
        covered = [c for c, (a, b) in enumerate(columns) if a < end and b > start]
        groups: dict[int, tuple[int, int, str]] = {}
        for word in _WORD.finditer(text):
            a, b = start + word.start(), start + word.end()
            column = _nearest(columns, a, b)
            first, _, before = groups.get(column, (a, b, ""))
            groups[column] = (first, b, f"{before} {word.group()}".strip())
        pieces += groups.values() if sorted(groups) == covered else [(start, end, text)]
    return _Cells(cells.index, tuple(pieces))


def _assigned(cells: _Cells, columns: Sequence[Span]) -> tuple[PrintedRow, bool]:
    """Give each piece of a header line its column, or all it spans; true where one spans."""
    placed = [""] * len(columns)
    if len(cells.pieces) == len(columns):
        return PrintedRow(cells.index, tuple(text for *_, text in cells.pieces)), False
    spans = False
    for start, end, text in cells.pieces:
        covered = [c for c, (a, b) in enumerate(columns) if a < end and b > start]
        spans = spans or len(covered) > 1
        for column in covered or [_nearest(columns, start, end)]:
            placed[column] = f"{placed[column]} {text}".strip()
    return PrintedRow(cells.index, tuple(placed)), spans


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
    if any(len(cell) > _LONGEST_CELL * 2 for row in rows for cell in row.cells):
        return False
    if captioned:
        return True
    if led and (width < 3 or not header):
        return False
    if any(row.cells[0].endswith(":") for row in rows):
        return False
    return bool(header) and (width > 2 or len(rows) > 2)
