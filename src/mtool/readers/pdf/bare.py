"""Blocks of lines set like tables without rulings around them, and where they begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from mtool.readers.pdf.beside import split_beside
from mtool.readers.pdf.blocks import find_blocks
from mtool.readers.pdf.figures import is_figure_cell
from mtool.readers.pdf.geometry import Box, Stroke
from mtool.readers.pdf.ink import Ink
from mtool.readers.pdf.layout import Frame, is_caption, is_note, reads_as_sentence, rules_within
from mtool.readers.pdf.stream import Block, is_data, is_tabular
from mtool.readers.pdf.words import Line, split_segments


def bare_blocks(frame: Frame, ink: Ink) -> list[Block]:
    found: list[Block] = []
    for lines in split_beside(frame.lines):
        found.extend(_column_blocks(lines, frame, ink))
    return found


def _column_blocks(lines: Sequence[Line], frame: Frame, ink: Ink) -> list[Block]:
    stops = [stops_table(line) and not _labels_figures(lines, n) for n, line in enumerate(lines)]
    rules = rules_within(ink, frame.low, frame.high)
    found = []
    floor = -1
    for first, last in find_blocks(lines, stops):
        tabular = [line for line in lines[first : last + 1] if is_tabular(line)]
        if not any(is_data(line) for line in tabular) and len(tabular) < 3:
            continue
        top = first_header_line(lines, stops, first, floor, rules)
        bottom = _last_line(lines, stops, last, rules)
        floor = bottom
        chosen = lines[top : bottom + 1]
        box = Block(tuple(chosen)).box
        near = [
            s
            for s in rules
            if box.top - 6 <= s.at <= box.bottom + 6 and s.low < box.x1 and s.high > box.x0
        ]
        down = [s for s in ink.down if box.overlaps(Box(s.at - 1, s.low, s.at + 1, s.high))]
        found.append(Block(tuple(chosen), tuple(near), tuple(down)))
    return found


def stops_table(line: Line) -> bool:
    pieces = split_segments(line)
    if is_caption(line.text) and len(pieces) <= 2 and not is_data(line):
        return True
    if is_note(line) and len(pieces) <= 2 and not is_data(line):
        return True
    return len(pieces) == 1 and reads_as_sentence(pieces[0]) and len(pieces[0].words) >= 9


def _labels_figures(lines: Sequence[Line], index: int) -> bool:
    """It is a wrapped label: figures stand beside it half a line off, or rows right around it."""
    line = lines[index]
    if is_caption(line.text) or is_note(line):
        return False
    near = [
        other
        for other in (*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2])
        if abs(other.base - line.base) < 2.2 * line.size
    ]
    if _wraps_label(lines, index, -1) or _wraps_label(lines, index, 1):
        return True
    if len(near) == 2 and all(is_tabular(other) for other in near):
        return near[1].base - line.base < 1.6 * line.size
    return any(
        other.x0 > line.x1
        and abs(other.base - line.base) < 1.0 * line.size
        and any(is_figure_cell(piece.text) for piece in split_segments(other))
        for other in near
    )


def _wraps_label(lines: Sequence[Line], index: int, step: int) -> bool:
    """Closely set lines lead up or down to a line of figures, all clear of the figures' column."""
    line = lines[index]
    at = index + step
    while 0 <= at < len(lines) and abs(at - index) < 6:
        other, before = lines[at], lines[at - step]
        if abs(other.base - before.base) > 1.4 * line.size:
            return False
        if abs(other.x0 - line.x0) > 1.5 * line.size:
            return False
        figures = [p.x0 for p in split_segments(other)[1:] if is_figure_cell(p.text)]
        if figures:
            return line.x1 < figures[0] - 0.5 * line.size
        at += step
    return False


def first_header_line(
    lines: Sequence[Line],
    stops: Sequence[bool],
    first: int,
    floor: int,
    rules: Sequence[Stroke],
) -> int:
    """Climb from the first line of data over the lines of its header."""
    data = [line for line in lines[first : first + 30] if is_tabular(line)]
    pieces = [split_segments(line) for line in data]
    left = min(line.x0 for line in data)
    right = max(line.x1 for line in data)
    size = median(line.size for line in data)
    cut = [p for p in pieces if len(p) > 1]
    stub = min((p[1].x0 for p in cut), default=left) - size
    stub = min(stub, max((p[0].x1 for p in cut), default=stub))
    top = first
    accepted = first
    while top - 1 > floor and not stops[top - 1]:
        line, below = lines[top - 1], lines[top]
        gap = below.base - line.base
        ruled = any(line.base < s.at < below.base for s in rules)
        if gap > (3.2 if ruled else 2.3) * size or abs(line.size - size) > 0.35 * size:
            break
        if _is_top_rule(lines, top, first, rules, left, right):
            break
        parts = split_segments(line)
        beyond = line.x1 > right + (10 if len(parts) > 2 else 4) * size
        if beyond or line.x0 < left - 2 * size:
            break
        if len(parts) == 1 and (line.x0 < stub and line.x1 > stub + 2 * size):
            break
        top -= 1
        if len(parts) > 1 or line.x0 >= stub:
            accepted = top
    return accepted


def _is_top_rule(
    lines: Sequence[Line],
    top: int,
    first: int,
    rules: Sequence[Stroke],
    left: float,
    right: float,
) -> bool:
    """A ruling across the table stands between this line and the header found so far."""
    if top == first:
        return False
    return any(
        lines[top - 1].base + 0.5 < s.at < lines[top].base - 0.5 * lines[top].size
        and s.low < left + 8
        and s.high > right - 8
        for s in rules
    )


def _last_line(
    lines: Sequence[Line], stops: Sequence[bool], last: int, rules: Sequence[Stroke]
) -> int:
    """Take in the rest of a wrapped label below the last line of data."""
    bottom = last
    while bottom + 1 < len(lines) and not stops[bottom + 1]:
        above, line = lines[bottom], lines[bottom + 1]
        if (
            line.base - above.base > 1.35 * above.size
            or abs(line.size - above.size) > 0.08 * above.size
        ):
            break
        if any(above.base < s.at < line.base - 0.3 * line.size for s in rules):
            break
        first = line.words[0].text[:1]
        if len(split_segments(line)) > 1 or not (first.islower() or first == "("):
            break
        if line.x1 > max(li.x1 for li in lines[max(0, last - 5) : last + 1]):
            break
        bottom += 1
    return bottom
