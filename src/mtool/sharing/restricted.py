"""Sources whose terms forbid to pass rows on: their events become counts by area and month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mtool.schemas import Schema

if TYPE_CHECKING:
    import pandas as pd

RESTRICTED = "restricted"
BY_MONTH = "events_by_month"
#: Days of the shortest period that counts as a figure, not as a row of a feed.
SHORTEST_MONTH = 27
GROUP = (
    "source_id",
    "edition",
    "as_of",
    "location_code",
    "admin1_code",
    "admin1_name",
    "provider_admin1_name",
    "device_type",
)


def is_feed(frame: pd.DataFrame) -> bool:
    """True for rows of single events, which can be counted by month."""
    return "event_date" in frame and "event_id" in frame


def has_periods(frame: pd.DataFrame) -> pd.Series:
    """True where a row is a figure of a month or longer, which is no row of a feed."""
    import pandas as pd

    if "reference_period_start" not in frame:
        return pd.Series(False, index=frame.index)
    days = (frame["reference_period_end"] - frame["reference_period_start"]).dt.days
    return (days >= SHORTEST_MONTH).fillna(value=False)


def by_month(events: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Events → rows of `events_by_month`; events without a date are not counted.

    A sum that lacks figures is `at_least`; null where no event gives one.
    """
    import pandas as pd

    dated = events[events["event_date"].notna()]
    month = dated["event_date"].dt.to_period("M")
    printed = dated["provider_admin1_name"]
    frame = dated.assign(
        provider_admin1_name=printed.where(printed.notna(), dated["admin1_name"]),
        reference_period_start=month.dt.start_time.astype("datetime64[ns]"),
        reference_period_end=month.dt.end_time.dt.normalize().astype("datetime64[ns]"),
    )
    keys = [*GROUP, "reference_period_start", "reference_period_end"]
    groups = frame.groupby(keys, dropna=False, sort=True)
    counted = groups.size().rename("events").astype("Int64").reset_index()
    for measure in ("killed", "injured"):
        sums = groups[measure].sum(min_count=1).to_numpy(dtype="object")
        counted[measure] = pd.Series(sums, index=counted.index).astype("Int64")
        given = groups[measure].count().to_numpy()
        counted[f"_{measure}"] = (given > 0) & (given < counted["events"])
    counted["qualifier"] = _words(counted, "_{}", "at_least")
    absent = {f"no_{m}": counted[m].isna() for m in ("killed", "injured")}
    counted["value_status"] = _words(counted.assign(**absent), "no_{}", "not_reported")
    counted["source_ref"] = counted["source_id"]
    columns = {n: counted[n] for n in schema.columns if n in counted}
    return pd.DataFrame(columns)


def _words(counted: pd.DataFrame, flag: str, word: str) -> pd.Series:
    """`killed=at_least; injured=at_least` for the flags that are set; null where none is."""
    import pandas as pd

    words = pd.Series("", index=counted.index, dtype="str")
    for measure in ("killed", "injured"):
        more = pd.Series(f"; {measure}={word}", index=counted.index, dtype="str")
        words = words + more.where(counted[flag.format(measure)].astype("bool"), "")
    return words.str.slice(2).mask(words == "")


def terms(source: Mapping[str, str]) -> str:
    """The terms of a source, by name and link."""
    named = source.get("licence") or "terms unknown; ask the publisher"
    link = f", {source['url']}" if source.get("url") else ""
    return f"{source['id']}: {named}{link}"
