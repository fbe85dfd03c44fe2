"""Tables drawn with `+---+` or box characters: reStructuredText grids, MySQL, fancy grids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.headers import count_header_rows, figure_columns, is_figure, repeat_spans
from mtool.readers.text.lines import LONGEST_TABLE_LINE, Line
from mtool.readers.text.wrapping import fold_wrapped

_BORDER = re.compile(r"[+|][-=+:| ]*[-=]{2}[-=+:| ]*[+|]")
_BOX = str.maketrans(
    "─━┄┅┈┉╌╍"
    + "│┃║┆┇┊┋"
    + "┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬╒╕╘╛╞╡╤╧╪╓╖╙╜╟╢╥╨╫┠┨┯┷┿╇╈╉╊┡┩┢┪┝┥┞┦┟┧╭╮╯╰"
    + "═",
    "-" * 8 + "|" * 7 + "+" * 68 + "=",
)


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the drawn tables between `start` and `stop`."""
    index = start
    while index < stop:
        if not _is_top(lines[index]):
            index += 1
            continue
        end = index + 1
        while end < stop and _drawn(lines[end]).startswith(("+", "|")):
            end += 1
        block = _read(lines, index, end)
        if block is not None:
            yield block
        index = end


def _drawn(line: Line) -> str:
    if len(line.text) > LONGEST_TABLE_LINE:
        return ""
    text = line.text.strip()
    return text if text.isascii() else text.translate(_BOX)


def _is_top(line: Line) -> bool:
    text = line.text.strip()
    return text[:1] in "+┌┏╔╒╓╭" and text != "" and _is_full_border(_drawn(line))


def _is_full_border(text: str) -> bool:
    return text.startswith("+") and text.endswith("+") and not text.strip("+-=: ") and len(text) > 3


def _read(lines: Sequence[Line], start: int, end: int) -> Block | None:
    drawn = [_drawn(lines[index]) for index in range(start, end)]
    last = max(i for i, text in enumerate(drawn) if _is_full_border(text))
    if last == 0:
        return None
    drawn, end = drawn[: last + 1], start + last + 1
    width = max(map(len, drawn))
    drawn = [text.ljust(width) for text in drawn]
    edges = sorted(
        {i for text in drawn if _is_border(text) for i, ch in enumerate(text) if ch == "+"}
    )
    if len(edges) < 3:
        return None
    grid = _Grid(drawn, edges, start)
    rows, above = grid.rows()
    if len(rows) < 2:
        return None
    cells = [row.cells for row in rows]
    levels = above if above and above < len(rows) else count_header_rows(cells)
    header, body = repeat_spans(rows[:levels]), rows[levels:]
    return Block(start, end, header, tuple(body), reasons=("drawn grid",))


def _is_border(text: str) -> bool:
    return bool(_BORDER.fullmatch(text.rstrip())) or _is_full_border(text.rstrip())


class _Grid:
    """The lines of a drawn table, cut at the edges of its columns and at its rules."""

    def __init__(self, drawn: list[str], edges: list[int], offset: int) -> None:
        self.drawn = drawn
        self.edges = edges
        self.offset = offset
        self.width = len(edges) - 1
        self.rules = [i for i, text in enumerate(drawn) if self._is_rule(text)]

    def _is_rule(self, text: str) -> bool:
        """True when at least one column is closed by a rule on this line."""
        return "+" in text and any(self._is_closed(text, column) for column in range(self.width))

    def _is_closed(self, text: str, column: int) -> bool:
        left, right = self.edges[column], self.edges[column + 1]
        inside = text[left + 1 : right]
        ends = text[left] in "+|-=" and text[right] in "+|-="
        return ends and bool(inside) and not inside.strip("-=:+")

    def rows(self) -> tuple[list[PrintedRow], int]:
        """The rows, merged cells repeating their value, and how many stand above a `=` rule."""
        bands = [(a, b) for a, b in pairwise(self.rules) if b > a + 1]
        double = next((rule for rule in self.rules[1:-1] if "=" in self.drawn[rule]), None)
        inner = self.rules[1:-1]
        header_rule = double if double is not None else inner[0] if len(inner) == 1 else None
        if self._has_one_line_per_row(bands, header_rule):
            rows = self._line_rows(bands)
        else:
            rows = self._band_rows(bands)
        above = sum(row.line < self.offset + header_rule for row in rows) if header_rule else 0
        return rows, above

    def _has_one_line_per_row(self, bands: list[tuple[int, int]], header_rule: int | None) -> bool:
        """True for MySQL's way of drawing: rules around the header only, each line a row."""
        body = [band for band in bands if header_rule is None or band[0] >= header_rule]
        if len(body) != 1 or body[0][1] - body[0][0] < 3:
            return False
        rows = [self._cut(line) for line in range(body[0][0] + 1, body[0][1])]
        if self._is_double(header_rule):
            return any(
                sum(is_figure(row[column]) for row in rows) > 1 for column in range(self.width)
            )
        return sum(bool(row[0]) for row in rows) > 1

    def _is_double(self, rule: int | None) -> bool:
        return rule is not None and "=" in self.drawn[rule]

    def _cut(self, line: int) -> tuple[str, ...]:
        text = self.drawn[line]
        return tuple(text[left + 1 : right].strip() for left, right in pairwise(self.edges))

    def _line_rows(self, bands: list[tuple[int, int]]) -> list[PrintedRow]:
        rows = [
            PrintedRow(self.offset + line, self._cut(line))
            for top, bottom in bands
            for line in range(top + 1, bottom)
        ]
        return fold_wrapped(rows, figure_columns([row.cells for row in rows]))

    def _band_rows(self, bands: list[tuple[int, int]]) -> list[PrintedRow]:
        rows: list[PrintedRow] = []
        texts: dict[int, list[str]] = {}
        above: list[int] = []
        for top, bottom in bands:
            cells = self._merged(top, bottom, above, len(texts))
            for cell in cells:
                texts.setdefault(cell, [])
            self._collect(range(top, bottom), cells, texts, set(above))
            rows.append(PrintedRow(self.offset + top + 1, tuple(map(str, cells))))
            above = cells
        return [
            PrintedRow(row.line, tuple(" ".join(texts[int(cell)]) for cell in row.cells))
            for row in rows
        ]

    def _merged(self, top: int, bottom: int, above: list[int], fresh: int) -> list[int]:
        """Number the cells of a band: the number of the left or upper one where nothing divides."""
        cells: list[int] = []
        for column in range(self.width):
            edge = self.edges[column]
            if above and not self._is_closed(self.drawn[top], column):
                cells.append(above[column])
            elif column and all(
                self.drawn[line][edge] not in "|+" for line in range(top + 1, bottom)
            ):
                cells.append(cells[-1])
            else:
                cells.append(fresh)
                fresh += 1
        return cells

    def _collect(
        self, band: range, cells: list[int], texts: dict[int, list[str]], above: set[int]
    ) -> None:
        """Add the words of a band to its cells; one that goes on from above may cross the rule."""
        column = 0
        while column < self.width:
            last = column
            while last + 1 < self.width and cells[last + 1] == cells[column]:
                last += 1
            for line in band[0 if cells[column] in above else 1 :]:
                part = self.drawn[line][self.edges[column] + 1 : self.edges[last + 1]].strip()
                if part.strip("-=+|: ") or (part and line not in self.rules):
                    texts[cells[column]].append(part)
            column = last + 1
