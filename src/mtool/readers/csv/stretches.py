"""The records of a file → stretches that belong together, with bounded memory.

A stretch ends at blank lines, where a header is printed again, or where a table of another
width begins. Stretches that blank lines only divide are joined again.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mtool.readers.csv.columns import Columns
from mtool.readers.csv.records import Record, records_of
from mtool.readers.csv.regular import Block, csv_reader

#: How many records of a stretch are kept to look at: the first ones and the last ones.
HEAD = 150
TAIL = 60
_MOST_STRETCHES = 2000
_SAME_NAMES = 0.6
_FEW = 3
_DIGITS = frozenset("0123456789")


def is_narrow(cells: Sequence[str]) -> bool:
    """True when at most one cell is printed: a title, a note or a section, not a row of a table."""
    if len(cells) > 1 and cells[0] and cells[-1]:
        return False
    return sum(1 for cell in cells if cell and not cell.isspace()) <= 1


@dataclass(slots=True)
class Stretch:
    """Records without a break between them: how many, of which widths, the first and the last."""

    blanks_before: int = 0
    count: int = 0
    head: list[Record] = field(default_factory=list)
    widths: Counter[int] = field(default_factory=Counter)
    flawed: int = 0
    blanks_inside: int = 0
    header: list[str] | None = None
    _columns: Columns | None = None
    _columns_at: int = 0
    _tail: deque[Record] = field(default_factory=lambda: deque(maxlen=TAIL))
    _latest: Block | None = None

    def add(self, record: Record) -> None:
        """Take one more record in."""
        self.count += 1
        self.widths[len(record.cells)] += 1
        if record.flaws:
            self.flawed += 1
        if len(self.head) < HEAD:
            self.head.append(record)
        self.tail.append(record)
        if self.header is None and not is_narrow(record.cells):
            self.header = record.cells

    def takes_whole(self, block: Block) -> bool:
        """True when no record of a block can end the stretch or belong to its first ones."""
        header = self.header
        if header is None or self.count < HEAD or block.width != len(header):
            return False
        return not any(map(_DIGITS.isdisjoint, block.lines)) and not (
            _may_repeat(header, block) or _may_hold_narrow(block)
        )

    def add_block(self, block: Block) -> None:
        """Take a block in that `takes_whole`; its last records are divided when asked for."""
        if len(block.lines) < TAIL:
            self.tail.extend(records_of(block))
        else:
            self._latest = block
        self.count += len(block.lines)
        self.widths[block.width] += len(block.lines)

    @property
    def tail(self) -> deque[Record]:
        """The last records."""
        if self._latest is not None:
            self._tail.extend(records_of(self._latest.part(len(self._latest.lines) - TAIL)))
            self._latest = None
        return self._tail

    def join(self, other: Stretch) -> None:
        """Take in a stretch that goes on behind blank lines."""
        self.blanks_inside += other.blanks_before + other.blanks_inside
        self.count += other.count
        self.head += other.head[: HEAD - len(self.head)]
        self.tail.extend(other.tail)
        self.widths += other.widths
        self.flawed += other.flawed
        self.header = self.header or other.header

    @property
    def width(self) -> int:
        """The usual number of cells, single texts aside; that of the first row when in doubt."""
        several = {width: count for width, count in self.widths.items() if width > 1}
        usual = max(several, key=lambda width: (several[width], width), default=1)
        named = len(self.header) if self.header else usual
        return named if several.get(named, 0) * 2 > several.get(usual, 0) else usual

    @property
    def rows(self) -> list[Record]:
        """The kept records in order; those between head and tail of a long stretch are missing."""
        last = self.head[-1].line if self.head else 0
        return [*self.head, *(record for record in self.tail if record.line > last)]

    @property
    def columns(self) -> Columns:
        """The kinds of cells below the first row."""
        if self._columns is None or self.count >= 2 * self._columns_at:
            self._columns_at = self.count if self.count < HEAD else 1 << 62
            width = self.width
            rows = [r.cells for r in self.head[1:] if len(r.cells) == width]
            self._columns = Columns.of(rows, width)
        return self._columns


def _may_repeat(header: Sequence[str], block: Block) -> bool:
    """False when no line of a block, each with a digit in it, can be the header again."""
    if _DIGITS.isdisjoint("".join(header)):
        return False
    quote, first = block.dialect.quote, header[0]
    if not first or (quote and quote in first) or block.dialect.padding:
        return True
    return any(line.startswith((first, quote + first)) for line in block.lines)


def _may_hold_narrow(block: Block) -> bool:
    """True when a line of a block ends with an empty cell and prints one cell at most."""
    delimiter, quote = block.dialect.delimiter, block.dialect.quote
    empty = delimiter, delimiter + quote * 2, f"{delimiter} "
    ends = tuple(text + end for text in empty for end in ("\n", "\r\n", "\r", ""))
    suspects = [line for line in block.lines if line.endswith(ends)]
    return any(map(is_narrow, csv_reader(suspects, block.dialect)))


def find_stretches(runs: Iterator[Block | Record]) -> list[Stretch]:
    """Divide the records of a file into stretches."""
    stretches: list[Stretch] = []
    ahead = _Ahead(runs)
    current: Stretch | None = None
    blanks = 0
    for record in ahead:
        if isinstance(record, Block):
            if current is not None and not blanks and current.takes_whole(record):
                current.add_block(record)
            else:
                ahead.divide(record)
            continue
        cells = record.cells
        if not (cells and cells[0].strip()) and record.is_blank:
            blanks += 1
            continue
        if current is None or blanks or _is_broken(current, record, ahead):
            if current is not None:
                _keep(stretches, current)
            current = Stretch(blanks)
            blanks = 0
        current.add(record)
    if current is not None:
        _keep(stretches, current)
    return stretches


def _keep(stretches: list[Stretch], closed: Stretch) -> None:
    if stretches and (len(stretches) >= _MOST_STRETCHES or _goes_on(stretches[-1], closed)):
        stretches[-1].join(closed)
    else:
        stretches.append(closed)


class _Ahead:
    """Records and blocks of them in order, with a look at the next records."""

    def __init__(self, runs: Iterator[Block | Record]) -> None:
        self._runs = runs
        self._waiting: deque[Record] = deque()

    def __iter__(self) -> Iterator[Block | Record]:
        while True:
            if self._waiting:
                yield self._waiting.popleft()
                continue
            run = next(self._runs, None)
            if run is None:
                return
            yield run

    def divide(self, block: Block) -> None:
        """Give a block back as the records that it holds."""
        self._waiting.extend(records_of(block))

    def look(self, count: int) -> list[Record]:
        while len(self._waiting) < count:
            run = next(self._runs, None)
            if run is None:
                break
            if isinstance(run, Block):
                self.divide(run)
            else:
                self._waiting.append(run)
        return [self._waiting[i] for i in range(min(count, len(self._waiting)))]


def _is_broken(current: Stretch, record: Record, ahead: _Ahead) -> bool:
    """True when another table begins with this record although no line is blank."""
    header = current.header
    cells = record.cells
    if header is None or current.count < 2:
        return False
    if cells == header:
        return len(cells) > 1 and _names_columns(current)
    narrow = len(cells) == 1 or (not cells[-1] and is_narrow(cells))
    if not narrow and len(cells) == len(header) and not _DIGITS.isdisjoint("".join(cells)):
        return False
    following = ahead.look(3)
    if narrow:
        while following and is_narrow(following[0].cells) and not following[0].is_blank:
            following = following[1:]
        if not following:
            return False
        cells, following = following[0].cells, following[1:]
    return _is_header_of_another(current, cells, following)


def _names_columns(current: Stretch) -> bool:
    """True when the first row of a stretch is a header and not one more row of data."""
    header = current.header or []
    names, data = current.columns.votes(header)
    if names or data:
        return names > data
    below = [record.cells for record in current.head[1:] if len(record.cells) == len(header)]
    seen_again = any(cell in column for cell, *column in zip(header, *below, strict=True))
    return len(below) > _FEW and not seen_again


def _is_header_of_another(current: Stretch, cells: list[str], following: Sequence[Record]) -> bool:
    header = current.header or []
    if len(cells) < 2 or any(not cell.strip() for cell in cells):
        return False
    if cells == header:
        return _names_columns(current)
    below = [record.cells for record in following if len(record.cells) == len(cells)]
    if len(cells) != current.width:
        if not below or len(below) != len(following):
            return False
        names, data = Columns.of(below, len(cells)).votes(cells)
        return (names > 0 and not data) or _share_names(cells, header)
    columns = current.columns
    names, data = columns.votes(cells)
    typed = sum(kind is not None for kind in columns.typed)
    if data or names < max(2, typed) or len(set(cells)) < len(cells) or not below:
        return False
    return columns.votes(below[0])[1] > 0 or Columns.of(below, len(cells)).votes(cells)[0] > 1


def _share_names(cells: Sequence[str], header: Sequence[str]) -> bool:
    names = {name.strip().casefold() for name in header if name.strip()}
    shared = sum(cell.strip().casefold() in names for cell in cells)
    return shared >= 2 and shared >= _SAME_NAMES * min(len(cells), len(header))


def _goes_on(before: Stretch, after: Stretch) -> bool:
    """True when blank lines divide the rows of one table, or its header from its rows."""
    if not after.blanks_before:
        return False
    if before.width == after.width == 1:
        return set(before.widths) == set(after.widths) == {1} and before.width == 1
    if before.header is None or after.header is None or before.width != after.width:
        return False
    first, top = after.header, before.header
    if len(first) != len(top) or [c.casefold() for c in first] == [c.casefold() for c in top]:
        return False
    names, data = after.columns.votes(top)
    if before.count <= _FEW and after.count > 1:
        wide = [record for record in before.head if not is_narrow(record.cells)]
        here = after.columns.votes(first)
        if names and not data and not here[0] and here[1] and len(wide) <= _FEW:
            return True
    if before.count < 2:
        return False
    names, data = before.columns.votes(first)
    if names or data:
        return data >= names
    own_names, own_data = after.columns.votes(first)
    return not (own_names and not own_data)
