"""Blocks of lines in which each line is one regular record: proved by counting, divided on demand."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from mtool.readers.csv.spans import Dialect


class Block(NamedTuple):
    """Lines that are one record each, all of `width` cells and without a flaw, from `line` on.

    `divided` are their cells where they had to be looked at, or were going to be.
    """

    line: int
    lines: list[str]
    width: int
    dialect: Dialect
    divided: list[list[str]] | None = None

    def rows(self) -> list[list[str]]:
        """The cells of each line."""
        if self.divided is not None:
            return self.divided
        return list(csv_reader(self.lines, self.dialect))

    def part(self, start: int, end: int | None = None) -> Block:
        """The block from one of its lines to another, counted from 0."""
        divided = self.divided[start:end] if self.divided is not None else None
        line, lines = self.line + start, self.lines[start:end]
        return self._replace(line=line, lines=lines, divided=divided)


def counted_block(
    line: int, lines: list[str], dialect: Dialect, widths: Collection[int]
) -> Block | None:
    """The lines as a block; null where one of them is anything but a record of one common width.

    A line without a quote has one cell more than delimiters; only the others are divided. A bare
    carriage return is a flaw: Python's reader raises at it.
    """
    quote, delimiter = dialect.quote, dialect.delimiter
    quoted = [text for text in lines if quote in text] if quote else []
    plain = [text for text in lines if quote not in text] if quoted else lines
    if len(max(plain, key=len, default="")) > csv.field_size_limit():
        return None
    if any("\r" in text for text in plain):
        return None
    rows = _regular_rows(quoted, dialect)
    if rows is None:
        return None
    found = {text.count(delimiter) + 1 for text in plain}.union(map(len, rows))
    return Block(line, lines, found.pop(), dialect) if _is_common(found, widths) else None


def divided_block(
    line: int, lines: list[str], dialect: Dialect, widths: Collection[int]
) -> Block | None:
    """As `counted_block`, where the cells of every line are wanted in any case."""
    rows = _regular_rows(lines, dialect)
    if rows is None:
        return None
    found = set(map(len, rows))
    return Block(line, lines, found.pop(), dialect, rows) if _is_common(found, widths) else None


def _is_common(found: set[int], widths: Collection[int]) -> bool:
    """True for one regular width; one column is not proved by counting, as a blank line has none."""
    return len(found) == 1 and 1 not in found and not found.isdisjoint(widths)


def _regular_rows(lines: list[str], dialect: Dialect) -> list[list[str]] | None:
    """The cells of lines that are a record each, without a flaw; null for others."""
    naked = naked_quote(dialect)
    if naked and any(map(naked.search, lines)):
        return None
    try:
        rows = list(csv_reader(lines, dialect))
    except csv.Error:
        return None
    return rows if len(rows) == len(lines) else None


def csv_reader(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """Python's reader of a dialect; csv.Error for what does not follow it."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        skipinitialspace=dialect.padding == "left",
        strict=True,
    )


@lru_cache(maxsize=64)
def naked_quote(dialect: Dialect) -> re.Pattern[str] | None:
    """A quote inside text, neither doubled nor beside a delimiter: `5" pipe`.

    The pattern begins with the quote itself, which is found many times as fast as a class.
    """
    if not dialect.quote:
        return None
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    return re.compile(f"{quote}(?<=[^{delimiter}{quote}\\s]{quote})(?=[^{quote}{delimiter}\r\n])")
