"""Tables separated by semicolons or commas between paragraphs of prose."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from mtool.readers.periods import is_period
from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.headers import count_header_rows, figure_columns, is_figure, repeat_spans
from mtool.readers.text.lines import LONGEST_TABLE_LINE, Line

_DELIMITERS = ";,"
#: Blanks that no delimiter stands before align columns, or tabs part them.
_ALIGNED = re.compile(r"[^,; ] {2,}\S|\t")
_FEWEST_ROWS = 3
_LONGEST_CELL = 80


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the blocks of lines that one delimiter cuts into a header, labels and figures."""
    index = start
    while index < stop:
        ends = {sign: _end_of_run(lines, index, stop, sign) for sign in _DELIMITERS}
        long_enough = (s for s, end in ends.items() if end - index >= _FEWEST_ROWS)
        read = (_read(lines, (index, ends[sign]), sign) for sign in long_enough)
        block = next((found for found in read if found is not None), None)
        if block is not None:
            yield block
        index = block.stop if block else max(index + 1, *ends.values())


def _end_of_run(lines: Sequence[Line], start: int, stop: int, delimiter: str) -> int:
    """The end of the lines cut like the first one: into as many cells, with or without a blank."""
    manner = _manner(lines[start], delimiter)
    end = start + 1
    if manner is None:
        return start
    while end < stop and _manner(lines[end], delimiter) == manner:
        end += 1
    return end


def _manner(line: Line, delimiter: str) -> tuple[int, bool] | None:
    """How many cells a line has, and whether each delimiter is followed by a blank."""
    cells = _cells(line, delimiter)
    if len(cells) < 2 or line.text.rstrip().endswith(".") or _ALIGNED.search(line.text):
        return None
    return len(cells), all(cell[:1] == " " for cell in cells[1:])


def _cells(line: Line, delimiter: str) -> list[str]:
    if delimiter not in line.text or len(line.text) > LONGEST_TABLE_LINE:
        return []
    if '"' not in line.text:
        return line.text.split(delimiter)
    try:
        return next(csv.reader([line.text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _read(lines: Sequence[Line], span: tuple[int, int], delimiter: str) -> Block | None:
    rows = [
        PrintedRow(index, tuple(cell.strip() for cell in _cells(lines[index], delimiter)))
        for index in range(*span)
    ]
    if not _is_table([row.cells for row in rows]):
        return None
    levels = count_header_rows([row.cells for row in rows])
    return Block(
        *span,
        repeat_spans(rows[:levels]),
        tuple(rows[levels:]),
        confidence=0.9,
        reasons=(f"separated by {delimiter}",),
    )


def _is_table(rows: Sequence[tuple[str, ...]]) -> bool:
    """True when words stand above a column of figures only, and no cell reads like prose."""
    if any(len(cell) > _LONGEST_CELL for row in rows for cell in row):
        return False
    levels = count_header_rows(rows)
    figures = figure_columns(rows[levels:])
    if not levels or not figures or not rows[0][0] or any(map(_counts, rows[0])):
        return False
    cells = [row[column] for row in rows[levels:] for column in figures]
    return all(not cell or is_figure(cell) for cell in cells)


def _counts(name: str) -> bool:
    """True for a name with a number in it that names no period: a figure that a comma cut."""
    return not is_period(name) and any(word.isdecimal() for word in name.split())
