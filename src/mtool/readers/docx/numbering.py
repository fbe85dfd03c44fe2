"""The marks that Word prints for footnotes and endnotes, which the file does not spell out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mtool.readers.docx.package import local_name, value_of

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HIGHEST = 3_999
_CHICAGO = "*†‡§"


@dataclass(slots=True)
class NoteNumbers:
    """Numbers notes in the order in which the text refers to them.

    `formats` and `starts` are by kind, `footnote` and `endnote`. Numbers run through the whole
    document; where a document restarts them on each page, only a word processor knows the pages.
    """

    formats: dict[str, str] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)
    restarts: bool = False
    marks: dict[str, str] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)

    def mark(self, key: str) -> str:
        """The mark of the note named `footnote:2` or `endnote:1`; the same for every reference."""
        if key not in self.marks:
            kind = key.partition(":")[0]
            number = self._next.get(kind, self.starts.get(kind, 1))
            self._next[kind] = number + 1
            default = "decimal" if kind == "footnote" else "lowerRoman"
            self.marks[key] = numbered(number, self.formats.get(kind, default))
        return self.marks[key]


def read_numbering(*roots: Any) -> NoteNumbers:
    """Read the number formats from the settings and from the sections of the text."""
    numbers = NoteNumbers()
    for root in roots:
        for element in root.iter() if root is not None else ():
            name = local_name(element)
            if name in ("footnotePr", "endnotePr"):
                _read(element, name.removesuffix("Pr"), numbers)
    return numbers


def _read(properties: Any, kind: str, numbers: NoteNumbers) -> None:
    wanted = value_of(properties, "numFmt")
    if wanted:
        numbers.formats[kind] = wanted
    start = value_of(properties, "numStart")
    if start and start.isdecimal() and len(start) < 6:
        numbers.starts[kind] = int(start)
    if value_of(properties, "numRestart") in ("eachPage", "eachSect"):
        numbers.restarts = True


def numbered(number: int, wanted: str) -> str:
    """Write a number as Word does: `decimal`, `lowerLetter`, `lowerRoman`, `chicago` …"""
    if number > _HIGHEST:
        return str(number)
    if wanted in ("lowerRoman", "upperRoman"):
        text = _roman(number)
    elif wanted in ("lowerLetter", "upperLetter"):
        text = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26)
    elif wanted == "chicago":
        return _CHICAGO[(number - 1) % 4] * (1 + (number - 1) // 4)
    else:
        return str(number)
    return text.upper() if wanted.startswith("upper") else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text, number = text + letters, number - value
    return text
