"""Words compared without case, accents, punctuation or odd blanks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mtool.printed_numbers import fold_blanks

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-"})
_ANTI = re.compile(r"\banti (?=\w)")
_NOT_WORDS = re.compile(r"[^\w%+]+|_+")


def plain(text: str) -> str:
    """Lower case without accents, straight apostrophes, single blanks; punctuation stays."""
    if text.isascii():
        return fold_blanks(text).lower()
    straight = fold_blanks(text).translate(_APOSTROPHES)
    decomposed = unicodedata.normalize("NFKD", straight)
    return "".join(ch for ch in decomposed if not unicodedata.combining(ch)).casefold()


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """The folded words of a label: `Sous-total (général) :` → `sous`, `total`, `general`.

    `anti-personnel` is one word, or it would speak of personnel.
    """
    return tuple(_ANTI.sub("anti", _NOT_WORDS.sub(" ", plain(text))).split())


def word_set(text: str) -> frozenset[str]:
    """The words of a lexicon written as one text."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """The phrases of a lexicon written as one text, separated by `|`, each as its words."""
    return tuple(tuple(phrase.split()) for phrase in text.split("|"))


def fold(text: str) -> str:
    """One string to compare labels by."""
    return " ".join(words(text))
