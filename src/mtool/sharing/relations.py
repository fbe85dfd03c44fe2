"""Rows → figures and the sums that a reader of an export could compute with.

Sums that are known: a country and its regions, a region and its districts, a composite area and its
members; `all` and its groups; a year and its months; all devices and each; killed and injured;
and every control total. The same figure in two sources or editions is one figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mtool.model import Locator, parse_place
from mtool.schemas import Schema
from mtool.sharing.complement import Sums
from mtool.summary.addends import WHOLES

if TYPE_CHECKING:
    import pandas as pd

Cell = tuple[str, int, str]
Row = Mapping[str, Any]

SERIES = ("source_id", "edition")
AREA = ("admin1_code", "admin1_name", "admin2_code", "admin2_name")
PERIOD = ("reference_period_start", "reference_period_end")
GROUPS = ("location_code", "operator", "device_type", *WHOLES)
DIMENSIONS = (*SERIES, *AREA, *PERIOD, *GROUPS)
#: Devices that are others together (APMBC Article 2; CCW Protocol V).
DEVICES_TOGETHER = {
    "ap_mine_including_improvised": ("ap_mine", "improvised_mine"),
    "erw": ("uxo", "axo"),
}
ANY_DEVICE = ("any", None)


@dataclass
class Figures:
    """The sums, which cells show each figure, and which control totals are figures."""

    sums: Sums = field(default_factory=Sums)
    cells: dict[Cell, int] = field(default_factory=dict)
    totals: dict[int, int] = field(default_factory=dict)
    unlinked: set[int] = field(default_factory=set)
    same: dict[tuple[Any, ...], int] = field(default_factory=dict)


def find_figures(
    frames: Mapping[str, pd.DataFrame],
    schemas: Mapping[str, Schema],
    totals: Iterable[Mapping[str, str]],
) -> Figures:
    """Every count of people in the frames, and the sums between them."""
    figures = Figures()
    printed: dict[str, list[tuple[Locator, Cell]]] = {}
    for name, frame in frames.items():
        rows = _rows(frame)
        for measure in schemas[name].people:
            if measure in frame:
                _add_measure(figures, (name, measure), frame[measure], rows)
        _add_killed_and_injured(figures, name, rows)
        if "reference_period_start" in frame:
            _remember_places(printed, name, schemas[name], frame)
    for at, total in enumerate(totals):
        _add_control_total(figures, at, total, printed.get(total["source_ref"], []))
    return figures


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    known = frame[[name for name in DIMENSIONS if name in frame]].astype("object")
    return [dict(row) for row in known.where(known.notna(), None).to_dict("records")]


def _add_measure(
    figures: Figures, of: tuple[str, str], values: pd.Series, rows: list[dict[str, Any]]
) -> None:
    name, measure = of
    plain = values.astype("object").where(values.notna(), None).tolist()
    for at, value in enumerate(plain):
        if value is None:
            continue
        subject = tuple(rows[at].get(part) for part in DIMENSIONS if part not in SERIES)
        # An event is itself alone; a figure of an area and a period is the same in every source.
        same = (
            (name, measure, subject, value)
            if "reference_period_start" in rows[at]
            else (name, measure, at)
        )
        if same not in figures.same:
            figures.same[same] = figures.sums.add_figure(int(value))
        figures.cells[name, at, measure] = figures.same[same]
    if rows and "reference_period_start" in rows[0]:
        for whole, parts in _wholes_and_parts(rows):
            _add_sum(figures, (name, whole, measure), [(name, part, measure) for part in parts])


def _add_sum(figures: Figures, whole: Cell, parts: list[Cell]) -> None:
    if whole in figures.cells:
        known = [figures.cells[part] for part in parts if part in figures.cells]
        complete = len(known) == len(parts)
        figures.sums.add_sum(figures.cells[whole], known, complete=complete)


def _add_killed_and_injured(figures: Figures, name: str, rows: list[dict[str, Any]]) -> None:
    for at in range(len(rows)):
        _add_sum(figures, (name, at, "casualties"), [(name, at, m) for m in ("killed", "injured")])


Index = dict[tuple[Any, ...], list[int]]


def _alike(rows: list[dict[str, Any]], *but: str) -> Iterable[list[int]]:
    """Rows that agree in everything but the columns named."""
    alike: Index = {}
    kept = [name for name in DIMENSIONS if name not in but]
    for at, row in enumerate(rows):
        alike.setdefault(tuple(row.get(name) for name in kept), []).append(at)
    return (group for group in alike.values() if len(group) > 1)


def _wholes_and_parts(rows: list[dict[str, Any]]) -> Iterator[tuple[int, list[int]]]:
    """(row of a whole, rows of its parts), for every way in which rows add up."""
    finders: list[tuple[tuple[str, ...], Callable[..., Iterator[tuple[int, list[int]]]]]] = [
        (AREA, _areas),
        (PERIOD, _periods),
        (("device_type",), _devices),
    ]
    for but, find in finders:
        for group in _alike(rows, *but):
            yield from find(rows, group)
    for column in WHOLES:
        for group in _alike(rows, column):
            parts = [at for at in group if rows[at].get(column) != "all"]
            yield from ((at, parts) for at in group if rows[at].get(column) == "all" and parts)


def _areas(rows: list[dict[str, Any]], group: list[int]) -> Iterator[tuple[int, list[int]]]:
    regions = [
        at for at in group if rows[at].get("admin1_name") and not rows[at].get("admin2_name")
    ]
    districts = [at for at in group if rows[at].get("admin2_name")]
    codes = {str(rows[at]["admin1_code"]): at for at in regions if rows[at].get("admin1_code")}
    inside: set[int] = set()
    for code, at in codes.items():
        members = [codes[part] for part in code.split("+") if "+" in code and part in codes]
        if members:
            inside.update(members)
            yield at, members
    for region in regions:
        own = [d for d in districts if rows[d].get("admin1_name") == rows[region]["admin1_name"]]
        if own:
            yield region, own
    named = {rows[at]["admin1_name"] for at in regions}
    lone = [d for d in districts if rows[d].get("admin1_name") not in named]
    parts = [at for at in regions if at not in inside] + lone
    for at in group:
        if parts and not rows[at].get("admin1_name") and not rows[at].get("admin2_name"):
            yield at, parts


def _periods(rows: list[dict[str, Any]], group: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Longer periods and the shorter ones inside them, one length of period at a time."""
    spans = {at: tuple(rows[at][name] for name in PERIOD) for at in group}
    by_length: dict[int, list[int]] = {}
    for at, (start, end) in spans.items():
        if start is not None and end is not None:
            by_length.setdefault(_length((end - start).days), []).append(at)
    for length, wholes in by_length.items():
        for shorter, candidates in by_length.items():
            if shorter >= length:
                continue
            for whole in wholes:
                start, end = spans[whole]
                parts = [at for at in candidates if start <= spans[at][0] and spans[at][1] <= end]
                if parts:
                    yield whole, parts


def _length(days: int) -> int:
    """The kind of a period: day, month, quarter, half a year, year, longer."""
    limits = (1, 31, 92, 184, 366)
    return next((kind for kind, limit in enumerate(limits) if days < limit), days)


def _devices(rows: list[dict[str, Any]], group: list[int]) -> Iterator[tuple[int, list[int]]]:
    by_device = {rows[at].get("device_type"): at for at in group}
    inside: set[int] = set()
    for whole, members in DEVICES_TOGETHER.items():
        parts = [by_device[member] for member in members if member in by_device]
        if whole in by_device and parts:
            inside.update(parts)
            yield by_device[whole], parts
    parts = [
        at for at in group if at not in inside and rows[at].get("device_type") not in ANY_DEVICE
    ]
    for at in group:
        if parts and rows[at].get("device_type") in ANY_DEVICE:
            yield at, parts


def _remember_places(
    printed: dict[str, list[tuple[Locator, Cell]]], name: str, schema: Schema, frame: pd.DataFrame
) -> None:
    """Table → the printed place of each figure in it."""
    measures = [measure for measure in schema.measures if measure in frame]
    cells = frame["source_cell"].tolist()
    for at, ref in enumerate(frame["source_ref"].tolist()):
        for part in str(cells[at]).split("; "):
            measure, _, place = part.rpartition("=")
            for of in [measure] if measure else measures:
                printed.setdefault(ref, []).append((parse_place(place), (name, at, of)))


def _add_control_total(
    figures: Figures,
    number: int,
    total: Mapping[str, str],
    printed: list[tuple[Locator, Cell]],
) -> None:
    """Tie a printed total to the figures it sums, or note that they cannot be told."""
    if not any(cell in figures.cells for _, cell in printed):
        return
    at = _row_and_column(parse_place(total["source_cell"]))
    placed = [(_row_and_column(place), cell) for place, cell in printed]
    below = [cell for (_, column), cell in placed if column == at[1]]
    beside = [cell for (row, _), cell in placed if row == at[0]]
    wanted = int(total["addends"] or 0)
    members = next((cells for cells in (below, beside) if cells and len(cells) == wanted), None)
    if members is None or not total["stated"]:
        figures.unlinked.add(number)
        return
    known = [figures.cells[cell] for cell in members if cell in figures.cells]
    if known:
        figure = figures.sums.add_figure(int(float(total["stated"])))
        figures.totals[number] = figure
        figures.sums.add_sum(figure, known, complete=len(known) == len(members))


def _row_and_column(place: Locator) -> tuple[Any, Any]:
    """What two cells of a table share when they stand in one row, or one column."""
    if place.cell:
        letters = place.cell.rstrip("0123456789")
        return (place.sheet, place.cell[len(letters) :]), (place.sheet, letters)
    return (place.page, place.line or place.row), (place.column,)
