"""One text cell → a figure, a day or a truth value, as every engine reads it.

A tidy file writes decimals with a point; what is not plain is read as printed numbers are.
"""

from __future__ import annotations

import math
import re
from datetime import date

from mtool.printed_numbers import LONGEST, read_number

#: Blank in the sense of Python's `str.strip`, for expressions of Arrow.
BLANK = r"^[\t-\r\x1c-\x20\x{85}\pZ]*$"
FLAGS = {"true": True, "false": False, "1": True, "0": False}
#: The years that a nanosecond timestamp can hold as a whole.
FIRST_DAY, LAST_DAY = "1678-01-01", "2261-12-31"
_PLAIN = re.compile(r"[+-]?[0-9]+(?P<rest>(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LARGEST = 2**63 - 1


def read_figure(text: str, whole: bool) -> int | float | None:
    """The number a cell says; null when it is none, is qualified, or is not whole as asked.

    Whole numbers are exact up to 64 bits; others are finite.
    """
    value = _number(text)
    if value is None:
        return None
    if not whole:
        wide = _as_float(value)
        return wide if wide is not None and math.isfinite(wide) else None
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if -_LARGEST <= value <= _LARGEST else None


def _number(text: str) -> int | float | None:
    plain = _PLAIN.fullmatch(text) if len(text) <= LONGEST else None
    if plain:
        return float(text) if plain["rest"] else int(text)
    printed = read_number(text, ".")
    return None if printed is None or printed.qualifier else printed.value


def _as_float(value: int | float) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def read_day(text: str) -> str | None:
    """A day written YYYY-MM-DD that exists, from 1678 to 2261; null for any other text."""
    if not _DAY.fullmatch(text) or not FIRST_DAY <= text <= LAST_DAY:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def read_flag(text: str) -> bool | None:
    """`true`, `false`, `1` or `0`, in letters of any size; null for any other text."""
    return FLAGS.get(text.lower())
