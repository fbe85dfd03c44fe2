"""Raised text in a cell: a footnote mark, a unit (`km²`), an ordinal (`1er`) or a power.

A footnote mark never becomes part of a number: `19` with a raised `2` is 19 and the mark 2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mtool.printed_numbers import fold_blanks, read_number
from mtool.readers.marks import split_marks

#: A stretch of text and whether it is raised.
Run = tuple[str, bool]

_MARK = re.compile(r"\d{1,3}|[a-z]|[ivx]{1,5}|[*†‡§¶#]{1,4}", re.IGNORECASE)
_BETWEEN_MARKS = re.compile(r"[\s,;/]+|(?<=[\])])(?=[\[(])")
_RAISED_DIGITS = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
_UNIT_OR_POWER = re.compile(r"(?:(?:^|[ \d(/])(?:k|c|m|d)?m|[×x*·] ?10)$", re.IGNORECASE)
_ORDINALS = {
    "st",
    "nd",
    "rd",
    "th",
    "er",
    "re",
    "ère",
    "e",
    "è",
    "ème",
    "eme",
    "nde",
    "d",
    "o",
    "os",
}
_MARK_ENDS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹]*†‡§¶# ")
_LAST_WORD = 40


def read_runs(runs: Sequence[Run]) -> tuple[str, tuple[str, ...]]:
    """Join the runs of a cell: text without its footnote marks, and the marks in order."""
    if len(runs) == 1 and not runs[0][1]:
        return split_if_marked(runs[0][0])
    text = ""
    marks: list[str] = []
    joined = _joined(runs)
    for number, (piece, is_raised) in enumerate(joined, start=1):
        found = raised_marks(piece) if is_raised else ()
        if found and not _belongs_to_word(piece.strip(), text, at_end=number == len(joined)):
            marks.extend(found)
        else:
            text += piece.translate(_RAISED_DIGITS) if is_raised else piece
    if joined and joined[-1][1] and not marks:
        return text, ()
    clean, more = split_if_marked(text)
    return clean, (*more, *marks)


def split_if_marked(text: str) -> tuple[str, tuple[str, ...]]:
    """Split marks off a text that ends as marked figures do; the quick way for all others."""
    if text and text[-1] in _MARK_ENDS:
        return split_marks(text)
    return text, ()


def raised_marks(text: str) -> tuple[str, ...]:
    """The marks that raised text stands for: `1, 2` → 1 and 2; nothing when it is no mark."""
    words = [word for word in _BETWEEN_MARKS.split(text.strip()[:_LAST_WORD]) if word]
    marks = tuple(word.strip("()[]") for word in words)
    return marks if marks and all(_MARK.fullmatch(mark) for mark in marks) else ()


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Neighbouring runs of one height as one; blanks between two raised runs are raised."""
    joined: list[Run] = []
    for text, is_raised in runs:
        if not text:
            continue
        if joined and (joined[-1][1] == is_raised or (joined[-1][1] and not text.strip())):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, is_raised))
    return joined


def _belongs_to_word(piece: str, before: str, *, at_end: bool) -> bool:
    """True for the 2 of `km²`, the 6 of `×10⁶` and the er of `1er`."""
    tail = before[-_LAST_WORD:].rstrip()
    if piece.isdecimal():
        return _UNIT_OR_POWER.search(tail) is not None
    if piece.casefold() not in _ORDINALS:
        return False
    is_figure = read_number(fold_blanks(before)) is not None
    return tail[-1:].isdigit() and not (is_figure and at_end and len(piece) == 1)
