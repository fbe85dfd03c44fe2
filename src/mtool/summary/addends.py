"""Which figures may be added: leaves only, one series, one definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtool.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

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


def addends(frame: pd.DataFrame, request: Request, notes: list[str]) -> pd.DataFrame:
    """The rows that may be added, each figure once; what was left aside goes into `notes`."""
    chosen = _within_years(frame, request)
    countries = sorted(chosen["location_code"].dropna().unique())
    if len(countries) > 1:
        notes.append(
            f"{' and '.join(countries)} together; one with --where location_code={countries[0]}"
        )
    for column in WHOLES:
        if column in chosen:
            chosen = _without_totals_of(chosen, column, keep_parts=column == request.by)
    if "admin1_name" in chosen:
        chosen = _without_totals_of_areas(chosen, notes)
    return _one_series(chosen, request.measure, notes)


def _within_years(frame: pd.DataFrame, request: Request) -> pd.DataFrame:
    years = frame["reference_period_start"].dt.year
    keep = years.notna()
    if request.first_year is not None:
        keep &= years >= request.first_year
    if request.last_year is not None:
        keep &= years <= request.last_year
    return frame[keep]


def _subject(frame: pd.DataFrame, *more: str) -> list[str]:
    return [name for name in (*SUBJECT, *more) if name in frame]


def _without_totals_of(frame: pd.DataFrame, column: str, *, keep_parts: bool) -> pd.DataFrame:
    """Where a subject has a row for `all`, that row stands for its parts; else the parts do.

    With `keep_parts`, the other way round: the parts where there are any.
    """
    others = [name for name in (*WHOLES, "device_type") if name != column]
    key = _subject(frame, "source_ref", *others)
    whole = frame[column] == "all"
    subject = [frame[name] for name in key]
    if keep_parts:
        has_parts = (~whole).groupby(subject, dropna=False).transform("any")
        return frame[~whole | ~has_parts]
    has_whole = whole.groupby(subject, dropna=False).transform("any")
    return frame[whole | ~has_whole]


def _without_totals_of_areas(frame: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Leave out a country's or a region's own row where its parts are given for the period."""
    series = ["source_ref", "location_code", "reference_period_start", "reference_period_end"]
    national = frame["admin1_name"].isna()
    district = frame["admin2_name"].notna()

    def any_in(flags: pd.Series, key: list[str]) -> pd.Series:
        return flags.groupby([frame[name] for name in key], dropna=False).transform("any")

    aside = national & any_in(~national, series)
    aside |= ~national & ~district & any_in(district, [*series, "admin1_name"])
    if aside.any():
        notes.append(f"{int(aside.sum())} rows are totals over other rows and were not added")
    return frame[~aside]


def _one_series(frame: pd.DataFrame, measure: str, notes: list[str]) -> pd.DataFrame:
    """One figure per subject: series that overlap must agree, and are counted once."""
    if frame["source_ref"].nunique() < 2:
        return frame
    _refuse_unlike_definitions(frame)
    key = _subject(frame)
    subject = [frame[name] for name in key]
    doubled = frame.groupby(key, dropna=False)["source_ref"].transform("nunique") > 1
    if not doubled.any():
        return frame
    sources = sorted(frame.loc[doubled, "source_ref"].unique())
    sums = (
        frame[doubled]
        .groupby([*key, "source_ref"], dropna=False)[measure]
        .sum(min_count=1)
        .astype("object")
        .fillna("none")
        .groupby(level=list(range(len(key))), dropna=False)
        .nunique()
    )
    differing = int((sums > 1).sum())
    if differing:
        raise UsageError(
            f"{' and '.join(sources)} overlap and differ in {differing} of {len(sums)} figures; "
            f"choose one with --source {sources[0].partition('[')[0]}"
        )
    notes.append(f"{' and '.join(sources)} give the same {len(sums)} figures; counted once")
    first = frame["source_ref"].groupby(subject, dropna=False).transform("min")
    return frame[~doubled | (frame["source_ref"] == first)]


def _refuse_unlike_definitions(frame: pd.DataFrame) -> None:
    """Figures of other device types meet in one period, and no single table tells them apart."""
    if "device_type" not in frame:
        return
    devices = frame["device_type"].fillna("(not said)")
    of_series = devices.groupby(frame["source_ref"]).agg(lambda d: " + ".join(sorted(set(d))))
    periods = ["location_code", "reference_period_start", "reference_period_end"]
    meeting = frame.groupby(periods)["source_ref"].nunique().max() > 1
    if meeting and of_series.nunique() > 1:
        raise UsageError(
            f"figures of unlike definition are never added: {'; '.join(sorted(set(of_series)))}; "
            "choose with --where device_type=… or --source"
        )
