"""Text that a spreadsheet would run as a formula, guarded by an apostrophe and unguarded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: What makes a spreadsheet run a cell as a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def guard_text(values: pd.Series) -> pd.Series:
    """Put an apostrophe before text that begins like a formula or with an apostrophe."""
    starts = values.str.startswith((*FORMULA_STARTS, "'"), na=False)
    return values.mask(starts, "'" + values) if starts.any() else values


def unguard_text(values: pd.Series) -> pd.Series:
    """Undo `guard_text`: drop an apostrophe that stands before a formula start or another one."""
    guarded = values.str.startswith(tuple(f"'{c}" for c in (*FORMULA_STARTS, "'")), na=False)
    return values.mask(guarded, values.str.slice(1)) if guarded.any() else values


def unguarded(text: str) -> str:
    """One text with the apostrophe of `guard_text` taken off."""
    guarded = text[:1] == "'" and text[1:].startswith((*FORMULA_STARTS, "'"))
    return text[1:] if guarded else text
