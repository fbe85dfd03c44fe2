"""Accidents that two sources may both report: candidates for a person, never merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mtool.model import Finding, Locator

if TYPE_CHECKING:
    import pandas as pd

REPORTED_TWICE = "reported_twice"
#: When so many pairs are listed, the other days and places are counted.
MOST_LISTED = 1_000
#: Words for devices → the narrower ones they take in (schemas/vocabularies/device_type.csv).
MINES = {"ap_mine", "av_mine", "improvised_mine", "unspecified_mine"}
NARROWER = {
    "ap_mine_including_improvised": {"ap_mine", "improvised_mine"},
    "unspecified_mine": MINES,
    "ied": {"improvised_mine", "rcied"},
    "remote_or_victim_activated": {*MINES, "ied", "rcied"},
    "erw": {"uxo", "axo"},
    "mine_or_erw": {*MINES, "uxo", "axo", "cmr"},
}
#: Words that no device contradicts.
OPEN = {"", "any", "unknown"}
#: Where and when: what two reports of one accident have in common.
SAME = ("location_code", "admin1_name", "event_date")
TOLD = (*SAME, "admin2_name", "device_type", "source_id", "edition", "source_cell", "event_id")


def find_reported_twice(
    frames: Mapping[str, pd.DataFrame], paths: Mapping[tuple[str, str], str]
) -> list[Finding]:
    """A note for each pair of events of two sources at one place and day, of devices that can be one.

    In: datasets by name, and the path of each source's file by id and edition. Events without a
    place or a day are not compared. Only the newest edition of a source is.
    """
    import pandas as pd

    events = [f for f in frames.values() if {"event_id", *TOLD} <= set(f)]
    if not events or all(frame["source_id"].nunique() < 2 for frame in events):
        return []
    told = pd.concat([_comparable(frame) for frame in events], ignore_index=True)
    several = told.groupby(list(SAME))["source_id"].transform("nunique") > 1
    findings: list[Finding] = []
    not_listed = 0
    for _, group in told[several].sort_values(list(TOLD), kind="stable").groupby(list(SAME)):
        if len(findings) < MOST_LISTED:
            findings += [_finding(*pair, paths) for pair in _pairs(group.to_dict("records"))]
        else:
            not_listed += 1
    return findings + ([_not_listed(not_listed)] if not_listed else [])


def _comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """Place, day and origin of the events that have all of them, as text; the newest editions."""
    dated = frame.loc[frame["event_date"].notna() & frame["admin1_name"].notna(), list(TOLD)]
    told = dated.assign(event_date=dated["event_date"].dt.strftime("%Y-%m-%d"))
    told = told.astype("str").astype(object).where(told.notna(), "")
    return told[told["edition"] == told.groupby("source_id")["edition"].transform("max")]


def _pairs(group: list[dict[str, str]]) -> list[tuple[dict[str, str], dict[str, str]]]:
    return [
        (one, other)
        for at, one in enumerate(group)
        for other in group[at + 1 :]
        if one["source_id"] != other["source_id"] and _can_be_one(one, other)
    ]


def _can_be_one(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """A district or device that only one of the two names contradicts nothing."""
    districts = {one["admin2_name"], other["admin2_name"]} - {""}
    devices, others = (_devices(event["device_type"]) for event in (one, other))
    return len(districts) < 2 and (not devices or not others or bool(devices & others))


def _devices(words: str) -> set[str]:
    """Every device that the words of an event can mean; none where they leave it open."""
    named = set(words.split("; "))
    if named & OPEN:
        return set()
    return named.union(*(NARROWER.get(word, set()) for word in named))


def _finding(
    one: Mapping[str, str], other: Mapping[str, str], paths: Mapping[tuple[str, str], str]
) -> Finding:
    place, second = (
        paths.get((e["source_id"], e["edition"]), e["source_id"]) for e in (one, other)
    )
    return Finding(
        REPORTED_TWICE,
        "note",
        "info",
        f"{one['admin1_name']}, {one['event_date']}: {one['source_id']} ({_cell(one)}) and "
        f"{other['source_id']} ({_cell(other)}, in {second}) may report the same accident",
        Locator(path=place),
        value=one["event_id"],
        suggestion="compare the two; nothing was merged, and sums over both sources may count it twice",
    )


def _cell(event: Mapping[str, str]) -> str:
    """The first cell an event was read from."""
    return event["source_cell"].split("; ")[0].rpartition("=")[2]


def _not_listed(places: int) -> Finding:
    return Finding(
        REPORTED_TWICE,
        "note",
        "info",
        f"on {places} more days, two sources have events in one area; they are not listed",
        suggestion="choose one source where sums matter: --source",
    )
