"""Periods of a summary: how they are called, and which were not counted to their end."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from functools import cache

from mtool.engines.sums import Record
from mtool.errors import UsageError
from mtool.language import counted
from mtool.periods import period_label

#: Groupings by time. `period` takes the periods as the source gives them.
UNITS = ("period", "year", "quarter", "month", "day")
#: Units by how many months they span.
MONTHS = {"year": 12, "quarter": 3, "month": 1}
#: Fewer days than these make no year.
YEAR_OF_DAYS = 364


class Spans:
    """The periods of records, put together by a unit of time.

    Raises `UsageError` for periods longer than a quarter, month or day asked for: a figure of a year
    cannot be divided. Of a figure over several years, a note says that it counts under the first.
    """

    def __init__(self, records: Sequence[Record], by: str, notes: list[str]) -> None:
        self.by = by
        self._last: dict[str, str] = {}
        longer = 0
        longest = 0
        for record in records:
            start, end = _period(record)
            label = self.label(record)
            self._last[label] = max(self._last.get(label, ""), end)
            longest = max(longest, _days(start, end))
            longer += record.rows * (by != "period" and end > unit_end(start, by))
        self.yearly = longest >= YEAR_OF_DAYS and by == "period"
        if longer and by == "year":
            notes.append(
                f"{counted(longer, 'figure')} of periods beyond one year, counted under the first"
            )
        elif longer:
            raise UsageError(
                f"--by {by}: {counted(longer, 'figure')} of longer periods cannot be divided; "
                "see them with --by period, or --by year"
            )

    def label(self, record: Record) -> str:
        """What the period, or the unit that a record counts under, is called."""
        start, end = _period(record)
        if self.by == "period":
            return period_label(start, end)
        return unit_name(start, self.by)

    def stopped(self, record: Record) -> bool:
        """True where a record stops before its period, or the unit it counts in, was over."""
        start, end = _period(record)
        counted_to = last_day(record.subject["as_of"])
        if counted_to and counted_to < end:
            return True
        if self.by in MONTHS:
            return self._last[self.label(record)] < unit_end(start, self.by)
        return self.yearly and start[5:] == "01-01" and end < unit_end(start, "year")


def _period(record: Record) -> tuple[str, str]:
    start, end = record.subject["reference_period_start"], record.subject["reference_period_end"]
    return start or "", end or ""


@cache
def _days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days if end else 0


@cache
def unit_name(start: str, unit: str) -> str:
    """What the year, quarter, month or day that an ISO day is in is called."""
    if unit == "quarter":
        return f"{start[:4]}-Q{(int(start[5:7]) + 2) // 3}"
    return start[: {"year": 4, "month": 7}.get(unit)]


@cache
def unit_end(start: str, unit: str) -> str:
    """The last day, ISO, of the year, quarter, month or day that an ISO day is in."""
    if unit not in MONTHS:
        return start
    year, month = int(start[:4]), int(start[5:7])
    last = -(-month // MONTHS[unit]) * MONTHS[unit]
    return f"{year:04}-{last:02}-{calendar.monthrange(year, last)[1]:02}"


@cache
def unit_start(day: str, unit: str) -> str:
    """The first day, ISO, of the year, quarter, month or day that an ISO day is in."""
    if unit not in MONTHS:
        return day
    first = (int(day[5:7]) - 1) // MONTHS[unit] * MONTHS[unit] + 1
    return f"{day[:4]}-{first:02}-01"


@cache
def last_day(written: str | None) -> str:
    """The last day, ISO, that a date of any precision can mean; empty where there is none."""
    if not written:
        return ""
    unit = {4: "year", 7: "month"}.get(len(written), "day")
    return unit_end(f"{written}-01-01"[:10], unit)
