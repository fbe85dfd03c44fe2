"""Text files that are one delimited table from their first line to their last."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from mtool.readers.text.lines import Line

_DELIMITERS = "\t;|,"
_FEWEST_LINES = 3


def delimiter_of(lines: Sequence[Line]) -> str | None:
    """Return the delimiter that cuts every filled line into as many cells; null for other text.

    Commas and semicolons followed by blanks are prose; pipes at both ends are Markdown.
    """
    texts = [line.text for line in lines if not line.blank]
    if len(texts) < _FEWEST_LINES or any(line.edge for line in lines):
        return None
    for delimiter in _DELIMITERS:
        count = _cells(texts[0], delimiter)
        is_even = count > 1 and all(_cells(text, delimiter) == count for text in texts)
        if is_even and _is_data(texts, delimiter):
            return delimiter
    return None


def _cells(text: str, delimiter: str) -> int:
    if '"' not in text:
        return text.count(delimiter) + 1
    try:
        return len(next(csv.reader([text], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def _is_data(texts: Sequence[str], delimiter: str) -> bool:
    """False where the delimiter is set as prose sets it, or a rule marks a Markdown table."""
    if any(text.lstrip().startswith(("- ", "* ", "# ", "|", ">")) for text in texts):
        return False
    if delimiter == "|":
        return not any(set(text) <= set("|-+: =") for text in texts)
    if delimiter == "\t":
        return not any(text.startswith("\t") for text in texts[:1])
    spaced = sum(text.count(delimiter + " ") for text in texts)
    return spaced * 2 < sum(text.count(delimiter) for text in texts)
