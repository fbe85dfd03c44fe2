"""The layouts of ACLED: three of event rows, two of counts (codebook and guides of ACLED, HDX).

Remote and victim-activated devices stand together under one sub-event type. A count of them is no
count of mines, and keeps a code of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mtool.layouts import Layout, Rule

TERMS = "ACLED Terms of Use, https://acleddata.com/terms-and-conditions"
JOINED = "Remote explosive/landmine/IED"
DEVICES = {"device_type": {"sub_event_type": {JOINED: "remote_or_victim_activated"}}}
DEFINITION = (
    f"ACLED counts remote and victim-activated devices together as “{JOINED}”; "
    "device_type remote_or_victim_activated is not comparable with counts of mines"
)
ALL_CAUSES = "fatalities are of events of every kind, not casualties of mines"


def _ignored(reason: str, *names: str) -> dict[str, Rule]:
    return {name: {"column": "ignore", "reason": reason} for name in names}


DATE = {"column": "event_date", "date_order": "dmy"}
KILLED = {"measure": "killed", "decimal": "."}
NO_PLACE = "events has no column for it; it stays in the raw file"
ACTORS = "names and kinds of actors stay in the raw file"

_EVENT: dict[str, Rule] = {
    "event_id_cnty": {"column": "event_id"},
    "event_date": DATE,
    **_ignored("the date says it", "year"),
    "time_precision": {"column": "time_precision", "blank": "NA"},
    **_ignored(NO_PLACE, "disorder_type"),
    "event_type": {"column": "event_type"},
    "sub_event_type": {"column": "sub_event_type"},
    **_ignored(ACTORS, "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2"),
    **_ignored(ACTORS, "interaction"),
    **_ignored(NO_PLACE, "civilian_targeting"),
    **_ignored("the country's name says it", "iso"),
    **_ignored("a region of the world", "region"),
    "country": {"column": "country"},
    "admin1": {"column": "area", "blank": "NA"},
    "admin2": {"column": "admin2", "blank": "NA"},
    **_ignored("events has areas of two levels", "admin3", "location"),
    "latitude": {"column": "latitude", "blank": "NA"},
    "longitude": {"column": "longitude", "blank": "NA"},
    "geo_precision": {"column": "geo_precision", "blank": "NA"},
    **_ignored(NO_PLACE, "source", "source_scale"),
    **_ignored("the text of an event stays in the raw file", "notes"),
    "fatalities": KILLED,
    **_ignored(NO_PLACE, "tags", "timestamp"),
}
_WITHOUT = {"disorder_type", "civilian_targeting", "tags"}
_BEFORE_2023: dict[str, Rule] = {
    **_ignored("a number that changes with every update", "data_id"),
    **_ignored("iso3 says it by letters", "iso"),
    "event_id_cnty": _EVENT["event_id_cnty"],
    **_ignored("event_id_cnty says it", "event_id_no_cnty"),
    **{name: rule for name, rule in _EVENT.items() if name not in {*_WITHOUT, "event_id_cnty"}},
    **_ignored("iso3 says it by letters", "country"),
    "iso3": {"column": "location_code"},
}
_MONTHLY: dict[str, Rule] = {
    **_ignored("ISO3 says it by letters", "country"),
    "admin1": {"column": "area", "blank": "NA"},
    "admin2": {"column": "admin2", "blank": "NA"},
    "iso3": {"column": "location_code"},
    "admin2_pcode": {"column": "admin2_code", "blank": "NA"},
    "admin1_pcode": {"column": "admin1_code", "blank": "NA"},
    "month": {"column": "month"},
    "year": {"column": "year"},
    "events": {"measure": "events", "decimal": "."},
    "fatalities": {"measure": "fatalities", "decimal": "."},
}
CENTRE = "the centre of the area, not of the events"
_WEEKLY: dict[str, Rule] = {
    "week": {"column": "period", "span": "week"},
    **_ignored("a region of the world", "region"),
    "country": {"column": "country"},
    "admin1": {"column": "area"},
    "event_type": {"column": "event_type"},
    "sub_event_type": {"column": "sub_event_type"},
    "events": {"measure": "events", "decimal": "."},
    "fatalities": {"measure": "fatalities", "decimal": "."},
    "population_exposure": {"column": "population_exposure", "blank": "NA"},
    "population_best": {"column": "population_exposure", "blank": "NA"},
    "disorder_type": {"column": "disorder_type"},
    **_ignored("a number of the area that no other list has", "id"),
    **_ignored(CENTRE, "centroid_latitude", "centroid_longitude"),
}


#: What the files of monthly counts are called → what they count.
KINDS = (
    (r"civilian[ _-]?targeting|targeting (of )?civilians", "civilian_targeting"),
    (r"demonstrations?|protests?", "demonstration"),
    (r"political[ _-]?violence", "political_violence"),
)


def _events(name: str, title: str, columns: Mapping[str, Rule]) -> Layout:
    return Layout(
        name,
        title,
        "events",
        columns,
        frozenset({"event_id_cnty", "event_date", "sub_event_type"}),
        codes=DEVICES,
        missing={"NA": "not_reported"},
        definition=DEFINITION,
        publisher="ACLED",
        licence=TERMS,
        sharing="restricted",
    )


OLD = _events("acled_events_2022", "ACLED's events before April 2023", _BEFORE_2023)
NUMBERED = _events("acled_events_2023", "ACLED's events of 2023", _EVENT)
WORDED = _events("acled_events_2024", "ACLED's events since 2024", _EVENT)
LAYOUTS = (
    OLD,
    NUMBERED,
    WORDED,
    Layout(
        "acled_monthly",
        "ACLED's monthly counts on HDX",
        "conflict_counts",
        _MONTHLY,
        frozenset({"iso3", "admin1", "admin1_pcode", "month", "year", "events", "fatalities"}),
        optional=frozenset({"admin2", "admin2_pcode"}),
        counts_one_kind=KINDS,
        definition=ALL_CAUSES,
        publisher="ACLED",
        licence=TERMS,
    ),
    Layout(
        "acled_weekly",
        "ACLED's weekly counts",
        "conflict_counts",
        _WEEKLY,
        frozenset({"week", "country", "event_type", "sub_event_type", "events", "fatalities"}),
        optional=frozenset({"population_exposure", "population_best", "id"}),
        codes=DEVICES,
        definition=f"{DEFINITION}; {ALL_CAUSES}",
        publisher="ACLED",
        licence=TERMS,
    ),
)


def told_by_cells(
    nearest: Sequence[Layout], header: Sequence[str], rows: Iterable[tuple[str, ...]]
) -> Layout:
    """Of layouts that share a header, the one that the cells fit.

    Since 2024 a word says who took part, before it was a number.
    """
    if WORDED not in nearest or "inter1" not in header:
        return nearest[0]
    at = header.index("inter1")
    texts = [row[at].strip() for row in rows if at < len(row)]
    worded = any(text not in ("", "NA") and not text.isdigit() for text in texts)
    return WORDED if worded else NUMBERED
