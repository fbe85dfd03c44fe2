"""The language of what people read: English as the code says it, other languages by catalogue.

Findings are kept in English, so that `data/clean` is the same everywhere. A sentence is translated
when it is shown: by the catalogue's own entry, else by the entry it was made from, whose
placeholders `{}` stand for names, numbers and other sentences.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path

LANGUAGES = ("en", "fr")
#: A whole figure as the code writes it: `1,246`, `+155.6%`, `-3.5`.
_FIGURE = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)? ?%?")
#: A text that ends with a remark in brackets.
_BRACKET = re.compile(r"(.+?) \((.+)\)(\.?)", re.DOTALL)
#: What may stand for the placeholders of an entry that has hardly a word of its own.
_NUMERIC = re.compile(r"[\d.,%+−–→/× -]*")
#: Marks between clauses: a placeholder seldom stands for more than one.
_CLAUSES = re.compile(r"[.;:] ")
_DAY = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d{2}))?")
#: A value as it stands in the data, quoted as Python quotes it.
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
#: What is counted, one and many. The catalogues have an entry for none, for one and for many of each.
NOUNS = {
    "acknowledged finding": "acknowledged findings",
    "cell": "cells",
    "check": "checks",
    "claim": "claims",
    "column": "columns",
    "complete period": "complete periods",
    "control total": "control totals",
    "day": "days",
    "error": "errors",
    "event": "events",
    "figure": "figures",
    "file or state": "files and states",
    "finding": "findings",
    "more row": "more rows",
    "part or series": "parts and series",
    "row": "rows",
    "source": "sources",
    "table": "tables",
    "total": "totals",
    "warning": "warnings",
    "passport": "passports",
}
#: An entry is tried as a pattern only where it has letters of its own to be known by.
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True)
class Entry:
    """One entry of a catalogue with placeholders, and its translation."""

    said: str
    translation: str

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The fixed parts, longest first."""
        from string import Formatter

        parts = (part for part, *_ in Formatter().parse(self.said) if part)
        return tuple(sorted(parts, key=len, reverse=True))

    @cached_property
    def letters(self) -> int:
        """How much of a sentence the entry makes itself."""
        return sum(map(len, self.literals))

    @cached_property
    def is_weak(self) -> bool:
        """True for an entry such as `{} to {}` or `{} rows`, whose words stand in names as well."""
        few = sum(map(str.isalpha, "".join(self.literals))) < 4
        return self.said.startswith("{") and (few or self.said[3:] in NOUNS.values())

    def parts_of(self, text: str) -> tuple[str, ...] | None:
        """What stands for the placeholders in a sentence that the entry can have made."""
        match = self.pattern.fullmatch(text) if self.literals[0] in text else None
        if not match or (_balanced(text) and not all(map(_balanced, match.groups()))):
            return None
        if not self.is_weak:
            return match.groups()
        ends = (match.groups()[0], match.groups()[-1])
        return match.groups() if any(map(_NUMERIC.fullmatch, ends)) else None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches every sentence that the entry can have made."""
        from string import Formatter

        pieces = []
        for literal, placeholder, *_ in Formatter().parse(self.said):
            pieces.append(re.escape(literal))
            pieces.append("(.*?)" if placeholder is not None else "")
        return re.compile("".join(pieces), re.DOTALL)


def _balanced(text: str) -> bool:
    """True where every bracket is closed: no placeholder stands for half of a remark."""
    return text.count("(") == text.count(")")


def _named(said: str) -> bool:
    """True for a text of Typer's own, which it fills in itself."""
    from string import Formatter

    return any(name for _, name, *_ in Formatter().parse(said))


def _of_one_clause(fitting: tuple[Entry, tuple[str, ...]]) -> bool:
    """True where no placeholder of the entry stands for more than a clause."""
    return not any(map(_CLAUSES.search, fitting[1]))


@dataclass(frozen=True)
class Catalogue:
    """Translations into one language; `say` gives back what it has no entry for."""

    language: str
    entries: Mapping[str, str]
    _said: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _patterns(self) -> tuple[Entry, ...]:
        made = [
            Entry(said, translation)
            for said, translation in self.entries.items()
            if "{" in said and _LETTERS.search(said) and not _named(said)
        ]
        return tuple(sorted(made, key=lambda entry: -entry.letters))

    def say(self, text: str) -> str:
        """The text in the language of the catalogue; blanks and line ends around it are kept."""
        if text not in self._said:
            inner = text.strip()
            self._said[text] = text.replace(inner, self._translated(inner)) if inner else text
        return self._said[text]

    def _translated(self, text: str) -> str:
        known = self.entries.get(text)
        if known is not None:
            return known
        fitting = self._fitting(text)
        within = next(filter(_of_one_clause, fitting), None)
        if within:
            return self._filled(*within)
        own = fitting[0][0].letters if fitting else 0
        labelled = self._labelled(text, own)
        if labelled is not None:
            return labelled
        return self._filled(*fitting[0]) if fitting else self._pieces(text)

    def _fitting(self, text: str) -> list[tuple[Entry, tuple[str, ...]]]:
        made = ((entry, entry.parts_of(text)) for entry in self._patterns)
        return [(entry, parts) for entry, parts in made if parts is not None]

    def _filled(self, entry: Entry, parts: tuple[str, ...]) -> str:
        return entry.translation.format(*map(self._part, parts))

    def _labelled(self, text: str, least: int) -> str | None:
        """What a label says (`Totals, 2017: …`), where one entry of more letters than `least` made it."""
        label, mark, rest = text.partition(": ")
        space = "\N{NARROW NO-BREAK SPACE}"
        if mark and _QUOTED.fullmatch(label):
            return f"{label}{space}: {self._part(rest)}"
        said = rest.removesuffix(".")
        known, letters = self.entries.get(said), len(said)
        if known is None:
            found = next(filter(_of_one_clause, self._fitting(said)), None)
            if found is None:
                return None
            known, letters = self._filled(*found), found[0].letters
        if not mark or letters <= least:
            return None
        end = "." * rest.endswith(".")
        return f"{self._part(label)}{space}: {known}{end}"

    def _pieces(self, text: str) -> str:
        """A text that no single entry made: each sentence or clause of it in turn."""
        if _FIGURE.fullmatch(text):
            return self.figure(text)
        for mark in (". ", "; ", ": ", ", × "):
            if mark in text:
                said = map(
                    self._part, re.split("\N{NARROW NO-BREAK SPACE}?" + re.escape(mark), text)
                )
                spaced = mark in ("; ", ": ")
                return ("\N{NARROW NO-BREAK SPACE}" * spaced + mark).join(said)
        bracket = _BRACKET.fullmatch(text)
        if bracket:
            outside, inside, end = bracket.groups()
            return f"{self._part(outside)} ({self._part(inside)}){end}"
        ended = text.removesuffix(".")
        return f"{self._part(ended)}." if ended not in (text, "") else text

    def _part(self, text: str) -> str:
        """What stood for a placeholder: a sentence of its own, a figure, or a name."""
        if _QUOTED.fullmatch(text):
            return text
        return self.say(text) if text else text

    def figure(self, text: str) -> str:
        """A figure as the language writes it; any other text as it is."""
        if not _FIGURE.fullmatch(text):
            return text
        from babel.numbers import get_decimal_symbol, get_group_symbol

        group, decimal = get_group_symbol(self.language), get_decimal_symbol(self.language)
        marks = {",": group, ".": decimal, "%": "\N{NARROW NO-BREAK SPACE}%", " ": ""}
        return "".join(marks.get(letter, letter) for letter in text)


_ENGLISH = Catalogue("en", {})
_current = _ENGLISH


def use_language(language: str) -> None:
    """Say everything in this language from now on, in this process."""
    global _current
    _current = _ENGLISH if language == "en" else _load(language)


def language_in_use() -> str:
    """`en` or `fr`."""
    return _current.language


def translated(text: str) -> str:
    """A sentence or label of the program in the language in use."""
    return text if _current is _ENGLISH else _current.say(text)


def figure(value: float, form: str = ",") -> str:
    """A number as people of the language in use read it; `form` is a format specification."""
    return _current.figure(f"{value:{form}}") if _current is not _ENGLISH else f"{value:{form}}"


def counted(count: int, noun: str) -> str:
    """`1 row`, `3 rows`: a count with one of `NOUNS`, for a sentence that is translated later."""
    return f"{count:,} {noun if count == 1 else NOUNS[noun]}"


def colon() -> str:
    """The mark between a label and what it labels."""
    return ":" if _current is _ENGLISH else "\N{NARROW NO-BREAK SPACE}:"


def quoted(text: str) -> str:
    """A quotation as the language in use marks it."""
    space = "\N{NARROW NO-BREAK SPACE}"
    return f"“{text}”" if _current is _ENGLISH else f"«{space}{text}{space}»"


def catalogues() -> Path:
    """The folder of the catalogues: inside the installed package, else of the checkout."""
    package = Path(__file__).parent
    inside = package / "locales"
    return inside if inside.is_dir() else package.parent.parent / "locales"


def written_day(text: str) -> str:
    """A day or a month (`2023-11-30`, `2023-11`) as people write it; any other text as it is."""
    match = _DAY.fullmatch(text)
    if not match:
        return text
    from babel.dates import format_date

    day = date(int(match[1]), int(match[2]), int(match[3] or 1))
    if match[3] and day.day == 1 and language_in_use() == "fr":
        return format_date(day, "'1er' MMMM y", locale="fr")
    return format_date(day, "d MMMM y" if match[3] else "MMMM y", locale=language_in_use())


def typed_day(text: str) -> str:
    """A day (`2024-01-31`) as people type it into a cell: `31/01/2024` in French."""
    day = date.fromisoformat(text)
    return f"{day:%d/%m/%Y}" if _current.language == "fr" else text


def written_period(label: str) -> str:
    """The label of a period as people write it: `2022`, `March 2022`, `1 May 2022 – 3 June 2022`."""
    return " – ".join(written_day(part) for part in label.split(".."))


@cache
def _load(language: str) -> Catalogue:
    from babel.messages.mofile import read_mo

    with (catalogues() / language / "LC_MESSAGES" / "mtool.mo").open("rb") as file:
        messages = read_mo(file)
    return Catalogue(language, {str(m.id): str(m.string) for m in messages if m.id})


def system_language() -> str:
    """The language of the system's messages where mtool speaks it, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name)
        if said:
            code = said.partition("_")[0].partition(".")[0].lower()
            return code if code in LANGUAGES else "en"
    import locale

    code = (locale.getlocale()[0] or "").partition("_")[0].lower()
    return code if code in LANGUAGES else "en"


def taken_from(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """What `--lang` says anywhere on a command line, and the line without it."""
    said, kept = None, []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            kept += [word, *waiting]
        elif word == "--lang":
            said = next(waiting, "")
        elif word.startswith("--lang="):
            said = word.removeprefix("--lang=")
        else:
            kept.append(word)
    return said, kept
