"""Figures joined to outlines: one feature per area, one property per measure and period.

What has no outline is a feature without a geometry, and a note says so: nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mtool.areas import Area
from mtool.engines.sums import row_records
from mtool.errors import UsageError
from mtool.outlines import Outline, Outlines, load_outlines
from mtool.periods import period_label
from mtool.summary import Request, as_number
from mtool.summary.addends import addends, newest_editions
from mtool.writers import Export
from mtool.writers.csv import in_canonical_order
from mtool.writers.parquet import about
from mtool.writers.tables import dataset_table

if TYPE_CHECKING:
    import pandas as pd

PLACE = ("location_code", "admin1_code", "admin1_name", "admin2_code", "admin2_name")


@dataclass(frozen=True)
class Feature:
    """An area with its figures; no outlines where none is known."""

    properties: Mapping[str, Any]
    outlines: tuple[Outline, ...]
    country: Outlines | None


@dataclass(frozen=True)
class AreaMap:
    """The features of one dataset, and what a file should say of itself."""

    features: tuple[Feature, ...]
    about: Mapping[str, Any]


def area_maps(export: Export) -> dict[str, AreaMap]:
    """A map of every dataset that has areas; raises `UsageError` where none has."""
    maps = {}
    for name, frame in export.frames.items():
        if {"admin1_name", "reference_period_start"} <= set(frame) and len(frame):
            maps[name] = _area_map(export, name, frame)
        else:
            export.notes.append(f"{name} has no figures by area: not on a map")
    if not maps:
        names = ", ".join(export.frames)
        raise UsageError(f"{names}: no figures by area and period to draw; use: mtool export csv")
    return maps


def _area_map(export: Export, name: str, frame: pd.DataFrame) -> AreaMap:
    schema = export.schemas[name]
    rows = in_canonical_order(frame, schema)
    properties: dict[tuple[str | None, ...], dict[str, Any]] = {}
    for measure in schema.measures:
        if measure in rows and (rows[measure].notna().any() or measure == schema.measures[0]):
            _add_measure(properties, rows, measure, export.notes)
    codes = sorted({str(place[0]) for place in properties})
    countries = {code: load_outlines(code, export.folders) for code in codes}
    notes: list[str] = []
    features = [
        _feature(place, figures, countries[str(place[0])], notes)
        for place, figures in sorted(properties.items(), key=lambda item: _order(item[0]))
    ]
    for code, outlines in countries.items():
        notes += _country_notes(code, outlines)
    notes = list(dict.fromkeys(notes))
    export.notes.extend(f"{name}: {note}" for note in notes)
    known = sorted({outlines.source for outlines in countries.values() if outlines})
    said = about(dataset_table(name, frame, schema), export) | {"outlines": known, "notes": notes}
    return AreaMap(tuple(features), said)


def _order(place: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(part or "" for part in place)


def _add_measure(
    properties: dict[tuple[str | None, ...], dict[str, Any]],
    rows: pd.DataFrame,
    measure: str,
    notes: list[str],
) -> None:
    """Sum a measure by area and period; a sum that lacks a figure is null and says why."""
    records = newest_editions(row_records(rows, [measure]), [])
    kept = addends(records, Request(measure), notes)
    chosen = rows.iloc[sorted(int(record.subject["row"] or 0) for record in kept)]
    starts = chosen["reference_period_start"].dt.strftime("%Y-%m-%d")
    ends = chosen["reference_period_end"].dt.strftime("%Y-%m-%d")
    labels = [period_label(*pair) for pair in zip(starts, ends, strict=True)]
    places = chosen[list(PLACE)].astype("object")
    places = places.where(places.notna(), None)
    keyed = chosen.assign(_place=list(places.itertuples(index=False, name=None)), _period=labels)
    for (period, place), group in keyed.groupby(["_period", "_place"], sort=True, dropna=False):
        field = re.sub(r"\W+", "_", f"{measure}_{period}").lower()
        figures = properties.setdefault(tuple(place), {})
        missing = group[measure].isna()
        figures[field] = None if missing.any() else as_number(group[measure].sum())
        if missing.any():
            words = group.loc[missing, "value_status"].dropna().astype("str").unique()
            figures[f"{field}_status"] = _status(words, measure)


def _status(words: Any, measure: str) -> str:
    """Why a figure is missing: the word for this measure; `suppressed` before any other."""
    parts = {part for word in words for part in str(word).split("; ")}
    mine = {p.rpartition("=")[2] for p in parts if p.rpartition("=")[0] in ("", measure)}
    return "suppressed" if "suppressed" in mine else "; ".join(sorted(mine)) or "not_reported"


def _feature(
    place: tuple[str | None, ...],
    figures: Mapping[str, Any],
    country: Outlines | None,
    notes: list[str],
) -> Feature:
    described = {name: part for name, part in zip(PLACE, place, strict=True) if part}
    area = _area(place, country)
    outlines = tuple(country.of(area)) if country and area else ()
    label = " / ".join(str(part) for part in (place[2], place[4]) if part) or str(place[0])
    remarks = [f"{outline.name} {outline.note}" for outline in outlines if outline.note]
    notes += [f"the outline of {remark}" for remark in remarks]
    if remarks:
        described["outline_note"] = "; ".join(remarks)
    if country and not outlines:
        notes.append(f"no outline for {label}: its figures stand in a feature without a geometry")
    return Feature({**described, **figures}, outlines, country)


def _area(place: tuple[str | None, ...], country: Outlines | None) -> Area | None:
    if country is None:
        return None
    _, code1, name1, code2, name2 = place
    if code2 or (code1 and not name2):
        return country.areas.by_code(code2 or code1 or "")
    name = name2 or name1
    level = 2 if name2 else 1
    return country.areas.find_one(name, level=level) if name else None


def _country_notes(code: str, outlines: Outlines | None) -> Iterator[str]:
    if outlines is None:
        yield (
            f"no outlines of {code}: its features have no geometry; put a GeoJSON file of its areas "
            f"into schemas/areas/outlines/{code}.geojson"
        )
    elif outlines.unmatched:
        names = ", ".join(outlines.unmatched)
        yield f"outlines of {code} that are no known area, left out: {names}"
