"""Lines of a delimited file → its records, each with the physical line it begins on.

Blocks of lines that are a regular record each are proved so by counting. Of the rest, Python's
csv module reads what follows the dialect strictly; a record that does not is read again by
`best_reading`, and the csv module goes on behind it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import NamedTuple

from mtool.readers.csv.fields import Flaw, Reading, best_reading
from mtool.readers.csv.lines import TextLines, lines_inside
from mtool.readers.csv.regular import (
    Block,
    csv_reader,
    divided_block,
    naked_quote,
)
from mtool.readers.csv.spans import Dialect

BlockMaker = Callable[[int, list[str], Dialect, Collection[int]], Block | None]

#: How many lines a quoted cell may run over before its quote counts as stray, tried in turn.
_REACHES = (50, 1000)
_BLOCK = 500
#: In tables of so few columns any line may look like a record.
_FEW_COLUMNS = 2
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
    for run in read_runs(lines, dialect, widths, first):
        if isinstance(run, Block):
            yield from records_of(run)
        else:
            yield run


def records_of(block: Block) -> Iterator[Record]:
    """Yield the records of a block, one a line."""
    for line, cells in enumerate(block.rows(), block.line):
        yield Record(line, cells)


def read_runs(
    lines: TextLines,
    dialect: Dialect,
    widths: Collection[int] | None,
    first: int = 1,
    as_block: BlockMaker = divided_block,
) -> Iterator[Block | Record]:
    """Yield what `read_records` yields, runs of regular records as blocks made by `as_block`."""
    source = _Source(lines.read(first), lines.record_end)
    if len(dialect.delimiter) == 1 and not dialect.escape and dialect.padding != "both":
        yield from _by_csv(source, dialect, widths, first, as_block)
    else:
        yield from _by_fields(source, dialect, widths, first)


class _Source:
    """Lines that can be looked at ahead and given back; `taken` are those of this record."""

    def __init__(self, lines: Iterator[str], record_end: str) -> None:
        self._lines = lines
        self.ahead: deque[str] = deque()
        self.taken: list[str] = []
        #: True where a line may hold other line ends, and so be several physical lines.
        self.holds_ends = record_end not in ("any", "\n")

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        line = self.ahead.popleft() if self.ahead else next(self._lines)
        self.taken.append(line)
        return line

    def block(self, count: int) -> list[str]:
        """Take so many lines at once, while none were looked at ahead."""
        return list(islice(self._lines, count))

    def physical(self, lines: list[str]) -> int:
        """Count the physical lines that `lines` hold."""
        return sum(map(lines_inside, lines)) if self.holds_ends else len(lines)

    def give_back(self) -> None:
        self.ahead.extendleft(reversed(self.taken))
        self.taken.clear()

    def look(self, count: int) -> list[str]:
        self.ahead.extend(islice(self._lines, max(0, count - len(self.ahead))))
        return list(islice(self.ahead, count))

    def drop(self, count: int) -> None:
        for _ in range(count):
            self.ahead.popleft()


def _by_csv(
    source: _Source,
    dialect: Dialect,
    widths: Collection[int] | None,
    line: int,
    as_block: BlockMaker,
) -> Iterator[Block | Record]:
    """Read block by block while every line is a regular record, else one by one."""
    provable = widths is not None and not source.holds_ends
    while lines := source.block(_BLOCK):
        block = as_block(line, lines, dialect, widths or ()) if provable else None
        if block is None:
            source.ahead.extend(lines)
            for record in _one_by_one(source, dialect, widths, line):
                yield record
                line = record.line + record.lines
        else:
            yield block
            line += len(lines)


def _one_by_one(
    source: _Source, dialect: Dialect, widths: Collection[int] | None, line: int
) -> Iterator[Record]:
    """Read the lines that were looked at ahead, and those their last record runs on over."""
    quote, naked = dialect.quote, naked_quote(dialect)
    taken = source.taken
    while source.ahead:
        try:
            for cells in csv_reader(source, dialect):
                regular = widths is None or len(cells) in widths
                if len(taken) > 1:
                    if not regular or _lines_stand_alone(taken, dialect, widths):
                        break
                elif naked and quote in taken[0] and (not regular or naked.search(taken[0])):
                    break
                raw = "" if regular else taken[0]
                record = Record(line, cells, source.physical(taken), (), raw)
                taken.clear()
                yield record
                line += record.lines
                if not source.ahead:
                    return
        except csv.Error:
            pass
        source.give_back()
        if source.ahead:
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
    first = source.look(1)
    cheapest = best_reading(first, dialect) or _as_it_stands(first[0], dialect)
    limit = cheapest.cost + (0.0 if widths is None else _ONE_VIOLATION)
    best = best_reading(first, dialect, widths, limit)
    for reach in _REACHES[:1] if best else _REACHES:
        if best and best.cost <= _CHEAP:
            break
        window = source.look(reach)
        further = best_reading(window, dialect, widths, best.cost if best else limit)
        if further and further.lines > 1:
            if not _swallows(window[: further.lines], further, dialect, widths):
                best = further
            break
        if len(window) < reach:
            break
    best = best or cheapest
    read = source.look(best.lines)
    source.drop(best.lines)
    regular = widths is None or len(best.cells) in widths
    text = "" if regular else "".join(read)
    return Record(line, best.cells, source.physical(read), best.flaws, text)


def _as_it_stands(line: str, dialect: Dialect) -> Reading:
    """A hopeless line, divided at its delimiters whatever its quotes say."""
    body = line.rstrip("\r\n")
    return Reading(body.split(dialect.delimiter) if dialect.delimiter else [body], 1, (), 0.0)


def _swallows(
    lines: list[str], reading: Reading, dialect: Dialect, widths: Collection[int] | None
) -> bool:
    """True when a reading over several lines takes in lines that are records by themselves."""
    if reading.flaws and widths and min(widths) > _FEW_COLUMNS:
        regular = (best_reading([line], dialect, widths, 0.0) for line in lines[1:])
        if any(regular):
            return True
    return _lines_stand_alone(lines, dialect, widths)


def _lines_stand_alone(lines: list[str], dialect: Dialect, widths: Collection[int] | None) -> bool:
    """True when each line of what looks like one record is a record by itself.

    Then the quote that would join them is stray. A few columns prove nothing.
    """
    if not widths or min(widths) < 5 or len(lines) < 2:
        return False
    readings = (best_reading([line], dialect, widths, _ONE_VIOLATION) for line in lines[:4])
    return all(reading is not None for reading in readings)
