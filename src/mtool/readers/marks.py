"""Footnote marks: what is set beside a figure is never part of it.

A reader that knows the typography (`<sup>`, raised glyphs, superscript runs) passes its marks
apart; what is left to the characters themselves (`85[3]`, `94⁵`, `19*`, `12†`) is split here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mtool.printed_numbers import LONGEST, fold_blanks, read_number

SUPERSCRIPT_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_SUPERSCRIPTS = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[,⁾⁻˒ ]{1,2}[⁰¹²³⁴⁵⁶⁷⁸⁹]+)*$")
_BRACKETED = re.compile(r" ?\[(\d{1,3}|[a-z]|[ivx]{1,5})\]$")
_SYMBOLS = re.compile(r" ?([*†‡§¶#]{1,4})$")
#: `km²`, `/m²`, `m⁻²`, `3×10⁶`: units and powers, not marks.
_UNIT_BEFORE = re.compile(r"(?:^|[ \d(/])(?:(?:[kK]|c|m|d)?m|KM)⁻?$|[×x·*] ?10⁻?$")


@lru_cache(maxsize=1024)
def split_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """Take the footnote marks off the end of a cell: `85[3]` → `85` and `("3",)`.

    Symbols and brackets are marks only where a number or a missing figure stands before them
    (`Note*` stays as it is); Unicode superscripts are marks after any word, but not in `km²`. What
    stands before a mark is split again for each mark after it: without the cache, a row of marks
    takes time that doubles with every mark.
    """
    clean = fold_blanks(text)
    if len(clean) > LONGEST:
        return clean, ()
    marks: list[str] = []
    while clean:
        shorter, mark = _last_mark(clean)
        if mark is None:
            break
        marks.insert(0, mark)
        clean = shorter
    return clean, tuple(marks)


def _last_mark(text: str) -> tuple[str, str | None]:
    raised = _SUPERSCRIPTS.search(text)
    if raised and raised.start() and not _UNIT_BEFORE.search(text[: raised.start()]):
        return text[: raised.start()].rstrip(), raised.group().translate(SUPERSCRIPT_DIGITS)
    for pattern in (_BRACKETED, _SYMBOLS):
        found = pattern.search(text)
        if (
            found
            and found.start()
            and read_number(split_marks(text[: found.start()])[0]) is not None
        ):
            return text[: found.start()].rstrip(), found.group(1)
    return text, None
