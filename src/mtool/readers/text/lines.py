"""The physical lines of a text, with the pages they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.readers.encoding import split_lines

#: A longer line is prose or damage; no table is looked for in it.
LONGEST_TABLE_LINE = 20_000
#: No report prints a longer paragraph; what does is data without line ends, or damage.
LONGEST_LINE_BYTES = 8_000_000
_CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its physical number from 1, its page where the text has form feeds, its text.

    `edge` is true for the first line after a page break.
    """

    number: int
    text: str
    page: int | None = None
    edge: bool = False

    @property
    def blank(self) -> bool:
        return not self.text or self.text.isspace()


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, unless one of its lines is too long to be text.

    Such a file is given up at the first line that shows it, without reading the rest.
    """
    chunks: list[bytes] = []
    number, length = 1, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            chunks.append(chunk)
            last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            number += chunk.count(b"\n") or chunk.count(b"\r")
            length = len(chunk) - last - 1 if last >= 0 else length + len(chunk)
            if length > LONGEST_LINE_BYTES:
                raise UnreadableInput(
                    f"{path}, line {number}: more than {LONGEST_LINE_BYTES:,} bytes without a "
                    "line end; expected text in lines or paragraphs. Is it data of another "
                    "format, or were its line ends lost? Export it again with line ends"
                )
    return b"".join(chunks)


def read_lines(text: str) -> list[Line]:
    """Return the lines of `text`; a form feed begins a page, and parts the line it stands in."""
    physical = split_lines(text)
    if "\f" not in text:
        return [Line(number, line) for number, line in enumerate(physical, 1)]
    return list(_paged(physical))


def _paged(physical: list[str]) -> Iterator[Line]:
    page = 1
    for number, line in enumerate(physical, 1):
        first, *others = line.split("\f")
        if first or not others:
            yield Line(number, first, page)
        for part in others:
            page += 1
            yield Line(number, part, page, edge=True)
