"""The XML of plain rows → where each cell stands and where its value lies, without a loop over cells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from mtool.engines.arrow_values import where
from mtool.readers.spreadsheet.plain_xml import (
    Tag,
    letters_of,
    require,
    require_at,
    slices,
    starts_of,
    tags_at,
)

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Numbers = np.ndarray[Any, Any]


class Kind(IntEnum):
    """What a cell's value is written as."""

    number = 0
    shared = 1
    text = 2
    inline = 3
    truth = 4


@dataclass(frozen=True, slots=True)
class PlainCells:
    """The cells of some rows that hold a value, in the order of the sheet.

    `rows` are the numbers of all rows; the others have one entry a cell: the position of its row in
    `rows`, its column from 1, its style, its `Kind`, and its value as `[start:end]` of the bytes.
    """

    rows: Numbers
    row_of: Numbers
    columns: Numbers
    styles: Numbers
    kinds: Numbers
    starts: Numbers
    ends: Numbers


#: The longest names of columns and numbers of rows and styles that are read.
_MOST_LETTERS, _MOST_ROW_DIGITS, _MOST_STYLE_DIGITS = 3, 7, 4
_ATTRIBUTES = r'(?: [A-Za-z_][\w:.-]*="[^"<&]*")*'
_ROW = rf"^<row{_ATTRIBUTES}\s*/?>\s*$"
_ROW_END = r"^</row>\s*$"
_FORMULA = rf"^<f{_ATTRIBUTES}(?:/>|>(?:[^&<]|&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)*)$"
#: What a row may say of being hidden that is nothing to tell.
_SHOWN = ('hidden="0"', 'hidden="false"')


def read_plain_cells(xml: bytes) -> PlainCells:
    """Find the cells in the XML of whole rows; `NotPlainError` for whatever is not common."""
    import numpy as np

    text = letters_of(xml)
    opens = np.flatnonzero(text == ord("<"))
    tags = tags_at(text, opens)
    require(tags[0] == Tag.row and tags[-1] in (Tag.row_end, Tag.row))
    require(not (tags >= Tag.si).any())
    _require_formulas(xml, text, opens, tags)
    rows = np.flatnonzero(tags == Tag.row)
    cells = np.flatnonzero(tags == Tag.c)
    numbers, digits = _rows(xml, text, (opens, tags), rows)
    row_of = np.repeat(np.arange(len(rows)), _counts(rows, cells))
    columns, styles, ends = _heads(text, opens[cells], digits[row_of])
    kinds, ends = _kinds(text, ends)
    after = tags[cells + 1]
    alone = (after == Tag.c) | (after == Tag.row_end)
    require(bool((text[ends] == np.where(alone, ord("/"), ord(">"))).all()))
    require(bool((text[ends[alone] + 1] == ord(">")).all()))
    require(bool((opens[cells + 1] == ends + 1 + alone).all()))
    require(bool((columns[1:] > columns[:-1])[row_of[1:] == row_of[:-1]].all()))
    holding = ~alone & (after != Tag.c_end)
    kinds = kinds[holding]
    starts, value_ends = _values(text, opens, tags, kinds == Kind.inline)
    return PlainCells(
        numbers, row_of[holding], columns[holding], styles[holding], kinds, starts, value_ends
    )


def _require_formulas(xml: bytes, text: Numbers, opens: Numbers, tags: Numbers) -> None:
    """Formulas must be written well; one that its value follows at once must have ended itself."""
    import numpy as np

    formulas = np.flatnonzero(tags == Tag.f)
    require_at(text, opens[formulas[tags[formulas + 1] == Tag.v] + 1] - 2, b"/>")
    _require_all(_FORMULA, slices(xml, opens[formulas], opens[formulas + 1]))


def _require_all(pattern: str, texts: pa.Array) -> None:
    import pyarrow.compute as pc

    require(len(where(pc.match_substring_regex(texts, pattern))) == len(texts))


def _rows(
    xml: bytes, text: Numbers, found: tuple[Numbers, Numbers], rows: Numbers
) -> tuple[Numbers, Numbers]:
    """The number of each row, which must come first and rise, and how many digits it has."""
    import numpy as np
    import pyarrow.compute as pc

    opens, tags = found
    starts, ends = opens[rows], np.append(opens, len(xml))[rows + 1]
    row_ends = np.flatnonzero(tags == Tag.row_end)
    _require_all(_ROW_END, slices(xml, opens[row_ends], np.append(opens, len(xml))[row_ends + 1]))
    require_at(text, starts, b'<row r="')
    followed = np.append(tags, np.uint8(Tag.row))[rows + 1] == Tag.row
    heads = slices(xml, starts, ends)
    _require_all(_ROW, heads)
    blank = np.zeros(len(rows), bool)
    blank[where(pc.match_substring_regex(heads, r"/>\s*$"))] = True
    require(bool((blank == followed).all()))
    said, shown = (_mentions(heads, *words) for words in (("hidden=",), _SHOWN))
    require(said == shown and not _mentions(heads, 'ht="0"'))
    numbers, digits = _decimal(text, starts + len('<row r="'), _MOST_ROW_DIGITS)
    require(bool((numbers[1:] > numbers[:-1]).all()) and bool((numbers > 0).all()))
    return numbers, digits


def _mentions(heads: pa.Array, *words: str) -> int:
    import pyarrow.compute as pc

    return sum(len(where(pc.match_substring(heads, word))) for word in words)


def _counts(rows: Numbers, cells: Numbers) -> Numbers:
    """How many cells stand behind each row's tag and before the next one's."""
    import numpy as np

    before: Numbers = np.append(np.searchsorted(cells, rows), len(cells))
    return np.diff(before)


def _decimal(text: Numbers, starts: Numbers, most: int) -> tuple[Numbers, Numbers]:
    """The whole number at each start and how many digits it has; a quote must end it."""
    import numpy as np

    numbers, digits = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
    going = np.arange(len(starts))
    for place in range(most + 1):
        letters = text[starts[going] + place]
        is_digit = (letters >= ord("0")) & (letters <= ord("9"))
        require(bool((letters[~is_digit] == ord('"')).all()))
        going = going[is_digit]
        if not len(going):
            break
        numbers[going] = numbers[going] * 10 + (letters[is_digit] - ord("0"))
        digits[going] += 1
    require(not len(going) and bool((digits > 0).all()))
    return numbers, digits


def _heads(text: Numbers, cells: Numbers, row_digits: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Columns and styles of `<c r="AB12" s="3"`, in this order, and the places behind them."""
    import numpy as np

    require_at(text, cells + 4, b'="')
    first = cells + len('<c r="')
    columns = text[first].astype(np.int64) - (ord("A") - 1)
    require(bool(((columns >= 1) & (columns <= 26)).all()))
    going = np.arange(len(cells))
    letters = np.ones(len(cells), np.int64)
    for place in range(1, _MOST_LETTERS):
        more = text[first[going] + place]
        is_letter = (more >= ord("A")) & (more <= ord("Z"))
        going = going[is_letter]
        columns[going] = columns[going] * 26 + (more[is_letter] - np.uint8(ord("A") - 1))
        letters[going] += 1
    ends = first + letters + row_digits
    require(bool((text[ends] == ord('"')).all()))
    ends += 1
    styles = np.zeros(len(cells), np.int64)
    styled = np.flatnonzero(text[ends + 1] == ord("s"))
    require_at(text, ends[styled], b' s="')
    styles[styled], digits = _decimal(text, ends[styled] + len(' s="'), _MOST_STYLE_DIGITS)
    ends[styled] += len(' s=""') + digits
    return columns, styles, ends


def _kinds(text: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """The kind of each cell, a number where it says none, and the places behind it."""
    import numpy as np

    kinds = np.zeros(len(ends), np.uint8)
    typed = np.flatnonzero(text[ends] == ord(" "))
    at = ends[typed]
    # A blank may also stand before the end of a tag that ends itself.
    is_typed = text[at + 1] != ord("/")
    typed, at = typed[is_typed], at[is_typed]
    ends[text[ends] == ord(" ")] += 1
    first, second = text[at + 4], text[at + 5]
    require_at(text, at, b' t="')
    for letter, kind, written in _WRITTEN_KINDS:
        these = np.flatnonzero((first == letter) & ((second == ord('"')) == (len(written) == 6)))
        if len(these):
            require_at(text, at[these], written)
            kinds[typed[these]] = kind
            ends[typed[these]] = at[these] + len(written)
            first[these] = 0
    require(not first.any())
    return kinds, ends


_WRITTEN_KINDS = (
    (ord("s"), Kind.shared, b' t="s"'),
    (ord("n"), Kind.number, b' t="n"'),
    (ord("b"), Kind.truth, b' t="b"'),
    (ord("s"), Kind.text, b' t="str"'),
    (ord("i"), Kind.inline, b' t="inlineStr"'),
)


def _values(
    text: Numbers, opens: Numbers, tags: Numbers, is_inline: Numbers
) -> tuple[Numbers, Numbers]:
    """Where the values of the cells that have one begin and end."""
    import numpy as np

    is_text = (tags == Tag.t) | (tags == Tag.spaced_t)
    holds = np.flatnonzero((tags == Tag.v) | is_text)
    require(len(holds) == len(is_inline) and bool((is_text[holds] == is_inline).all()))
    return starts_of(text, opens, tags, holds), opens[holds + 1]
