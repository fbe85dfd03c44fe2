"""One stretch of records → title lines, header, body, notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtool.printed_numbers import fold_blanks
from mtool.readers.csv.columns import Columns, kind_of
from mtool.readers.csv.fitting import Fit, Frame
from mtool.readers.csv.records import Record
from mtool.readers.csv.spans import Dialect
from mtool.readers.csv.stretches import Stretch, is_narrow
from mtool.readers.note_lines import is_note_line
from mtool.readers.periods import is_period

_MOST_HEADER_ROWS = 6
#: A text alone in its row is a note when it is so much longer than any label of a row.
_LONGER = 1.2
_NEARLY_ALL = 0.9
_WIDE = 5
_HXL_TAG = re.compile(r"#[a-zA-Z][\w]{0,40}(?: ?\+[a-zA-Z][\w]{0,40}){0,12}")


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a stretch. Body lines are physical, first and last; none in an empty body.

    `header` holds the levels from top to bottom, each of the table's width, before they are
    joined; it is empty where the file names no columns.
    """

    above: tuple[Record, ...]
    header: tuple[tuple[str, ...], ...]
    header_line: int
    header_fits: tuple[tuple[Record, Fit], ...]
    tags: tuple[str, ...]
    first: int
    last: int
    below: tuple[Record, ...]
    frame: Frame
    count: int


def lay_out(stretch: Stretch, dialect: Dialect) -> Layout | None:
    """Tell the parts of a stretch apart; null when it holds text only."""
    rows = stretch.rows
    width = stretch.width
    top = _first_row(rows, width)
    if top is None or (width == 1 and dialect.delimiter):
        return None
    bottom = _end_of_body(rows, top, width, dialect.delimiter)
    columns = _body_columns(rows[top:bottom], width)
    start, depth = _header(rows, top, bottom, columns)
    frame = Frame(width, columns, dialect)
    if depth == 0 and start:
        anew = _named_another_way(rows[start - 1], frame)
        if anew is not None:
            start, depth = start - 1, 1
    levels = rows[start : start + depth]
    frame = _width_of_header(levels, frame)
    body = start + depth
    row_names = _numbers_rows(rows[body:bottom], width)
    fits = [(record, _fit_header(record, frame, row_names)) for record in levels]
    tags: tuple[str, ...] = ()
    if body < bottom and is_tag_row(rows[body].cells):
        tags = tuple(cell.strip() for cell in frame.fit(rows[body].cells).cells)
        body += 1
    return Layout(
        above=tuple(rows[:start]),
        header=tuple(tuple(fit.cells) for _, fit in fits),
        header_line=rows[start].line,
        header_fits=tuple(fits),
        tags=tags,
        first=rows[body].line if body < bottom else 0,
        last=rows[bottom - 1].line if body < bottom else -1,
        below=tuple(rows[bottom:]),
        frame=frame,
        count=stretch.count - body - (len(rows) - bottom),
    )


def is_tag_row(cells: Sequence[str]) -> bool:
    """True for a row of HXL hashtags (`#adm1 +name`): every printed cell is one."""
    printed = [cell.strip() for cell in cells if cell.strip()]
    return bool(printed) and all(_HXL_TAG.fullmatch(cell[:400]) for cell in printed)


def _first_row(rows: Sequence[Record], width: int) -> int | None:
    """The place of the first row that is no title and no remark."""
    if width == 1:
        return 0 if rows else None
    for place, record in enumerate(rows):
        below = rows[place + 1].cells if place + 1 < len(rows) else []
        if not _is_remark(record.cells, below, width) and not _is_prose(record, below, width):
            return place
    return None


def _is_remark(cells: Sequence[str], below: Sequence[str], width: int) -> bool:
    """True for a title, or for a pair like `Source,OCHA` beside empty cells of a wide table."""
    printed = [place for place, cell in enumerate(cells) if cell.strip()]
    if len(printed) <= 1:
        return True
    if width < _WIDE or printed != [0, 1] or not below:
        return False
    goes_under_a_group = len(cells) == width and bool(below) and not below[0].strip()
    return not goes_under_a_group and sum(bool(cell.strip()) for cell in below) != 2


def _is_prose(record: Record, below: Sequence[str], width: int) -> bool:
    """True when the delimiter stands in a line above the table only as it does in a sentence."""
    cells = record.cells
    if not record.raw or len(below) == len(cells) or len(cells) >= width:
        return False
    return all(cell.startswith(" ") for cell in cells[1:]) or len(cells) * 2 < width


def _end_of_body(rows: Sequence[Record], top: int, width: int, delimiter: str) -> int:
    """The place behind the last row of the body; what follows are notes."""
    end = len(rows)
    while end > top + 1 and _is_note(rows[:end], width, delimiter):
        end -= 1
    return end


def _is_note(rows: Sequence[Record], width: int, delimiter: str) -> bool:
    """True when the last of `rows` is a note below them."""
    record, above = rows[-1], rows[-2]
    text = text_of(record, delimiter)
    after_blank = record.line > above.line + above.lines
    if width == 1:
        return after_blank and is_note_line(text)
    if is_note_line(text) and kind_of(text) in ("text", "link", "word", "code"):
        return is_narrow(record.cells) or len(record.cells) != width
    if not is_narrow(record.cells) or not record.cells[0].strip():
        return False
    if len(record.cells) == 1 or " = " in text:
        return True
    longest = max((len(row.cells[0]) for row in rows if not is_narrow(row.cells)), default=0)
    return after_blank or len(text) > longest * _LONGER


def text_of(record: Record, delimiter: str) -> str:
    """The text of a line that is no row: as written where it was, by chance, divided."""
    printed = [cell for cell in record.cells if cell.strip()]
    if len(printed) > 1 and record.raw:
        return fold_blanks(record.raw)
    is_sentence = any(cell.startswith(" ") for cell in printed[1:])
    return fold_blanks((delimiter if is_sentence else " ").join(printed))


def _body_columns(rows: Sequence[Record], width: int) -> Columns:
    """Look at the lower half of the rows, which holds no header, and at no section rows."""
    regular = [
        r.cells for r in rows if len(r.cells) == width and not (is_narrow(r.cells) and width > 1)
    ]
    lower = regular[len(regular) // 2 :] if len(regular) > 1 else []
    if len(lower) < len(regular) - _MOST_HEADER_ROWS:
        lower = regular[_MOST_HEADER_ROWS:]
    return Columns.of(lower, width)


def _header(rows: Sequence[Record], top: int, bottom: int, columns: Columns) -> tuple[int, int]:
    """Where the header begins and how many rows it has; none where the first row is data."""
    depth = 0
    while depth < min(_MOST_HEADER_ROWS, bottom - top) and _is_heading(rows, top, depth, columns):
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


def _named_another_way(record: Record, frame: Frame) -> Fit | None:
    """Read the line above a headless table as its header, when it is one by another delimiter."""
    fit = frame.split_anew(record.cells, record.raw)
    if fit is None or any(
        kind_of(cell) not in ("word", "code") and not is_period(cell) for cell in fit.cells
    ):
        return None
    return fit if len(set(fit.cells)) == len(fit.cells) else None


def _width_of_header(levels: Sequence[Record], frame: Frame) -> Frame:
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


def _fit_header(record: Record, frame: Frame, row_names: bool) -> Fit:
    """Bring a header to the width of the table without shifting a name from its column."""
    cells, width = record.cells, frame.width
    if len(cells) == width:
        return Fit(cells)
    anew = _named_another_way(record, frame)
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


def _numbers_rows(rows: Sequence[Record], width: int) -> bool:
    """True when the rows begin with 1, 2, 3 …: row numbers written without a heading."""
    first = [r.cells[0].strip() for r in rows if len(r.cells) == width][:20]
    if len(first) < 2 or not all(cell.isdecimal() and len(cell) < 10 for cell in first):
        return False
    begin = int(first[0])
    return begin in (0, 1) and [int(cell) for cell in first] == list(
        range(begin, begin + len(first))
    )
