"""Which rows of a stretch name its columns, and how their names come to stand above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mtool.readers.csv.columns import Columns, kind_of
from mtool.readers.csv.fitting import Fit, Frame
from mtool.readers.csv.records import Record
from mtool.readers.csv.stretches import is_narrow
from mtool.readers.periods import is_period

MOST_HEADER_ROWS = 6
_NEARLY_ALL = 0.9
_HXL_TAG = re.compile(r"#[a-zA-Z][\w]{0,40}(?: ?\+[a-zA-Z][\w]{0,40}){0,12}")


def is_tag_row(cells: Sequence[str]) -> bool:
    """True for a row of HXL hashtags (`#adm1 +name`): every printed cell is one."""
    printed = [cell.strip() for cell in cells if cell.strip()]
    return bool(printed) and all(_HXL_TAG.fullmatch(cell[:400]) for cell in printed)


def find_header(rows: Sequence[Record], top: int, bottom: int, columns: Columns) -> tuple[int, int]:
    """Where the header begins and how many rows it has; none where the first row is data."""
    depth = 0
    while depth < min(MOST_HEADER_ROWS, bottom - top) and _is_heading(rows, top, depth, columns):
        depth += 1
    if not depth:
        return top, 0
    start = top
    while start and _is_group_row(rows[start - 1], rows[start]):
        start -= 1
    return start, top + depth - start


def _is_heading(rows: Sequence[Record], top: int, depth: int, columns: Columns) -> bool:
    cells = rows[top + depth].cells
    if is_tag_row(cells):
        return False
    names, data = columns.votes(cells)
    if depth == 0 and len(rows) == 1:
        figures = sum(kind_of(c) in ("number", "date") and not is_period(c) for c in cells)
        return figures * 2 <= len(cells)
    if depth == 0:
        return names > data or (not data and not _looks_like_below(rows, top, columns))
    if cells == rows[top].cells:
        return True
    if data:
        return False
    levels = [record.cells for record in rows[top : top + depth]]
    same_width = all(len(level) == len(cells) for level in levels)
    if len(cells) > 2 and same_width and _fills_gaps(cells, levels):
        return True
    if is_narrow(cells):
        return names > 0 and not cells[0].strip()
    above = levels[-1]
    blank_above = any(not a.strip() and c.strip() for a, c in zip(above, cells, strict=False))
    if not any(columns.typed):
        groups = len(above) == len(cells) and not above[0].strip() and "" in above[2:]
        return groups and all(cell.strip() for cell in cells)
    return names > 0 and (blank_above or not cells[0].strip())


def _fills_gaps(cells: Sequence[str], levels: Sequence[Sequence[str]]) -> bool:
    """True when a row prints names where the header above has none, or under its groups only."""
    named = [any(level[place].strip() for level in levels) for place in range(len(cells))]
    printed = [place for place, cell in enumerate(cells) if cell.strip()]
    over_group = [place + 1 < len(cells) and not named[place + 1] for place in range(len(cells))]
    fills = any(not named[place] for place in printed)
    return fills and all(not named[place] or over_group[place] for place in printed)


def _looks_like_below(rows: Sequence[Record], top: int, columns: Columns) -> bool:
    """True when a first row without names is one more row of text: its texts come again below."""
    cells = rows[top].cells
    below = [record.cells for record in rows[top + 1 :] if len(record.cells) == len(cells)]
    if len(below) < 2 or any(kind is not None for kind in columns.typed):
        return False
    for place, cell in enumerate(cells):
        figured = sum(_has_digit(row[place]) for row in below) >= _NEARLY_ALL * len(below)
        if figured and not is_period(cell):
            return _has_digit(cell)
    again = sum(
        any(row[place] == cell for row in below) for place, cell in enumerate(cells) if cell.strip()
    )
    return again * 2 >= len(cells) > 0 and again > 0


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _is_group_row(above: Record, header: Record) -> bool:
    """True for a row that heads groups of columns: something stands beyond the first column."""
    if len(above.cells) != len(header.cells) or len(above.cells) < 3:
        return False
    if above.line + above.lines != header.line:
        return False
    printed = [place for place, cell in enumerate(above.cells) if cell.strip()]
    return bool(printed) and not above.cells[0].strip()


def named_another_way(record: Record, frame: Frame) -> Fit | None:
    """Read the line above a headless table as its header, when it is one by another delimiter."""
    fit = frame.split_anew(record.cells, record.raw)
    if fit is None or any(
        kind_of(cell) not in ("word", "code") and not is_period(cell) for cell in fit.cells
    ):
        return None
    return fit if len(set(fit.cells)) == len(fit.cells) else None


def framed_by_header(levels: Sequence[Record], frame: Frame) -> Frame:
    """Let a header with more names than the rows have cells widen the table, or rows that end
    with a delimiter narrow it.
    """
    if not levels:
        return frame
    cells, width = levels[-1].cells, frame.width
    if len(cells) == width - 1 and not frame.columns.kinds[-1] and frame.columns.blanks[-1]:
        return replace(frame, width=width - 1, ends_with_delimiter=True)
    return replace(frame, width=max(width, *(_needed(record.cells, width) for record in levels)))


def _needed(cells: Sequence[str], width: int) -> int:
    """How wide a table must be for a row of its header: surplus blanks may go, names may not."""
    named = len(cells)
    while named > width and not cells[named - 1].strip():
        named -= 1
    blanks = sum(not cell.strip() for cell in cells[:named])
    return width if blanks == named - width else named


def fit_header(record: Record, frame: Frame, row_names: bool) -> Fit:
    """Bring a header to the width of the table without shifting a name from its column."""
    cells, width = record.cells, frame.width
    if len(cells) == width:
        return Fit(cells)
    anew = named_another_way(record, frame)
    if anew is not None:
        return anew
    surplus = len(cells) - width
    if surplus > 0:
        blanks = [place for place, cell in enumerate(cells) if not cell.strip()]
        if not any(cell.strip() for cell in cells[width:]):
            return Fit(cells[:width], "dropped_blank", width)
        kept = [cell for cell in cells if cell.strip()]
        return Fit(kept, "dropped_blank", blanks[0])
    gap = [""] * -surplus
    if surplus == -1 and (row_names or _names_rows(frame.columns)):
        return Fit([*gap, *cells], "filled", 0, sure=row_names)
    return Fit([*cells, *gap], "filled", len(cells), sure=False)


def _names_rows(columns: Columns) -> bool:
    """True when a column of names stands before columns of figures only."""
    return columns.typed[0] is None and all(kind == "number" for kind in columns.typed[1:])


def numbers_rows(rows: Sequence[Record], width: int) -> bool:
    """True when the rows begin with 1, 2, 3 …: row numbers written without a heading."""
    first = [r.cells[0].strip() for r in rows if len(r.cells) == width][:20]
    if len(first) < 2 or not all(cell.isdecimal() and len(cell) < 10 for cell in first):
        return False
    begin = int(first[0])
    return begin in (0, 1) and [int(cell) for cell in first] == list(
        range(begin, begin + len(first))
    )
