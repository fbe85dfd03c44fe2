"""Values that a format keeps typed → the text of a cell."""

from __future__ import annotations

from typing import Any


def as_text(value: Any) -> str:
    """Null is empty, days are ISO, truth is `true` or `false`, numbers have no `.0`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)
