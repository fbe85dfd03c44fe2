"""What the rows of a printed grid are: titles, header levels, body, notes.

Input everywhere: rows of texts filled to a rectangle, in which a merged cell repeats its value.
Nothing here knows a format; readers pass what their format says of its header as `flagged`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from mtool.model import Cell
from mtool.printed_numbers import LONGEST, fold_blanks, missing_status, read_number
from mtool.readers.note_lines import is_note_line
from mtool.readers.periods import is_period, is_year

Rows = Sequence[Sequence[str]]

#: So many rows below a heading show what a column holds.
_LOOKED_AT = 200
_UNITS = {
    "km2",
    "km²",
    "m2",
    "m²",
    "ha",
    "hectares",
    "%",
    "n",
    "no.",
    "nr",
    "usd",
    "us$",
    "eur",
    "€",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the parts of a grid begin and end, as row numbers from 0.

    Titles are rows `[0:titles]`, the header `[titles:header]`, the body `[header:body]`,
    and what stands below, blank rows and notes, `[body:]`.
    """

    titles: int
    header: int
    body: int


def shape_of(rows: Rows, flagged: int = 0, alone: Collection[int] | None = None) -> Shape:
    """Tell title rows, header rows, body rows and note rows of a grid apart.

    `flagged` is the number of leading rows that the format itself calls header (`thead`, a
    repeated heading row in Word), title rows included; 0 where it says nothing. `alone` are the
    rows that hold one cell with text, where the format knows; a text that stands in each of
    several cells is then not taken for one merged cell.
    """
    if alone is not None:
        rows = [row if r in alone else _told_apart(row) for r, row in enumerate(rows)]
    titles = title_rows(rows)
    body = body_end(rows, titles)
    inside = rows[titles:body]
    said = min(flagged - titles, len(inside) - 1)
    depth = _extended(inside, said) if said > 0 else header_depth(inside)
    return Shape(titles, titles + depth, body)


def header_depth(rows: Rows) -> int:
    """Count the leading header rows of a grid by its contents; 0 when the first row has figures.

    Years and other periods, age bands and column numbers above figures are header although they
    are numbers. Rows of sections, totals, and of missing figures are never header.
    """
    if len(rows) < 2:
        return len(rows) if rows and not _has_figures(rows, 0) else 0
    first = next((r for r in range(len(rows)) if _has_figures(rows, r)), len(rows))
    return _extended(rows, 1) if first else 0


def joined_header(levels: Rows, *, fill_right: bool = False) -> tuple[str, ...]:
    """Join header levels from top to bottom with ` / `; blanks and repeats are said once.

    `fill_right`: a blank beside a group heading belongs to the group (sheets without merging).
    """
    if not levels:
        return ()
    if fill_right:
        levels = list(levels)
        for number in reversed(range(len(levels) - 1)):
            levels[number] = _filled_right(levels, number)
    columns = zip_longest(*levels, fillvalue="")
    return tuple(" / ".join(_distinct(column)) for column in columns)


def is_section(row: Sequence[str]) -> bool:
    """True when a row prints one label and nothing else: `Mali,,,` or a label over all columns.

    A label alone in the first column may also be a row whose figures were left blank.
    """
    printed = [text for text in row if text.strip()]
    if not printed or len(row) < 2 or _is_figure(printed[0]):
        return False
    return len(printed) == 1 or (len(printed) == len(row) and len(set(printed)) == 1)


def title_rows(rows: Rows) -> int:
    """Count the leading rows that only hold a title (one text in the row) or nothing."""
    count = 0
    while count < len(rows) and (is_blank(rows[count]) or is_section(rows[count])):
        count += 1
    return count if len(rows) - count > 1 else 0


def body_end(rows: Rows, start: int = 0) -> int:
    """Return the number of the first row of the notes and blank rows below a table."""
    end = len(rows)
    while end > start + 1 and (is_blank(rows[end - 1]) or is_note_row(rows[end - 1])):
        end -= 1
    return end


def split_notes(rows: Rows) -> tuple[Rows, list[str]]:
    """Split the rows below a table off: body rows, and the texts of the notes in order."""
    end = body_end(rows)
    texts = [next(text for text in row if text.strip()) for row in rows[end:] if not is_blank(row)]
    return rows[:end], texts


def is_note_row(row: Sequence[str]) -> bool:
    """True when a row holds one text only, which reads as a note or reaches over all columns.

    Below a table that is what it is: a section heads the rows under it.
    """
    printed = list(dict.fromkeys(text for text in row if text.strip()))
    if len(printed) != 1 or len(row) < 2:
        return False
    text = printed[0]
    over_all = all(other == text for other in row) and not missing_status(text)
    return is_note_line(text) or (over_all and not _is_figure(text))


def is_blank(row: Sequence[str]) -> bool:
    """True when nothing is printed in the row."""
    return not any(text.strip() for text in row)


def filled(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Lay cells out as a rectangle: a merged cell stands wherever it reaches, gaps are empty.

    Where two cells claim one place, the first keeps it.
    """
    height = max((cell.row + cell.rowspan for cell in cells), default=0)
    width = max((cell.column + cell.colspan for cell in cells), default=0)
    places: list[list[Cell | None]] = [[None] * width for _ in range(height)]
    for cell in cells:
        if cell.rowspan == cell.colspan == 1:
            places[cell.row][cell.column] = places[cell.row][cell.column] or cell
            continue
        for r in range(cell.row, cell.row + cell.rowspan):
            for c in range(cell.column, cell.column + cell.colspan):
                places[r][c] = places[r][c] or cell
    return [
        [cell or Cell(row=r, column=c, text="") for c, cell in enumerate(line)]
        for r, line in enumerate(places)
    ]


def _told_apart(row: Sequence[str]) -> Sequence[str]:
    """Make equal texts differ by the blanks behind them, which otherwise count for nothing."""
    if len(row) < 2 or any(text != row[0] for text in row):
        return row
    return [f"{text}{' ' * c}" for c, text in enumerate(row)]


def _extended(rows: Rows, depth: int) -> int:
    """Go on from `depth` header rows while the next row still belongs to the header."""
    figures_below = any(_has_figures(rows, r) for r in range(depth, len(rows)))
    while depth < len(rows) and _continues_header(rows, depth, figures_below):
        depth += 1
    return depth


def _continues_header(rows: Rows, number: int, figures_below: bool) -> bool:
    above, row = rows[number - 1], rows[number]
    if is_blank(row) or is_section(row) or _has_figures(rows, number):
        return False
    stub_is_open = not row[0].strip() or row[0] == above[0]
    if _is_unit_row(row, has_label=not stub_is_open) or _counts_columns(row):
        return True
    if any(text.strip() and missing_status(text) for text in row[1:]):
        return False
    if stub_is_open:
        return figures_below or _has_groups(above) or row[0] == above[0] != ""
    return not above[0].strip() and _has_groups(above)


def _counts_columns(row: Sequence[str]) -> bool:
    """True for a row that numbers the columns and says nothing else: `(1)`, `(2)` … or 1, 2, 3 …"""
    return _counts_up([text for text in row if text.strip()])


def _has_groups(row: Sequence[str]) -> bool:
    """True when a heading reaches over several columns, merged or with blanks beside it."""
    return any(right == left or not right.strip() for left, right in pairwise(row[1:]))


def _is_unit_row(row: Sequence[str], *, has_label: bool) -> bool:
    """True for a row of units; beside the label of a row, `(X)` may be a missing figure instead."""
    printed = [fold_blanks(text).casefold() for text in row[1:] if fold_blanks(text)]
    return bool(printed) and all(
        text.strip("()[]") in _UNITS
        or (not has_label and text[0] in "([" and text[-1] in ")]" and not _is_figure(text))
        for text in printed
    )


def _has_figures(rows: Rows, number: int) -> bool:
    """True when a row prints figures that are not merely labels of columns."""
    row = rows[number]
    figures = [c for c, text in enumerate(row) if _is_figure(text)]
    if not figures:
        return False
    return not _are_labels(rows, number, figures)


def _are_labels(rows: Rows, number: int, figures: Sequence[int]) -> bool:
    """Years in order, bands, or 1, 2, 3 are labels where the columns below hold other figures."""
    row = rows[number]
    below = rows[number + 1 : number + 1 + _LOOKED_AT]
    if _counts_up([row[c] for c in figures]) and (number == 0 or _counts_columns(row)):
        return not any(_counts_up([other[c] for c in figures]) for other in below)
    return all(_is_label(row[c], [other[c] for other in below]) for c in figures) and _in_order(
        [row[c] for c in dict.fromkeys(figures) if is_year(row[c])]
    )


def _is_label(text: str, below: Sequence[str]) -> bool:
    others = [other for other in below if other != text and other.strip()]
    if is_period(text):
        return not others or not all(is_period(other) for other in others)
    return _is_band(text) and not any(_is_band(other) for other in others)


def _is_band(text: str) -> bool:
    number = read_number(text)
    return number is not None and number.qualifier is not None


def _in_order(years: Sequence[str]) -> bool:
    """True when years rise or fall, or start over under each group, as column labels do."""
    distinct = list(dict.fromkeys(fold_blanks(year)[:4] for year in years))
    return distinct in (sorted(distinct), sorted(distinct, reverse=True))


def _counts_up(texts: Sequence[str]) -> bool:
    """True for 1, 2, 3 … (at least three), or for (1), (2) … (at least two), as column numbers."""
    plain = [text.strip() for text in texts]
    bare = [text[1:-1] if text[:1] in "([" and text[-1:] in ")]" else text for text in plain]
    in_brackets = all(text != inside for text, inside in zip(plain, bare, strict=True))
    if len(bare) < (2 if in_brackets else 3):
        return False
    if not all(text.isdecimal() and len(text) < 4 for text in bare):
        return False
    numbers = [int(text) for text in bare]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_figure(text: str) -> bool:
    """True for numbers, ranges and periods that begin with a digit; not for missing figures."""
    if not text.strip() or len(text) > LONGEST:
        return False
    number = read_number(text)
    return (number is not None and number.status is None) or is_year(text)


def _filled_right(levels: Rows, number: int) -> list[str]:
    """Carry a group heading over the blanks to its right, where a level below names columns."""
    line: list[str] = []
    for c, text in enumerate(levels[number]):
        goes_on = not text.strip() and c > 1 and line[-1] and levels[number + 1][c].strip()
        line.append(line[-1] if goes_on else text)
    return line


def _distinct(column: Sequence[str]) -> list[str]:
    """The texts of one column of the header, blanks left out, repeats in a row said once."""
    said: list[str] = []
    for text in column:
        clean = text.strip()
        if clean and (not said or said[-1] != clean):
            said.append(clean)
    return said
