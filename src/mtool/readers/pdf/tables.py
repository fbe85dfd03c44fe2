"""All tables of one page: ruled ones first, then blocks between rulings, then bare blocks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from mtool.readers.pdf.beside import split_beside
from mtool.readers.pdf.evidence import caption_lines, in_picture, judge
from mtool.readers.pdf.figures import is_figure_cell, is_year
from mtool.readers.pdf.grid import Grid, GridCell
from mtool.readers.pdf.ink import Box, Ink, Stroke, join_strokes
from mtool.readers.pdf.layout import (
    Frame,
    is_caption,
    is_note,
    lay_out,
    reads_as_sentence,
    rules_within,
)
from mtool.readers.pdf.ruled import RuledArea, lattice_of, ruled_areas, without_empty
from mtool.readers.pdf.stream import Block, build_grid, find_blocks, is_data, is_tabular
from mtool.readers.pdf.words import Line, Word, group_lines, split_segments


@dataclass(frozen=True, slots=True)
class PageTables:
    """Tables of a page from the top down, and the words that belong to none of them."""

    grids: tuple[Grid, ...]
    rest: tuple[Word, ...]


def find_tables(ink: Ink, words: Sequence[Word]) -> PageTables:
    """Find every table on one page."""
    grids: list[Grid] = []
    left = list(words)
    captions = caption_lines(words)
    for area in ruled_areas(ink):
        inside = [w for w in left if area.box.holds(w.middle, (w.top + w.bottom) / 2)]
        grid = _read_area(area, inside, ink)
        if grid is not None:
            grids.append(grid)
            taken = {id(w) for w in inside}
            left = [w for w in left if id(w) not in taken]
    left = _take_blocks(_find_blocks(ink, left), ink, captions, grids, left)
    shaded = replace(ink, across=join_strokes([*ink.across, *_edges_of_shades(ink)]))
    if len(shaded.across) > len(ink.across) + 2:
        blocks = _blocks_between_rules(shaded, left)
        left = _take_blocks(blocks, ink, captions, grids, left)
    return PageTables(tuple(sorted(grids, key=lambda g: (g.box.top, g.box.x0))), tuple(left))


def _take_blocks(
    blocks: Sequence[Block],
    ink: Ink,
    captions: Sequence[Line],
    grids: list[Grid],
    left: list[Word],
) -> list[Word]:
    """Add the blocks that are tables to `grids`; the words that remain."""
    for block in blocks:
        grid = build_grid(block, ink.number)
        grid = judge(grid, ink, block) if grid else None
        if grid is not None and not in_picture(grid, captions):
            grids.append(grid)
            taken = {id(w) for line in block.lines for w in line.words}
            left = [w for w in left if id(w) not in taken]
    return left


def _read_area(area: RuledArea, words: Sequence[Word], ink: Ink) -> Grid | None:
    """A ruled area as a table: cell by cell where its rows are ruled, by lines where not."""
    if not words or area.box.height < 8:
        return None
    lattice = lattice_of(area)
    lines = group_lines([w for w in words if not w.angle])
    block = Block(tuple(lines), area.across, area.down, ruled=True)
    if lattice is None or not lines:
        return None
    cells, rows, columns = without_empty(lattice.fill(words))
    if _rows_unruled(cells, rows, columns, lines):
        grid = build_grid(block, ink.number)
        if grid is None:
            return None
        return judge(replace(grid, box=area.box), ink, block)
    if rows < 2 or columns < 2:
        return None
    grid = Grid(
        ink.number,
        area.box,
        tuple(cells),
        rows,
        columns,
        _header_rows(cells, rows, columns),
        lattice.columns,
    )
    return judge(grid, ink, block)


def _rows_unruled(
    cells: Sequence[GridCell], rows: int, columns: int, lines: Sequence[Line]
) -> bool:
    """Several cells hold figures one under the other, or most of the columns have no ruling."""
    stacked = 0
    for cell in cells:
        cell_lines = group_lines([w for w in cell.words if not w.angle])
        figures = [line for line in cell_lines if is_figure_cell(line.text)]
        stacked += len(figures) >= 2 and len(figures) >= 0.5 * len(cell_lines)
    by_text = max((len(split_segments(line)) for line in lines if is_data(line)), default=0)
    data = sum(is_data(line) for line in lines)
    sidelong = sum(
        len([s for s in split_segments(line) if is_figure_cell(s.text)]) >= 2
        for cell in cells
        for line in group_lines([w for w in cell.words if not w.angle])
    )
    if stacked >= 2 or (stacked >= 1 and columns <= 2):
        return True
    return data >= 2 and (by_text >= columns + 2 or sidelong >= max(2, 0.3 * rows))


def _header_rows(cells: Sequence[GridCell], rows: int, columns: int) -> int:
    """Rows above the first one with figures beside its label; at least one in a table of words."""
    first = rows
    for cell in cells:
        if cell.column and cell.row < first and is_figure_cell(cell.text):
            row = [c.text for c in cells if c.row == cell.row and c.column]
            if not all(is_year(text) for text in row if is_figure_cell(text)) or cell.row > 2:
                first = cell.row
    if first == rows:
        return 1 if rows > 1 else 0
    return _without_sections(cells, first, columns)


def _without_sections(cells: Sequence[GridCell], first: int, columns: int) -> int:
    """Rows with a label only, just above the data, are sections of the body."""
    while first > 1:
        row = [c for c in cells if c.row == first - 1]
        reaching = [c for c in cells if c.row < first - 1 < c.row + c.rowspan]
        alone = len(row) == 1 and row[0].column == 0 and not reaching
        if not alone:
            break
        first -= 1
    return first


def _find_blocks(ink: Ink, words: Sequence[Word]) -> list[Block]:
    """Blocks of lines set like tables, in every column of the page."""
    blocks: list[Block] = []
    ruled = _blocks_between_rules(ink, words)
    taken = {id(w) for block in ruled for line in block.lines for w in line.words}
    layout = lay_out(ink, [w for w in words if id(w) not in taken and not w.angle])
    for frame in layout.frames:
        blocks.extend(_bare_blocks(frame, ink))
    return [*ruled, *blocks]


def _bare_blocks(frame: Frame, ink: Ink) -> list[Block]:
    found: list[Block] = []
    for lines in split_beside(frame.lines):
        found.extend(_column_blocks(lines, frame, ink))
    return found


def _column_blocks(lines: Sequence[Line], frame: Frame, ink: Ink) -> list[Block]:
    stops = [_stops(line) and not _labels_figures(lines, n) for n, line in enumerate(lines)]
    rules = rules_within(ink, frame.low, frame.high)
    found = []
    floor = -1
    for first, last in find_blocks(lines, stops):
        tabular = [line for line in lines[first : last + 1] if is_tabular(line)]
        if not any(is_data(line) for line in tabular) and len(tabular) < 3:
            continue
        top = _first_header_line(lines, stops, first, floor, rules)
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


def _stops(line: Line) -> bool:
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
    if len(near) == 2 and all(is_tabular(other) for other in near):
        return near[1].base - line.base < 1.6 * line.size
    return any(
        other.x0 > line.x1
        and abs(other.base - line.base) < 1.0 * line.size
        and any(is_figure_cell(piece.text) for piece in split_segments(other))
        for other in near
    )


def _first_header_line(
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
    stub = min((p[1].x0 for p in pieces if len(p) > 1), default=left)
    size = median(line.size for line in data)
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
        if len(parts) == 1 and (line.x0 < stub - size and line.x1 > stub + size):
            break
        top -= 1
        if len(parts) > 1 or line.x0 >= stub - size:
            accepted = top
        elif first - top > 1 and lines[top + 1].x0 >= stub - size:
            accepted = accepted
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


def _edges_of_shades(ink: Ink) -> list[Stroke]:
    """Upper and lower edges of shaded rows, cells shaded one by one taken together."""
    rows: dict[tuple[int, int], list[Box]] = {}
    for box in ink.fills:
        if 5 < box.height < 0.3 * ink.height:
            rows.setdefault((round(box.top), round(box.bottom)), []).append(box)
    shades: list[Box] = []
    for boxes in rows.values():
        low, high = min(b.x0 for b in boxes), max(b.x1 for b in boxes)
        if sum(b.width for b in boxes) > 0.8 * (high - low):
            shades.append(Box(low, boxes[0].top, high, boxes[0].bottom))
    edges = [Stroke(y, b.x0, b.x1) for b in shades for y in (b.top, b.bottom)]
    return edges + _last_unshaded(shades)


def _last_unshaded(shades: Sequence[Box]) -> list[Stroke]:
    """Where a last row without shade would end, below rows that are shaded in turn."""
    stacks: dict[tuple[int, int], list[Box]] = {}
    for box in sorted(shades, key=lambda b: b.top):
        stacks.setdefault((round(box.x0), round(box.x1)), []).append(box)
    ends = []
    for stack in stacks.values():
        blanks = [below.top - above.bottom for above, below in pairwise(stack)]
        if len(blanks) > 1 and min(blanks) > 5:
            ends.append(Stroke(stack[-1].bottom + max(blanks), stack[-1].x0, stack[-1].x1))
    return ends


def _blocks_between_rules(ink: Ink, words: Sequence[Word]) -> list[Block]:
    """Blocks framed by horizontal rulings of the same width, one under the other."""
    stacks: list[list[Stroke]] = []
    for stroke in sorted(ink.across, key=lambda s: s.at):
        if stroke.length < 60:
            continue
        for stack in stacks:
            if abs(stack[0].low - stroke.low) < 5 and abs(stack[0].high - stroke.high) < 5:
                stack.append(stroke)
                break
        else:
            stacks.append([stroke])
    blocks = []
    lines = group_lines(w for w in words if not w.angle)
    for stack in stacks:
        if len(stack) >= 2:
            blocks.extend(_stack_blocks(stack, lines, ink))
    return _distinct(blocks)


def _stack_blocks(stack: Sequence[Stroke], lines: Sequence[Line], ink: Ink) -> list[Block]:
    """Blocks of neighbouring bands between the rulings of one stack, headers above included."""
    low, high = stack[0].low - 4, stack[0].high + 4
    inside = [
        Line(kept)
        for line in lines
        if (kept := tuple(w for w in line.words if low <= w.middle <= high))
    ]
    bands = [
        [line for line in inside if above.at < line.base - 0.35 * line.size < below.at]
        for above, below in itertools.pairwise(stack)
    ]
    blocks: list[Block] = []
    start: int | None = None
    for index in range(len(bands) + 1):
        begun = start is not None
        if index < len(bands) and _band_is_tabular(bands[index], begun, high - low):
            start = index if start is None else start
        elif start is not None:
            if start and _could_head(bands[start - 1], high - low):
                start -= 1
            block = _stack_block(stack[start : index + 1], bands[start:index], inside, ink)
            blocks.extend([block] if block else [])
            start = None
    return blocks


def _could_head(band: Sequence[Line], width: float) -> bool:
    """A few short lines above the first rows: a header whose labels wrap."""
    return 0 < len(band) <= 8 and not any(
        is_caption(line.text) or reads_as_sentence(line) or line.x1 - line.x0 > width
        for line in band
    )


def _stack_block(
    rules: Sequence[Stroke], bands: Sequence[Sequence[Line]], inside: Sequence[Line], ink: Ink
) -> Block | None:
    run = [line for band in bands for line in band]
    if sum(is_tabular(line) or len(split_segments(line)) > 1 for line in run) < 2:
        return None
    if is_data(run[0]):
        run = [*_header_above(run, inside, rules), *run]
    top, bottom = min(rules[0].at, run[0].top) - 2, rules[-1].at + 2
    low, high = rules[0].low - 4, rules[0].high + 4
    across = [s for s in ink.across if top <= s.at <= bottom and s.low < high and s.high > low]
    down = [s for s in ink.down if s.low < bottom and s.high > top and low < s.at < high]
    return Block(tuple(run), tuple(across), tuple(down), ruled=True)


def _header_above(
    run: Sequence[Line], inside: Sequence[Line], rules: Sequence[Stroke]
) -> list[Line]:
    """Header lines that stand over the topmost ruling of a block."""
    first = inside.index(run[0])
    stops = [_stops(line) for line in inside]
    top = _first_header_line(inside, stops, first, -1, rules)
    return list(inside[top:first])


def _band_is_tabular(band: Sequence[Line], begun: bool, width: float) -> bool:
    """Between two rulings: lines in several pieces, no captions, not mainly sentences."""
    if not band:
        return False
    if any(_stops(line) and is_caption(line.text) for line in band):
        return False
    pieces = sum(is_tabular(line) or len(split_segments(line)) > 1 for line in band)
    sentences = sum(
        reads_as_sentence(line)
        and len(split_segments(line)) == 1
        and line.x1 - line.x0 > 0.6 * width
        for line in band
    )
    if sentences >= 2 and sentences > max(0.34 * len(band), pieces):
        return False
    if _is_prose_in_columns(band):
        return False
    if begun and (pieces or len(band) == 1):
        return True
    return pieces >= 0.4 * len(band)


def _is_prose_in_columns(band: Sequence[Line]) -> bool:
    """Sentences side by side at an even pitch, as a page in two columns has them."""
    pieces = [piece for line in band for piece in split_segments(line)]
    sentences = sum(reads_as_sentence(piece) for piece in pieces)
    pitches = sorted(b.base - a.base for a, b in itertools.pairwise(band))
    if len(band) < 6 or sentences < 0.5 * len(pieces):
        return False
    return pitches[-len(pitches) // 5] < 1.3 * max(pitches[len(pitches) // 5], 0.5)


def _distinct(blocks: list[Block]) -> list[Block]:
    """Of blocks that share words, the larger."""
    kept: list[Block] = []
    for block in sorted(blocks, key=lambda b: -len(b.lines)):
        if not any(block.box.overlaps(other.box) for other in kept):
            kept.append(block)
    return sorted(kept, key=lambda b: b.box.top)
