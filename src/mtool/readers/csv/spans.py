"""One field of a record → every way to read it, each with what it breaks and what that costs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple

Padding = Literal["", "left", "both"]
FlawKind = Literal["stray_quote", "unescaped_quote", "missing_delimiter"]

#: Costs of a reading: what breaks more of the dialect costs more.
HIGHEST_COST = 12.0
MISSING_DELIMITER = 2.0
_LITERAL_OPENING = 1.5
_LIKE_AN_OPENING = 2.0
_LIKE_A_CLOSING = 2.0
_INNER_QUOTE = 0.1
_UNPAIRED = 1.0
_ODD_QUOTES = 1.0
_ODD_QUOTES_AT_END = 1.5
_BLANKS_BEFORE = 0.5
_LINE_INSIDE = 0.02
#: A field is read in at most so many ways.
_MOST_WAYS = 6


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


class Span(NamedTuple):
    """One way to read a field: its text lies between `begin` and `stop`.

    `end` is where its delimiter or its line end stands; the next field begins there without a
    delimiter when `joined`.
    """

    cost: float
    end: int
    begin: int
    stop: int
    quoted: bool = False
    flaw: FlawKind | None = None
    joined: bool = False


class Page:
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

    def spans(self, start: int, missing_allowed: bool) -> Iterator[Span]:
        """Every way to read the field that begins at `start`."""
        quote, padding = self.dialect.quote, self.dialect.padding
        opening = start
        while self.text.startswith(" ", opening):
            opening += 1
        is_quoted = bool(quote) and self.text.startswith(quote, opening)
        if is_quoted and (padding or opening == start):
            yield from self._quoted(opening, missing_allowed)
            plain = self._plain_end(opening)
            yield Span(_LITERAL_OPENING, plain, opening, plain, flaw="stray_quote")
            return
        yield from self._plain(start, missing_allowed)
        if is_quoted:
            for span in self._quoted(opening, missing_allowed=False):
                yield span._replace(cost=span.cost + _BLANKS_BEFORE)

    def value(self, span: Span) -> str:
        """The text of a field, without its quotes, escapes and padding."""
        value = self.text[span.begin : span.stop]
        quote, escape, padding = self.dialect.quote, self.dialect.escape, self.dialect.padding
        if span.quoted and not escape:
            return value.replace(quote * 2, quote)
        if span.quoted:
            parts = value.split(escape * 2)
            return escape.join(part.replace(escape + quote, quote) for part in parts)
        if escape and escape in value:
            for escaped in filter(None, (self.dialect.delimiter, quote)):
                value = value.replace(escape + escaped, escaped)
        if padding == "left":
            return value.lstrip(" ")
        return value.strip(" ") if padding == "both" else value

    def _plain(self, start: int, missing_allowed: bool) -> Iterator[Span]:
        quote = self.dialect.quote
        end = self._plain_end(start)
        quotes = self.text.count(quote, start, end) if quote else 0
        cost = 0.0
        if quotes % 2:
            ends_open = self.text.startswith(quote, end - len(quote))
            cost = _ODD_QUOTES_AT_END if ends_open else _ODD_QUOTES
        elif quotes:
            cost = _INNER_QUOTE * 2
        yield Span(cost, end, start, end)
        if quotes and missing_allowed:
            place = self.text.find(quote, start, end)
            yield Span(
                MISSING_DELIMITER, place, start, place, flaw="missing_delimiter", joined=True
            )

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

    def _quoted(self, opening: int, missing_allowed: bool) -> Iterator[Span]:
        """The readings of a quoted field, one for each quote that may close it."""
        quote = self.dialect.quote
        begin = place = opening + len(quote)
        cost, ways, is_open_inside = 0.0, 0, False
        while cost < HIGHEST_COST and ways < _MOST_WAYS:
            place = self._next_quote(begin, place)
            if place < 0:
                return
            after = place + len(quote)
            inside = cost + _LINE_INSIDE * (self.line_of(place) - self.line_of(opening))
            doubled = not self.dialect.escape and self.text.startswith(quote, after)
            closing = self._closes(after + len(quote) if doubled else after)
            same_line = self.line_of(place) == self.line_of(opening)
            if missing_allowed and same_line and (doubled or closing is None):
                ways += 1
                yield Span(
                    inside + MISSING_DELIMITER, after, begin, place, True, "missing_delimiter", True
                )
            if doubled and closing is not None:
                ways += 1
                unpaired = _INNER_QUOTE if is_open_inside else _UNPAIRED
                yield Span(inside + unpaired, closing, begin, after, True, "unescaped_quote")
            elif closing is not None:
                ways += 1
                yield Span(inside, closing, begin, place, True, "unescaped_quote" if cost else None)
                cost += _LIKE_A_CLOSING
            elif not doubled:
                cost += _LIKE_AN_OPENING if self._opens(place) else _INNER_QUOTE
                is_open_inside = not is_open_inside
            place = after + len(quote) if doubled else after

    def _next_quote(self, begin: int, place: int) -> int:
        """The next quote that is not escaped, or -1."""
        place = self.text.find(self.dialect.quote, place)
        while place >= 0 and self.dialect.escape and self._is_escaped(begin, place):
            place = self.text.find(self.dialect.quote, place + 1)
        return place

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
