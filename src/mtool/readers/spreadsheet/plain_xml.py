"""The XML of plain sheets and shared texts as numbers: every tag at once, without a loop.

Every `<` is found at once, each tag is known by its first letters, and each must be followed by one
that may follow it; whatever is written another way than Excel, LibreOffice and the common libraries
write it raises `NotPlainError`.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from mtool.engines.arrow_values import positions

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Numbers = np.ndarray[Any, Any]


class NotPlainError(Exception):
    """The sheet holds something that only the full reader sees."""


class Tag(IntEnum):
    """The tags of plain sheets and of their shared texts."""

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
    si = 14
    si_end = 15


#: The first two letters of each tag; the third must be what `_THIRD` says.
_LETTERS = {
    b"ro": Tag.row,
    b"/r": Tag.row_end,
    b"c ": Tag.c,
    b"/c": Tag.c_end,
    b"v>": Tag.v,
    b"/v": Tag.v_end,
    b"is": Tag.i,
    b"/i": Tag.i_end,
    b"t>": Tag.t,
    b"t ": Tag.spaced_t,
    b"/t": Tag.t_end,
    b"f>": Tag.f,
    b"f ": Tag.f,
    b"/f": Tag.f_end,
    b"si": Tag.si,
    b"/s": Tag.si_end,
}
_THIRD = {
    Tag.row: b"w",
    Tag.row_end: b"o",
    Tag.c: b"r",
    Tag.c_end: b">",
    Tag.v_end: b">",
    Tag.i: b">",
    Tag.i_end: b"s",
    Tag.t_end: b">",
    Tag.f_end: b">",
    Tag.spaced_t: b"x",
    Tag.si: b">",
    Tag.si_end: b"i",
}
#: What may follow each tag. A formula must be followed by its value; tags that may end themselves,
#: with `/>`, may be followed as if they had ended.
_FOLLOWING = {
    Tag.row: (Tag.c, Tag.row_end, Tag.row),
    Tag.row_end: (Tag.row,),
    Tag.c: (Tag.v, Tag.i, Tag.f, Tag.c_end, Tag.c, Tag.row_end),
    Tag.c_end: (Tag.c, Tag.row_end),
    Tag.v: (Tag.v_end,),
    Tag.v_end: (Tag.c_end,),
    Tag.i: (Tag.t, Tag.spaced_t),
    Tag.i_end: (Tag.c_end,),
    Tag.t: (Tag.t_end,),
    Tag.spaced_t: (Tag.t_end,),
    Tag.t_end: (Tag.i_end, Tag.si_end),
    Tag.si: (Tag.t, Tag.spaced_t),
    Tag.si_end: (Tag.si,),
    Tag.f: (Tag.f_end, Tag.v),
    Tag.f_end: (Tag.v,),
}
_ADJOINING = {
    Tag.c_end: b"</c>",
    Tag.v_end: b"</v>",
    Tag.i: b"<is>",
    Tag.i_end: b"</is>",
    Tag.t_end: b"</t>",
    Tag.f_end: b"</f>",
    Tag.si: b"<si>",
}
_SPACED_TEXT = b'<t xml:space="preserve">'
_FIRST_PRINTED = ord(" ")
#: The only bytes below a blank that XML may hold.
_LINE_ENDS = frozenset(b"\t\n\r")
#: Bytes that may be looked at past the end of a tag.
_MARGIN = b" " * 64


def require(is_common: bool) -> None:
    """`NotPlainError` unless the XML is written as is common."""
    if not is_common:
        raise NotPlainError


def require_at(text: Numbers, at: Numbers, letters: bytes) -> None:
    """The letters must stand at each of the places."""
    for place, letter in enumerate(letters):
        require(bool((text[at + place] == letter).all()))


def letters_of(xml: bytes) -> Numbers:
    """The bytes as numbers, with a margin behind them; control characters are not common."""
    import numpy as np

    text: Numbers = np.frombuffer(xml + _MARGIN, np.uint8)
    require(set(np.unique(text[text < _FIRST_PRINTED]).tolist()) <= _LINE_ENDS)
    return text


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


@cache
def _lengths() -> Numbers:
    """The length of tags that another must follow at once; 0 for others."""
    import numpy as np

    lengths: Numbers = np.zeros(16, np.int64)
    for tag, written in _ADJOINING.items():
        lengths[tag] = len(written)
    return lengths


def tags_at(text: Numbers, opens: Numbers) -> Numbers:
    """The tag at each `<`, each of which may follow the one before."""
    import numpy as np

    known, thirds, following = _tables()
    letters = text[1:][opens].astype(np.uint16) << np.uint16(8) | text[2:][opens]
    tags: Numbers = known[letters]
    require(len(tags) > 0 and bool(tags.all()))
    wanted = thirds[tags]
    require(bool(((wanted == 0) | (wanted == text[3:][opens])).all()))
    require(bool(following[tags[:-1] * np.uint8(16) + tags[1:]].all()))
    reach = _lengths()[tags[:-1]]
    require(bool(((reach == 0) | (reach == np.diff(opens))).all()))
    for tag, written in ((Tag.i_end, b"</is>"), (Tag.si_end, b"</si>")):
        require_at(text, opens[tags == tag], written)
    return tags


def starts_of(text: Numbers, opens: Numbers, tags: Numbers, holds: Numbers) -> Numbers:
    """Where what follows the tags numbered `holds` begins: `<v>`, or `<t>` with or without blanks kept."""
    import numpy as np

    starts: Numbers = opens[holds] + len("<t>")
    spaced = np.flatnonzero(tags[holds] == Tag.spaced_t)
    require_at(text, opens[holds[spaced]], _SPACED_TEXT)
    starts[spaced] = opens[holds[spaced]] + len(_SPACED_TEXT)
    return starts


def slices(xml: bytes, starts: Numbers, ends: Numbers) -> pa.Array:
    """Stretches of some bytes as texts: every second one of a text array over the same bytes."""
    import numpy as np
    import pyarrow as pa

    edges = np.empty(2 * len(starts) + 1, np.int32)
    edges[0:-1:2], edges[1::2], edges[-1] = starts, ends, ends[-1] if len(ends) else 0
    whole = pa.Array.from_buffers(
        pa.string(), 2 * len(starts), [None, pa.py_buffer(edges), pa.py_buffer(xml)]
    )
    return whole.take(positions(np.arange(0, 2 * len(starts), 2)))
