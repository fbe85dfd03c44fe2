"""One stretch of records → title lines, header, body, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtool.printed_numbers import fold_blanks
from mtool.readers.csv.columns import Columns, kind_of
from mtool.readers.csv.fitting import Fit, Frame
from mtool.readers.csv.headers import (
    MOST_HEADER_ROWS,
    find_header,
    fit_header,
    framed_by_header,
    is_tag_row,
    named_another_way,
    numbers_rows,
)
from mtool.readers.csv.records import Record
from mtool.readers.csv.spans import Dialect
from mtool.readers.csv.stretches import Stretch, is_narrow
from mtool.readers.note_lines import is_note_line

#: A text alone in its row is a note when it is so much longer than any label of a row.
_LONGER = 1.2
_WIDE = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a stretch. Body lines are physical, first and last; none in an empty body.
    `count` is the number of its records that are not blank.

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
    count: int
    below: tuple[Record, ...]
    frame: Frame


def lay_out(stretch: Stretch, dialect: Dialect) -> Layout | None:
    """Tell the parts of a stretch apart; null when it holds text only."""
    rows = stretch.rows
    width = stretch.width
    top = _first_row(rows, width)
    if top is None or (width == 1 and dialect.delimiter):
        return None
    bottom = _end_of_body(rows, top, width, dialect.delimiter)
    columns = _body_columns(rows[top:bottom], width)
    start, depth = find_header(rows, top, bottom, columns)
    frame = Frame(width, columns, dialect)
    if depth == 0 and start:
        anew = named_another_way(rows[start - 1], frame)
        if anew is not None:
            start, depth = start - 1, 1
    levels = rows[start : start + depth]
    frame = framed_by_header(levels, frame)
    body = start + depth
    row_names = numbers_rows(rows[body:bottom], width)
    fits = [(record, fit_header(record, frame, row_names)) for record in levels]
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
        count=max(0, stretch.count - body - (len(rows) - bottom)),
        below=tuple(rows[bottom:]),
        frame=frame,
    )


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
    if len(lower) < len(regular) - MOST_HEADER_ROWS:
        lower = regular[MOST_HEADER_ROWS:]
    return Columns.of(lower, width)
