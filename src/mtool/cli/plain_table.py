"""Small tables for files and pipes, drawn as rich draws them there, without loading rich."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

#: Settings that ask rich for colours or another width where there is no terminal.
_ASKED = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS")
_USUAL_WIDTH = 80
_GAP = "   "
#: Letters up to here are one place wide; so are these.
_FIRST_COMBINING = "\u0300"
_NARROW = frozenset("\N{NARROW NO-BREAK SPACE}–—−‘’“”…→†‡")


def drawn(columns: Sequence[Sequence[str]], numeric: Sequence[bool]) -> str | None:
    """A table whose columns begin with their headers; null where rich has to draw it.

    That is on a terminal, for cells of several lines or of wide letters, and for a table wider than
    the lines are.
    """
    if not _is_plain_output() or not columns or not all(map(_is_narrow, _texts(columns))):
        return None
    widths = [max(map(len, column)) for column in columns]
    inside = sum(widths) + len(_GAP) * (len(widths) - 1)
    if inside + 2 > line_width() or not all(widths):
        return None
    aligned = [
        [text.rjust(width) if right else text.ljust(width) for text in column]
        for column, width, right in zip(columns, widths, numeric, strict=True)
    ]
    header, *rows = (_GAP.join(cells) for cells in zip(*aligned, strict=True))
    blank = " " * inside
    lines = [blank, header, "─" * inside, *rows, blank]
    return "\n".join(f" {line} " for line in lines)


def line_width() -> int:
    """How wide lines are, as rich finds it: what is set, else the terminal's width, else 80."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit():
        return int(asked)
    for stream in (0, 1, 2):
        try:
            return os.get_terminal_size(stream).columns or _USUAL_WIDTH
        except OSError:
            continue
    return _USUAL_WIDTH


def _is_plain_output() -> bool:
    encoding = getattr(sys.stdout, "encoding", None) or ""
    is_asked = any(name in os.environ for name in _ASKED)
    return not sys.stdout.isatty() and encoding.lower().startswith("utf") and not is_asked


def _texts(columns: Sequence[Sequence[str]]) -> list[str]:
    return [text for column in columns for text in column]


def _is_narrow(text: str) -> bool:
    """True for one line of letters that are one place wide each, without blanks at its ends."""
    return text == text.strip() and all(
        (letter < _FIRST_COMBINING and letter.isprintable()) or letter in _NARROW for letter in text
    )
