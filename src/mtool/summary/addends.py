"""Which figures may be added: leaves only, one series, one definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mtool.engines.sums import Record, Subject
from mtool.errors import UsageError
from mtool.language import counted

if TYPE_CHECKING:
    from mtool.summary import Request

#: Columns whose value `all` is a total over the other values.
WHOLES = ("sex", "role", "age_group", "civilian_status")
#: What a figure is of, besides the series it belongs to.
SUBJECT = (
    "location_code",
    "admin1_name",
    "admin2_name",
    "operator",
    "reference_period_start",
    "reference_period_end",
)
SERIES = ("source_ref", "location_code", "reference_period_start", "reference_period_end")


def addends(records: Sequence[Record], request: Request, notes: list[str]) -> list[Record]:
    """The records that may be added, each once; what was left aside goes into `notes`.

    Events are never totals over other events, and two sources of events are no two series of one
    figure: all of them count.
    """
    from mtool.summary import EVENTS

    chosen = [r for r in records if _within_years(r, request)]
    countries = sorted({code for r in chosen if (code := r.subject.get("location_code"))})
    if len(countries) > 1:
        notes.append(
            f"{' and '.join(countries)} together; one with --where location_code={countries[0]}"
        )
    if not chosen or EVENTS in chosen[0].sums:
        return chosen
    columns = chosen[0].subject
    for column in WHOLES:
        if column in columns:
            chosen = _without_totals_of(chosen, column, keep_parts=column == request.by)
    if "admin1_name" in columns:
        chosen = _without_totals_of_areas(chosen, notes)
    return _one_series(chosen, request.measure, notes)


def newest_editions(records: Sequence[Record], notes: list[str]) -> list[Record]:
    """The records of each source's newest edition; the older ones left aside go into `notes`."""
    editions: dict[str, set[str]] = {}
    for record in records:
        source = record.subject["source_id"] or ""
        editions.setdefault(source, set()).add(record.subject["edition"] or "")
    for source, found in sorted(editions.items()):
        older = sorted(found - {max(found), ""})
        if len(found) > 1:
            notes.append(f"{source}: older editions left aside: {', '.join(older)}")
    return [
        record
        for record in records
        if (record.subject["edition"] or "") == max(editions[record.subject["source_id"] or ""])
    ]


def _within_years(record: Record, request: Request) -> bool:
    start = record.subject["reference_period_start"]
    if not start:
        return False
    year = int(start[:4])
    return (request.first_year is None or year >= request.first_year) and (
        request.last_year is None or year <= request.last_year
    )


def _key(record: Record, names: Iterable[str]) -> Subject:
    return tuple(record.subject[name] for name in names if name in record.subject)


def _keys_with(
    records: Iterable[Record], names: Sequence[str], holds: Callable[[Record], bool]
) -> set[Subject]:
    return {_key(record, names) for record in records if holds(record)}


def _without_totals_of(records: Sequence[Record], column: str, *, keep_parts: bool) -> list[Record]:
    """Where a subject has a row for `all`, that row stands for its parts; else the parts do.

    With `keep_parts`, the other way round: the parts where there are any.
    """
    others = [name for name in (*WHOLES, "device_type") if name != column]
    key = (*SUBJECT, "source_ref", *others)

    def is_kept(record: Record) -> bool:
        return (record.subject[column] == "all") != keep_parts

    preferred = _keys_with(records, key, is_kept)
    return [r for r in records if is_kept(r) or _key(r, key) not in preferred]


def _without_totals_of_areas(records: Sequence[Record], notes: list[str]) -> list[Record]:
    """Leave out a country's or a region's own row where its parts are given for the period."""
    regional = _keys_with(records, SERIES, lambda r: r.subject["admin1_name"] is not None)
    inner = (*SERIES, "admin1_name")
    divided = _keys_with(records, inner, lambda r: r.subject["admin2_name"] is not None)

    def is_aside(record: Record) -> bool:
        if record.subject["admin1_name"] is None:
            return _key(record, SERIES) in regional
        return record.subject["admin2_name"] is None and _key(record, inner) in divided

    aside = sum(record.rows for record in records if is_aside(record))
    if aside:
        notes.append(f"not added, being totals over others: {counted(aside, 'row')}")
    return [record for record in records if not is_aside(record)]


def _one_series(records: list[Record], measure: str, notes: list[str]) -> list[Record]:
    """One figure per subject: series that overlap must agree, and are counted once."""
    if len({r.subject["source_ref"] for r in records}) < 2:
        return records
    _refuse_unlike_definitions(records)
    series: dict[Subject, dict[str, list[Record]]] = {}
    for record in records:
        of_subject = series.setdefault(_key(record, SUBJECT), {})
        of_subject.setdefault(str(record.subject["source_ref"]), []).append(record)
    doubled = {key: of_subject for key, of_subject in series.items() if len(of_subject) > 1}
    if not doubled:
        return records
    sources = sorted({source for of_subject in doubled.values() for source in of_subject})
    differing = sum(_differ(of_subject, measure) for of_subject in doubled.values())
    if differing:
        raise UsageError(
            f"{' and '.join(sources)} overlap and differ in {differing} of {len(doubled)} figures; "
            f"choose one with --source {sources[0].partition('[')[0]}"
        )
    notes.append(
        f"{' and '.join(sources)} give the same {counted(len(doubled), 'figure')}; counted once"
    )
    first = {key: min(of_subject) for key, of_subject in doubled.items()}
    return [
        r
        for r in records
        if r.subject["source_ref"] == first.get(_key(r, SUBJECT), r.subject["source_ref"])
    ]


def _differ(of_subject: Mapping[str, Sequence[Record]], measure: str) -> bool:
    from mtool.summary import sum_of

    return len({sum_of(records, measure) for records in of_subject.values()}) > 1


def _refuse_unlike_definitions(records: Sequence[Record]) -> None:
    """Figures of other device types meet in one period, and no single table tells them apart."""
    if "device_type" not in records[0].subject:
        return
    devices: dict[str, set[str]] = {}
    tables: dict[Subject, set[str]] = {}
    for record in records:
        table = str(record.subject["source_ref"])
        devices.setdefault(table, set()).add(record.subject["device_type"] or "(not said)")
        tables.setdefault(_key(record, SERIES[1:]), set()).add(table)
    definitions = {" + ".join(sorted(found)) for found in devices.values()}
    if len(definitions) > 1 and any(len(found) > 1 for found in tables.values()):
        raise UsageError(
            f"figures of unlike definition are never added: {'; '.join(sorted(definitions))}; "
            "choose with --where device_type=… or --source"
        )
