"""Tables whose cells stand one below the other, as archives of web pages leave them.

Taken for a table only where the width is proved: every row has its label and its figures at the
same places, the header is of that width, and no other width fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.captions import is_caption
from mtool.readers.text.headers import is_figure, is_year
from mtool.readers.text.lines import Line

_LONGEST_CELL = 70
_WIDEST = 25
_FEWEST_ROWS = 2
_MOST_BLANKS = 2
_MOST_LEADING = 6


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the tables with one cell per line between `start` and `stop`."""
    index = start
    while index < stop:
        cells, end = _run(lines, index, stop)
        if len(cells) >= 6:
            block = _read(lines, cells)
            if block is not None:
                yield block
                end = block.stop
        index = max(end, index + 1)


def _run(lines: Sequence[Line], start: int, stop: int) -> tuple[list[int], int]:
    """The short lines from `start` on that may be cells, over a few blank lines."""
    cells: list[int] = []
    blanks = 0
    index = start
    while index < stop:
        line = lines[index]
        if line.blank:
            blanks += 1
            if blanks > _MOST_BLANKS:
                break
        elif _may_be_cell(line.text):
            cells.append(index)
            blanks = 0
        else:
            break
        index += 1
    return cells, index


def _may_be_cell(text: str) -> bool:
    words = text.strip()
    if len(words) > _LONGEST_CELL or is_caption(words) or words.startswith(("#", "- ", "•", "* ")):
        return False
    return not words.endswith((".", ":", ";", "!", "?")) or is_figure(words)


def _read(lines: Sequence[Line], cells: list[int]) -> Block | None:
    """Read the one table that a run of cells proves; null when none or more than one fits."""
    kinds = [is_figure(lines[index].text.strip()) for index in cells]
    if sum(kinds) < _FEWEST_ROWS:
        return None
    years = [is_year(lines[index].text.strip()) for index in cells]
    leading = _leading(lines, cells)
    for first in leading:
        widths = [
            width for width in range(2, _WIDEST + 1) if _rows_of(kinds, years, first, width)
        ]
        if len(widths) == 1:
            return _block(lines, cells, first, widths[0], _rows_of(kinds, years, first, widths[0]))
        if widths:
            return None
    return None


def _leading(lines: Sequence[Line], cells: list[int]) -> list[int]:
    """Where the header may begin: at the run's start, or after a heading in front of it."""
    return list(range(min(_MOST_LEADING, len(cells))))


def _rows_of(kinds: list[bool], years: list[bool], first: int, width: int) -> int:
    """How many rows of this width follow a header of this width; 0 unless the pattern is sure."""
    body = first + width
    pattern = kinds[body : body + width]
    if len(pattern) < width or pattern[0] or not any(pattern):
        return 0
    if not _is_header(kinds[first:body], years[first:body], pattern):
        return 0
    rows = 0
    while kinds[body + rows * width : body + (rows + 1) * width] == pattern:
        rows += 1
    rest = kinds[body + rows * width :]
    if rows < _FEWEST_ROWS or any(rest[:width]):
        return 0
    return rows


def _is_header(kinds: list[bool], years: list[bool], pattern: list[bool]) -> bool:
    """True for words above everything, or for words above the label and years above figures."""
    if not any(kinds):
        return True
    above_figures = [year for year, is_number in zip(years, pattern, strict=True) if is_number]
    others = [kind for kind, is_number in zip(kinds, pattern, strict=True) if not is_number]
    return all(above_figures) and not any(others)


def _block(
    lines: Sequence[Line], cells: list[int], first: int, width: int, rows: int
) -> Block:
    printed = []
    for row in range(rows + 1):
        at = cells[first + row * width : first + (row + 1) * width]
        printed.append(PrintedRow(at[0], tuple(lines[index].text.strip() for index in at)))
    last = cells[first + (rows + 1) * width - 1]
    return Block(
        cells[first],
        last + 1,
        (printed[0],),
        tuple(printed[1:]),
        confidence=0.8,
        reasons=("one cell per line", f"{rows} rows alike"),
    )
