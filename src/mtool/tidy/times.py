"""Printed years, months, periods and dates → first and last day, ISO; else a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtool.areas import load_areas
from mtool.model import Finding
from mtool.periods import (
    Order,
    date_order,
    is_swappable,
    month_number,
    read_date,
    read_period,
    week_from,
)
from mtool.recipes import column_keys, expand_columns
from mtool.tidy.reading import TableReading

if TYPE_CHECKING:
    import pandas as pd

PERIOD_COLUMNS = ("reference_period_start", "reference_period_end")


def add_times(reading: TableReading, frame: pd.DataFrame) -> pd.DataFrame:
    """Add the reference period, or read the event date; ISO text, null where it cannot be read.

    A figure printed under an area that was redivided later is given to the area of its time.
    """
    if "event_date" in frame and "event_date" in reading.schema.columns:
        if reading.schema.columns["event_date"].dtype != "str":
            _read_event_dates(reading, frame)
    elif "reference_period_start" in reading.schema.columns:
        _add_periods(reading, frame)
        _place_in_time(reading, frame)
    return frame


def _order_of(reading: TableReading, name: str, texts: list[str]) -> Order | None:
    for rule in expand_columns(reading.recipe.columns).values():
        if rule.get("column") == name and rule.get("date_order"):
            return rule["date_order"]  # type: ignore[return-value]
    return date_order(texts)


def _read_event_dates(reading: TableReading, frame: pd.DataFrame) -> None:
    texts = [text for text in frame["event_date"].unique() if isinstance(text, str) and text]
    order = _order_of(reading, "event_date", texts)
    known = {text: read_date(text, order) for text in texts}
    printed = frame["event_date"]
    frame["event_date"] = printed.map(known)
    for text in [text for text, day in known.items() if day is None]:
        _blame_date(reading, frame, printed == text, text, "event_date")


def _add_periods(reading: TableReading, frame: pd.DataFrame) -> None:
    if set(PERIOD_COLUMNS) <= set(frame):
        return
    printed = _printed_periods(frame)
    if printed is None:
        _blame_no_period(reading, frame)
        return
    texts = [text for text in printed.unique() if isinstance(text, str) and text]
    order = _order_of(reading, "period", texts)
    known = {text: read_period(text, order) for text in texts}
    if any(rule.get("span") == "week" for rule in reading.recipe.columns.values()):
        known = {text: week_from(period) if period else None for text, period in known.items()}
    frame["reference_period_start"] = printed.map({t: p.start for t, p in known.items() if p})
    frame["reference_period_end"] = printed.map({t: p.end for t, p in known.items() if p})
    for text in [text for text, period in known.items() if period is None]:
        _blame_date(reading, frame, printed == text, text, "period")
    if (printed.isna() | (printed == "")).any():
        _blame_date(reading, frame, printed.isna() | (printed == ""), "", "period")


def _printed_periods(frame: pd.DataFrame) -> pd.Series | None:
    """One text per row that says when: a period, a year, or a month and a year."""
    if "period" in frame:
        return frame["period"]
    if "year" in frame and "month" in frame:
        months = {
            m: m if month_number(str(m)) else str(m).zfill(2) for m in frame["month"].unique()
        }
        words = frame["month"].map(months)
        named = words.map(lambda m: month_number(str(m)) is not None)
        return (words + " " + frame["year"]).where(named, frame["year"] + "-" + words)
    return next((frame[name] for name in ("year", "month") if name in frame), None)


def _blame_no_period(reading: TableReading, frame: pd.DataFrame) -> None:
    for name in PERIOD_COLUMNS:
        frame[name] = None
    reading.blame(
        Finding(
            "period_unknown",
            "structure",
            "error",
            "neither the table nor its title says which period the figures are of",
            reading.table.locator,
            suggestion="add `period: 2022` (the period) under `constants` of the table in the "
            "passport",
        ),
        frame.index,
    )


def _blame_date(
    reading: TableReading, frame: pd.DataFrame, which: pd.Series, text: str, what: str
) -> None:
    rows = frame.index[which]
    swappable = is_swappable(text)
    reading.blame(
        Finding(
            "date_order_unknown" if swappable else "not_a_date",
            "structure",
            "error",
            f"{text!r}: day and month could be swapped, and no date of the column settles it"
            if swappable
            else f"{text!r} is not a {'date' if what == 'event_date' else 'period'} "
            f"({len(rows)} rows)",
            reading.place_of(
                int(frame["_row"][rows[0]]), _column_of(reading, text, frame, rows[0])
            ),
            value=text,
            suggestion="say `date_order: dmy` or `date_order: mdy` for the column in the passport"
            if swappable
            else "write it as YYYY, YYYY-MM or YYYY-MM-DD",
        ),
        rows,
    )


def _column_of(reading: TableReading, text: str, frame: pd.DataFrame, at: int) -> int | None:
    cells = [cell.strip() for cell in reading.body[int(frame["_row"][at])].cells]
    if text and text in cells:
        return cells.index(text)
    keys = column_keys(reading.table.header)
    return keys.index(text) if text in keys else None


def _place_in_time(reading: TableReading, frame: pd.DataFrame) -> None:
    """`Gao` in 2014 is the region before Ménaka left it: a composite of today's two."""
    if "admin1_name" not in frame or frame["admin1_name"].isna().all():
        return
    keys = ["location_code", "provider_admin1_name", "reference_period_end"]
    level1 = frame[frame["admin2_name"].isna() & frame["admin1_name"].notna()]
    for (country, name, day), rows in level1.groupby(keys):
        found = load_areas(country, reading.folders).find(name, level=1, day=day)
        if found:
            frame.loc[rows.index, "admin1_code"] = found[0].code or None
            frame.loc[rows.index, "admin1_name"] = found[0].name
        else:
            _blame_not_yet(reading, frame, rows.index, f"{name!r} did not exist by {day}")


def _blame_not_yet(
    reading: TableReading, frame: pd.DataFrame, rows: pd.Index, message: str
) -> None:
    at = int(rows[0])
    column = _column_of(reading, str(frame["provider_admin1_name"][at]), frame, at)
    reading.blame(
        Finding(
            "area_not_of_its_time",
            "note",
            "warning",
            f"{message} as an area of that level; the figure is kept under the name printed",
            reading.place_of(int(frame["_row"][at]), column),
            value=str(frame["provider_admin1_name"][at]),
        )
    )
