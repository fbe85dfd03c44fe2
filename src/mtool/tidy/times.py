"""Printed years, months, periods and dates → first and last day, ISO; else a finding."""

from __future__ import annotations

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
from mtool.recipes import expand_columns
from mtool.tidy.columns import Columns
from mtool.tidy.reading import TableReading

PERIOD_COLUMNS = ("reference_period_start", "reference_period_end")


def add_times(reading: TableReading, columns: Columns) -> None:
    """Add the reference period, or read the event date; ISO text, null where it cannot be read.

    A figure printed under an area that was redivided later is given to the area of its time.
    """
    if "event_date" in columns and "event_date" in reading.schema.columns:
        if reading.schema.columns["event_date"].dtype != "str":
            _read_event_dates(reading, columns)
    elif "reference_period_start" in reading.schema.columns:
        _add_periods(reading, columns)
        _place_in_time(reading, columns)


def _order_of(reading: TableReading, name: str, texts: list[str]) -> Order | None:
    for rule in expand_columns(reading.recipe.columns).values():
        if rule.get("column") == name and rule.get("date_order"):
            return rule["date_order"]  # type: ignore[return-value]
    return date_order(texts)


def _read_event_dates(reading: TableReading, columns: Columns) -> None:
    texts = columns.distinct_texts("event_date")
    order = _order_of(reading, "event_date", texts)
    known = {text: read_date(text, order) for text in texts}
    printed = columns["event_date"]
    columns["event_date"] = [known.get(text) for text in printed]
    for text in [text for text, day in known.items() if day is None]:
        rows = [at for at, other in enumerate(printed) if other == text]
        for some in reading.told_together(rows):
            _blame_date(reading, columns, some, (text, "event_date"))


def _add_periods(reading: TableReading, columns: Columns) -> None:
    if all(name in columns for name in PERIOD_COLUMNS):
        return
    printed = _printed_periods(columns)
    if printed is None:
        _blame_no_period(reading, columns)
        return
    texts = [text for text in dict.fromkeys(printed) if text]
    order = _order_of(reading, "period", texts)
    known = {text: read_period(text, order) for text in texts}
    if any(rule.get("span") == "week" for rule in reading.recipe.columns.values()):
        known = {text: week_from(period) if period else None for text, period in known.items()}
    periods = [known.get(text or "") for text in printed]
    columns["reference_period_start"] = [p.start if p else None for p in periods]
    columns["reference_period_end"] = [p.end if p else None for p in periods]
    unread = [text for text, period in known.items() if period is None]
    for text in [*unread, *([""] if not all(printed) else [])]:
        rows = [at for at, other in enumerate(printed) if (other or "") == text]
        _blame_date(reading, columns, rows, (text, "period"))


def _printed_periods(columns: Columns) -> list[str | None] | None:
    """One text per row that says when: a period, a year, or a month and a year."""
    if "period" in columns:
        return columns["period"]
    if "year" in columns and "month" in columns:
        pairs = zip(columns["year"], columns["month"], strict=True)
        return [_month_of_year(year, month) for year, month in pairs]
    return next((columns[name] for name in ("year", "month") if name in columns), None)


def _month_of_year(year: str | None, month: str | None) -> str | None:
    if year is None or month is None:
        return None
    return f"{month} {year}" if month_number(month) else f"{year}-{month.zfill(2)}"


def _blame_no_period(reading: TableReading, columns: Columns) -> None:
    for name in PERIOD_COLUMNS:
        columns.fill(name, None)
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
        range(columns.length),
    )


def _blame_date(
    reading: TableReading, columns: Columns, rows: list[int], said: tuple[str, str]
) -> None:
    text, what = said
    row = columns["_row"][rows[0]]
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
            reading.place_of(row, _column_of(reading, text, row)),
            value=text,
            suggestion="say `date_order: dmy` or `date_order: mdy` for the column in the passport"
            if swappable
            else "write it as YYYY, YYYY-MM or YYYY-MM-DD",
        ),
        rows,
    )


def _column_of(reading: TableReading, text: str, row: int) -> int | None:
    cells = enumerate(reading.body[row].cells)
    printed = next((at for at, cell in cells if text and cell.strip() == text), None)
    return reading.column_index.get(text) if printed is None else printed


def _place_in_time(reading: TableReading, columns: Columns) -> None:
    """`Gao` in 2014 is the region before Ménaka left it: a composite of today's two."""
    if "admin1_name" not in columns:
        return
    keys = ("location_code", "provider_admin1_name", "reference_period_end")
    for (country, name, day), members in columns.groups(keys).items():
        rows = [
            at
            for at in members
            if columns["admin1_name"][at] is not None and columns["admin2_name"][at] is None
        ]
        if not rows or country is None or name is None or day is None:
            continue
        found = load_areas(country, reading.folders).find(name, level=1, day=day)
        if not found:
            _blame_not_yet(reading, columns, rows, f"{name!r} did not exist by {day}")
        for at in rows if found else ():
            columns["admin1_code"][at] = found[0].code or None
            columns["admin1_name"][at] = found[0].name


def _blame_not_yet(reading: TableReading, columns: Columns, rows: list[int], message: str) -> None:
    row = columns["_row"][rows[0]]
    name = str(columns["provider_admin1_name"][rows[0]])
    reading.blame(
        Finding(
            "area_not_of_its_time",
            "note",
            "warning",
            f"{message} as an area of that level; the figure is kept under the name printed",
            reading.place_of(row, _column_of(reading, name, row)),
            value=name,
        )
    )
