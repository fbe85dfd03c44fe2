"""Which of a table's first rows are its header, told by what stands below them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mtool.printed_numbers import read_number
from mtool.readers.marks import split_marks
from mtool.readers.text.block import PrintedRow
from mtool.readers.text.markup import strip_markup

_YEAR = re.compile(r"(?:19|20)\d\d(?: ?[–/-] ?(?:(?:19|20)?\d\d))?\*?")
_ROWS_LOOKED_AT = 200
_MOST_LEVELS = 4


def is_figure(cell: str) -> bool:
    """True for a cell that prints a number, a range or the absence of one (`N/R`, `–`)."""
    if not cell or len(cell) > 200:
        return False
    text = split_marks(strip_markup(cell).text)[0]
    return bool(text) and read_number(text) is not None


def is_year(cell: str) -> bool:
    """True for `2017`, `2017–18` and the like."""
    return len(cell) < 60 and _YEAR.fullmatch(strip_markup(cell).text) is not None


def count_header_rows(rows: Sequence[tuple[str, ...]]) -> int:
    """Return how many of the first rows are header; 0 where the first row reads like the others."""
    if len(rows) < 2:
        return len(rows)
    figures = figure_columns(rows[1:])
    if _reads_like_body(rows[0], figures):
        return 0
    levels = 1
    while levels < min(_MOST_LEVELS, len(rows) - 1) and _is_level(
        rows[levels - 1], rows[levels], figure_columns(rows[levels + 1 :])
    ):
        levels += 1
    return levels


def figure_columns(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the columns, the first left out, where most of the filled cells are figures."""
    sample = rows[:_ROWS_LOOKED_AT]
    found = []
    for column in range(1, max((len(row) for row in sample), default=0)):
        cells = [row[column] for row in sample if column < len(row) and row[column].strip()]
        if cells and sum(map(is_figure, cells)) * 2 > len(cells):
            found.append(column)
    return found


def _reads_like_body(row: tuple[str, ...], figures: list[int]) -> bool:
    cells = [row[column] for column in figures if column < len(row)]
    printed = [cell for cell in cells if is_figure(cell)]
    if not figures or len(printed) * 2 <= len(cells):
        return False
    return not (all(map(is_year, printed)) or _is_ascending(printed))


def _is_ascending(cells: list[str]) -> bool:
    """True for numbered columns and classes of age or size: `1 2 3 4`, `0–4 5–14 15+`."""
    numbers = [read_number(strip_markup(cell).text) for cell in cells]
    values = [n.low if n.value is None else n.value for n in numbers if n is not None]
    known = [value for value in values if value is not None]
    return (
        len(known) > 2
        and len(known) == len(cells)
        and all(a < b for a, b in zip(known, known[1:], strict=False))
        and known[0] in (0, 1)
    )


def _is_level(above: tuple[str, ...], row: tuple[str, ...], figures: list[int]) -> bool:
    """True when `row` still names columns: words or years where figures stand below."""
    cells = [row[column] for column in figures if column < len(row)]
    filled = [cell for cell in cells if cell.strip()]
    if not figures or len(filled) * 2 < len(cells) or len(filled) == 0:
        return False
    if any(is_figure(cell) and not is_year(cell) for cell in filled):
        return False
    if all(map(is_year, filled)):
        return not all(is_year(above[column]) for column in figures if column < len(above))
    has_spans = any(not cell.strip() for cell in above) or len(set(above)) < len(above)
    return not row[0].strip() or has_spans or all(_is_unit(cell) for cell in filled)


def _is_unit(cell: str) -> bool:
    text = strip_markup(cell).text
    return (text.startswith("(") and text.endswith(")")) or text in {"km²", "m²", "ha", "%", "km2"}


def repeat_spans(levels: Sequence[PrintedRow]) -> tuple[PrintedRow, ...]:
    """Repeat the cells of the upper levels over the blanks to their right that have a cell below."""
    repeated = []
    for upper, lower in zip(levels[:-1], levels[1:], strict=True):
        cells = list(upper.cells)
        for column in range(2, len(cells)):
            if not cells[column].strip() and lower.cells[column].strip():
                cells[column] = cells[column - 1]
        repeated.append(PrintedRow(upper.line, tuple(cells)))
    return (*repeated, *levels[-1:])
