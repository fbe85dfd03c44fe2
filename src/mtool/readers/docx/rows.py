"""The rows of one Word table → places of its cells, merged ones included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

from mtool.readers.docx.package import attribute, child, is_on, local_name, value_of
from mtool.readers.docx.story import chosen
from mtool.readers.places import MOST_COLUMNS, Placed, TooLarge, without_empty_columns

#: A grid column under two millimetres (in twentieths of a point) only shifts borders.
_SLIVER = 114
_LOOKED_INTO = {"sdtContent", "customXml", "ins", "moveTo", "smartTag"}


@dataclass(slots=True)
class FoundRows:
    """The places of a table's cells. `flagged` counts the leading rows repeated as heading.

    `hidden` rows and `covered` cells, under a merged one, Word does not show; `gone` are rows and
    cells whose deletion is tracked.
    """

    placed: list[Placed] = field(default_factory=list)
    flagged: int = 0
    height: int = 0
    hidden: list[Any] = field(default_factory=list)
    covered: list[Any] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)
    changes: int = 0


def find_rows(table: Any) -> FoundRows:
    """Place the cells of a table; deleted rows and cells are gone, slivers of columns closed.

    Raises TooLarge for tables beyond 16,384 columns or two million places.
    """
    found = FoundRows()
    rows: list[list[_Spread]] = []
    leading = True
    for row in _members(table, "tr"):
        properties = child(row, "trPr")
        if _is_gone(row, properties, found):
            continue
        if is_on(value_of(properties, "hidden")) if properties is not None else False:
            found.hidden.append(row)
            continue
        leading = leading and properties is not None and is_on(value_of(properties, "tblHeader"))
        found.flagged += leading
        rows.append(_spread(row, properties, found))
    found.height = len(rows)
    found.flagged = 0 if found.flagged == len(rows) else found.flagged
    closed = _closed(rows, _bounds(table))
    found.placed = without_empty_columns(_placed(closed, found), len(rows))
    return found


@dataclass(frozen=True, slots=True)
class _Spread:
    """A cell from one border of the grid to another. `merge` is restart, continue or blank.

    The room that a row leaves free before or after its cells is a cell that holds nothing.
    """

    element: Any
    start: int
    stop: int
    merge: str


def _members(container: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, those in content controls included."""
    for element in container:
        tag = local_name(element)
        if tag == name:
            yield element
        elif tag == "sdt":
            content = child(element, "sdtContent")
            yield from _members(content, name) if content is not None else ()
        elif tag == "AlternateContent":
            yield from _members(chosen(element), name)
        elif tag in _LOOKED_INTO:
            yield from _members(element, name)


def _is_gone(element: Any, properties: Any, found: FoundRows) -> bool:
    """True for a row or cell whose deletion is tracked."""
    if properties is None:
        return False
    names = {local_name(each) for each in properties}
    found.changes += len(names & {"ins", "del", "cellIns", "cellDel", "cellMerge"})
    if names & {"del", "cellDel"}:
        found.gone.append(element)
        return True
    return False


def _spread(row: Any, properties: Any, found: FoundRows) -> list[_Spread]:
    border = _number(value_of(properties, "gridBefore")) if properties is not None else 0
    cells = [_Spread(properties, 0, border, "")] if border else []
    for element in _members(row, "tc"):
        own = child(element, "tcPr")
        if _is_gone(element, own, found):
            continue
        span = max(1, _number(value_of(own, "gridSpan"))) if own is not None else 1
        sideways = value_of(own, "hMerge") if own is not None else None
        if sideways is not None and sideways != "restart" and cells:
            cells[-1] = replace(cells[-1], stop=border + span)
            found.covered.append(element)
        else:
            cells.append(_Spread(element, border, border + span, _merge(own)))
        border += span
        if border > MOST_COLUMNS:
            raise TooLarge
    after = _number(value_of(properties, "gridAfter")) if properties is not None else 0
    return [*cells, _Spread(properties, border, border + after, "")] if after else cells


def _merge(properties: Any) -> str:
    down = value_of(properties, "vMerge") if properties is not None else None
    if down is None:
        return ""
    return "restart" if down == "restart" else "continue"


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 6 else 0


def _bounds(table: Any) -> list[int]:
    """The borders of the grid columns from the left, in twentieths of a point."""
    grid = child(table, "tblGrid")
    widths = [] if grid is None else [e for e in grid if local_name(e) == "gridCol"]
    return [0, *accumulate(_number(attribute(width, "w")) for width in widths)]


def _closed(rows: list[list[_Spread]], bounds: Sequence[int]) -> list[list[_Spread]]:
    """Close columns so narrow that they only come from borders drawn a little beside each other.

    Nothing is closed where that would leave no room for a cell with text.
    """
    wide = max((cell.stop for row in rows for cell in row), default=0)
    if wide >= len(bounds) or bounds[-1] <= 0:
        return rows
    number = [0]
    last = bounds[0]
    for border in bounds[1:]:
        opens = border - last >= _SLIVER
        number.append(number[-1] + opens)
        last = border if opens else last
    closed = [
        [replace(cell, start=number[cell.start], stop=number[cell.stop]) for cell in row]
        for row in rows
    ]
    lost = (cell for row in closed for cell in row if cell.start == cell.stop)
    if any(_has_text(cell.element) for cell in lost):
        return rows
    return [[cell for cell in row if cell.start < cell.stop] for row in closed]


def _has_text(cell: Any) -> bool:
    return any(local_name(e) == "t" and (e.text or "").strip() for e in cell.iter())


def _placed(rows: list[list[_Spread]], found: FoundRows) -> list[Placed]:
    placed: list[Placed] = []
    open_above: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows):
        still_open: dict[tuple[int, int], int] = {}
        for cell in row:
            reach = (cell.start, cell.stop)
            if cell.merge == "continue" and reach in open_above:
                above = open_above[reach]
                placed[above] = placed[above]._replace(rowspan=placed[above].rowspan + 1)
                still_open[reach] = above
                found.covered.append(cell.element)
                continue
            if cell.merge:
                still_open[reach] = len(placed)
            placed.append(Placed(cell.element, number, cell.start, 1, cell.stop - cell.start))
        open_above = still_open
    return placed
