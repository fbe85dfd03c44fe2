"""Whether a sentence has ended, and how two pieces of text are joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mtool.readers.text.lines import Line

CLOSERS = "\"'”’»)]*_ "
TERMINALS = (".", "!", "?", ":", "…")
#: Words that no sentence ends with, in English and French.
_OPEN = """
a an the of in on at to for from by with and or but nor as than that which who whose between among
during into over under about including such its their this these
un une le la les l de des du d en et ou à au aux par pour avec sans sur dans que qui dont ses leur
leurs ce cette ces entre parmi
"""
_WORD_END = re.compile(r"[\s.,;:!?)]")
_OPEN_WORDS = frozenset(_OPEN.split())


def is_unfinished(text: str) -> bool:
    """True when `text` breaks off after a word that no sentence ends with."""
    last = text.rstrip().rsplit(" ", 1)[-1].rsplit("'", 1)[-1].rsplit("’", 1)[-1]
    if text.endswith(("-", "–")):
        return text.rstrip("-– ")[-1:].isalpha()
    return last.casefold() in _OPEN_WORDS or text.endswith(",")


def is_ended(text: str) -> bool:
    """True when `text` closes with the mark of a sentence, quotes and brackets left aside."""
    return text.rstrip(CLOSERS).endswith(TERMINALS)


class Hyphens:
    """The words of a document, asked whether a hyphen at a line's end belongs to its word."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._known: frozenset[str] | None = None

    def join(self, parts: Iterable[str]) -> str:
        """Join parts; `contami-` and `nation` become one word, `self-` and `help` do not."""
        joined: list[str] = []
        for part in parts:
            if joined and part:
                joined[-1] = self._end_before(joined[-1], part)
            joined += [part] if part else []
        return "".join(joined)

    def _end_before(self, text: str, part: str) -> str:
        """What `text` ends with when `part` follows: a blank, a hyphen, or neither."""
        if text.endswith("\u00ad"):
            return text[:-1]
        if not (text.endswith("-") and text[-2:-1].isalpha() and part[:1].islower()):
            return f"{text} "
        head, tail = text[:-1].rsplit(None, 1)[-1], _WORD_END.split(part, maxsplit=1)[0]
        compound = f"{head}-{tail}".casefold()
        return text if compound in self._words() or head.isupper() else text[:-1]

    def _words(self) -> frozenset[str]:
        if self._known is None:
            self._known = frozenset(
                word.strip(".,;:()[]\"'“”‘’«»").casefold()
                for line in self._lines
                for word in line.text.split()
                if "-" in word
            )
        return self._known
