"""Cells of an OpenDocument sheet: what is stored, what is shown, and the texts inside."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from mtool.printed_numbers import fold_blanks, read_number
from mtool.readers.marks import split_marks
from mtool.readers.runs import Run, SetAs
from mtool.readers.spreadsheet.displayed import displayed, plain_number
from mtool.readers.spreadsheet.marked import read_text
from mtool.readers.spreadsheet.ods_styles import OdsStyles, attribute
from mtool.readers.spreadsheet.ooxml import local_name

_DURATION = re.compile(r"(-?)PT(\d{1,9})H(\d{1,4})M(\d{1,4})(?:[.,]\d{0,12})?S")
_MOST_BLANKS = 1_000
_MOST_SHOWN = 60
_BOOLEANS = ("TRUE", "FALSE")


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
                runs.append(Run("\n"))
            runs.extend(_runs(child, styles, "line"))
    return runs


def comment_of(cell: Any) -> str:
    """The text of a cell's comment; empty without one."""
    for child in cell:
        if local_name(child) == "annotation":
            lines = [p for p in child if local_name(p) in ("p", "h", "list")]
            return fold_blanks(" ".join("".join(line.itertext()) for line in lines))
    return ""


@dataclass(frozen=True, slots=True)
class OdsText:
    """The printed text of a cell, its footnote marks, and what its format shows besides."""

    text: str
    marks: tuple[str, ...] = ()
    left_out: str = ""


def cell_text(cell: Any, kind: str, styles: OdsStyles, style: str) -> OdsText:
    """Read a cell that holds something; `kind` is its `stored_kind`."""
    runs = shown_runs(cell, styles)
    if kind == "string":
        return OdsText(*read_text(runs or [Run(attribute(cell, "string-value"))]))
    if kind == "boolean":
        return OdsText(attribute(cell, "boolean-value").upper())
    if kind == "date":
        return OdsText(_date(attribute(cell, "date-value"), styles.dates.get(style, "yyyy-mm-dd")))
    if kind == "time":
        return OdsText(_duration(attribute(cell, "time-value")))
    shown = fold_blanks("".join(run.text for run in runs))
    try:
        number = float(attribute(cell, "value"))
    except ValueError:
        return OdsText(*read_text(runs))
    if kind == "percentage":
        return OdsText(displayed(number, "0%"))
    return _number(number, shown)


def _runs(element: Any, styles: OdsStyles, set_as: SetAs) -> list[Run]:
    runs = [Run(element.text or "", set_as)]
    for child in element:
        kind = local_name(child)
        if kind == "span":
            is_raised = attribute(child, "style-name") in styles.raised
            runs.extend(_runs(child, styles, "raised" if is_raised else set_as))
        elif kind == "a":
            runs.extend(_runs(child, styles, set_as))
        elif kind == "s":
            count = attribute(child, "c", "1")
            blanks = min(int(count), _MOST_BLANKS) if count.isdecimal() else 1
            runs.append(Run(" " * blanks, set_as))
        elif kind in ("tab", "line-break"):
            runs.append(Run("\t" if kind == "tab" else "\n", set_as))
        runs.append(Run(child.tail or "", set_as))
    return [run for run in runs if run.text]


def _number(number: float, shown: str) -> OdsText:
    """The stored number, or what is shown where that adds leading zeros, a unit or a qualifier."""
    text = plain_number(number)
    if shown.upper() in _BOOLEANS:
        return OdsText(shown.upper())
    if shown[:1] == "0" and shown.isdecimal() and int(shown) == number:
        return OdsText(shown)
    added = "".join(ch for ch in shown[:_MOST_SHOWN] if not (ch.isdecimal() or ch in " .,-()'"))
    if not added or added in ("E", "E+"):
        return OdsText(text)
    clean, marks = split_marks(shown)
    read = read_number(clean)
    if read is None or read.value is None:
        return OdsText(text, left_out=added)
    if read.qualifier is not None:
        return OdsText(clean, marks)
    return OdsText(f"{text} {read.unit or ''}".strip(), marks)


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
