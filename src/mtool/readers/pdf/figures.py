"""Which printed words are figures: what sets the rows of a table apart from sentences."""

from __future__ import annotations

import re
from functools import lru_cache

_FIGURE = re.compile(
    r"[(\[<>≤≥±~≈+\-−–—$€£¥#]{0,3}\d[\d.,'’ :/\-–]{0,24}(?:%|‰|\+)?[)\]]?(?:[*†‡a-z]|\([a-z\d]\))?"
)
_ABSENT = re.compile(
    r"[-–—−.…:*/•]{1,4}|n[./]?[akds][./]?|\(?(?:X|Z|D|NA|S|B|L|\*+|–|-)\)?|nil|néant|none|s\.?o\.?",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"[\[(]?(?:FY|CY|Q[1-4])?[ -]?(?:1[6-9]|20)\d\d(?:[-/–.](?:(?:1[89]|20)?\d\d|Q?[1-4]))?[\])]?"
    r"(?:[a-z*]|\.)?"
)
#: Signs that stand a little apart from the number they belong to.
CURRENCY = frozenset(
    {"$", "€", "£", "¥", "US$", "USD", "EUR", "CFA", "FCFA", "(", "+", "±", "<", ">"}
)
AFTER = frozenset({"%", ")", "€", "‰", "+", "*"})


@lru_cache(maxsize=20_000)
def is_number(text: str) -> bool:
    """A printed number, date or range, with its signs: `1,246`, `(52)`, `12–14`, `45%`."""
    return len(text) < 32 and _FIGURE.fullmatch(text) is not None


@lru_cache(maxsize=20_000)
def is_absent(text: str) -> bool:
    """What tables print where they have no number: `–`, `..`, `n/a`, `(X)`."""
    return len(text) < 8 and _ABSENT.fullmatch(text) is not None


def is_figure(text: str) -> bool:
    return is_number(text) or is_absent(text)


@lru_cache(maxsize=20_000)
def is_year(text: str) -> bool:
    """A year or a span of years, as they head columns: `2009`, `2008/09`, `FY 2010`."""
    return len(text) < 16 and _YEAR.fullmatch(text) is not None


def is_figure_cell(text: str) -> bool:
    """A whole cell that holds figures only: `1 246`, `$ 12`, `3.4 %`, `12 – 14`."""
    words = text.split()
    if not words or len(words) > 6:
        return False
    return any(is_figure(w) for w in words) and all(
        is_figure(w) or w in CURRENCY or w in AFTER for w in words
    )
