"""Texts as they are stored → as they are printed, without looking at each; the shared ones first.

Python looks only at texts with an escape, and at those that may end with a footnote mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import IO, TYPE_CHECKING, Any

from mtool.engines.arrow_values import positions, texts
from mtool.readers.spreadsheet.cell_findings import FULL_CELL
from mtool.readers.spreadsheet.cells import Shown
from mtool.readers.spreadsheet.marked import MARK_ENDS, split_if_marked
from mtool.readers.spreadsheet.ooxml import Workbook, unescaped
from mtool.readers.spreadsheet.plain_xml import (
    NotPlainError,
    Tag,
    letters_of,
    require,
    slices,
    starts_of,
    tags_at,
)
from mtool.readers.spreadsheet.sheets import SEPARATOR

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Numbers = np.ndarray[Any, Any]

_ENTITY = re.compile(r"&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
#: Last bytes of footnote marks in UTF-8, and the bytes that stand before those that are no letters.
_LAST_BYTES = bytes(sorted({mark.encode()[-1] for mark in MARK_ENDS}))
_LEADS = bytes(sorted({mark.encode()[-2] for mark in MARK_ENDS if not mark.isascii()}))
#: What begins an escape in a text.
_ESCAPES = (b"&", b"\r", b"_x")
_CHUNK = 1 << 22
_LONGEST = 1 << 25
_BEGINS, _ENDS, _LAST = b"<si>", b"</si>", b"</sst>"


@dataclass(frozen=True, slots=True)
class SharedTexts:
    """The shared texts by number, and the footnote marks of those that have some."""

    texts: pa.Array
    marks: Mapping[int, tuple[str, ...]]


def shared_texts(workbook: Workbook) -> SharedTexts:
    """The shared texts of a workbook; read in full where one is set in several fonts."""
    if workbook.strings_part is None:
        return SharedTexts(texts([]), {})
    try:
        with workbook.package.open(workbook.strings_part) as stream:
            return _read_plain(stream)
    except NotPlainError:
        strings = workbook.strings
        return SharedTexts(texts(strings.texts), strings.marks)


def _read_plain(stream: IO[bytes]) -> SharedTexts:
    import pyarrow as pa

    parts: list[pa.Array] = []
    marks: dict[int, tuple[str, ...]] = {}
    before = 0
    for xml in _stretches(stream):
        stored, odd = _stored(xml)
        shown = {at: text_shown(stored[at].as_py()) for at in odd}
        marks |= {before + at: one.marks for at, one in shown.items() if one.marks}
        parts.append(_replaced(stored, {at: one.text for at, one in shown.items()}))
        before += len(stored)
    return SharedTexts(pa.concat_arrays(parts), marks)


def _stored(xml: bytes) -> tuple[pa.Array, list[int]]:
    """The texts in some XML as they are stored, and the numbers of those that are odd."""
    import numpy as np

    text = letters_of(xml)
    opens = np.flatnonzero(text == ord("<"))
    tags = tags_at(text, opens)
    require(tags[0] == Tag.si and tags[-1] == Tag.si_end)
    holds = np.flatnonzero((tags == Tag.t) | (tags == Tag.spaced_t))
    require(4 * len(holds) == len(tags))
    starts, ends = starts_of(text, opens, tags, holds), opens[holds + 1]
    odd: list[int] = np.flatnonzero(odd_texts(xml, starts, ends)).tolist()
    return slices(xml, starts, ends), odd


def _replaced(stored: pa.Array, said: Mapping[int, str]) -> pa.Array:
    """The texts, those at some places replaced by others."""
    import numpy as np
    import pyarrow as pa

    if not said:
        return stored
    source = np.arange(len(stored))
    source[list(said)] = np.arange(len(stored), len(stored) + len(said))
    return pa.concat_arrays([stored, texts(list(said.values()))]).take(positions(source))


def odd_texts(xml: bytes, starts: Numbers, ends: Numbers) -> Numbers:
    """Which stretches hold an escape or a mark at the end, or are as long as Excel allows."""
    import numpy as np

    data = np.frombuffer(xml, np.uint8)
    last = data[ends - 1]
    odd: Numbers = _letters(_LAST_BYTES)[last]
    odd &= (last < 128) | _letters(_LEADS)[data[ends - 2]]
    odd |= ends - starts >= FULL_CELL
    for mark in _ESCAPES:
        at = np.flatnonzero(data == mark[0])
        for place, letter in enumerate(mark[1:], start=1):
            at = at[data[np.minimum(at + place, len(data) - 1)] == letter]
        cell = np.searchsorted(starts, at, "right") - 1
        odd[cell[(cell >= 0) & (at < ends[cell])]] = True
    return odd


@cache
def _letters(known: bytes) -> Numbers:
    """Which bytes are among those."""
    import numpy as np

    table: Numbers = np.zeros(256, bool)
    table[list(known)] = True
    return table


@lru_cache(maxsize=1 << 14)
def text_shown(stored: str) -> Shown:
    """What a text says that is stored with escapes, its footnote marks apart."""
    if stored.count("&") != len(_ENTITY.findall(stored)):
        raise NotPlainError
    lines = stored.replace("\r\n", "\n").replace("\r", "\n")
    text = unescaped(_ENTITY.sub(_character, lines)).replace(SEPARATOR, " ")
    return Shown(*split_if_marked(text))


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if name[0] != "#":
        return _NAMED[name]
    number = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    if number < ord(" ") and chr(number) not in "\t\n\r":
        raise NotPlainError
    return chr(number)


def _stretches(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML of whole texts, some megabytes at a time."""
    more = stream.read(_CHUNK)
    begin = more.find(_BEGINS)
    require(begin >= 0 and b"<!" not in more[:begin] and _is_utf8(more[:200]))
    rest, more = b"", more[begin:]
    while more:
        xml = rest + more
        end = xml.find(_LAST)
        if end >= 0:
            yield xml[:end]
            return
        cut = xml.rfind(_ENDS) + len(_ENDS)
        if cut >= len(_ENDS):
            yield xml[:cut]
            xml = xml[cut:]
        require(len(xml) <= _LONGEST)
        rest, more = xml, stream.read(_CHUNK)
    raise NotPlainError


def _is_utf8(head: bytes) -> bool:
    return b"encoding=" not in head or b'"utf-8"' in head.lower()
