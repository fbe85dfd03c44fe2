"""Lines that fit the terminal they are written to; whole lines for pipes, files and logs."""

from __future__ import annotations

import os
import re
import textwrap
from typing import IO

#: A command to copy stays in one piece, and so does what a blank inside quotes belongs to.
_WHOLE = re.compile(r"mtool [a-z]+(?: [^;,.)]+)?|(?<!\w)'[^' ]+ [^']*'(?!\w)")


def fitted(text: str, stream: IO[str]) -> str:
    """The text in lines no wider than the terminal; as it is where the stream is none.

    A word, a path or a command that is wider stands whole on a line of its own.
    """
    width = _width(stream)
    if width is None or max(map(len, text.split("\n"))) <= width:
        return text
    return "\n".join(part for line in text.split("\n") for part in _lines(line, width))


def _lines(line: str, width: int) -> list[str]:
    opening = len(line) - len(line.lstrip(" -→"))
    held = _WHOLE.sub(lambda found: found[0].replace(" ", "\0"), line[opening:])
    parts = textwrap.wrap(
        held,
        width,
        initial_indent=line[:opening],
        subsequent_indent=" " * (opening or 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part.replace("\0", " ") for part in parts] or [line]


def _width(stream: IO[str]) -> int | None:
    """Columns of the terminal that the stream is; null where it is none."""
    if not stream.isatty():
        return None
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return 80
