"""Cells of an OpenDocument sheet: what is stored, what is shown, and the texts inside."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from mtool.printed_numbers import fold_blanks, read_number
from mtool.readers.marks import split_marks
from mtool.readers.spreadsheet.displayed import displayed, plain_number
from mtool.readers.spreadsheet.ods_styles import OdsStyles, attribute
from mtool.readers.spreadsheet.ooxml import local_name
from mtool.readers.spreadsheet.raised import Run, read_runs

_DURATION = re.compile(r"(-?)PT(\d{1,9})H(\d{1,4})M(\d{1,4})(?:[.,]\d{0,12})?S")
_MOST_BLANKS = 1_000


def stored_kind(cell: Any) -> str:
    """`float`, `date`, `string` …, or `error`; empty for a cell that holds nothing."""
    kind = ""
    for key, value in cell.items():
        if key.endswith("}value-type"):
            if value == "error":
                return "error"
            kind = kind or str(value)
    return kind


def shown_runs(cell: Any, styles: OdsStyles) -> list[Run]:
    """The texts of a cell as shown, paragraphs as lines; comments and drawings are not its text."""
    runs: list[Run] = []
    for child in cell:
        if local_name(child) in ("p", "h"):
            if runs:
                runs.append(("\n", False))
            runs.extend(_runs(child, styles, is_raised=False))
    return runs


def comment_of(cell: Any) -> str:
    """The text of a cell's comment; empty without one."""
    for child in cell:
        if local_name(child) == "annotation":
            lines = [p for p in child if local_name(p) in ("p", "h", "list")]
            return fold_blanks(" ".join("".join(line.itertext()) for line in lines))
    return ""


def cell_text(cell: Any, kind: str, styles: OdsStyles, style: str) -> tuple[str, tuple[str, ...]]:
    """The printed text of a cell that holds something, and its footnote marks."""
    runs = shown_runs(cell, styles)
    if kind == "string":
        return read_runs(runs or [(attribute(cell, "string-value"), False)])
    if kind == "boolean":
        return attribute(cell, "boolean-value").upper(), ()
    if kind == "date":
        return _date(attribute(cell, "date-value"), styles.dates.get(style, "yyyy-mm-dd")), ()
    if kind == "time":
        return _duration(attribute(cell, "time-value")), ()
    shown = fold_blanks("".join(text for text, _ in runs))
    try:
        number = float(attribute(cell, "value"))
    except ValueError:
        return read_runs(runs)
    return _number(number, shown, is_percentage=kind == "percentage")


def _runs(element: Any, styles: OdsStyles, *, is_raised: bool) -> list[Run]:
    runs: list[Run] = [(element.text or "", is_raised)]
    for child in element:
        kind = local_name(child)
        if kind == "span":
            style = attribute(child, "style-name")
            runs.extend(_runs(child, styles, is_raised=is_raised or style in styles.raised))
        elif kind == "a":
            runs.extend(_runs(child, styles, is_raised=is_raised))
        elif kind == "s":
            count = attribute(child, "c", "1")
            blanks = min(int(count), _MOST_BLANKS) if count.isdecimal() else 1
            runs.append((" " * blanks, is_raised))
        elif kind in ("tab", "line-break"):
            runs.append(("\t" if kind == "tab" else "\n", is_raised))
        runs.append((child.tail or "", is_raised))
    return runs


def _number(number: float, shown: str, *, is_percentage: bool) -> tuple[str, tuple[str, ...]]:
    """The stored number, or what is shown where that adds leading zeros, a unit or a qualifier."""
    if is_percentage:
        return displayed(number, "0%"), ()
    text = plain_number(number)
    if shown[:1] == "0" and shown.isdecimal() and int(shown) == number:
        return shown, ()
    if any(ch.isalpha() or ch in "*†‡§¶²<>~≥≤" for ch in shown[:60]) and "E" not in shown:
        clean, marks = split_marks(shown)
        read = read_number(clean)
        if read is not None and read.value is not None:
            unit, qualified = read.unit or "", read.qualifier is not None
            return (clean if qualified else f"{text} {unit}".strip()), marks
    return text, ()


def _date(stored: str, number_format: str) -> str:
    try:
        return displayed(dt.datetime.fromisoformat(stored), number_format)
    except ValueError:
        return stored


def _duration(stored: str) -> str:
    found = _DURATION.match(stored[:60])
    if not found:
        return stored
    sign, hours, minutes, seconds = found.groups()
    if int(hours) < 24 and not sign:
        return f"{int(hours):02}:{int(minutes):02}:{int(seconds):02}"
    return f"{sign}{int(hours)}:{int(minutes):02}:{int(seconds):02}"
