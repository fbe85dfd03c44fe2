"""Rules between columns, row by row, for files too small to import pandas for.

Each says null where a row passes, else the two numbers it compares, where it has them. They are
those of `mtool.checks`, which engines of frames run; a test holds them together.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from typing import Any

from mtool.checks import country_bounds

Row = Mapping[str, Any]
Numbers = tuple[Any, Any]


def _last_day(text: str) -> str | None:
    from mtool.engines.cell_text import read_day

    if len(text) == 4:
        return read_day(f"{text}-12-31")
    if len(text) == 7:
        first = read_day(f"{text}-01")
        return first and f"{text}-{calendar.monthrange(int(text[:4]), int(text[5:]))[1]}"
    return read_day(text)


def _period_in_order(row: Row) -> Numbers | None:
    start, end = row["reference_period_start"], row["reference_period_end"]
    return (None, None) if start and end and end < start else None


def _before_publication(row: Row, day: str | None) -> Numbers | None:
    known = row["as_of"] or row["edition"]
    last = _last_day(known) if known else None
    return (None, None) if day and last and day > last else None


def _missing_says_why(row: Row, figures: tuple[str, ...]) -> Numbers | None:
    given = any(row[name] is not None for name in figures) or row["value_status"] is not None
    return None if given else (None, None)


def _unequal(stated: Any, computed: Any) -> Numbers | None:
    differ = stated is not None and computed is not None and stated != computed
    return (stated, computed) if differ else None


def _killed_and_injured(row: Row) -> Numbers | None:
    killed, injured = row["killed"], row["injured"]
    both = killed is not None and injured is not None
    return _unequal(row["casualties"], killed + injured if both else None)


def _above(row: Row, parts: tuple[str, ...], whole: str) -> Numbers | None:
    given = [row[name] for name in parts if row[name] is not None]
    if not given or row[whole] is None or not sum(given) > row[whole]:
        return None
    return sum(given), row[whole]


def _inside_country(row: Row) -> Numbers | None:
    bounds = country_bounds().get(row["location_code"])
    if bounds is None:
        return None
    west, south, east, north = bounds
    longitude, latitude = row["longitude"], row["latitude"]
    outside = (longitude is not None and not west <= longitude <= east) or (
        latitude is not None and not south <= latitude <= north
    )
    return (None, None) if outside else None


RELEASED = ("area_cancelled_m2", "area_reduced_m2", "area_cleared_m2")
CONTAMINATED = ("sha_area_m2", "cha_area_m2")
ROW_RULES: dict[str, Callable[[Row, tuple[str, ...]], Numbers | None]] = {
    "period_in_order": lambda row, _: _period_in_order(row),
    "period_before_publication": lambda row, _: _before_publication(
        row, row["reference_period_start"]
    ),
    "event_before_publication": lambda row, _: _before_publication(row, row["event_date"]),
    "missing_says_why": lambda row, needs: _missing_says_why(row, needs[:-1]),
    "casualties_are_killed_and_injured": lambda row, _: _killed_and_injured(row),
    "parts_within_released": lambda row, _: _above(row, RELEASED, "area_released_m2"),
    "hazardous_areas_within_contaminated": lambda row, _: _above(
        row, CONTAMINATED, "contaminated_area_m2"
    ),
    "inside_country": lambda row, _: _inside_country(row),
}
