"""Events counted into incidents by area and period, where the passport of a source asks for it.

`count: {into: incidents, by: month}` stands under a table of events. The device of an event, which is
what a count of incidents is a count of, goes along. What cannot be counted is said, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mtool.derive import Derived
from mtool.errors import UsageError
from mtool.model import Finding, Locator, Report, parse_place
from mtool.passport import TableRecipe
from mtool.schemas import Schema, load_schema

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

#: The words of `by` and `areas`; the first one of each is meant where none is given.
PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}
AREAS = ("admin1", "admin2")
MEASURE = "incidents"
#: What a row of figures takes over from its events besides the area and the device.
ORIGIN = ("source_id", "edition", "as_of", "source_ref")
#: What an event must have to be counted, in the order in which it is asked, and what it is without.
NEEDED = {
    "device_type": "without a device",
    "event_date": "without a day",
    "location_code": "without an area",
}


def with_counts(derived: Derived, path: str, folders: tuple[Path, ...] = ()) -> Derived:
    """Add the counts that the passport asks for; rows that a structure finding speaks of are left out.

    A place and a period without events have no row: that nobody reported is not zero. Raises
    `UsageError` for `count` where the table holds no events, or the schema no count of incidents.
    """
    wanted = [table for table in derived.passport.tables if table.count and not table.ignore]
    for table in wanted:
        derived = _with_count(derived, table, path, folders)
    return derived


def _with_count(
    derived: Derived, table: TableRecipe, path: str, folders: tuple[Path, ...]
) -> Derived:
    import pandas as pd

    from mtool.validate import validate_frame

    schema = _schema_of(table, path, folders)
    if table.schema not in derived.frames:
        return derived
    frame = derived.frames[table.schema]
    sound = ~frame.index.isin(derived.unsound.get(table.schema, frozenset()))
    events = frame[sound & frame["source_ref"].str.endswith(f"[{table.id}]")]
    rows, finding = count_events(events, table, schema, path)
    if rows.empty:
        report = Report((*derived.report.findings, finding), derived.report.checked)
        return replace(derived, report=report)
    checked = validate_frame(rows, schema, path)
    before = derived.frames.get(schema.name)
    start = 0 if before is None else len(before)
    whole = checked.frame if before is None else pd.concat([before, checked.frame])
    frames = {**derived.frames, schema.name: whole.reset_index(drop=True)}
    unsound = derived.unsound.get(schema.name, frozenset()) | {start + r for r in checked.unsound}
    said = (*derived.report.findings, finding, *checked.report.findings)
    report = Report(said, derived.report.checked + checked.report.checked)
    return replace(
        derived, frames=frames, unsound={**derived.unsound, schema.name: unsound}, report=report
    )


def _schema_of(table: TableRecipe, path: str, folders: tuple[Path, ...]) -> Schema:
    where = f"{path}.passport.yaml, table {table.id}: count"
    into = table.feeds[-1]
    schema = load_schema(into, folders)
    if MEASURE not in schema.measures or "reference_period_start" not in schema.columns:
        raise UsageError(f"{where}: {into} holds no {MEASURE} by period; name one that does")
    if not {"event_id", *NEEDED} <= set(load_schema(table.schema or MEASURE, folders).columns):
        raise UsageError(f"{where}: only events are counted, and {table.schema!r} holds none")
    for key, known in (("by", tuple(PERIODS)), ("areas", AREAS)):
        if table.count.get(key, known[0]) not in known:
            raise UsageError(f"{where}: {key}: expected one of {', '.join(known)}")
    return schema


def count_events(
    events: pd.DataFrame, table: TableRecipe, schema: Schema, path: str
) -> tuple[pd.DataFrame, Finding]:
    """Rows of figures, one for each area, period and device that has events; and what was counted.

    A period that goes on after the last day the source can speak of ends there. `source_cell` is
    the line of the first event that was counted.
    """
    import pandas as pd

    by, areas = table.count.get("by", "month"), table.count.get("areas", AREAS[0])
    counted, left_out = _countable(events, areas)
    finding = _said(len(events), left_out, table, path)
    if counted.empty:
        return pd.DataFrame(), finding
    names = ["location_code", *_area_columns(areas), "device_type", *ORIGIN]
    dated = _with_period(_spelled_alike(counted, areas), PERIODS[by])
    keys = [*names, "reference_period_start", "reference_period_end"]
    groups = dated.groupby(keys, dropna=False, sort=True)
    rows = groups["source_cell"].agg(["size", "first"]).reset_index()
    rows = rows.rename(columns={"size": MEASURE, "first": "source_cell"})
    rows[MEASURE] = rows[MEASURE].astype("Int64")
    rows["source_cell"] = [_line_of(cell) for cell in rows["source_cell"]]
    return rows.reindex(columns=list(schema.columns)), finding


def _area_columns(areas: str) -> tuple[str, ...]:
    levels = AREAS[: AREAS.index(areas) + 1]
    return tuple(
        f"{start}{level}{end}"
        for level in levels
        for start, end in (("", "_code"), ("", "_name"), ("provider_", "_name"))
    )


def _countable(events: pd.DataFrame, areas: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """The events that can be counted, and how many of the others lack what."""
    import pandas as pd

    named = events[f"{areas}_name"].notna() | events[f"provider_{areas}_name"].notna()
    given = {word: events[column].notna() for column, word in NEEDED.items()}
    given[NEEDED["location_code"]] &= named
    left = pd.Series(True, index=events.index)
    missing: dict[str, int] = {}
    for word, is_given in given.items():
        missing[word] = int((left & ~is_given).sum())
        left &= is_given
    return events[left], {word: n for word, n in missing.items() if n}


def _spelled_alike(events: pd.DataFrame, areas: str) -> pd.DataFrame:
    """Each known area under one name, however its events spell it."""
    for level in AREAS[: AREAS.index(areas) + 1]:
        known, printed = events[f"{level}_name"], events[f"provider_{level}_name"]
        events = events.assign(**{f"provider_{level}_name": known.where(known.notna(), printed)})
    return events


def _with_period(events: pd.DataFrame, unit: str) -> pd.DataFrame:
    from mtool.checks import last_day

    period = events["event_date"].dt.to_period(unit)
    end = period.dt.end_time.dt.normalize()
    known = last_day(events["as_of"].fillna(events["edition"]))
    is_cut = (known < end) & (known >= events["event_date"])
    return events.assign(
        reference_period_start=period.dt.start_time.astype("datetime64[ns]"),
        reference_period_end=end.mask(is_cut, known).astype("datetime64[ns]"),
    )


def _line_of(source_cell: str) -> str:
    """The place of an event's row, from the places of its figures."""
    first = source_cell.split("; ")[0]
    return replace(parse_place(first.partition("=")[2] or first), column=None).in_source()


def _said(events: int, left_out: Mapping[str, int], table: TableRecipe, path: str) -> Finding:
    counted = events - sum(left_out.values())
    by, areas = table.count.get("by", "month"), table.count.get("areas", AREAS[0])
    message = f"{counted:,} of {events:,} events counted into {MEASURE} by {areas} and {by}"
    if left_out:
        lacking = "; ".join(f"{n:,} {word}" for word, n in left_out.items())
        message += f"; not counted: {lacking}"
    return Finding(
        "events_counted",
        "note",
        "warning" if left_out else "info",
        message,
        Locator(path=path, table=table.id),
        suggestion="give the events a device, a day and an area, or say that they are not counted"
        if left_out
        else None,
    )
