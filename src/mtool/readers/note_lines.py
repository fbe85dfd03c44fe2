"""Lines below a table: which are notes, and which mark they explain."""

from __future__ import annotations

import re
from collections.abc import Collection

from mtool.model import Note
from mtool.printed_numbers import fold_blanks
from mtool.readers.marks import SUPERSCRIPT_DIGITS

_OPENING_WORD = re.compile(
    r"(?:notes?|nota|n\.? ?b\.?|sources?|remarks?|remarques?|legend|l[ée]gende|key|"
    r"abbreviations?|abr[ée]viations?|footnotes?|explanation)\b ?[a-z0-9]{0,3} ?[:.\-–—]",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"([*†‡§¶#]{1,4}) ?(?=\S)")
_RAISED = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠ]{1,3}) ?(?=\S)")
_BRACKETED = re.compile(r"[\[(](\d{1,3}|[a-z]|[ivx]{1,5})[\])] ?(?=\S)")
_PLAIN = re.compile(r"(\d{1,3}|[a-z])[.):]? (?=\S)")
_RAISED_LETTERS = str.maketrans("ᵃᵇᶜᵈᵉᶠ", "abcdef")


def read_note(text: str, marks: Collection[str] = ()) -> Note:
    """Read one line below a table: `* Provisional` → mark `*`; a remark has no mark.

    A bare number or letter (`5 Email from …`) is a mark only when the table or the text refers
    to it, that is when it is among `marks`.
    """
    clean = fold_blanks(text)
    for pattern in (_SYMBOL, _RAISED, _BRACKETED):
        found = pattern.match(clean)
        if found:
            mark = found[1].translate(SUPERSCRIPT_DIGITS).translate(_RAISED_LETTERS)
            return Note(mark, clean[found.end() :].strip())
    plain = _PLAIN.match(clean)
    if plain and plain[1] in marks:
        return Note(plain[1], clean[plain.end() :].strip())
    return Note("", clean)


def is_note_line(text: str, marks: Collection[str] = ()) -> bool:
    """True when a line opens as notes do: `Note:`, `Source –`, `* …`, `[3] …`, or a known mark."""
    clean = fold_blanks(text)
    if _OPENING_WORD.match(clean[:40]):
        return True
    note = read_note(clean, marks)
    return bool(note.mark) and any(ch.isalpha() for ch in note.text)
