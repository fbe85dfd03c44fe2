"""Captions of tables: `Table 3: …`, `Tableau 3 – …`, and whether one says it goes on."""

from __future__ import annotations

import re

from mtool.printed_numbers import fold_blanks

#: Longer paragraphs are prose that mentions a table.
LONGEST = 400

_NUMBERED = re.compile(
    r"(?:tables?|tableaux?|tabl\.|tab\.|annex table|tabla|quadro|tabela)"
    r"[ .]{0,2}(?:n ?[o°º]\.? ?)?"
    r"(?P<number>\d{1,3}(?:[.\-–]\d{1,3}){0,3}[a-z]?|[A-Z]{1,2}[.\-]?\d{1,3}(?:\.\d{1,3})?|[A-Z]|[IVXL]{1,6})"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_SEPARATORS = tuple(":.–—|)-,(")
_GOES_ON = re.compile(
    r"[ ]?[(\[–—,:-]?[ ]?\b(?:continued|contd|cont['’]d|cont|continuation|concluded|"
    r"suite et fin|suite|fin)\b\.?[ ]?[)\]]?[ ]?",
    re.IGNORECASE,
)
_LONGEST_HEAD = 60
_PICTURE = re.compile(
    r"(?:figures?|fig\.|graph(?:ique)?|chart|map|carte|photo(?:graph)?|image|diagram|encadr[ée]|box)\b",
    re.IGNORECASE,
)


def is_picture_caption(text: str) -> bool:
    """True for the caption of a figure, a map or a box, in English or French."""
    return _PICTURE.match(text[:20].lstrip()) is not None


def caption_number(text: str) -> str | None:
    """Return the printed number of a table's caption (`3`, `A.2`), or null for other text."""
    clean = fold_blanks(text[: LONGEST + 1])
    number = _number(clean)
    if number is None or len(clean) > LONGEST:
        return None
    after = clean[number.end() :].lstrip()
    opens = after.startswith(_SEPARATORS) or not after
    if not opens and number["number"].isalpha():
        return None
    if opens or not after[0].islower() or _GOES_ON.match(after):
        return number["number"].upper()
    return None


def goes_on(title: str) -> bool:
    """True when a title says that its table continues an earlier one, in English or French."""
    return without_continued(title) != fold_blanks(title)


def without_continued(title: str) -> str:
    """Take `(continued)`, `cont'd` or `(suite)` out of a title, where it stands alone.

    It stands alone in brackets, at the end after a dash or comma, or right after the number.
    """
    clean = fold_blanks(title)
    number = _number(clean)
    for found in _GOES_ON.finditer(clean[: LONGEST + 1]):
        opening = found.group().strip()[:1]
        last = found.end() == len(clean) and opening in ("–", "—", ",", ":", "-")
        after_number = number is not None and found.start() == number.end() and opening.isalpha()
        if opening in ("(", "[") or last or after_number:
            rest = clean[found.end() :]
            blank = "" if rest[:1] in (":", ".", ",") else " "
            return f"{clean[: found.start()]}{blank}{rest}".rstrip(" :–—-")
    return clean


def _number(clean: str) -> re.Match[str] | None:
    return _NUMBERED.match(clean[:_LONGEST_HEAD])
