"""The notes of a document: where each one stands, and which mark it explains."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtool.readers.marks import SUPERSCRIPT_DIGITS
from mtool.readers.text.lines import Line
from mtool.readers.text.markup import strip_markup

#: As much of a line as is looked at to see whether a note begins there.
_HEAD = 400
_RAISED = re.compile(
    r"\s{0,12}(?:<sup\b[^<>]{0,100}>\s?(?:<a\b[^<>]{0,200}>)?\s?\[?([\w*†‡§¶]{1,5})\]?"
    r"\s?(?:</a>)?\s?</sup>|([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})|\^(\d{1,3}|[a-z])\^)\s{0,4}(?=\S)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"\s{0,12}(?:\[\^([\w*-]{1,20})\]:|\.\. \[#?([\w*]{1,20})\]"
    r"|\[(\d{1,3}|[a-z]|[ivx]{1,5}|[*†‡§]{1,3})\](?!\())\s{0,4}(?=\S)"
)
_BARE = re.compile(r"\s{0,12}(\d{1,3})(?:[.)]?[ \t]{1,12})(?=[^\sa-z\d,;.%)–-]|ibid|https?:)")
_SYMBOL = re.compile(r"\s{0,12}(\\?\*{1,4}|[†‡§¶#]{1,3})\s{0,4}(?=[^\s*])")
_LETTER = re.compile(r"\s{0,12}\(?([a-z])(?:[.):]\s{0,4}|\s{1,4})(?=\S)")
_REMARK = re.compile(
    r"\s{0,12}(?:\*{1,2}|_{1,2}|<[bi]>|<em>|<strong>)?"
    r"(?:data sources?|sources?|notes?|n\.?b\.?|remarks?|remarques?|nota(?: bene)?|key|légende)"
    r"(?:\*{1,2}|_{1,2}|</[bi]>|</em>|</strong>)? ?[:.–—]",
    re.IGNORECASE,
)
_MOST_BLANKS = 2


@dataclass(frozen=True, slots=True)
class Footnote:
    """One note: its mark (empty for `Source: …`), its text, and its lines (indices)."""

    mark: str
    text: str
    start: int
    stop: int


def find_footnotes(
    lines: Sequence[Line], taken: Sequence[bool], table_marks: Mapping[int, set[str]]
) -> list[Footnote]:
    """Return the notes of a document in reading order; lines inside tables are left alone.

    `table_marks` maps the line below each table to the marks in it. A bare number (`16 Email …`)
    opens a note only where the text has such a mark before it and its neighbours are notes 15
    or 17; a symbol or a letter only right below a table that has it.
    """
    found = {note.start: note for note in _numbered(lines, taken)}
    for end, marks in table_marks.items():
        for note in _below_table(lines, taken, end, marks, found):
            found[note.start] = note
    return [found[index] for index in sorted(found)]


def _numbered(lines: Sequence[Line], taken: Sequence[bool]) -> Iterator[Footnote]:
    """The notes that open with a number or a bracketed mark, wherever they stand."""
    referenced = _references(lines)
    notes: list[tuple[Footnote, bool]] = []
    last_stop = 0
    for index, line in enumerate(lines):
        if taken[index] or line.blank or index < last_stop:
            continue
        opens = index == 0 or index == last_stop or line.edge
        if not (opens or lines[index - 1].blank or taken[index - 1]):
            continue
        head = line.text[:_HEAD]
        match = _RAISED.match(head) or _BRACKETED.match(head)
        bare = None if match else _BARE.match(head)
        if match is None and (bare is None or referenced.get(bare[1], index) >= index):
            continue
        mark = _first_group(match or bare)
        note = read_note(lines, taken, index, mark, (match or bare).end())  # type: ignore[union-attr]
        notes.append((note, match is not None))
        last_stop = note.stop
    return _certain(notes)


def _certain(notes: list[tuple[Footnote, bool]]) -> Iterator[Footnote]:
    """Leave out bare numbers that do not run on from the note before or to the note after."""
    numbers = [int(note.mark) if note.mark.isdecimal() else None for note, _ in notes]
    for index, (note, is_certain) in enumerate(notes):
        number = numbers[index]
        neighbours = (*numbers[max(0, index - 1) : index], *numbers[index + 1 : index + 2])
        if is_certain or (number is not None and {number - 1, number + 1} & set(neighbours)):
            yield note


def _first_group(match: re.Match[str] | None) -> str:
    groups = match.groups() if match else ()
    return next(group for group in groups if group is not None).translate(SUPERSCRIPT_DIGITS)


def _references(lines: Sequence[Line]) -> dict[str, int]:
    """Each mark in the text and the first line it stands in."""
    first: dict[str, int] = {}
    for index, line in enumerate(lines):
        text = line.text
        if "]" in text or "<sup" in text or "^" in text or not text.isascii():
            for mark in strip_markup(text).marks:
                first.setdefault(mark, index)
    return first


def _below_table(
    lines: Sequence[Line],
    taken: Sequence[bool],
    end: int,
    marks: set[str],
    found: Mapping[int, Footnote],
) -> list[Footnote]:
    """The notes that follow a table without prose between."""
    notes: list[Footnote] = []
    index, blanks = end, 0
    while index < len(lines) and blanks <= _MOST_BLANKS and not taken[index]:
        if lines[index].blank:
            blanks += 1
            index += 1
            continue
        note = found.get(index) or _table_note(lines, taken, index, marks)
        if note is None:
            break
        notes.append(note)
        index, blanks = note.stop, 0
    return notes


def _table_note(
    lines: Sequence[Line], taken: Sequence[bool], index: int, marks: set[str]
) -> Footnote | None:
    head = lines[index].text[:_HEAD]
    if _REMARK.match(head):
        return read_note(lines, taken, index, "", 0)
    sure = _RAISED.match(head) or _BRACKETED.match(head)
    if sure:
        return read_note(lines, taken, index, _first_group(sure), sure.end())
    for pattern in (_SYMBOL, _LETTER, _BARE):
        match = pattern.match(head)
        if match and match[1].lstrip("\\") in marks:
            return read_note(lines, taken, index, match[1].lstrip("\\"), match.end())
    return None


def read_note(
    lines: Sequence[Line], taken: Sequence[bool], index: int, mark: str, offset: int
) -> Footnote:
    """The note that begins at `offset` of a line, with the lines it runs on over."""
    parts = [lines[index].text[offset:]]
    stop = index + 1
    while stop < len(lines) and not (
        lines[stop].blank or lines[stop].edge or taken[stop] or _begins(lines[stop].text, mark)
    ):
        parts.append(lines[stop].text)
        stop += 1
    return Footnote(mark, strip_markup(" ".join(parts)).text, index, stop)


def _begins(text: str, mark: str) -> bool:
    """True when `text` opens the next note, or no note at all."""
    head = text[:_HEAD]
    if any(pattern.match(head) for pattern in (_RAISED, _BRACKETED, _REMARK)):
        return True
    bare = _BARE.match(head)
    if bare and mark.isdecimal():
        return int(bare[1]) == int(mark) + 1
    letter = _LETTER.match(head)
    if letter and len(mark) == 1 and mark.isalpha():
        return ord(letter[1]) == ord(mark) + 1
    return head.startswith(("#", "*", "†", "‡", "§", "\\*"))


def notes_for(
    marks: Iterable[str], below: int, by_mark: Mapping[str, Sequence[Footnote]]
) -> list[Footnote]:
    """Return the note of each mark: the first below the table, else the last above it."""
    chosen: list[Footnote] = []
    for mark in dict.fromkeys(marks):
        same = by_mark.get(mark, ())
        after = bisect_left(same, below, key=lambda note: note.start)
        if same:
            chosen.append(same[min(after, len(same) - 1)])
    return chosen
