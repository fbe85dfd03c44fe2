"""Areas that no part of a country can have: larger than the smallest box around it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from math import radians, sin

from mtool.auditing.evidence import Evidence
from mtool.auditing.measures import unit_of
from mtool.auditing.quantity_words import UNIT_IN_M2
from mtool.auditing.sums import show
from mtool.model import Finding
from mtool.shipped import shipped_schemas

_EARTH_RADIUS_KM = 6371.0


@cache
def _boxes() -> dict[str, tuple[float, str]]:
    """Country code → km² of the smallest box of longitudes and latitudes, and its source."""
    path = shipped_schemas() / "areas" / "bounds.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["location_code"]: (_box(row), row["source"]) for row in csv.DictReader(lines)}


def _box(row: dict[str, str]) -> float:
    west, south, east, north = (radians(float(row[k])) for k in ("west", "south", "east", "north"))
    return _EARTH_RADIUS_KM**2 * (sin(north) - sin(south)) * (east - west)


def speaks_of_areas(evidence: Evidence) -> bool:
    """Does any cell of a table have a unit of area?"""
    rows, columns = range(len(evidence.figures.rows)), evidence.figures.added
    return any(unit_of(evidence, r, c) for r in rows for c in columns)


def too_large_areas(evidence: Evidence, location_code: str | None) -> Iterator[Finding]:
    """Figures of a table, in a unit of area, that exceed the box around the country.

    The box is an outside fact, so this is a note; a lost decimal mark is the likely cause.
    """
    box, source = _boxes().get(location_code or "", (0.0, ""))
    if not box:
        return
    figures = evidence.figures
    for row in range(len(figures.rows)):
        for column in figures.added:
            value = figures.figure(row, column).value
            unit = unit_of(evidence, row, column)
            if value is None or not unit or value * UNIT_IN_M2[unit] <= box * 1e6:
                continue
            yield Finding(
                rule="area_above_country",
                class_="note",
                severity="warning",
                message=(
                    f"{figures.label(row)}, {figures.header(column)}: {show(value)} {unit} is more "
                    f"than the {show(round(box))} km² of the box around the country ({source})."
                ),
                locator=figures.locate(row, column),
                verdict="unverifiable",
                stated=value,
                value=figures.figure(row, column).text,
            )
