"""The prose of a document: headings, captions, notes, and sentences made whole again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mtool.model import Locator, Paragraph
from mtool.readers.text.captions import Title, is_caption
from mtool.readers.text.joining import is_continuation
from mtool.readers.text.lines import Line
from mtool.readers.text.markup import strip_markup
from mtool.readers.text.sentences import TERMINALS, Hyphens, is_ended, is_unfinished
from mtool.readers.text.tables import Surroundings

Kind = Literal["heading", "prose", "note", "caption"]

_HASHES = re.compile(r"\s{0,3}#{1,6}(?:\s+|$)")
_UNDERLINE = re.compile(r"\s{0,3}(?:={3,}|-{3,}|~{3,}|\^{3,}|\*{3,}|\+{3,})\s*")
_DECORATION = re.compile(r"[\s\-=_*~+.·•|:]{3,}|```.*|~~~.*")
_ITEM = re.compile(r"\s{0,20}(?:[-*+•·▪◦–o]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)])\s+(?=\S)")
_QUOTE = re.compile(r"^\s{0,3}>\s?")
_BOLD = re.compile(r"(?:\*\*[^*]+\*\*|__[^_]+__|<b>[^<]+</b>|<strong>[^<]+</strong>)\s*")
_LEADERS = re.compile(r"(?:\.{4,}|(?: \.){4,}|…{2,}).{0,20}$")
_SECTION = re.compile(r"(?:\d{1,2}\.){0,3}\d{0,2}\.? ?(?=[^\W\d_])")
_GAP = re.compile(r"\S(?: {3,}|\t+)\S")
_LONG_LINE = 200
_NARROWEST = 30
#: A shorter piece before a lower-case word is a label or an address, not half a sentence.
_SHORTEST_PART = 30
_LONGEST_HEADING = 100


@dataclass(slots=True)
class _Unit:
    """Lines that belong together before sentences are made whole."""

    kind: Kind
    lines: list[Line] = field(default_factory=list)
    is_item: bool = False
    is_certain: bool = True
    text: str = ""


def read_prose(
    around: Surroundings, taken: Sequence[bool], captions: Sequence[Title]
) -> tuple[Paragraph, ...]:
    """Return everything outside the tables in reading order, hard-wrapped lines joined.

    A sentence that a page break, a blank line, a table or notes broke in two is one paragraph,
    with the first line of its first part: when that part has no end and the next begins in
    lower case, or when it breaks off after a word no sentence ends with.
    """
    words = Hyphens(around.lines)
    units = [unit for unit in _units(around, taken, captions) if _clean(unit, words)]
    return tuple(
        Paragraph(
            unit.text,
            Locator(path=around.path, line=unit.lines[0].number, page=unit.lines[0].page),
            unit.kind,
        )
        for unit in _made_whole(units, words)
    )


def _units(
    around: Surroundings, taken: Sequence[bool], captions: Sequence[Title]
) -> Iterator[_Unit]:
    lines = around.lines
    fixed: dict[int, tuple[Kind, int, str]] = {}
    fixed.update({note.start: ("note", note.stop, note.text) for note in around.footnotes})
    fixed.update({title.start: ("caption", title.stop, title.text) for title in captions})
    open_unit: _Unit | None = None
    index = 0
    while index < len(lines):
        known = None if taken[index] else fixed.get(index)
        begins = known is not None or taken[index] or _parts(lines[index], open_unit)
        if begins and open_unit is not None:
            yield open_unit
            open_unit = None
        if known is not None:
            yield _Unit(known[0], list(lines[index : known[1]]), text=known[2])
            index = known[1]
            continue
        if not taken[index] and not lines[index].blank:
            underlined = open_unit is None and _is_underlined(lines, taken, index)
            if underlined or _is_whole(lines[index].text):
                kind: Kind = "caption" if is_caption(lines[index].text) else "heading"
                yield _Unit(kind, [lines[index]])
                index += underlined
            elif open_unit is None:
                open_unit = _begin(lines[index])
            else:
                open_unit.lines.append(lines[index])
        index += 1
    if open_unit is not None:
        yield open_unit


def _begin(line: Line) -> _Unit:
    return _Unit("prose", [line], is_item=_ITEM.match(line.text) is not None)


def _parts(line: Line, unit: _Unit | None) -> bool:
    """True when `line` cannot go on with the unit before it."""
    if unit is None or line.blank or line.edge:
        return True
    if _is_whole(line.text) or _ITEM.match(line.text) or is_caption(line.text):
        return True
    for text in (line.text, unit.lines[-1].text):
        if _GAP.search(text) or _LEADERS.search(text[-200:]):
            return True
    last = unit.lines[-1].text.rstrip()
    if last.endswith(TERMINALS):
        indented = line.text[:1].isspace() and not last[:1].isspace()
        return indented or len(last) > _LONG_LINE or _is_short(last, line.text, unit)
    return not line.text[:1].isspace() and _is_short(last, line.text, unit)


def _is_short(last: str, text: str, unit: _Unit) -> bool:
    """True when the line's next word would have fitted well into the one before it."""
    width = max(_NARROWEST, len(text), *(len(line.text) for line in unit.lines[-10:]))
    word = text.split(None, 1)[0]
    return len(last) + 1 + len(word) < width * 0.6


def _is_whole(text: str) -> bool:
    """True for a line that is a heading by its own typography, or a rule."""
    return bool(
        _HASHES.match(text)
        or _DECORATION.fullmatch(text)
        or _BOLD.fullmatch(text.strip())
        or _is_capitals(text)
    )


def _is_capitals(text: str) -> bool:
    words = text.strip()
    return (
        len(words) <= _LONGEST_HEADING
        and words.isupper()
        and len(words.split()) > 1
        and not _ITEM.match(words)
    )


def _is_underlined(lines: Sequence[Line], taken: Sequence[bool], index: int) -> bool:
    below = index + 1
    return (
        below < len(lines)
        and not taken[below]
        and len(lines[index].text) <= _LONGEST_HEADING * 2
        and _UNDERLINE.fullmatch(lines[below].text) is not None
        and _ITEM.match(lines[index].text) is None
    )


def _clean(unit: _Unit, words: Hyphens) -> bool:
    """Set the words of a unit, and whether it is a heading; false when nothing is left of it."""
    if not unit.text:
        unit.text = strip_markup(_joined_lines(unit, words)).text
    if unit.kind == "prose" and not unit.is_item:
        if is_caption(unit.text) or is_continuation(unit.text):
            unit.kind = "caption"
        elif _LEADERS.search(unit.text[-200:]) or _is_heading(unit):
            unit.kind, unit.is_certain = "heading", False
    return any(ch.isalnum() for ch in unit.text)


def _joined_lines(unit: _Unit, words: Hyphens) -> str:
    printed = (line.text for line in unit.lines if not _DECORATION.fullmatch(line.text))
    text = words.join(_QUOTE.sub("", text, count=1).strip() for text in printed)
    if unit.is_item:
        return _ITEM.sub("", text, count=1)
    if unit.kind == "heading":
        return _HASHES.sub("", text).rstrip("#").rstrip()
    return text


def _is_heading(unit: _Unit) -> bool:
    text = unit.text
    if not text or len(text) > _LONGEST_HEADING or len(unit.lines) > 2 or "\t" in text:
        return False
    start = _SECTION.match(text)
    first = text[start.end() :][:1] if start else text[:1]
    return (
        first.isupper()
        and text[-1] not in ".!?;,…:"
        and ": " not in text
        and not is_unfinished(text)
    )


def _made_whole(units: Sequence[_Unit], words: Hyphens) -> list[_Unit]:
    whole: list[_Unit] = []
    open_at: int | None = None
    for unit in units:
        first = whole[open_at] if open_at is not None else None
        if first is not None and _goes_on(first, unit):
            first.text = words.join((first.text, unit.text))
            first.kind = "prose"
        else:
            whole.append(unit)
            if unit.text.isdecimal():
                continue
            if unit.kind == "prose" or (unit.kind == "heading" and not unit.is_certain):
                open_at = len(whole) - 1
            elif unit.kind == "heading":
                open_at = None
    return whole


def _goes_on(first: _Unit, unit: _Unit) -> bool:
    if unit.kind != "prose" or unit.is_item or is_ended(first.text):
        return False
    if is_unfinished(first.text):
        return first.kind == "prose" or unit.text[0].islower()
    is_code = unit.lines[0].text.startswith(("    ", "\t"))
    return unit.text[0].islower() and len(first.text) >= _SHORTEST_PART and not is_code
