"""Tables whose columns are ruled out by dashes: reStructuredText and Pandoc simple tables, SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.headers import count_header_rows, figure_columns, repeat_spans
from mtool.readers.text.lines import LONGEST_TABLE_LINE, Line
from mtool.readers.text.wrapping import fold_wrapped, joined_levels

_RUN = re.compile(r"[-=─═]{2,}|(?<=\s)[-=](?=\s)")
_WHOLE_RULE = re.compile(r"\s*[-=─═_]{5,}\s*")
_MOST_HEADER_LINES = 6

Span = tuple[int, int]


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the tables with a rule of several dashes between `start` and `stop`."""
    index = floor = start
    while index < stop:
        spans = _ruler(lines[index])
        block = _read(lines, (floor, index, stop), spans) if spans else None
        if block is not None:
            yield block
            index = floor = block.stop
        else:
            index += 1


def _ruler(line: Line) -> list[Span]:
    """The columns that a line of dashes rules out; none for other lines and single rules."""
    text = line.text
    if "--" not in text and "==" not in text and "──" not in text and "══" not in text:
        return []
    if len(text) > LONGEST_TABLE_LINE or text.strip("-=─═ \t"):
        return []
    spans = [found.span() for found in _RUN.finditer(text.expandtabs())]
    return spans if len(spans) > 1 else []


def _read(lines: Sequence[Line], where: tuple[int, int, int], spans: list[Span]) -> Block | None:
    """Read the table around the ruler at `where[1]`, above `where[2]` and below `where[0]`."""
    floor, ruler, stop = where
    second = _closing_ruler(lines, ruler, stop, spans)
    top = _header_top(lines, ruler, floor)
    if top == ruler and second is None:
        return None
    if top == ruler or _is_top_ruler(lines, ruler, second):
        return _framed(lines, (ruler, stop), spans)
    end = _end_of_body(lines, ruler + 1, stop)
    header = _header_levels(lines, range(top, ruler), spans)
    body = _rows(lines, range(ruler + 1, end), spans)
    if not body or not header:
        return None
    end += end < stop and bool(_ruler(lines[end]) or _WHOLE_RULE.fullmatch(lines[end].text))
    start = top - (top > floor and _WHOLE_RULE.fullmatch(lines[top - 1].text) is not None)
    return _block((start, end), header, body)


def _is_top_ruler(lines: Sequence[Line], ruler: int, second: int | None) -> bool:
    """True when a like ruler follows closely: the first stands above the header."""
    if second is None or "=" not in lines[ruler].text:
        return False
    return lines[ruler].text.rstrip() == lines[second].text.rstrip()


def _framed(lines: Sequence[Line], where: tuple[int, int], spans: list[Span]) -> Block | None:
    """Read a table with a ruler above its header, below it, and at its end."""
    top, stop = where
    rulers = [top]
    kind = lines[top].text.strip()[:1]
    for index in range(top + 1, stop):
        if lines[index].text.strip()[:1] == kind and _is_dashes(lines[index].text):
            rulers.append(index)
        blank_after = index + 1 >= stop or lines[index + 1].blank
        if len(rulers) > 2 or (len(rulers) == 2 and index == rulers[-1] and blank_after):
            break
        if lines[index].blank and index + 1 < stop and lines[index + 1].blank:
            break
    if len(rulers) < 2:
        return None
    if len(rulers) == 2:
        rows = _rows(lines, range(top + 1, rulers[1]), spans)
        levels = count_header_rows([row.cells for row in rows])
        return _block((top, rulers[1] + 1), rows[:levels], rows[levels:])
    header = _header_levels(lines, range(top + 1, rulers[1]), spans)
    body = _rows(lines, range(rulers[1] + 1, rulers[2]), spans)
    return _block((top, rulers[2] + 1), header, body)


def _block(span: Span, header: Sequence[PrintedRow], body: Sequence[PrintedRow]) -> Block | None:
    if not body or not header:
        return None
    figures = figure_columns([row.cells for row in body])
    rows = fold_wrapped(body, figures)
    return Block(*span, repeat_spans(header), tuple(rows), reasons=("ruled columns",))


def _closing_ruler(lines: Sequence[Line], ruler: int, stop: int, spans: list[Span]) -> int | None:
    for index in range(ruler + 1, min(stop, ruler + 2 + _MOST_HEADER_LINES)):
        if _ruler(lines[index]) == spans:
            return index
    return None


def _header_top(lines: Sequence[Line], ruler: int, floor: int) -> int:
    """The first line of the header above a ruler; the ruler itself where there is none."""
    top = ruler
    while top > floor and ruler - top < _MOST_HEADER_LINES:
        above = lines[top - 1]
        if above.blank or len(above.text) > LONGEST_TABLE_LINE or _is_dashes(above.text):
            break
        if top < ruler and "  " not in above.text.strip() and not above.text[:1].isspace():
            break
        top -= 1
    return top


def _is_dashes(text: str) -> bool:
    return not text.strip("-=─═_ \t")


def _end_of_body(lines: Sequence[Line], start: int, stop: int) -> int:
    end = start
    while end < stop and not lines[end].blank and not _is_dashes(lines[end].text):
        end += 1
    return end


def _header_levels(lines: Sequence[Line], indices: range, spans: list[Span]) -> list[PrintedRow]:
    return joined_levels(_cut_rows(lines, indices, spans))


def _rows(lines: Sequence[Line], indices: range, spans: list[Span]) -> list[PrintedRow]:
    return [row for row, _ in _cut_rows(lines, indices, spans)]


def _cut_rows(
    lines: Sequence[Line], indices: range, spans: list[Span]
) -> list[tuple[PrintedRow, bool]]:
    """Cut lines at the ruled columns; dashes below a row draw its cells over columns (true)."""
    rows: list[tuple[PrintedRow, bool]] = []
    for index in indices:
        line = lines[index]
        if line.blank or len(line.text) > LONGEST_TABLE_LINE:
            continue
        if _is_dashes(line.text):
            if rows:
                inner = [found.span() for found in _RUN.finditer(line.text.expandtabs())]
                row = rows[-1][0]
                spanned = _spanned(row, lines[row.line].text, inner, spans)
                rows[-1] = (spanned, spanned != row)
            continue
        rows.append((PrintedRow(index, cut(line.text.expandtabs(), spans)), False))
    return rows


def _spanned(row: PrintedRow, text: str, inner: list[Span], spans: list[Span]) -> PrintedRow:
    """Repeat the cells of a row that its own dashes draw over several columns."""
    cells = list(row.cells)
    for first, last in inner:
        columns = [c for c, (a, b) in enumerate(spans) if a < last and b > first]
        if len(columns) > 1:
            words = text.expandtabs()[first : max(last, spans[columns[-1]][1])].strip()
            for column in columns:
                cells[column] = words
    return PrintedRow(row.line, tuple(cells))


def cut(text: str, spans: list[Span]) -> tuple[str, ...]:
    """Cut a line into columns; where words overlap a column's edge, at the nearest blank."""
    cuts = [0]
    for (_, end), (start, _) in pairwise(spans):
        cuts.append(_blank_between(text, end, start, cuts[-1]))
    cuts.append(len(text))
    return tuple(text[a:b].strip() for a, b in pairwise(cuts))


def _blank_between(text: str, end: int, start: int, floor: int) -> int:
    for position in range(start - 1, end - 1, -1):
        if position >= len(text) or text[position].isspace():
            return min(position, len(text))
    for distance in range(1, 40):
        for position in (end - distance, start + distance - 1):
            if floor <= position < len(text) and text[position].isspace():
                return position
    return min(end, len(text))
