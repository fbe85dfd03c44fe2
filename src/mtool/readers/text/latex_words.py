"""LaTeX's way of writing words → the words, raised marks as `<sup>` for the reader of marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from mtool.model import Note
from mtool.readers.text.markup import strip_markup

_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "c": "\u0327",
    "=": "\u0304",
    "v": "\u030c",
    "u": "\u0306",
    "r": "\u030a",
    "H": "\u030b",
    ".": "\u0307",
}
_ACCENT = re.compile(r"\\(?:(['`^\"~=.])\s?\{?(\\[ij]|[A-Za-z])\}?|([cvurH])\{(\\[ij]|[A-Za-z])\})")
_LETTERS = {
    "ss": "ß", "oe": "œ", "OE": "Œ", "ae": "æ", "AE": "Æ", "o": "ø", "O": "Ø", "l": "ł", "aa": "å",
    "dag": "†", "ddag": "‡", "textdagger": "†", "textdaggerdbl": "‡", "textasteriskcentered": "*",
    "ldots": "…", "dots": "…", "textendash": "–", "textemdash": "—", "times": "×", "pm": "±",
    "geq": "≥", "leq": "≤", "ge": "≥", "le": "≤", "approx": "≈", "sim": "~", "euro": "€",
    "textdegree": "°", "textbar": "|", "ast": "*", "dagger": "†", "ddagger": "‡", "S": "§",
    "quad": " ", "qquad": " ", "newline": " ", "textbackslash": "\\",
}  # fmt: skip
_RAISED = re.compile(
    r"\$?\s?\^\s?\{([^{}$]{1,20})\}\s?\$?|\$\s?\^\s?(\\?\w{1,10}|\*)\s?\$"
    r"|\\(?:textsuperscript|tnote|footnotemark|tmark)\s?[\[{]([^\[\]{}]{1,20})[\]}]"
)
_MATH_UNIT = re.compile(r"(?<=m)\$?\^\{?([23])\}?\$?")
_LETTER = re.compile(r"\\([A-Za-z]{1,22})(?![A-Za-z])(\{\})? ?")
_DROPPED = re.compile(
    r"\\(?:label|ref|cite[a-z]{0,3}|vspace|hspace|cellcolor|color|textcolor|rotatebox|index|pageref)"
    r"\*?(?:\[[^\]]{0,60}\])?\{[^{}]{0,200}\}"
)
_TWO_ARGUMENTS = re.compile(
    r"\\(?:SI|qty|href|textcolor|makecell|parbox|rotatebox|shortstack)(?![A-Za-z])"
)
_FOOTNOTE = re.compile(r"\\(?:footnote|tablefootnote)\s?\{")
_ESCAPED = re.compile(r"\\([%&_#${}])")
_BLANKS = re.compile(r"\\[,;:! ]|~|\\\\")
_PUNCTUATION = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))


def group_end(text: str, start: int) -> int:
    """The place after the brace that closes the one at `start`; the end where none does."""
    depth = 0
    position = start
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    return len(text)


def groups(text: str, start: int, count: int) -> Iterator[str]:
    """Yield the insides of up to `count` brace groups that follow `start`."""
    position = start
    for _ in range(count):
        while position < len(text) and text[position].isspace():
            position += 1
        if text[position : position + 1] == "*":
            yield "*"
            position += 1
            continue
        if text[position : position + 1] != "{":
            return
        end = group_end(text, position)
        yield text[position + 1 : end - 1]
        position = end


def words_of(text: str, notes: list[Note] | None = None) -> str:
    """Return the words of a piece of LaTeX; the text of `\\footnote` goes to `notes`."""
    text = _without_footnotes(text, notes)
    if "\\" not in text and "$" not in text and "~" not in text and "{" not in text:
        return _punctuated(text).strip()
    text = _DROPPED.sub("", text)
    text = _MATH_UNIT.sub(lambda found: "²" if found[1] == "2" else "³", text)
    text = _RAISED.sub(_as_sup, text)
    text = _ACCENT.sub(_accented, text)
    text = _BLANKS.sub(" ", text)
    text = _ESCAPED.sub(lambda found: f"\x01{ord(found[1])}\x02", text)
    text = _LETTER.sub(lambda found: _LETTERS.get(found[1], ""), text)
    text = text.replace("{", "").replace("}", "").replace("$", "")
    text = re.sub("\x01(\\d{2,3})\x02", lambda found: chr(int(found[1])), text)
    return _punctuated(text).strip()


def _without_footnotes(text: str, notes: list[Note] | None) -> str:
    parts: list[str] = []
    position = 0
    for found in _FOOTNOTE.finditer(text):
        if found.start() < position:
            continue
        end = group_end(text, found.end() - 1)
        if notes is not None:
            notes.append(Note("", strip_markup(words_of(text[found.end() : end - 1])).text))
        parts.append(text[position : found.start()])
        position = end
    return "".join((*parts, text[position:]))


def _as_sup(found: re.Match[str]) -> str:
    inside = next(group for group in found.groups() if group is not None)
    return f"<sup>{_LETTER.sub(lambda f: _LETTERS.get(f[1], ''), inside)}</sup>"


def _accented(found: re.Match[str]) -> str:
    accent, letter = found[1] or found[3], found[2] or found[4]
    return unicodedata.normalize("NFC", letter.lstrip("\\") + _ACCENTS[accent])


def _punctuated(text: str) -> str:
    for written, printed in _PUNCTUATION:
        text = text.replace(written, printed)
    return text
