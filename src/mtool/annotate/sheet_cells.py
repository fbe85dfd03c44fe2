"""Cells of a sheet's XML found by their place in the bytes, so that nothing else need be written anew.

A sheet of 50,000 rows is neither built as a tree nor serialised: the few cells that change are cut
out and put back in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from mtool.readers.spreadsheet.sheets import address, column_of

Place = tuple[int, int]
#: The column of a place that is the first cell of its row, whichever that is.
FIRST = 0
#: What may follow the drawing of comments in a worksheet (ECMA-376, part 1, 18.3.1.99).
AFTER_COMMENTS = frozenset(
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst".split()
)
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a cell stands in the bytes: its start tag, or the gap in which it is missing.

    `opens` and `closes` are what has to stand around a cell put into the gap.
    """

    start: int
    end: int
    style: int = 0
    is_there: bool = True
    opens: bytes = b""
    closes: bytes = b""


@dataclass
class SheetMap:
    """The spots of the wanted cells, and where the sheet points to its comments, or could.

    `firsts` gives the column of the first cell of the rows that were asked for by `FIRST`.
    """

    spots: dict[Place, Spot] = field(default_factory=dict)
    firsts: dict[int, int] = field(default_factory=dict)
    comments: str | None = None
    comments_at: int = 0
    prefix: str = ""


def map_sheet(xml: bytes, wanted: Iterable[Place]) -> SheetMap:
    """Find cells in a sheet by row and column from 1; a blank one gets the gap where it belongs."""
    return _Mapper(xml, set(wanted)).run()


class _Mapper:
    """One pass of expat over a sheet, which tells the byte at which each tag begins."""

    def __init__(self, xml: bytes, wanted: set[Place]) -> None:
        self._xml = xml
        self._map = SheetMap()
        self._rows: dict[int, list[int]] = {}
        for row, column in sorted(wanted):
            self._rows.setdefault(row, []).append(column)
        self._waiting = sorted(self._rows, reverse=True)
        self._row = self._column = self._depth = self._row_style = 0
        self._missing: list[int] = []
        self._columns: list[tuple[int, int, int]] = []
        self._opened = 0

    def run(self) -> SheetMap:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.Parse(self._xml, True)
        for place, spot in self._map.spots.items():
            if not spot.is_there and not spot.style:
                self._map.spots[place] = replace(spot, style=self._column_style(place[1]))
        return self._map

    def _column_style(self, column: int) -> int:
        """What a cell that is not there would look like, and whether it would be locked."""
        return next((style for first, last, style in self._columns if first <= column <= last), 0)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        self._depth += 1
        if local == "c":
            self._start_cell(attributes)
        elif local == "row":
            self._opened = self._parser.CurrentByteIndex
            self._start_row(attributes)
        elif local == "col" and "style" in attributes:
            first, last, style = (int(attributes[key]) for key in ("min", "max", "style"))
            self._columns.append((first, last, style))
        elif self._depth == 1:
            self._map.prefix = f"{prefix}:" if prefix else ""
        elif self._depth == 2:
            self._start_part(local, attributes)

    def _start_part(self, local: str, attributes: dict[str, str]) -> None:
        if local == "sheetData":
            self._opened = self._parser.CurrentByteIndex
        elif local == "legacyDrawing":
            ids = (value for key, value in attributes.items() if key.endswith("id"))
            self._map.comments = next(ids, None)
        elif local in AFTER_COMMENTS and not self._map.comments_at:
            self._map.comments_at = self._parser.CurrentByteIndex

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        self._column = 0
        self._row_style = int(attributes.get("s", 0)) if "customFormat" in attributes else 0
        self._put_rows_before(self._row, self._parser.CurrentByteIndex)
        self._missing = list(reversed(self._rows.get(self._row, ())))
        if self._waiting and self._waiting[-1] == self._row:
            self._waiting.pop()

    def _put_rows_before(self, row: int, at: int) -> None:
        while self._waiting and self._waiting[-1] < row:
            number = self._waiting.pop()
            tag = f"{self._map.prefix}row"
            columns = [column for column in self._rows[number] if column != FIRST]
            for nth, column in enumerate(columns):
                self._map.spots[number, column] = Spot(
                    at,
                    at,
                    is_there=False,
                    opens=f'<{tag} r="{number}">'.encode() if nth == 0 else b"",
                    closes=f"</{tag}>".encode() if nth == len(columns) - 1 else b"",
                )

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = column_of(reference) if reference else self._column + 1
        if not self._missing:
            return
        at = self._parser.CurrentByteIndex
        if self._missing[-1] == FIRST:
            self._map.firsts[self._row] = self._column
            self._missing[-1] = self._column
            self._missing.sort(reverse=True)
        self._put_cells_before(self._column, at)
        if self._missing and self._missing[-1] == self._column:
            self._missing = [column for column in self._missing if column != self._column]
            end = self._xml.index(b">", at) + 1
            style = int(attributes.get("s", 0))
            self._map.spots[self._row, self._column] = Spot(at, end, style)

    def _put_cells_before(self, column: int, at: int) -> None:
        while self._missing and self._missing[-1] < column:
            missing = self._missing.pop()
            self._map.spots[self._row, missing] = Spot(at, at, self._row_style, is_there=False)

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        at = self._parser.CurrentByteIndex
        if local == "row" and (missing := [c for c in self._missing if c != FIRST]):
            self._missing = missing
            self._end_row(name, at)
        elif local == "sheetData":
            self._end_rows(name, at)
        elif self._depth == 1 and not self._map.comments_at:
            self._map.comments_at = at
        self._depth -= 1

    def _end_if_empty(self) -> int | None:
        """Where the tag that was opened last ends, if it is one without contents (`<row/>`)."""
        end = self._xml.index(b">", self._opened) + 1
        return end if self._xml[end - 2 : end] == b"/>" else None

    def _end_row(self, name: str, at: int) -> None:
        end = self._end_if_empty()
        if end is None:
            self._put_cells_before(1 << 20, at)
            return
        columns = list(reversed(self._missing))
        self._missing = []
        for nth, column in enumerate(columns):
            self._map.spots[self._row, column] = Spot(
                end - 2 if nth == 0 else end,
                end,
                self._row_style,
                is_there=False,
                opens=b">" if nth == 0 else b"",
                closes=f"</{name}>".encode() if nth == len(columns) - 1 else b"",
            )

    def _end_rows(self, name: str, at: int) -> None:
        end = self._end_if_empty()
        if end is None or self._row:
            self._put_rows_before(1 << 21, at)
            return
        places = [
            (row, column)
            for row in reversed(self._waiting)
            for column in self._rows[row]
            if column != FIRST
        ]
        self._put_rows_before(1 << 21, end)
        if not places:
            return
        spots = self._map.spots
        first = spots[places[0]]
        spots[places[0]] = replace(first, start=end - 2, opens=b">" + first.opens)
        last = spots[places[-1]]
        spots[places[-1]] = replace(last, closes=last.closes + f"</{name}>".encode())


def with_styles(xml: bytes, found: SheetMap, styles: Mapping[Place, int], drawing: bytes) -> bytes:
    """The sheet with other styles for some cells, and the tag that points to its comments."""
    edits = [
        (spot.start, spot.end, _cell(xml, spot, place, styles[place], found.prefix))
        for place, spot in found.spots.items()
    ]
    if drawing:
        edits.append((found.comments_at, found.comments_at, drawing))
    pieces, at = [], 0
    for start, end, content in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [xml[at:start], content]
        at = end
    return b"".join([*pieces, xml[at:]])


def _cell(xml: bytes, spot: Spot, place: Place, style: int, prefix: str) -> bytes:
    if not spot.is_there:
        cell = f'<{prefix}c r="{address(*place)}" s="{style}"/>'.encode()
        return spot.opens + cell + spot.closes
    tag = xml[spot.start : spot.end]
    said = f' s="{style}"'.encode()
    if _STYLE.search(tag):
        return _STYLE.sub(said, tag, count=1)
    name = len(f"<{prefix}c")
    return tag[:name] + said + tag[name:]
