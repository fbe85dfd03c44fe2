"""The last row or two of a table carried over to the next page, too few to be a table there."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from mtool.readers.pdf.figures import is_figure_cell
from mtool.readers.pdf.furniture import Sheet
from mtool.readers.pdf.geometry import Box
from mtool.readers.pdf.grid import Grid, GridCell
from mtool.readers.pdf.stream import is_data
from mtool.readers.pdf.tables import PageTables
from mtool.readers.pdf.words import Line, Word, group_lines, split_segments


def with_carried_rows(sheets: Sequence[Sheet], pages: Sequence[PageTables]) -> list[PageTables]:
    """Find rows at the top of a page that fit the columns of the table ending the page before."""
    found = list(pages)
    for number in range(1, len(found)):
        before, page = found[number - 1], found[number]
        if not before.grids or sheets[number].ink.number != sheets[number - 1].ink.number + 1:
            continue
        last = max(before.grids, key=lambda grid: grid.box.bottom)
        if _ends_page(last, before.rest) and not _begins_page(page):
            lines = _rows_at_top(page.rest, last)
            if lines:
                found[number] = _with_grid(page, lines, last, sheets[number].ink.number)
    return found


def _ends_page(grid: Grid, rest: Sequence[Word]) -> bool:
    return not any(word.base > grid.box.bottom + 4 for word in rest if not word.angle)


def _begins_page(page: PageTables) -> bool:
    """A table is the first thing on the page."""
    first = min((grid.box.top for grid in page.grids), default=None)
    if first is None:
        return False
    return not any(word.base < first for word in page.rest if not word.angle)


def _rows_at_top(rest: Sequence[Word], table: Grid) -> list[Line]:
    """Lines from the page's top on whose pieces lie in the columns of the table above."""
    rows: list[Line] = []
    for line in group_lines(word for word in rest if not word.angle):
        if rows and line.base - rows[-1].base > 2.2 * line.size:
            break
        if not is_data(line) or not _fits(line, table):
            break
        rows.append(line)
    return rows


def _fits(line: Line, table: Grid) -> bool:
    """Set in the table's size, its figures beside the labels, each piece within one column."""
    cuts = table.cuts
    sizes = [word.size for cell in table.cells for word in cell.words]
    figures = any(is_figure_cell(p.text) for p in split_segments(line) if p.x0 > cuts[1] - 3)
    if not figures or abs(line.size - median(sizes)) > 0.1 * line.size:
        return False
    for piece in split_segments(line):
        inside = [
            n for n in range(len(cuts) - 1) if cuts[n] - 3 < piece.x0 and piece.x1 < cuts[n + 1] + 3
        ]
        if not inside:
            return False
    return True


def _with_grid(page: PageTables, lines: Sequence[Line], table: Grid, number: int) -> PageTables:
    cells: list[GridCell] = []
    for row, line in enumerate(lines):
        placed: dict[int, list[Word]] = {}
        for word in line.words:
            column = sum(word.middle > cut for cut in table.cuts[1:-1])
            placed.setdefault(column, []).append(word)
        cells += [GridCell(row, c, tuple(words)) for c, words in sorted(placed.items())]
    box = Box(table.box.x0, lines[0].top, table.box.x1, lines[-1].bottom)
    grid = Grid(
        page=number,
        box=box,
        cells=tuple(cells),
        rows=len(lines),
        columns=table.columns,
        header_rows=0,
        cuts=table.cuts,
        reasons=table.reasons,
        confidence=table.confidence,
    )
    taken = {id(word) for line in lines for word in line.words}
    rest = tuple(word for word in page.rest if id(word) not in taken)
    return PageTables((grid, *page.grids), rest)
