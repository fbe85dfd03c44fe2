"""The physical lines of a text, read again and again, from memory or from a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from mtool.errors import UnreadableInput
from mtool.readers.mojibake import review_mojibake

#: Line ends that records may have; `any` is a Windows, Unix or old Mac end wherever it stands.
RECORD_ENDS = ("any", "\r\n", "\n", "\r")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class TextLines:
    """Lines with their ends, counted from 1, of a text in memory or of a file too large for it.

    `record_end` other than `any` leaves the other kinds of line ends inside the lines.
    """

    path: Path
    text: str | None = None
    codec: str = "utf-8"
    errors: str = "strict"
    skipped: int = 0
    record_end: str = "any"
    repaired: bool = False
    state: tuple[int, int] | None = field(default=None, compare=False)

    def ending(self, record_end: str) -> TextLines:
        """The same text with another idea of where records end."""
        return replace(self, record_end=record_end)

    def read(self, first: int = 1) -> Iterator[str]:
        """Yield the lines from the one on that begins with physical line `first`.

        Raises UnreadableInput when the file was changed since it was first looked at.
        """
        if self.record_end == "any":
            return islice(self._lines(), first - 1, None)
        return self._lines_from(first)

    def _lines_from(self, first: int) -> Iterator[str]:
        number = 1
        for line in self._lines():
            if number >= first:
                yield line.strip("\r\n") + "\n" if self.record_end == "\n" else line
            number += 1 if self.record_end == "\n" else lines_inside(line)

    def _lines(self) -> Iterator[str]:
        if self.text is not None:
            return _lines_in_memory(self.text, self.record_end)
        return self._lines_of_file()

    def _lines_of_file(self) -> Iterator[str]:
        try:
            status = self.path.stat()
            if self.state and (status.st_size, status.st_mtime_ns) != self.state:
                raise UnreadableInput(f"{self.path}: changed while it was being read; run again")
            file = self.path.open("rb")
        except OSError as error:
            raise UnreadableInput(f"{self.path}: cannot be read ({error.strerror})") from None
        file.seek(self.skipped)
        newline = "" if self.record_end == "any" else self.record_end
        with io.TextIOWrapper(
            file, encoding=self.codec, errors=self.errors, newline=newline
        ) as stream:
            yield from self._repaired(stream) if self.repaired else stream

    def _repaired(self, stream: TextIO) -> Iterator[str]:
        """Lines with wrongly decoded text (`MÃ©naka`) set right."""
        while block := stream.readlines(_BLOCK):
            text, _ = review_mojibake("".join(block), self.path, repair=True)
            yield from _lines_in_memory(text, self.record_end)


def _lines_in_memory(text: str, record_end: str) -> Iterator[str]:
    if record_end == "any":
        yield from io.StringIO(text, newline="")
        return
    start = 0
    while start < len(text):
        place = text.find(record_end, start)
        end = len(text) if place < 0 else place + len(record_end)
        yield text[start:end]
        start = end


def lines_inside(line: str) -> int:
    """Count the physical lines that one line of a text holds (more than 1 with mixed ends)."""
    body = line.rstrip("\r\n")
    if "\r" not in body and "\n" not in body:
        return 1
    return 1 + body.count("\n") + body.count("\r") - body.count("\r\n")
