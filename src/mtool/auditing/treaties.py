"""Treaty rules and facts per state, from `schemas/treaties.yaml` and `schemas/facts/`."""

from __future__ import annotations

import calendar
import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from mtool.auditing.wording import words
from mtool.errors import UsageError
from mtool.shipped import shipped_schemas


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty with its term from entry into force: whole years, or days."""

    id: str
    title: str
    article: str
    years: int
    days: int
    extendable: bool

    def due(self, entry_into_force: date) -> date:
        """The day a term ends that begins at entry into force."""
        if self.days:
            return entry_into_force + timedelta(days=self.days)
        return _same_day(entry_into_force, self.years)


@dataclass(frozen=True, slots=True)
class Treaty:
    """A treaty, its names as folded words, and what it asks of a state."""

    id: str
    title: str
    names: tuple[tuple[str, ...], ...]
    own_entry: date
    months: int
    duties: tuple[Duty, ...]

    def entry_into_force(self, deposit: date) -> date:
        """First day of the sixth month after the month of deposit, not before the treaty's own."""
        month = deposit.month - 1 + self.months
        entry = date(deposit.year + month // 12, month % 12 + 1, 1)
        return max(entry, self.own_entry)

    def duty(self, article: str, *, initial_report: bool = False) -> Duty | None:
        """The duty of an article: `5` → clearance."""
        fitting = [d for d in self.duties if d.article == article]
        return next((d for d in fitting if (d.days > 0) == initial_report), None)


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated fact about a state. `first` and `last` bound the day at the precision known."""

    location_code: str
    treaty: str
    event: str
    printed: str
    first: date
    last: date
    source: str


def _same_day(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


@cache
def load_treaties() -> tuple[Treaty, ...]:
    """The treaties mtool knows the rules of."""
    import yaml

    path = shipped_schemas() / "treaties.yaml"
    if not path.is_file():
        raise UsageError(
            f"{path}: the treaty rules that come with mtool are missing; install it again"
        )
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(_treaty(name, body) for name, body in plain["treaties"].items())


def _treaty(name: str, body: Mapping[str, Any]) -> Treaty:
    entry = body["entry_into_force"]
    duties = tuple(
        Duty(
            key,
            d["title"],
            str(d["article"]),
            int(d.get("years", 0)),
            int(d.get("days", 0)),
            bool(d["extendable"]),
        )
        for key, d in body["duties"].items()
    )
    names = tuple(dict.fromkeys(words(n) for n in body["names"]))
    return Treaty(
        name, body["title"], names, date.fromisoformat(entry["own"]), int(entry["months"]), duties
    )


@cache
def load_facts() -> tuple[Fact, ...]:
    """The dated facts per state that come with mtool."""
    path = shipped_schemas() / "facts" / "treaty_states.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Fact(
                row["location_code"],
                row["treaty"],
                row["event"],
                row["date"],
                *bounds(row["date"]),
                row["source"],
            )
            for row in csv.DictReader(lines)
        )


def bounds(printed: str) -> tuple[date, date]:
    """First and last day of `2011`, `2011-05` or `2011-05-30`."""
    pieces = [int(p) for p in printed.split("-")]
    if len(pieces) == 3:
        day = date(*pieces)
        return day, day
    if len(pieces) == 2:
        return date(pieces[0], pieces[1], 1), date(
            pieces[0], pieces[1], calendar.monthrange(pieces[0], pieces[1])[1]
        )
    return date(pieces[0], 1, 1), date(pieces[0], 12, 31)
