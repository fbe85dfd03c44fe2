"""The XML of plain rows → where each cell stands and where its value lies, without a loop over cells.

Every `<` is found at once, each tag is known by its first letters, and each must be followed by one
that may follow it; whatever is written another way than Excel, LibreOffice and the common libraries
write it raises `NotPlainError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from mtool.engines.arrow_values import positions, where

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Numbers = np.ndarray[Any, Any]


class NotPlainError(Exception):
    """The sheet holds something that only the full reader sees."""


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


class _Tag(IntEnum):
    other = 0
    row = 1
    row_end = 2
    c = 3
    c_end = 4
    v = 5
    v_end = 6
    i = 7
    i_end = 8
    t = 9
    t_end = 10
    f = 11
    f_end = 12
    spaced_t = 13


#: The first two letters of each tag; the third must be what `_THIRD` says.
_LETTERS = {
    b"ro": _Tag.row,
    b"/r": _Tag.row_end,
    b"c ": _Tag.c,
    b"/c": _Tag.c_end,
    b"v>": _Tag.v,
    b"/v": _Tag.v_end,
    b"is": _Tag.i,
    b"/i": _Tag.i_end,
    b"t>": _Tag.t,
    b"t ": _Tag.spaced_t,
    b"/t": _Tag.t_end,
    b"f>": _Tag.f,
    b"f ": _Tag.f,
    b"/f": _Tag.f_end,
}
_THIRD = {
    _Tag.row: b"w",
    _Tag.row_end: b"o",
    _Tag.c: b"r",
    _Tag.c_end: b">",
    _Tag.v_end: b">",
    _Tag.i: b">",
    _Tag.i_end: b"s",
    _Tag.t_end: b">",
    _Tag.f_end: b">",
    _Tag.spaced_t: b"x",
}
#: What may follow each tag. A formula must be followed by its value; tags that may end themselves,
#: with `/>`, may be followed as if they had ended.
_FOLLOWING = {
    _Tag.row: (_Tag.c, _Tag.row_end, _Tag.row),
    _Tag.row_end: (_Tag.row,),
    _Tag.c: (_Tag.v, _Tag.i, _Tag.f, _Tag.c_end, _Tag.c, _Tag.row_end),
    _Tag.c_end: (_Tag.c, _Tag.row_end),
    _Tag.v: (_Tag.v_end,),
    _Tag.v_end: (_Tag.c_end,),
    _Tag.i: (_Tag.t, _Tag.spaced_t),
    _Tag.i_end: (_Tag.c_end,),
    _Tag.t: (_Tag.t_end,),
    _Tag.spaced_t: (_Tag.t_end,),
    _Tag.t_end: (_Tag.i_end,),
    _Tag.f: (_Tag.f_end, _Tag.v),
    _Tag.f_end: (_Tag.v,),
}
_VALUE, _TEXT, _SPACED_TEXT = b"<v>", b"<t>", b'<t xml:space="preserve">'
#: The longest names of columns and numbers of rows and styles that are read.
_MOST_LETTERS, _MOST_ROW_DIGITS, _MOST_STYLE_DIGITS = 3, 7, 4
_FIRST_PRINTED = ord(" ")
#: The only bytes below a blank that XML may hold.
_LINE_ENDS = frozenset(b"\t\n\r")
#: What a row says of itself that is not shown.
_HIDDEN = ("hidden=", 'ht="0"')
#: Bytes that may be looked at past the end of a tag.
_MARGIN = b" " * 64


def read_plain_cells(xml: bytes) -> PlainCells:
    """Find the cells in the XML of whole rows; `NotPlainError` for whatever is not common."""
    import numpy as np

    text = np.frombuffer(xml + _MARGIN, np.uint8)
    _require(set(np.unique(text[text < _FIRST_PRINTED]).tolist()) <= _LINE_ENDS)
    opens = np.flatnonzero(text == ord("<"))
    tags = _tags(text, opens)
    rows = np.flatnonzero(tags == _Tag.row)
    cells = np.flatnonzero(tags == _Tag.c)
    numbers, digits = _rows(xml, text, (opens, tags), rows)
    row_of = np.repeat(np.arange(len(rows)), _counts(rows, cells))
    columns, styles, ends = _heads(text, opens[cells], digits[row_of])
    kinds, ends = _kinds(text, ends)
    after = tags[cells + 1]
    alone = (after == _Tag.c) | (after == _Tag.row_end)
    _require(bool((text[ends] == np.where(alone, ord("/"), ord(">"))).all()))
    _require(bool((text[ends[alone] + 1] == ord(">")).all()))
    _require(bool((columns[1:] > columns[:-1])[row_of[1:] == row_of[:-1]].all()))
    holding = ~alone & (after != _Tag.c_end)
    kinds = kinds[holding]
    starts, value_ends = _values(text, opens, tags, kinds == Kind.inline)
    return PlainCells(
        numbers, row_of[holding], columns[holding], styles[holding], kinds, starts, value_ends
    )


def _require(is_common: bool) -> None:
    if not is_common:
        raise NotPlainError


def _require_at(text: Numbers, at: Numbers, letters: bytes) -> None:
    """The letters must stand at each of the places."""
    for place, letter in enumerate(letters):
        _require(bool((text[at + place] == letter).all()))


@cache
def _tables() -> tuple[Numbers, Numbers, Numbers]:
    """First letters → tag, tag → third letter, and which tag may follow which."""
    import numpy as np

    tags = np.zeros(1 << 16, np.uint8)
    for letters, tag in _LETTERS.items():
        tags[letters[0] << 8 | letters[1]] = tag
    thirds = np.zeros(16, np.uint8)
    for tag, letter in _THIRD.items():
        thirds[tag] = ord(letter)
    following = np.zeros((16, 16), bool)
    for tag, after in _FOLLOWING.items():
        following[tag, list(after)] = True
    return tags, thirds, following.reshape(-1)


def _tags(text: Numbers, opens: Numbers) -> Numbers:
    """The tag at each `<`, each of which may follow the one before."""
    import numpy as np

    known, thirds, following = _tables()
    letters = text[1:][opens].astype(np.uint16) << np.uint16(8) | text[2:][opens]
    tags: Numbers = known[letters]
    _require(len(tags) > 0 and bool(tags.all()))
    wanted = thirds[tags]
    _require(bool(((wanted == 0) | (wanted == text[3:][opens])).all()))
    _require(bool(following[tags[:-1] * np.uint8(16) + tags[1:]].all()))
    _require(tags[0] == _Tag.row and tags[-1] in (_Tag.row_end, _Tag.row))
    _require_at(text, opens[tags == _Tag.i_end], b"</is>")
    formulas = np.flatnonzero(tags == _Tag.f)
    bare = formulas[tags[formulas + 1] == _Tag.v] + 1
    _require_at(text, opens[bare] - 2, b"/>")
    return tags


def _rows(
    xml: bytes, text: Numbers, found: tuple[Numbers, Numbers], rows: Numbers
) -> tuple[Numbers, Numbers]:
    """The number of each row, which must come first and rise, and how many digits it has."""
    import numpy as np
    import pyarrow.compute as pc

    opens, tags = found
    starts, ends = opens[rows], np.append(opens, len(xml))[rows + 1]
    _require_at(text, opens[tags == _Tag.row_end], b"</row>")
    _require_at(text, starts, b'<row r="')
    followed = np.append(tags, np.uint8(_Tag.row))[rows + 1] == _Tag.row
    heads = slices(xml, starts, ends)
    blank = np.zeros(len(rows), bool)
    blank[where(pc.match_substring_regex(heads, r"/>\s*$"))] = True
    _require(bool((blank == followed).all()))
    for word in _HIDDEN:
        _require(not len(where(pc.match_substring(heads, word))))
    numbers, digits = _decimal(text, starts + len('<row r="'), _MOST_ROW_DIGITS)
    _require(bool((numbers[1:] > numbers[:-1]).all()) and bool((numbers > 0).all()))
    return numbers, digits


def _counts(rows: Numbers, cells: Numbers) -> Numbers:
    """How many cells stand behind each row's tag and before the next one's."""
    import numpy as np

    before: Numbers = np.append(np.searchsorted(cells, rows), len(cells))
    return np.diff(before)


def slices(xml: bytes, starts: Numbers, ends: Numbers) -> pa.Array:
    """Stretches of some bytes as texts: every second one of a text array over the same bytes."""
    import numpy as np
    import pyarrow as pa

    edges = np.empty(2 * len(starts) + 1, np.int32)
    edges[0:-1:2], edges[1::2], edges[-1] = starts, ends, ends[-1]
    whole = pa.Array.from_buffers(
        pa.string(), 2 * len(starts), [None, pa.py_buffer(edges), pa.py_buffer(xml)]
    )
    return whole.take(positions(np.arange(0, 2 * len(starts), 2)))


def _decimal(text: Numbers, starts: Numbers, most: int) -> tuple[Numbers, Numbers]:
    """The whole number at each start and how many digits it has; a quote must end it."""
    import numpy as np

    numbers, digits = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
    going = np.arange(len(starts))
    for place in range(most + 1):
        letters = text[starts[going] + place]
        is_digit = (letters >= ord("0")) & (letters <= ord("9"))
        _require(bool((letters[~is_digit] == ord('"')).all()))
        going = going[is_digit]
        if not len(going):
            break
        numbers[going] = numbers[going] * 10 + (letters[is_digit] - ord("0"))
        digits[going] += 1
    _require(not len(going) and bool((digits > 0).all()))
    return numbers, digits


def _heads(text: Numbers, cells: Numbers, row_digits: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Columns and styles of `<c r="AB12" s="3"`, in this order, and the places behind them."""
    import numpy as np

    _require_at(text, cells + 4, b'="')
    first = cells + len('<c r="')
    columns = text[first].astype(np.int64) - (ord("A") - 1)
    _require(bool(((columns >= 1) & (columns <= 26)).all()))
    going = np.arange(len(cells))
    letters = np.ones(len(cells), np.int64)
    for place in range(1, _MOST_LETTERS):
        more = text[first[going] + place]
        is_letter = (more >= ord("A")) & (more <= ord("Z"))
        going = going[is_letter]
        columns[going] = columns[going] * 26 + (more[is_letter] - np.uint8(ord("A") - 1))
        letters[going] += 1
    ends = first + letters + row_digits
    _require(bool((text[ends] == ord('"')).all()))
    ends += 1
    styles = np.zeros(len(cells), np.int64)
    styled = np.flatnonzero(text[ends + 1] == ord("s"))
    _require_at(text, ends[styled], b' s="')
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
    _require_at(text, at, b' t="')
    for letter, kind, written in _WRITTEN_KINDS:
        these = np.flatnonzero((first == letter) & ((second == ord('"')) == (len(written) == 6)))
        if len(these):
            _require_at(text, at[these], written)
            kinds[typed[these]] = kind
            ends[typed[these]] = at[these] + len(written)
            first[these] = 0
    _require(not first.any())
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

    is_text = (tags == _Tag.t) | (tags == _Tag.spaced_t)
    holds = np.flatnonzero((tags == _Tag.v) | is_text)
    _require(len(holds) == len(is_inline) and bool((is_text[holds] == is_inline).all()))
    starts = opens[holds] + len(_VALUE)
    spaced = np.flatnonzero(tags[holds] == _Tag.spaced_t)
    _require_at(text, opens[holds[spaced]], _SPACED_TEXT)
    starts[spaced] += len(_SPACED_TEXT) - len(_TEXT)
    return starts, opens[holds + 1]
