"""The notes of a document: where each one stands, and which mark it explains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mtool.readers.marks import SUPERSCRIPT_DIGITS
from mtool.readers.text.lines import Line
from mtool.readers.text.markup import strip_markup

_HEAD = 4_000
_RAISED = re.compile(
    r"\s{0,12}(?:<sup\b[^<>]{0,100}>\s?(?:<a\b[^<>]{0,200}>)?\s?\[?(?P<tag>[\w*†‡§¶]{1,5})\]?"
    r"\s?(?:</a>)?\s?</sup>|(?P<digits>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})|\^(?P<pandoc>\d{1,3}|[a-z])\^)\s?(?=\S)"
)
_BRACKETED = re.compile(
    r"\s{0,12}(?:\[\^(?P<markdown>[\w*-]{1,20})\]:|\.\. \[#?(?P<rest>[\w*]{1,20})\]"
    r"|\[(?P<plain>\d{1,3}|[a-z]|[ivx]{1,5}|[*†‡§]{1,3})\](?!\())\s?(?=\S)"
)
_BARE = re.compile(r"\s{0,12}(?P<bare>\d{1,3})(?:[.)]?[ \t]{1,12})(?=[^\sa-z\d]|[Ii]bid|ibid|https?:)")
_SYMBOL = re.compile(r"\s{0,12}(?P<symbol>\*{1,4}|[†‡§¶]{1,3}|\\\*{1,3})\s?(?=[^\s*])")
_LETTER = re.compile(r"\s{0,12}\(?(?P<letter>[a-z])(?:[.):]\s?|\s)(?=\S)")
_REMARK = re.compile(
    r"\s{0,12}[*_<bi>]{0,5}(?:sources?|notes?|n\.?b\.?|remarks?|remarques?|nota|key|légende|"
    r"data source|nota bene)(?:</[bi]>|[*_]{1,2})?\s?[:.–—-]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Footnote:
    """One note: its mark (empty for `Source: …`), its text, and its lines."""

    mark: str
    text: str
    start: int
    stop: int


def find_footnotes(
    lines: Sequence[Line], taken: Sequence[int], table_ends: Iterable[int]
) -> list[Footnote]:
    """Return the notes of a document in reading order; lines inside tables are left alone.

    A bare number (`16 Email …`) opens a note only where the text has such a mark before it and
    the numbers run on; a symbol or a letter only right below a table.
    """
    referenced = _references(lines)
    found: dict[int, Footnote] = {}
    for index, line in enumerate(lines):
        if not taken[index] and not line.blank:
            note = _marked(lines, taken, index)
            if note is not None and (index == 0 or _opens(lines, index, found)):
                found[index] = note
    for note in _bare_notes(lines, taken, referenced, found):
        found[note.start] = note
    for end in table_ends:
        for note in _below_table(lines, taken, end, found):
            found[note.start] = note
    return [found[index] for index in sorted(found)]


def _opens(lines: Sequence[Line], index: int, found: dict[int, Footnote]) -> bool:
    """True when a new note may begin here: after a blank line, a page break or another note."""
    return True


def _references(lines: Sequence[Line]) -> dict[str, int]:
    """Each mark in the text and the first line it stands in."""
    first: dict[str, int] = {}
    for index, line in enumerate(lines):
        text = line.text
        if "]" in text or "<" in text or "^" in text or not text.isascii():
            for mark in strip_markup(text).marks:
                first.setdefault(mark, index)
    return first


def _marked(lines: Sequence[Line], taken: Sequence[int], index: int) -> Footnote | None:
    head = lines[index].text[:_HEAD]
    match = _RAISED.match(head) or _BRACKETED.match(head)
    if match is None:
        return None
    mark = next(group for group in match.groups() if group is not None)
    return _note(lines, taken, index, mark.translate(SUPERSCRIPT_DIGITS), match.end())


def _bare_notes(
    lines: Sequence[Line],
    taken: Sequence[int],
    referenced: dict[str, int],
    found: dict[int, Footnote],
) -> list[Footnote]:
    candidates: list[Footnote] = []
    for index, line in enumerate(lines):
        match = None if taken[index] or index in found else _BARE.match(line.text[:40])
        if match and referenced.get(match["bare"], index) < index:
            candidates.append(_note(lines, taken, index, match["bare"], match.end()))
    marked = {note.mark: note for note in found.values()}
    numbers = {int(note.mark) for note in candidates}
    defined = {int(mark) for mark in marked if mark.isdigit()}
    return [
        note
        for note in candidates
        if note.mark not in marked
        and (
            int(note.mark) - 1 in numbers | defined
            or int(note.mark) + 1 in numbers | defined
            or note.mark == "1"
        )
    ]


def _below_table(
    lines: Sequence[Line], taken: Sequence[int], end: int, found: dict[int, Footnote]
) -> list[Footnote]:
    """The remarks and symbol notes that follow a table without other prose between."""
    notes: list[Footnote] = []
    index, blanks = end, 0
    while index < len(lines) and blanks < 3 and not taken[index]:
        if lines[index].blank:
            blanks += 1
            index += 1
            continue
        note = found.get(index) or _remark(lines, taken, index)
        if note is None:
            break
        notes.append(note)
        index, blanks = note.stop, 0
    return notes


def _remark(lines: Sequence[Line], taken: Sequence[int], index: int) -> Footnote | None:
    head = lines[index].text[:_HEAD]
    if _REMARK.match(head):
        return _note(lines, taken, index, "", 0)
    for pattern in (_SYMBOL, _LETTER):
        match = pattern.match(head)
        if match:
            mark = match.group(1).replace("\\", "")
            return _note(lines, taken, index, mark, match.end())
    return None


def _note(
    lines: Sequence[Line], taken: Sequence[int], index: int, mark: str, offset: int
) -> Footnote:
    """The note that begins at `offset` of a line, with the lines it runs on over."""
    parts = [lines[index].text[offset:]]
    stop = index + 1
    while stop < len(lines) and not (lines[stop].blank or taken[stop] or _begins(lines[stop].text)):
        parts.append(lines[stop].text)
        stop += 1
    return Footnote(mark, strip_markup(" ".join(parts)).text, index, stop)


def _begins(text: str) -> bool:
    head = text[:_HEAD]
    return any(
        pattern.match(head) for pattern in (_RAISED, _BRACKETED, _BARE, _SYMBOL, _REMARK)
    ) or head.startswith("#")


def notes_for(marks: Iterable[str], below: int, footnotes: Sequence[Footnote]) -> list[Footnote]:
    """Return the note of each mark: the first below the table, else the last above it."""
    chosen: list[Footnote] = []
    for mark in dict.fromkeys(marks):
        same = [note for note in footnotes if note.mark == mark]
        after = [note for note in same if note.start >= below]
        if same:
            chosen.append(after[0] if after else same[-1])
    return chosen
