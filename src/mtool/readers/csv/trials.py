"""Dialects that a file may be written in, each tried on a sample and scored by consistency."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

from mtool.readers.csv.columns import kind_of
from mtool.readers.csv.lines import TextLines
from mtool.readers.csv.records import Record, read_records
from mtool.readers.csv.spans import Dialect, Padding

#: Delimiters met in practice and how often a text would hold them for another reason.
DELIMITERS: dict[str, float] = {
    ",": 0.95,
    ";": 1.0,
    "\t": 1.0,
    "|": 1.0,
    ":": 0.6,
    " ": 0.6,
    "^": 0.9,
    "~": 0.9,
    "¦": 0.9,
    "§": 0.9,
    "¬": 0.9,
    "#": 0.5,
    "\x01": 1.0,
    "\x1f": 1.0,
}
#: A text parted by blanks or colons is more often prose.
WEAK = frozenset({" ", ":", "#"})
_LEAST_SHARE = 0.25
_MOST_LINES = 1200
_MOST_CHARACTERS = 400_000
_CELLS_LOOKED_AT = 4000
_PADDED = 0.9
#: In a file of a few ragged rows no two of one width need stand beside each other.
_A_FEW = 12
_NOT_BESIDE = 0.8
_QUOTES = "\"'`"

_NATURAL_COMMA = re.compile(r"(?<=\d),(?=\d)|, ")


@dataclass(frozen=True, slots=True)
class Trial:
    """How consistent a sample is under one dialect.

    `width` is the usual number of cells, `widths` all regular ones, `share` the part of the
    records of the usual width, `misfits` how many have another or none. `is_proved` is false
    where prose divided at its blanks would look the same.
    """

    dialect: Dialect
    score: float
    width: int
    widths: frozenset[int]
    share: float
    misfits: int
    is_proved: bool = True


def try_dialects(sample: Sequence[str], record_end: str, delimiter: str | None) -> Iterator[Trial]:
    """Try every dialect that the sample gives reason for, or those with the named delimiter."""
    scored = _spread(sample)
    text = "".join(scored)
    lines = TextLines(Path(), text, record_end=record_end)
    named = [delimiter] if delimiter is not None else list(_delimiters(scored, text))
    for mark in named:
        for quote, escape in product(_quotes(text, mark), ("", "\\")):
            if escape and not _is_escaping(text, mark, quote):
                continue
            dialect = Dialect(mark, quote, escape, _padding(text, mark))
            yield _tried(dialect, lines, named)


def _spread(sample: Sequence[str]) -> list[str]:
    """At most so many lines: the first ones, and stretches from the middle and the end."""
    chosen = list(sample)
    if len(chosen) > _MOST_LINES:
        third, middle = _MOST_LINES // 3, len(sample) // 2
        chosen = [*sample[:third], *sample[middle : middle + third], *sample[-third:]]
    size = sum(map(len, chosen))
    if size > _MOST_CHARACTERS:
        chosen = chosen[: max(20, len(chosen) * _MOST_CHARACTERS // size)]
    return chosen


def _delimiters(lines: Sequence[str], text: str) -> Iterator[str]:
    printed = [line for line in lines if line.strip()]
    for mark in DELIMITERS:
        having = sum(mark in line for line in printed)
        if not having or having < _LEAST_SHARE * len(printed):
            continue
        yield mark * 2 if mark != " " and text.count(mark * 2) * 2 == text.count(mark) else mark
        spaced = sum(f"{mark} " in line for line in printed)
        if mark in ",;" and spaced >= _LEAST_SHARE * len(printed):
            yield f"{mark} "
    if sum("\\t" in line for line in printed) > len(printed) / 2:
        yield "\\t"


def _quotes(text: str, delimiter: str) -> Iterator[str]:
    """The double quote, and another one where it encloses cells more often than that."""
    enclosed = {quote: _enclosed(text, delimiter, quote) for quote in _QUOTES}
    yield '"'
    for quote in _QUOTES[1:]:
        if enclosed[quote] > enclosed['"']:
            yield quote


def _enclosed(text: str, delimiter: str, quote: str) -> int:
    """Count the cells that a quote seems to open or to close, whichever are fewer."""
    ends = ("\n", "\r")
    opened = sum(text.count(before + quote) for before in (delimiter, f"{delimiter} ", *ends))
    closed = sum(text.count(quote + after) for after in (delimiter, *ends))
    return min(opened + text.startswith(quote), closed + text.endswith(quote))


def _is_escaping(text: str, delimiter: str, quote: str) -> bool:
    return f"\\{quote}" in text or (f"\\{delimiter}" in text and delimiter != "\\t")


def _padding(text: str, delimiter: str) -> Padding:
    """Blanks beside nearly every delimiter are part of it."""
    if delimiter in ("\t", "") or delimiter.endswith(" "):
        return ""
    times = text.count(delimiter)
    if text.count(f"{delimiter} ") < _PADDED * times:
        return ""
    return "both" if text.count(f" {delimiter}") >= _PADDED * times else "left"


def _tried(dialect: Dialect, lines: TextLines, rivals: Sequence[str]) -> Trial:
    """Score one dialect: records of one width beside each other, more cells, clean cells."""
    all_records = list(read_records(lines, dialect, None))
    records = [record for record in all_records if not record.is_blank]
    widths = [len(record.cells) for record in records]
    if not widths:
        return Trial(dialect, 0.0, 1, frozenset({1}), 0.0, 0)
    times, solid = Counter(widths), _solid(widths)
    several = [width for width, count in times.items() if width > 1 and count > 1]
    usual = max(solid or several or times, key=lambda width: (solid[width], times[width], width))
    flawed = sum(bool(record.flaws) for record in records) / len(records)
    score = (
        _solidity(widths, usual, dialect)
        * (usual - 1)
        / usual
        * (0.2 + 0.8 * _cleanness(records, dialect, rivals))
        * DELIMITERS.get(dialect.delimiter[:1], 0.9)
        * (1 - 0.5 * flawed)
    )
    return Trial(
        dialect,
        score,
        usual,
        frozenset({usual, *(w for w, count in solid.items() if count >= 2 and w > 1)}),
        times[usual] / len(widths),
        len(all_records) - times[usual],
        dialect.delimiter not in WEAK or _is_no_prose(records, dialect, lines.text or ""),
    )


def _solidity(widths: Sequence[int], usual: int, dialect: Dialect) -> float:
    """The share of records beside others of their width, less where those widths differ."""
    solid = _solid(widths)
    together = solid.total()
    if not together:
        share = widths.count(usual) / len(widths)
        spaced = dialect.padding or dialect.delimiter.endswith(" ")
        ragged = len(widths) < _A_FEW and not spaced and widths[0] == usual > 1
        if len(widths) == 1:
            return float(usual > 1)
        return share**1.5 * _NOT_BESIDE if ragged else 0.0
    evenness = sum((count / together) ** 2 for count in solid.values())
    return float(together / len(widths) * evenness**0.5)


def _is_no_prose(records: Sequence[Record], dialect: Dialect, text: str) -> bool:
    """True when quotes enclose cells or most records hold figures or dates beside other cells."""
    if _enclosed(text, dialect.delimiter, dialect.quote) > 1:
        return True
    figured = sum(
        len(record.cells) > 1 and any(kind_of(cell) in ("number", "date") for cell in record.cells)
        for record in records
    )
    return figured * 2 > len(records)


def _solid(widths: Sequence[int]) -> Counter[int]:
    """Count the records of each width that stand beside one of the same width."""
    solid: Counter[int] = Counter()
    beside = [False] * len(widths)
    for place, (one, other) in enumerate(pairwise(widths)):
        if one == other and one > 1:
            beside[place] = beside[place + 1] = True
    solid.update(width for width, is_solid in zip(widths, beside, strict=True) if is_solid)
    return solid


def _cleanness(records: Sequence[Record], dialect: Dialect, rivals: Iterable[str]) -> float:
    """The share of cells that hold no other delimiter and no dangling quote."""
    others = [mark for mark in rivals if mark[:1] not in (dialect.delimiter[:1], " ", ":", "#", "")]
    quotes = _QUOTES.replace(dialect.quote, "") if dialect.quote else _QUOTES
    step = max(1, sum(len(record.cells) for record in records) // _CELLS_LOOKED_AT)
    seen = clean = 0
    for record in records[::step]:
        for cell in record.cells:
            if not cell:
                continue
            seen += 1
            clean += not _is_unclean(cell, others, quotes)
    return clean / seen if seen else 0.0


def _is_unclean(cell: str, others: Sequence[str], quotes: str) -> bool:
    """True for a cell that holds another delimiter or that quotes of another kind enclose."""
    plain = _NATURAL_COMMA.sub("", cell[:400]) if "," in cell else cell
    if any(mark in plain for mark in others):
        return True
    opens, closes = cell[0] in quotes, cell[-1] in quotes
    if opens and closes and len(cell) > 1:
        return cell[0] == cell[-1]
    return opens or (closes and cell.count(cell[-1]) % 2 == 1 and not cell[-2:-1].isdigit())
