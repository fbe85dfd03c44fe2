"""The parts of a block of rows: titles, header, tag row, body, and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mtool.printed_numbers import LONGEST, missing_status, read_number
from mtool.readers.note_lines import is_note_line
from mtool.readers.spreadsheet.regions import View
from mtool.readers.table_shape import Rows, header_depth, shape_of

#: Long blocks are judged by this many rows of their beginning and their end.
HEAD_ROWS = 200
TAIL_ROWS = 100
#: A header, with its tag row, ends within this many rows.
LONGEST_HEADER = 10

#: What Excel and LibreOffice show where a formula fails.
ERROR_TEXTS = frozenset(
    ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
)

_TAG = re.compile(r"#[a-zA-Z][\w]*(?: ?\+ ?[a-zA-Z][\w]*)*")
_ISO_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d(?:T[\d:]+)?)?")
_OPENING_MARK = re.compile(r"[*†‡§¶#]{1,4}|[\[(]?(?:\d{1,2}|[a-z])[\])]?[.:]?|[^\W\d]{1,12} ?:")
_FEW_WORDS = 6
_NOTE_HEADINGS = frozenset(
    {
        "note",
        "notes",
        "nota",
        "source",
        "sources",
        "remark",
        "remarks",
        "remarque",
        "remarques",
        "footnotes",
        "legend",
        "légende",
        "key",
        "abbreviations",
        "abréviations",
    }
)


@dataclass(frozen=True, slots=True)
class HeaderHint:
    """What a workbook says of a header: `rows` of a declared table, or the row a filter stands on.

    Where it is exact, `rows` is the number of header rows; elsewhere the index of the last one.
    """

    rows: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """Row indexes of a block by what they are; `tags` is a row of HXL hashtags."""

    titles: tuple[int, ...]
    header: tuple[int, ...]
    body: tuple[int, ...]
    below: tuple[int, ...]
    tags: int | None = None


def parts_of(
    view: View, rows: Sequence[int], columns: Sequence[int], header: HeaderHint | None = None
) -> Parts:
    """Tell the parts of a block apart, by what the workbook says of its header and by contents."""
    if header is not None and header.is_exact:
        return Parts((), tuple(rows[: header.rows]), tuple(rows[header.rows :]), ())
    start = _opening_rows(view, rows, columns)
    inside = rows[start:]
    tags = next((r for r in inside[:LONGEST_HEADER] if _is_tag_row(view.texts(r, columns))), None)
    end = _last_of_body(view, inside, columns)
    body = [row for row in inside[:end] if row != tags]
    depth = _header_rows(view, body, columns, header)
    if tags is not None:
        depth = sum(1 for row in body[:LONGEST_HEADER] if row < tags)
    return Parts(
        titles=tuple(rows[:start]),
        header=tuple(body[:depth]),
        body=tuple(body[depth:]),
        below=tuple(inside[end:]),
        tags=tags,
    )


def opens_with_header(texts: Rows) -> bool:
    """True when the first row names columns: neither figures nor words for missing figures."""
    if not texts or any(text.strip() and says_nothing(text) for text in texts[0][1:]):
        return False
    return header_depth(texts) > 0


def figure_columns(texts: Rows, columns: Sequence[int]) -> set[int]:
    """The columns whose printed texts are mostly figures or dates."""
    found: set[int] = set()
    for place, column in enumerate(columns):
        printed = [row[place] for row in texts if row[place].strip()]
        known = [text for text in printed if not says_nothing(text)]
        if known and sum(map(is_figure, known)) * 5 >= len(known) * 3:
            found.add(column)
    return found


def is_figure(text: str) -> bool:
    """True for a number, a range or an ISO date; not for words that say a figure is missing."""
    if not text or len(text) > LONGEST:
        return False
    number = read_number(text)
    return (number is not None and number.status is None) or bool(_ISO_DATE.fullmatch(text))


def is_plain_figure(text: str) -> bool:
    """True for a number, and not for a band such as `15–19` or `60+`, which labels a row."""
    number = read_number(text) if text and len(text) <= LONGEST else None
    return number is not None and number.value is not None and number.qualifier is None


def says_nothing(text: str) -> bool:
    """True for words that say a figure is missing, for blanks, and for errors of a formula."""
    return missing_status(text) is not None or text in ERROR_TEXTS


def note_text(cells: Sequence[str], marks: Collection[str] = ()) -> str | None:
    """The text of a row that is a note: one text, or a mark and its text; null for other rows."""
    printed = list(dict.fromkeys(text for text in cells if text.strip()))
    if len(printed) == 1:
        return printed[0] if is_note_line(printed[0], marks) else None
    if len(printed) == 2 and _OPENING_MARK.fullmatch(printed[0]) and not is_figure(printed[1]):
        joined = " ".join(printed)
        return joined if is_note_line(joined, {*marks, printed[0].strip("().[]:")}) else None
    return None


def opens_notes(text: str, marks: Collection[str]) -> bool:
    """True for a line that reads as a note, or is the heading of notes."""
    return is_note_line(text, marks) or text.strip(" :").casefold() in _NOTE_HEADINGS


def is_remark(text: str, labels: Sequence[str]) -> bool:
    """True when a line alone below a table is a sentence rather than the label of a row."""
    if text.endswith(".") and " " in text:
        return True
    words = len(text.split())
    return words >= _FEW_WORDS and words > max((len(label.split()) for label in labels), default=0)


def _opening_rows(view: View, rows: Sequence[int], columns: Sequence[int]) -> int:
    """Count the titles and lines of label and value above the header."""
    start = 0
    while start < len(rows) - 1:
        if view.line(rows[start]) is None:
            if not _is_label_and_value(view, rows, start, columns):
                break
        elif is_top_level(view, rows, start, columns):
            break
        start += 1
    return start if any(view.line(row) is None for row in rows[start : start + HEAD_ROWS]) else 0


def is_top_level(view: View, rows: Sequence[int], at: int, columns: Sequence[int]) -> bool:
    """True for a label over all columns but the first: the top level of a header, not a title."""
    if at + 1 >= len(rows):
        return False
    first = min(view.cells(rows[at]))
    if first <= columns[0] or view.is_blank_between(rows[at], rows[at + 1]):
        return False
    below = view.cells(rows[at + 1])
    is_merged = len(view.cells(rows[at])) > 1
    return first in below and (is_merged or columns[0] not in below)


def _is_label_and_value(view: View, rows: Sequence[int], at: int, columns: Sequence[int]) -> bool:
    """`Report date | 2022-01-05` above a header that is wider: not the header itself."""
    if len(columns) < 4 or at + 1 >= len(rows):
        return False
    row, below = (view.texts(rows[n], columns) for n in (at, at + 1))
    printed = [text for text in row if text]
    if len(printed) > 2 or not row[0] or len(set(printed)) < 2:
        return False
    if row[0].rstrip().endswith(":"):
        return True
    wider = sum(1 for text in below if text) >= 3 and bool(below[0])
    return wider and below[0] != row[0] and not is_figure(below[0])


def _is_tag_row(texts: Sequence[str]) -> bool:
    printed = [text.strip() for text in texts if text.strip()]
    return len(printed) > 1 and all(len(t) <= LONGEST and _TAG.fullmatch(t) for t in printed)


def _last_of_body(view: View, rows: Sequence[int], columns: Sequence[int]) -> int:
    """Where the notes below the last row of the body begin."""
    inside = [row for row in _sampled(rows) if view.line(row) is None]
    labels = [view.texts(row, columns[:1])[0] for row in inside]
    run = len(rows)
    while run > 2 and _may_be_below(view, rows[run - 1], columns):
        run -= 1
    below = (n for n in range(run, len(rows)) if _is_below(view, rows[n], columns, labels))
    return next(below, len(rows))


def _may_be_below(view: View, row: int, columns: Sequence[int]) -> bool:
    return view.line(row) is not None or _is_note_of_two(view, row, columns)


def _is_below(view: View, row: int, columns: Sequence[int], labels: Sequence[str]) -> bool:
    line = view.line(row)
    if line is not None:
        is_wide = len(view.cells(row)) > 1
        is_note = opens_notes(line, view.marks) or is_remark(line, labels)
        return is_wide or is_note or _has_leading_mark(view, row)
    return _is_note_of_two(view, row, columns)


def _is_note_of_two(view: View, row: int, columns: Sequence[int]) -> bool:
    """True for a mark and its text in cells of their own."""
    cells = list(view.cells(row).values())
    has_room = len(columns) > 2 or cells[0].strip() in view.marks
    return has_room and note_text(cells, view.marks) is not None


def _has_leading_mark(view: View, row: int) -> bool:
    """True when a line below a table carries a raised mark and several words."""
    number = view.number(row)
    return any((number, column) in view.sheet.marks for column in view.cells(row)) and bool(
        " " in (view.line(row) or "")
    )


def _header_rows(
    view: View, body: Sequence[int], columns: Sequence[int], header: HeaderHint | None
) -> int:
    said = (
        body[:LONGEST_HEADER].index(header.rows) + 1
        if header and header.rows in body[:LONGEST_HEADER]
        else 0
    )
    sample = [view.texts(row, columns) for row in _sampled(body)]
    return shape_of(sample, said).header if sample else 0


def _sampled(rows: Sequence[int]) -> list[int]:
    if len(rows) <= HEAD_ROWS + TAIL_ROWS:
        return list(rows)
    return [*rows[:HEAD_ROWS], *rows[-TAIL_ROWS:]]
