"""All tables of one page: ruled ones first, then blocks between rulings, then bare blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtool.readers.pdf.bare import bare_blocks
from mtool.readers.pdf.evidence import caption_lines, in_picture, is_drawn_over, judge
from mtool.readers.pdf.figures import is_figure_cell, is_year
from mtool.readers.pdf.geometry import join_strokes
from mtool.readers.pdf.grid import Grid, GridCell
from mtool.readers.pdf.ink import Ink
from mtool.readers.pdf.layout import (
    lay_out,
)
from mtool.readers.pdf.ruled import RuledArea, lattice_of, ruled_areas, without_empty
from mtool.readers.pdf.stacks import blocks_between_rules, edges_of_shades
from mtool.readers.pdf.stream import Block, build_grid, is_data
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
    in_charts: list[Word] = []
    for area in ruled_areas(ink):
        inside = [w for w in left if area.box.holds(w.middle, (w.top + w.bottom) / 2)]
        grid = _read_area(area, inside, ink)
        small = area.box.height < 0.5 * ink.height
        chart = grid is None and small and is_drawn_over(area.box, ink)
        if grid is not None or chart:
            grids += [grid] if grid else []
            in_charts += inside if chart else []
            taken = {id(w) for w in inside}
            left = [w for w in left if id(w) not in taken]
    left = _take_blocks(_find_blocks(ink, left), ink, captions, grids, left)
    shaded = replace(ink, across=join_strokes([*ink.across, *edges_of_shades(ink)]))
    if len(shaded.across) > len(ink.across) + 2:
        blocks = blocks_between_rules(shaded, left)
        left = _take_blocks(blocks, ink, captions, grids, left)
    return PageTables(
        tuple(sorted(grids, key=lambda g: (g.box.top, g.box.x0))), (*left, *in_charts)
    )


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
        grid = judge(grid, ink, block, captions) if grid else None
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
    ruled = blocks_between_rules(ink, words)
    taken = {id(w) for block in ruled for line in block.lines for w in line.words}
    layout = lay_out(ink, [w for w in words if id(w) not in taken and not w.angle])
    for frame in layout.frames:
        blocks.extend(bare_blocks(frame, ink))
    return [*ruled, *blocks]
