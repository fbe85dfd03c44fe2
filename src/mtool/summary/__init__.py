"""Totals, shares and changes of a measure by period, for chosen regions.

Control totals are never added in, figures of a composite are never split, and a share is null,
not wrong, when an addend is missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.areas import fold_name
from mtool.engines.sums import Figure, Record, to_15_digits
from mtool.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from mtool.schemas import Schema
    from mtool.summary.regions import Regions, Verdict

#: Percentages of bases below this are marked: one more or less is a large share.
SMALL_BASE = 5
#: The measure that counts rows of events.
EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Request:
    """What to sum: a measure, regions (any alias; empty for all), years, and a grouping.

    `by` is `period` (as the source gives them), `year`, `quarter`, `month`, `day`, `region`,
    `admin2`, or a column of the dataset.
    """

    measure: str
    regions: tuple[str, ...] = ()
    first_year: int | None = None
    last_year: int | None = None
    by: str = "period"


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One period or group. `share` is 0–1; null figures are unknown, never zero.

    `n_missing` counts the addends of `value` without a figure, `total_n_missing` those of `total`.
    `partial` marks a period that was not counted to its end; `small_base` a change in percent on
    fewer than five; `qualified` a figure with words such as "at least"; `composite` names the
    composite area that could not be split, and makes `value` null.
    """

    period: str
    value: Figure
    total: Figure
    share: float | None
    change: Figure = None
    change_pct: float | None = None
    n_missing: int = 0
    total_n_missing: int = 0
    partial: bool = False
    small_base: bool = False
    qualified: bool = False
    composite: str | None = None
    rate_ratio: float | None = None
    rate_ratio_low: float | None = None
    rate_ratio_high: float | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A summarised measure, with what its reader must be told (`notes`).

    `breaks` are the periods that count other device types than the period before; `countries` the
    codes of the countries summed.
    """

    dataset: str
    measure: str
    by: str
    regions: tuple[str, ...]
    rows: tuple[SummaryRow, ...]
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    trend: dict[str, Any] | None = None
    breaks: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The stable JSON form; rate ratios and `trend` only where a trend was asked for.

        `breaks` only where there are any.
        """
        plain = asdict(self)
        del plain["countries"]
        if not self.breaks:
            del plain["breaks"]
        if self.trend is None:
            del plain["trend"]
            for row in plain["rows"]:
                for name in ("rate_ratio", "rate_ratio_low", "rate_ratio_high"):
                    del row[name]
        return plain


def summarize(
    dataset: str, records: Sequence[Record], request: Request, folders: tuple[Path, ...] = ()
) -> Summary:
    """Sum `request.measure` over one figure per area, period and series.

    In: records of one dataset, newest editions only, with every column that addends are told by.
    Raises `UsageError` for an unknown region (with candidates), figures of unlike definition, and
    sources that contradict each other.
    """
    from mtool.summary.addends import addends
    from mtool.summary.regions import find_regions
    from mtool.summary.spans import UNITS

    if records and request.measure not in records[0].sums:
        raise UsageError(f"{dataset} has no measure {request.measure!r}")
    notes: list[str] = []
    chosen = addends(records, request, notes)
    if not chosen:
        raise UsageError(f"{dataset}: no figures of {request.measure} in that selection")
    regions = find_regions(chosen, request.regions, folders)
    marked = regions.mark(chosen)
    if request.by in UNITS:
        rows = _by_period(marked, request, regions, notes)
    else:
        whole = addends(records, replace(request, by="period"), [])
        rows = _by_group(marked, whole, request)
    sources = tuple(sorted({source for r in chosen if (source := r.subject["source_id"])}))
    countries = tuple(sorted({c for r in chosen if (c := r.subject.get("location_code"))}))
    summary = Summary(
        dataset, request.measure, request.by, regions.names, rows, tuple(notes), sources
    )
    return replace(summary, breaks=_breaks(marked, request), countries=countries)


def _breaks(marked: Sequence[tuple[Record, Verdict]], request: Request) -> tuple[str, ...]:
    """The periods that count other device types than the period before; events change by nature."""
    from mtool.summary.spans import UNITS, Spans

    if request.by not in UNITS or EVENTS in marked[0][0].sums:
        return ()
    spans = Spans([record for record, _ in marked], request.by, [])
    devices: dict[str, set[str | None]] = {}
    for record, verdict in marked:
        if verdict.covered and record.sums[request.measure].figures:
            devices.setdefault(spans.label(record), set()).add(record.subject.get("device_type"))
    ordered = sorted(devices)
    return tuple(later for before, later in pairwise(ordered) if devices[before] != devices[later])


def main_measure(frame: pd.DataFrame, schema: Schema) -> str:
    """The first measure of the schema that has any figure; the first of all where none has."""
    given = [name for name in schema.measures if name in frame and frame[name].notna().any()]
    return given[0] if given else schema.measures[0]


def as_number(value: Any) -> Figure:
    """A plain int or float; null for a missing value."""
    import pandas as pd

    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def sum_of(records: Iterable[Record], measure: str) -> Figure:
    """The sum of the figures that are there; null, not zero, where none is."""
    totals = [total for r in records if (total := r.sums[measure].total) is not None]
    if not totals:
        return None
    if all(isinstance(total, int) for total in totals):
        return sum(totals)
    total = to_15_digits(math.fsum(totals))
    return int(total) if total.is_integer() else total


def missing_in(records: Iterable[Record], measure: str) -> int:
    """How many figures are missing."""
    return sum(r.sums[measure].missing for r in records)


def _by_period(
    marked: Sequence[tuple[Record, Verdict]],
    request: Request,
    regions: Regions,
    notes: list[str],
) -> tuple[SummaryRow, ...]:
    from mtool.summary.spans import Spans

    spans = Spans([record for record, _ in marked], request.by, notes)
    groups: dict[str, list[tuple[Record, Verdict]]] = {}
    for record, verdict in marked:
        groups.setdefault(spans.label(record), []).append((record, verdict))
    rows: list[SummaryRow] = []
    absent = []
    for period, group in sorted(groups.items()):
        stopped = any(spans.stopped(record) for record, _ in group)
        row = replace(_row(period, group, request.measure), partial=stopped)
        if row.composite is None and not any(verdict.covered for _, verdict in group):
            absent.append(period)
        rows.append(_with_change(row, rows[-1] if rows else None))
    for name in dict.fromkeys(row.composite for row in rows if row.composite):
        notes.append(
            f"the source counts {name} together, and the figure cannot be split; ask for "
            f'--region "{name}"'
        )
    if absent:
        notes.append(f"no row for {', '.join(regions.names)} in {', '.join(absent)}")
    return tuple(rows)


def _row(label: str, group: Sequence[tuple[Record, Verdict]], measure: str) -> SummaryRow:
    mine = [record for record, verdict in group if verdict.covered]
    everybody = [record for record, _ in group]
    composites = list(dict.fromkeys(v.composite for _, v in group if v.composite))
    value = None if composites else sum_of(mine, measure)
    total = sum_of(everybody, measure)
    missing, total_missing = missing_in(mine, measure), missing_in(everybody, measure)
    share = None
    if value is not None and total and not missing and not total_missing:
        share = value / total
    return SummaryRow(
        period=label,
        value=value,
        total=total,
        share=share,
        n_missing=missing,
        total_n_missing=total_missing,
        qualified=any(record.sums[measure].limited for record in mine),
        composite=" and ".join(composites) or None,
    )


def _with_change(row: SummaryRow, before: SummaryRow | None) -> SummaryRow:
    """The change against the period before; null where either figure is incomplete."""
    if before is None or row.value is None or before.value is None:
        return row
    if row.n_missing or before.n_missing or row.partial or before.partial:
        return row
    change = row.value - before.value
    return replace(
        row,
        change=change,
        change_pct=100 * change / before.value if before.value else None,
        small_base=0 < before.value < SMALL_BASE,
    )


#: What people call the columns of areas.
AREA_COLUMNS = {"region": "admin1_name", "admin1": "admin1_name", "admin2": "admin2_name"}


def _by_group(
    marked: Sequence[tuple[Record, Verdict]], whole: Sequence[Record], request: Request
) -> tuple[SummaryRow, ...]:
    """One row per region or per value of a column, over all periods chosen; share of the whole.

    `whole` are the records that make the total: where a source prints a row for `all`, that one.
    """
    column, measure = AREA_COLUMNS.get(request.by, request.by), request.measure
    total, total_missing = sum_of(whole, measure), missing_in(whole, measure)
    groups: dict[str, list[tuple[Record, Verdict]]] = {}
    for record, verdict in marked:
        if verdict.covered:
            name = record.subject[column] or "(not said)"
            groups.setdefault(name, []).append((record, verdict))
    rows = []
    for name, group in sorted(groups.items(), key=lambda item: fold_name(item[0])):
        row = _row(name, group, measure)
        complete = row.value is not None and total and not row.n_missing and not total_missing
        share = row.value / total if complete and row.value is not None and total else None
        rows.append(replace(row, total=total, total_n_missing=total_missing, share=share))
    return tuple(rows)
