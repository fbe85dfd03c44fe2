"""Whether neighbouring parts of a sheet are one table: over blank rows, over blank columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mtool.readers.captions import caption_number
from mtool.readers.note_lines import is_note_line
from mtool.readers.periods import is_year
from mtool.readers.spreadsheet.parts import (
    figure_columns,
    is_figure,
    is_plain_figure,
    opens_with_header,
    parts_of,
    says_nothing,
)
from mtool.readers.spreadsheet.regions import View

#: A band of so few rows may be a header that a blank row parts from its body.
MOST_HEADER_ROWS = 3
#: How many rows are looked at to tell what a block goes on with.
LOOK_AHEAD = 40

_FEW_WORDS = 4


def is_continuation(
    view: View, rows: list[int], columns: Sequence[int], band: list[int], *, has_lines: bool
) -> bool:
    """True when a band below a blank row has no header of its own."""
    texts = [view.texts(row, columns) for row in band[:LOOK_AHEAD] if view.line(row) is None]
    parts = parts_of(view, rows, columns)
    body = [view.texts(row, columns) for row in parts.body[:LOOK_AHEAD]]
    figures = figure_columns(body, columns)
    if parts.header and texts[0] == view.texts(parts.header[0], columns):
        return not has_lines and view.line(band[0]) is None
    if figure_columns(texts, columns):
        stubs = [view.texts(row, columns)[0] for row in parts.header]
        is_titled = has_lines or view.line(band[0]) is not None or texts[0][0] in stubs
        named_anew = opens_with_header(texts) and (is_titled or not _like_years(texts))
        return not named_anew and bool(figures or not parts.header or len(body) <= MOST_HEADER_ROWS)
    if figures:
        places = [place for place, column in enumerate(columns) if column in figures]
        return all(not row[place] or says_nothing(row[place]) for row in texts for place in places)
    return not has_lines and _occupies_all(texts, columns)


def _occupies_all(texts: Sequence[Sequence[str]], columns: Sequence[int]) -> bool:
    return all(any(row[place] for row in texts) for place in range(len(columns)))


def _like_years(texts: Sequence[Sequence[str]]) -> bool:
    """True when the first row is `Mopti, 1934, 88`: figures that are years only by their size."""
    row = [text for place, text in enumerate(texts[0]) if any(r[place] for r in texts)]
    if not row[0] or not any(map(is_year, row[1:])):
        return False
    years = [int(text[:4]) for text in dict.fromkeys(row[1:]) if is_year(text)]
    steps = {after - before for before, after in pairwise(years)}
    return len(steps) != 1 or not all(row[1:])


def joined_groups(view: View, band: list[int], groups: list[list[int]]) -> list[list[int]]:
    """Join groups of columns that are one table with a blank column inside."""
    joined: list[list[int]] = []
    for group in groups:
        if joined and _is_same_table(view, band, joined[-1], group):
            joined[-1] = [*joined[-1], *group]
        else:
            joined.append(group)
    return joined


def _is_same_table(view: View, band: list[int], left: list[int], right: list[int]) -> bool:
    """True when the columns beyond a blank one have no row labels and no header of their own."""
    left_rows, right_rows = _printing(view, band, left), _printing(view, band, right)
    lefts = [view.texts(row, left) for row in left_rows[:LOOK_AHEAD]]
    rights = [view.texts(row, right) for row in right_rows[:LOOK_AHEAD]]
    if len(lefts) < 2 or not rights:
        return False
    if any(not any(view.texts(row, left)) for row in right_rows[MOST_HEADER_ROWS:]):
        return False
    lower = right_rows[0] - left_rows[0]
    if len(right) == 1:
        is_named = lower == 0 and not is_note_line(rights[0][0])
        has_figures = bool(figure_columns(rights[1:], right))
        if len(left) == 1 and not has_figures:
            return False
        return is_named or (has_figures and abs(lower) < MOST_HEADER_ROWS)
    if lower not in (0, 1, 2) or _has_title(view, band, right, right_rows[0]):
        return False
    if rights[0][0] and rights[0][0] == lefts[0][0]:
        return False
    labels = [row[0] for row in rights[1:] if row[0]]
    if labels and sum(map(is_year, labels)) * 2 >= len(labels):
        return False
    if sum(map(is_plain_figure, labels)) * 2 >= len(labels):
        return True
    return left_rows[-1] == right_rows[-1] and not figure_columns(rights[1:], right)


def _has_title(view: View, band: list[int], columns: list[int], header: int) -> bool:
    """True when a caption, or a line of several words, stands above the header in these columns."""
    above = (view.texts(row, columns) for row in band if row < header)
    lines = [next(iter(texts)) for row in above if len(texts := {*filter(None, row)}) == 1]
    return any(caption_number(line) is not None or len(line.split()) > _FEW_WORDS for line in lines)


def _printing(view: View, band: Sequence[int], columns: Sequence[int]) -> list[int]:
    """The rows that print more in these columns than one text, where there are several columns."""
    least = min(2, len(columns))
    return [
        row
        for row in band
        if view.line(row) is None and len({*filter(None, view.texts(row, columns))}) >= least
    ]


def stacked_parts(view: View, band: list[int], columns: Sequence[int]) -> list[list[int]]:
    """Split a band where a second table with its own header stands inside it."""
    parts = parts_of(view, band, columns)
    body = [view.texts(row, columns) for row in parts.body[:LOOK_AHEAD]]
    figures = sorted(figure_columns(body, columns))
    if len(figures) < 2 or not parts.header:
        return [band]
    header = view.texts(parts.header[0], columns)
    cuts = [0]
    for place in range(len(parts.titles) + len(parts.header) + 1, len(band)):
        # Nearly every row shows by its first figure alone that it names no columns.
        if _is_sure_figure(view.text(band[place], figures[0])) or not _names_columns(
            view.texts(band[place], figures)
        ):
            continue
        below = [r for r in band[place : place + LOOK_AHEAD] if view.line(r) is None]
        texts = [view.texts(row, columns) for row in below]
        start = _first_of_lines(view, band, place)
        is_repeated = texts[0] == header and start == place
        if not is_repeated and _is_new_header(texts, header, has_title=start < place):
            cuts.append(start)
    return [band[start:end] for start, end in pairwise([*cuts, len(band)])]


def _names_columns(texts: Sequence[str]) -> bool:
    """True when every column that holds figures elsewhere holds a word or a year in this row."""
    if _holds_figure(texts):
        return False
    return len(set(texts)) > 1 and not any(
        not t or says_nothing(t) or is_figure(t) for t in texts if not is_year(t)
    )


def _holds_figure(texts: Sequence[str]) -> bool:
    return any(map(_is_sure_figure, texts))


def _is_sure_figure(text: str) -> bool:
    return text[:1].isdigit() and not is_year(text)


def _is_new_header(texts: Sequence[list[str]], header: Sequence[str], *, has_title: bool) -> bool:
    """True when the first row names columns anew and figures follow below it."""
    same_stub = not texts[0][0] or texts[0][0] == header[0]
    if not same_stub and (not has_title or any(map(is_year, texts[0]))):
        return False
    places = range(len(header))
    return len(texts) > 1 and opens_with_header(texts) and bool(figure_columns(texts[1:], places))


def _first_of_lines(view: View, band: Sequence[int], place: int) -> int:
    while place > 0 and view.line(band[place - 1]) is not None:
        place -= 1
    return place
