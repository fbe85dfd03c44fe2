"""One record of a delimited file → its fields, by the reading with the fewest violations.

A record that follows its dialect has one reading that costs nothing. Where quotes are stray,
missing or not escaped, or a delimiter is missing beside a quote, several readings compete;
the cheapest that has a regular number of fields wins, and says what it had to assume.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple

Padding = Literal["", "left", "both"]
FlawKind = Literal["stray_quote", "unescaped_quote", "missing_delimiter"]

#: Costs of a reading: what breaks more of the dialect costs more.
_LITERAL_OPENING = 1.5
_LIKE_AN_OPENING = 2.0
_LIKE_A_CLOSING = 2.0
_INNER_QUOTE = 0.1
_UNPAIRED = 1.0
_ODD_QUOTES = 1.0
_MISSING_DELIMITER = 2.0
_LINE_INSIDE = 0.02
#: Bounds that keep a hopeless record cheap.
_LEAST_STEPS = 1000
_STEPS_A_FIELD = 20
_MOST_CLOSINGS = 6
_HIGHEST_COST = 12.0


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file separates, quotes and escapes. No delimiter means one column, no quote none.

    `escape` is empty where quotes are doubled. `padding`: blanks beside a delimiter that belong
    to the delimiter (`a, b`), not to the cell.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    padding: Padding = ""


class Flaw(NamedTuple):
    """What had to be assumed about one field; `column` from 0, `line` from 0 in the record."""

    kind: FlawKind
    column: int
    line: int


class Reading(NamedTuple):
    """A record's fields, the number of lines it spans, what it broke and what that cost."""

    cells: list[str]
    lines: int
    flaws: tuple[Flaw, ...]
    cost: float


class _Field(NamedTuple):
    """One way to read a field; `end` is where its delimiter or its line end stands."""

    cost: float
    end: int
    value: str
    flaw: FlawKind | None
    joined: bool = False


class _Step(NamedTuple):
    field: _Field
    start: int
    before: _Step | None


def best_reading(
    lines: Sequence[str],
    dialect: Dialect,
    widths: Collection[int] | None = None,
    limit: float = _HIGHEST_COST,
) -> Reading | None:
    """Read the record that begins with the first of `lines`; null when no reading fits.

    `widths` are the regular numbers of fields; without them any number will do. The record ends
    where one of the lines ends. Readings that cost more than `limit` are not looked for.
    """
    page = _Page(lines, dialect)
    most = _LEAST_STEPS + _STEPS_A_FIELD * (page.text.count(dialect.delimiter or "\n") + 1)
    heap: list[tuple[float, int, int, int, _Step | None]] = [(0.0, 0, 0, 0, None)]
    best_cost: dict[tuple[int, int], float] = {}
    serial = 0
    while heap and serial < most:
        cost, _, start, count, before = heapq.heappop(heap)
        if start < 0:
            return page.reading(before, cost)
        if best_cost.get((start, count), limit + 1) <= cost:
            continue
        best_cost[start, count] = cost
        missing_allowed = widths is not None and cost + _MISSING_DELIMITER <= limit
        for field in page.readings(start, missing_allowed):
            if cost + field.cost > limit:
                continue
            ends = page.is_end(field.end) and not field.joined
            if ends and widths is not None and count + 1 not in widths:
                continue
            serial += 1
            step = _Step(field, start, before)
            follow = -1 if ends else field.end + (0 if field.joined else len(dialect.delimiter))
            heapq.heappush(heap, (cost + field.cost, serial, follow, count + 1, step))
    return None


class _Page:
    """The text of some lines, and the places where a record may end in it."""

    def __init__(self, lines: Sequence[str], dialect: Dialect) -> None:
        self.text = "".join(lines)
        self.dialect = dialect
        starts = [0, *accumulate(map(len, lines))]
        self.ends = [
            start + len(line.rstrip("\r\n")) for start, line in zip(starts, lines, strict=False)
        ]
        self._places = frozenset(self.ends)

    def is_end(self, place: int) -> bool:
        return place in self._places

    def line_of(self, place: int) -> int:
        return min(bisect_left(self.ends, place), len(self.ends) - 1)

    def reading(self, last: _Step | None, cost: float) -> Reading:
        steps: list[_Step] = []
        while last is not None:
            steps.append(last)
            last = last.before
        steps.reverse()
        flaws = tuple(
            Flaw(step.field.flaw, column, self.line_of(step.start))
            for column, step in enumerate(steps)
            if step.field.flaw is not None
        )
        cells = [step.field.value for step in steps]
        return Reading(cells, self.line_of(steps[-1].field.end) + 1, flaws, cost)

    def readings(self, start: int, missing_allowed: bool) -> Iterator[_Field]:
        """Every way to read the field that begins at `start`."""
        quote, padding = self.dialect.quote, self.dialect.padding
        opening = start
        while padding and opening < len(self.text) and self.text[opening] == " ":
            opening += 1
        if not quote or not self.text.startswith(quote, opening):
            yield from self._plain(start, missing_allowed)
            if not padding and quote:
                yield from self._quoted_after_blanks(start)
            return
        yield from self._quoted(opening, missing_allowed)
        plain = self._plain_end(opening)
        yield _Field(_LITERAL_OPENING, plain, self._value(opening, plain), "stray_quote")

    def _quoted_after_blanks(self, start: int) -> Iterator[_Field]:
        opening = start
        while self.text[opening : opening + 1] == " ":
            opening += 1
        if opening > start and self.text.startswith(self.dialect.quote, opening):
            for field in self._quoted(opening, missing_allowed=False):
                yield field._replace(cost=field.cost + 0.5)

    def _plain(self, start: int, missing_allowed: bool) -> Iterator[_Field]:
        quote = self.dialect.quote
        end = self._plain_end(start)
        quotes = self.text.count(quote, start, end) if quote else 0
        if not quotes:
            yield _Field(0.0, end, self._value(start, end), None)
            return
        cost = _INNER_QUOTE * 2
        if quotes % 2:
            ends_open = self.text.startswith(quote, end - len(quote))
            cost = _ODD_QUOTES * (1.5 if ends_open else 1.0)
        yield _Field(cost, end, self._value(start, end), None)
        if missing_allowed:
            place = self.text.find(quote, start, end)
            value = self._value(start, place)
            yield _Field(_MISSING_DELIMITER, place, value, "missing_delimiter", joined=True)

    def _plain_end(self, start: int) -> int:
        delimiter, escape = self.dialect.delimiter, self.dialect.escape
        end = self.ends[self.line_of(start)]
        if not delimiter:
            return end
        place = self.text.find(delimiter, start, end)
        while escape and place > start and self._is_escaped(start, place):
            place = self.text.find(delimiter, place + 1, end)
        return end if place < 0 else place

    def _is_escaped(self, start: int, place: int) -> bool:
        escapes = 0
        while place - escapes > start and self.text[place - escapes - 1] == self.dialect.escape:
            escapes += 1
        return escapes % 2 == 1

    def _quoted(self, opening: int, missing_allowed: bool) -> Iterator[_Field]:
        """The readings of a quoted field, one for each quote that may close it."""
        quote, escape = self.dialect.quote, self.dialect.escape
        begin = place = opening + len(quote)
        cost, closings, open_inside = 0.0, 0, False
        while cost < _HIGHEST_COST and closings < _MOST_CLOSINGS:
            place = self.text.find(quote, place)
            if place < 0:
                return
            after = place + len(quote)
            inside = cost + _LINE_INSIDE * (self.line_of(place) - self.line_of(opening))
            flaw: FlawKind | None = "unescaped_quote" if cost else None
            if escape and self._is_escaped(begin, place):
                place = after
                continue
            doubled = not escape and self.text.startswith(quote, after)
            if doubled:
                closing = self._closes(after + len(quote))
                if closing is not None:
                    closings += 1
                    value = self._unescaped(begin, place) + quote
                    costly = inside + (_INNER_QUOTE if open_inside else _UNPAIRED)
                    yield _Field(costly, closing, value, "unescaped_quote")
                if missing_allowed:
                    value = self._unescaped(begin, place)
                    costly = inside + _MISSING_DELIMITER
                    yield _Field(costly, after, value, "missing_delimiter", joined=True)
                place = after + len(quote)
                continue
            closing = self._closes(after)
            if closing is not None:
                closings += 1
                yield _Field(inside, closing, self._unescaped(begin, place), flaw)
                cost += _LIKE_A_CLOSING
            else:
                if missing_allowed:
                    value = self._unescaped(begin, place)
                    costly = inside + _MISSING_DELIMITER
                    yield _Field(costly, after, value, "missing_delimiter", joined=True)
                cost += _LIKE_AN_OPENING if self._opens(place) else _INNER_QUOTE
                open_inside = not open_inside
            place = after

    def _closes(self, after: int) -> int | None:
        """Where the field ends when a quote before `after` closes it; null when it cannot."""
        delimiter = self.dialect.delimiter
        while self.dialect.padding == "both" and self.text[after : after + 1] == " ":
            after += 1
        if self.is_end(after) or (delimiter and self.text.startswith(delimiter, after)):
            return after
        return None

    def _opens(self, place: int) -> bool:
        """True when a quote stands where a field begins: after a delimiter or a line end."""
        while self.dialect.padding and self.text[place - 1 : place] == " ":
            place -= 1
        delimiter = self.dialect.delimiter
        if delimiter and self.text.startswith(delimiter, place - len(delimiter)):
            return True
        return self.text[place - 1 : place] in ("\n", "\r")

    def _value(self, start: int, end: int) -> str:
        """The text of an unquoted field, without the padding that belongs to the delimiter."""
        value, padding = self.text[start:end], self.dialect.padding
        if self.dialect.escape and self.dialect.escape in value:
            for escaped in (self.dialect.delimiter, self.dialect.quote):
                value = value.replace(self.dialect.escape + escaped, escaped) if escaped else value
        if padding == "left":
            return value.lstrip(" ")
        return value.strip(" ") if padding == "both" else value

    def _unescaped(self, start: int, end: int) -> str:
        value, quote, escape = self.text[start:end], self.dialect.quote, self.dialect.escape
        if escape:
            pairs = value.split(escape * 2)
            return escape.join(part.replace(escape + quote, quote) for part in pairs)
        return value.replace(quote * 2, quote)
