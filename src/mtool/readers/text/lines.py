"""The physical lines of a text, with the pages they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mtool.readers.encoding import split_lines

#: A longer line is prose or damage; no table is looked for in it.
LONGEST_TABLE_LINE = 20_000


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


def read_lines(text: str) -> list[Line]:
    """Return the lines of `text`; a form feed begins a page, and a line where it stands inside one."""
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
