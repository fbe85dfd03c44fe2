"""Totals, shares and changes of a measure by period, for chosen regions.

Control totals are never added in, figures of a composite are never split, and a share is null,
not wrong, when an addend is missing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.areas import fold_name
from mtool.errors import UsageError
from mtool.periods import period_label

if TYPE_CHECKING:
    import pandas as pd

    from mtool.schemas import Schema
    from mtool.summary.regions import Regions

#: Percentages of bases below this are marked: one more or less is a large share.
SMALL_BASE = 5
Figure = int | float | None


@dataclass(frozen=True, slots=True)
class Request:
    """What to sum: a measure, regions (any alias; empty for all), years, and a grouping.

    `by` is `period` (as the source gives them), `year`, `region`, or a column of the dataset.
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
    """A summarised measure, with what its reader must be told (`notes`)."""

    dataset: str
    measure: str
    by: str
    regions: tuple[str, ...]
    rows: tuple[SummaryRow, ...]
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    trend: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The stable JSON form; rate ratios and `trend` only where a trend was asked for."""
        plain = asdict(self)
        if self.trend is None:
            del plain["trend"]
            for row in plain["rows"]:
                for name in ("rate_ratio", "rate_ratio_low", "rate_ratio_high"):
                    del row[name]
        return plain


def summarize(
    dataset: str, frame: pd.DataFrame, request: Request, folders: tuple[Path, ...] = ()
) -> Summary:
    """Sum `request.measure` over one figure per area, period and series.

    In: typed rows of one dataset, newest editions only. Raises `UsageError` for an unknown region
    (with candidates), figures of unlike definition, and sources that contradict each other.
    """
    from mtool.summary.addends import addends
    from mtool.summary.regions import find_regions

    if request.measure not in frame:
        raise UsageError(f"{dataset} has no measure {request.measure!r}")
    notes: list[str] = []
    chosen = addends(frame, request, notes)
    if chosen.empty:
        raise UsageError(f"{dataset}: no figures of {request.measure} in that selection")
    regions = find_regions(chosen, request.regions, folders)
    chosen = regions.mark(_with_missing(chosen, request.measure))
    if request.by in ("period", "year"):
        rows = _by_period(chosen, request, regions, notes)
    else:
        whole = addends(frame, replace(request, by="period"), [])
        rows = _by_group(chosen, _with_missing(whole, request.measure), request)
    sources = tuple(sorted(chosen["source_id"].unique()))
    names = regions.names
    return Summary(dataset, request.measure, request.by, names, rows, tuple(notes), sources)


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


def _sum(values: pd.Series) -> Figure:
    """The sum of the figures that are there; null, not zero, where none is."""
    return as_number(values.sum(min_count=1))


def _with_missing(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Mark the rows whose figure is missing, and those whose figure is limited by a word.

    A null without a reason belongs to a row that is about another measure: not missing, not there.
    """
    return frame.assign(
        _missing=frame[measure].isna() & _speaks_of(frame["value_status"], measure),
        _limited=_speaks_of(frame["qualifier"], measure),
    )


def _speaks_of(words: pd.Series, measure: str) -> pd.Series:
    """True where a status or qualifier is about the measure: `injured=range`, or the word alone."""
    text = words.fillna("").astype("str")
    alone = (text != "") & ~text.str.contains("=", regex=False)
    return alone | ("; " + text).str.contains(f"; {measure}=", regex=False)


def _by_period(
    frame: pd.DataFrame, request: Request, regions: Regions, notes: list[str]
) -> tuple[SummaryRow, ...]:
    frame = frame.assign(_period=_labels(frame, request.by), _stopped=_stopped(frame, request.by))
    rows: list[SummaryRow] = []
    absent = []
    for period, group in frame.groupby("_period", sort=True):
        row = _row(str(period), group, request.measure)
        if not group["_covered"].any() and row.composite is None:
            absent.append(str(period))
        rows.append(_with_change(row, rows[-1] if rows else None))
    for name in dict.fromkeys(row.composite for row in rows if row.composite):
        notes.append(
            f"the source counts {name} together, and the figure cannot be split; ask for "
            f'--region "{name}"'
        )
    if absent:
        notes.append(f"no row for {', '.join(regions.names)} in {', '.join(absent)}")
    return tuple(rows)


def _labels(frame: pd.DataFrame, by: str) -> pd.Series:
    starts = frame["reference_period_start"].dt.strftime("%Y-%m-%d")
    ends = frame["reference_period_end"].dt.strftime("%Y-%m-%d")
    if by == "year":
        return starts.str.slice(0, 4)
    pairs = starts + ".." + ends
    return pairs.map({pair: period_label(*pair.split("..")) for pair in pairs.unique()})


def _stopped(frame: pd.DataFrame, by: str) -> pd.Series:
    """Which rows stop before their period, or the year that the series counts in, was over."""
    import pandas as pd

    from mtool.checks import last_day

    starts, ends = frame["reference_period_start"], frame["reference_period_end"]
    year_end = starts + pd.offsets.YearEnd(0)
    early = last_day(frame["as_of"]) < ends
    yearly = ((ends - starts).max() >= pd.Timedelta(days=364)) and by == "period"
    short = (starts.dt.day_of_year == 1) & (ends < year_end) if yearly else early & False
    if by == "year":
        last = ends.groupby(starts.dt.year).transform("max")
        short = last < year_end
    return early.fillna(False) | short


def _row(label: str, group: pd.DataFrame, measure: str) -> SummaryRow:
    mine = group[group["_covered"]]
    composites = [str(name) for name in group["_composite"].dropna().unique()]
    value = None if composites else _sum(mine[measure])
    total = _sum(group[measure])
    missing, total_missing = int(mine["_missing"].sum()), int(group["_missing"].sum())
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
        partial=bool(group["_stopped"].any()) if "_stopped" in group else False,
        qualified=bool(mine["_limited"].any()),
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


def _by_group(frame: pd.DataFrame, whole: pd.DataFrame, request: Request) -> tuple[SummaryRow, ...]:
    """One row per region or per value of a column, over all periods chosen; share of the whole.

    `whole` are the rows that make the total: where a source prints a row for `all`, that one.
    """
    column = "admin1_name" if request.by == "region" else request.by
    if column not in frame:
        raise UsageError(
            f"--by {request.by}: expected period, year, region or a column of the dataset"
        )
    total, total_missing = _sum(whole[request.measure]), int(whole["_missing"].sum())
    mine = frame[frame["_covered"]]
    names = mine[column].astype("str").fillna("(not said)")
    rows = []
    for name, group in sorted(mine.groupby(names), key=lambda item: fold_name(str(item[0]))):
        row = _row(str(name), group, request.measure)
        complete = row.value is not None and total and not row.n_missing and not total_missing
        share = row.value / total if complete and row.value is not None and total else None
        rows.append(replace(row, total=total, total_n_missing=total_missing, share=share))
    return tuple(rows)
