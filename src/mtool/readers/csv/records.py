"""Lines of a delimited file → its records, each with the physical line it begins on.

Python's csv module reads what follows the dialect strictly; a record that does not is read
again by `best_reading`, and the csv module goes on behind it.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Collection, Iterator
from typing import NamedTuple

from mtool.readers.csv.fields import Dialect, Flaw, Reading, best_reading
from mtool.readers.csv.lines import TextLines, lines_inside

#: How many lines a quoted cell may run over before its quote counts as stray, tried in turn.
_REACHES = (1, 50, 1000)
#: A reading within one line that costs no more than this needs no look at further lines.
_CHEAP = 0.5
#: What a regular reading may cost more than the cheapest one of any width: one violation.
_ONE_VIOLATION = 2.1


class Record(NamedTuple):
    """One record. `lines` is how many physical lines it spans.

    `raw` is the text of a record whose number of fields is not regular, empty for the others.
    """

    line: int
    cells: list[str]
    lines: int = 1
    flaws: tuple[Flaw, ...] = ()
    raw: str = ""

    @property
    def is_blank(self) -> bool:
        """True when nothing is printed in the record."""
        return not any(cell and not cell.isspace() for cell in self.cells)


def read_records(
    lines: TextLines, dialect: Dialect, widths: Collection[int] | None, first: int = 1
) -> Iterator[Record]:
    """Yield the records of `lines` from the one on that begins on physical line `first`.

    `widths` are the regular numbers of fields; null where they are not known yet.
    """
    source = _Source(lines.read(first), lines.record_end)
    if len(dialect.delimiter) == 1 and not dialect.escape and dialect.padding != "both":
        yield from _by_csv(source, dialect, widths, first)
    else:
        yield from _by_fields(source, dialect, widths, first)


class _Source:
    """Lines that can be looked at ahead and given back; `taken` are those of this record."""

    def __init__(self, lines: Iterator[str], record_end: str) -> None:
        self._lines = lines
        self._holds_ends = record_end not in ("any", "\n")
        self._ahead: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.taken.append(line)
        return line

    def physical(self, lines: list[str]) -> int:
        """Count the physical lines that `lines` hold."""
        return sum(map(lines_inside, lines)) if self._holds_ends else len(lines)

    def give_back(self) -> None:
        self._ahead.extendleft(reversed(self.taken))
        self.taken.clear()

    def look(self, count: int) -> list[str]:
        while len(self._ahead) < count:
            line = next(self._lines, None)
            if line is None:
                break
            self._ahead.append(line)
        return [self._ahead[i] for i in range(min(count, len(self._ahead)))]

    def drop(self, count: int) -> None:
        for _ in range(count):
            self._ahead.popleft()


def _by_csv(
    source: _Source, dialect: Dialect, widths: Collection[int] | None, line: int
) -> Iterator[Record]:
    quote, naked = dialect.quote, _naked_quote(dialect)
    taken = source.taken
    while True:
        reader = csv.reader(
            source,
            delimiter=dialect.delimiter,
            quotechar=dialect.quote or None,
            quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
            skipinitialspace=dialect.padding == "left",
            strict=True,
        )
        try:
            for cells in reader:
                count = source.physical(taken)
                regular = widths is None or len(cells) in widths
                if len(taken) == 1:
                    text = taken[0]
                    if quote and quote in text and (not regular or naked.search(text)):
                        break
                    yield Record(line, cells, count, (), "" if regular else text)
                else:
                    if not regular or _lines_stand_alone(taken, dialect, widths):
                        break
                    yield Record(line, cells, count)
                line += count
                taken.clear()
            else:
                return
        except csv.Error:
            pass
        source.give_back()
        record = _by_best_reading(source, dialect, widths, line)
        yield record
        line += record.lines


def _by_fields(
    source: _Source, dialect: Dialect, widths: Collection[int] | None, line: int
) -> Iterator[Record]:
    special = {dialect.quote, dialect.escape} - {""}
    taken = source.taken
    for text in source:
        if any(mark in text for mark in special):
            source.give_back()
            record = _by_best_reading(source, dialect, widths, line)
        else:
            body = text.rstrip("\r\n")
            cells = body.split(dialect.delimiter) if dialect.delimiter else [body]
            if dialect.padding == "both":
                cells = [cell.strip(" ") for cell in cells]
            if not body:
                cells = []
            regular = widths is None or len(cells) in widths
            record = Record(line, cells, source.physical([text]), (), "" if regular else text)
            taken.clear()
        yield record
        line += record.lines


def _by_best_reading(
    source: _Source, dialect: Dialect, widths: Collection[int] | None, line: int
) -> Record:
    """Read the next record by its cheapest reading, over more lines where one is not enough."""
    best: Reading | None = None
    for reach in _REACHES:
        window = source.look(reach)
        reading = best_reading(window, dialect, widths)
        if reading and (best is None or reading.cost < best.cost):
            best = reading
        if (best and best.cost <= _CHEAP) or len(window) < reach:
            break
    if best and best.lines > 1 and widths is not None:
        alone = best_reading(source.look(1), dialect, widths)
        if alone and _lines_stand_alone(source.look(best.lines), dialect, widths):
            best = alone
    cheapest = best_reading(source.look(1), dialect) or Reading([], 1, (), 0.0)
    if best is None or best.cost > cheapest.cost + _ONE_VIOLATION:
        best = cheapest
    read = source.look(best.lines)
    source.drop(best.lines)
    regular = widths is None or len(best.cells) in widths
    text = "" if regular else "".join(read)
    return Record(line, best.cells, source.physical(read), best.flaws, text)


def _lines_stand_alone(lines: list[str], dialect: Dialect, widths: Collection[int] | None) -> bool:
    """True when each line of what looks like one record is a record by itself.

    Then the quote that would join them is stray. A few columns prove nothing.
    """
    if not widths or min(widths) < 5 or len(lines) < 2:
        return False
    readings = (best_reading([line], dialect, widths) for line in lines[:4])
    return all(reading is not None for reading in readings)


def _naked_quote(dialect: Dialect) -> re.Pattern[str]:
    """A quote inside text, neither doubled nor beside a delimiter: `5" pipe`."""
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    return re.compile(f"[^{delimiter}{quote}\\s]{quote}[^{quote}{delimiter}\r\n]")
