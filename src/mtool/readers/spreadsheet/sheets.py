"""A sheet as a person sees it: printed texts by row, and what the workbook says about them.

Every backend (openpyxl, calamine, xlrd, OpenDocument) ends here; what follows knows no format.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mtool.errors import UnreadableInput
from mtool.model import Finding, column_letters

#: More places than this between the first and the last text of all rows is no real table.
MOST_PLACES = 150_000_000

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

#: Stands between the texts of a packed row.
SEPARATOR = "\x1f"


def address(row: int, column: int) -> str:
    """The A1 address of a cell, both counted from 1."""
    return f"{column_letters(column)}{row}"


@lru_cache(maxsize=1 << 16)
def _column_number(letters: str) -> int:
    column = 0
    for letter in letters[:4].upper():
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def column_of(reference: str) -> int:
    """The column number of an address such as `AB12`; raises ValueError for anything else."""
    column = _column_number(reference.rstrip("0123456789"))
    if not 1 <= column <= LAST_COLUMN:
        raise ValueError(f"{reference} is outside any sheet")
    return column


def split_address(text: str) -> tuple[int, int]:
    """Row and column of an address such as `$B$4`; raises ValueError for anything else."""
    plain = text.replace("$", "")
    column = column_of(plain)
    row = int(plain.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
    if not 1 <= row <= LAST_ROW:
        raise ValueError(f"{text} is outside any sheet")
    return row, column


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of cells, both ends included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def read_box(reference: str) -> Box:
    """`A3:G12` or `A3` → the box; raises ValueError for anything else."""
    first, _, last = reference.partition(":")
    top, left = split_address(first)
    bottom, right = split_address(last or first)
    return Box(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


@dataclass(frozen=True, slots=True)
class DeclaredTable:
    """A range that the workbook itself calls a table or filters as one.

    `headers` is the number of header rows it declares; `exact` is false for an AutoFilter,
    whose range may be older than the rows below it.
    """

    box: Box
    headers: int = 1
    name: str = ""
    exact: bool = True


class SheetRows:
    """The rows in which something is printed, held as one string each: 200,000 rows fit.

    Rows are added in rising order; a row's texts between the first and the last one are kept.
    """

    def __init__(self) -> None:
        self.numbers = array("L")
        self._first = array("L")
        self._last = array("L")
        self._packed: list[str] = []
        self._is_folded = bytearray()
        self._places = 0

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, number: int, texts: Sequence[str], first_column: int = 1) -> None:
        """Add one row of texts beginning at `first_column`; rows without a text are left out."""
        start, end = 0, len(texts)
        while end and not texts[end - 1]:
            end -= 1
        while start < end and not texts[start]:
            start += 1
        if start == end:
            return
        self._count(end - start)
        self.numbers.append(number)
        self._first.append(first_column + start)
        self._last.append(first_column + end - 1)
        self._packed.append(_pack(texts[start:end]))
        self._is_folded.append(False)

    def add_packed(
        self,
        numbers: Sequence[int],
        reach: tuple[Sequence[int], Sequence[int]],
        packed: list[str],
        folded: bytes,
    ) -> None:
        """Add rows whose texts stand in one string each, parted by `SEPARATOR`.

        `reach` are the columns of their first and of their last texts, `folded` a byte each: 1
        where no text of the row has a blank at its ends, two in a row, or a line end.
        """
        first, last = reach
        self._count(sum(last) - sum(first) + len(packed))
        self.numbers.extend(numbers)
        self._first.extend(first)
        self._last.extend(last)
        self._packed.extend(packed)
        self._is_folded.extend(folded)

    def _count(self, places: int) -> None:
        self._places += places
        if self._places > MOST_PLACES:
            raise UnreadableInput(
                f"the cells of a sheet are spread over more than {MOST_PLACES:,} places; "
                "delete what stands far away from the tables and save it again"
            )

    def add_sparse(self, number: int, cells: Mapping[int, str]) -> None:
        """Add one row given as column number → text."""
        printed = [column for column, text in cells.items() if text]
        if printed:
            first = min(printed)
            span = range(first, max(printed) + 1)
            self.add(number, [cells.get(column, "") for column in span], first)

    def with_late(self, late: Mapping[int, Mapping[int, str]]) -> SheetRows:
        """These rows and the ones that came out of order, in order."""
        if not late:
            return self
        together = dict(self)
        for number, cells in late.items():
            together[number] = {**together.get(number, {}), **cells}
        ordered = SheetRows()
        for number in sorted(together):
            ordered.add_sparse(number, together[number])
        return ordered

    def index(self, number: int) -> int:
        """The place of the first kept row that is not above row `number`."""
        return bisect_left(self.numbers, number)

    def reach(self, index: int) -> tuple[int, int]:
        """First and last column of a kept row."""
        return self._first[index], self._last[index]

    def is_dense(self, index: int) -> bool:
        """True when every place between the row's first and last text is printed."""
        return SEPARATOR * 2 not in self._packed[index]

    def is_folded(self, index: int) -> bool:
        """True when no text of the row has a blank at its ends, two in a row, or a line end."""
        packed = self._packed[index]
        return bool(self._is_folded[index]) or (
            packed.isascii()
            and "  " not in packed
            and f" {SEPARATOR}" not in packed
            and f"{SEPARATOR} " not in packed
            and packed.replace(SEPARATOR, "").isprintable()
            and packed == packed.strip(" ")
        )

    def cells(self, index: int) -> dict[int, str]:
        """Column number → text of one kept row, blanks left out."""
        texts = enumerate(self._packed[index].split(SEPARATOR), self._first[index])
        return {column: text for column, text in texts if text}

    def texts(self, index: int, columns: Sequence[int]) -> list[str]:
        """The texts of one kept row in the columns asked for, blanks as empty texts."""
        first = self._first[index]
        width = self._last[index] - first + 1
        kept = self._packed[index].split(SEPARATOR, max(columns[-1] - first + 1, 0))
        if columns[0] == first and columns[-1] == first + width - 1 and len(columns) == width:
            return kept
        return [kept[c - first] if first <= c < first + width else "" for c in columns]

    def text(self, index: int, column: int) -> str:
        """The text of one kept row in one column; empty where it prints none."""
        place = column - self._first[index]
        if place < 0 or column > self._last[index]:
            return ""
        return self._packed[index].split(SEPARATOR, place + 1)[place]

    def repeating(self, indexes: Iterable[int], others: Iterable[int]) -> list[int]:
        """Those of some kept rows that print the same texts in the same places as one of others."""
        known = {(self._first[other], self._packed[other]) for other in others}
        return [at for at in indexes if (self._first[at], self._packed[at]) in known]

    def replace(self, index: int, cells: Mapping[int, str]) -> None:
        """Give a kept row other texts."""
        first = min(cells)
        span = range(first, max(cells) + 1)
        self._first[index], self._last[index] = first, span[-1]
        self._packed[index] = _pack([cells.get(column, "") for column in span])
        self._is_folded[index] = False

    def __iter__(self) -> Iterator[tuple[int, dict[int, str]]]:
        for index, number in enumerate(self.numbers):
            yield number, self.cells(index)


def _pack(texts: Sequence[str]) -> str:
    packed = SEPARATOR.join(texts)
    if packed.count(SEPARATOR) != len(texts) - 1:
        packed = SEPARATOR.join(text.replace(SEPARATOR, " ") for text in texts)
    return packed


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet: texts as printed, footnote marks apart, and its structure.

    Keys of `marks` and `comments` are (row, column) from 1. `merged` boxes are not yet filled.
    """

    name: str
    rows: SheetRows
    marks: Mapping[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    merged: tuple[Box, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    declared: tuple[DeclaredTable, ...] = ()
    findings: tuple[Finding, ...] = ()
