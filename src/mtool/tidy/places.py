"""Printed place names → P-codes and names, by exact match or declared alias; else a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mtool.areas import Area, Areas, find_country, load_areas
from mtool.model import Finding
from mtool.recipes import column_keys, expand_columns
from mtool.tidy.reading import TableReading

if TYPE_CHECKING:
    import pandas as pd

AREA_COLUMNS = ("admin1_code", "admin1_name", "admin2_code", "admin2_name")


def add_places(reading: TableReading, frame: pd.DataFrame) -> pd.DataFrame:
    """Add `location_code`, the admin codes and names, and the names as printed.

    A row of the whole country has null admin columns. An unknown name keeps its row, with null
    codes and an `unknown_area` finding that names the candidates.
    """
    if "location_code" in reading.schema.columns:
        _add_country(reading, frame)
    if "admin1_code" not in reading.schema.columns:
        return frame
    frame["provider_admin1_name"] = _printed(frame, ("provider_admin1_name", "area", "admin1_name"))
    frame["provider_admin2_name"] = _printed(
        frame, ("provider_admin2_name", "admin2", "admin2_name")
    )
    if set(AREA_COLUMNS) <= set(frame):
        return frame
    codes = {name: frame[name] for name in ("admin1_code", "admin2_code") if name in frame}
    for name in AREA_COLUMNS:
        frame[name] = None
    for (country, first, second), rows in _distinct_places(frame):
        areas = load_areas(country, reading.folders)
        coded = _by_given_code(areas, codes.get("admin2_code" if second else "admin1_code"), rows)
        if coded and not areas.find(second or first):
            area: Area | None = coded
        else:
            area = _match(reading, frame, rows, (areas, first, second))
            _compare_codes(reading, frame, rows, (area, coded))
        if area:
            _fill(frame, rows, areas, area)
    for name, given in codes.items():
        frame[name] = frame[name].where(frame[name].notna(), given.mask(given == ""))
    return frame


def _add_country(reading: TableReading, frame: pd.DataFrame) -> None:
    if "country" in frame and "location_code" not in frame:
        names = {name: find_country(name) for name in frame["country"].unique() if name}
        frame["location_code"] = frame["country"].map(names)
        for name, code in names.items():
            if code is None:
                rows = frame.index[frame["country"] == name]
                reading.blame(
                    _unknown(reading, frame, rows[0], name, "country", [], len(rows)), rows
                )
    if "location_code" in frame and frame["location_code"].notna().any():
        return
    reading.blame(
        Finding(
            "country_unknown",
            "structure",
            "error",
            "no country is named in the table, its title or its passport",
            reading.table.locator,
            suggestion="add `location_code: MLI` (the country's code) under `constants` of the table "
            "in the passport, or set MTOOL_COUNTRY, or `country` in mtool.toml",
        ),
        frame.index,
    )
    frame["location_code"] = None


def _printed(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    import pandas as pd

    for name in names:
        if name in frame:
            return frame[name].mask(frame[name] == "")
    return pd.Series(None, index=frame.index, dtype=object)


def _distinct_places(frame: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str], pd.Index]]:
    keys = ["location_code", "provider_admin1_name", "provider_admin2_name"]
    known = frame[frame["location_code"].notna()]
    for (country, first, second), rows in known.fillna(dict.fromkeys(keys[1:], "")).groupby(keys):
        if first or second:
            yield (country, first, second), rows.index


def _match(
    reading: TableReading, frame: pd.DataFrame, rows: pd.Index, name: tuple[Areas, str, str]
) -> Area | None:
    """The area that a printed name (and one within it) means; a finding where there is none."""
    areas, first, second = name
    outer = areas.find_one(first) if first else None
    if first and outer is None:
        candidates = areas.candidates(first)
        reading.blame(
            _unknown(reading, frame, rows[0], first, areas.location_code, candidates, len(rows)),
            rows,
        )
        return None
    if not second:
        return outer
    inner = areas.find(second, level=2)
    within = [a for a in inner if outer is None or a.parent == outer.code or not outer.code]
    if within:
        return within[0]
    if _stands_alone(reading) and not any(area.level == 2 for area in areas.areas):
        _say_unlisted(reading, areas.location_code)
        return outer
    candidates = areas.candidates(second)
    reading.blame(
        _unknown(
            reading, frame, rows[0], second, first or areas.location_code, candidates, len(rows)
        ),
        rows,
    )
    return None


def _stands_alone(reading: TableReading) -> bool:
    """True where no row can be the sum of others, so that the level of a row may stay open."""
    return "event_id" in reading.schema.columns or bool(reading.recipe.layout)


def _say_unlisted(reading: TableReading, country: str) -> None:
    """One finding for a country whose second-level areas mtool cannot look up."""
    finding = Finding(
        "areas_not_listed",
        "note",
        "info",
        f"mtool has no list of the second-level areas of {country}: their names are kept as printed",
        replace(reading.table.locator, table=reading.table.id),
        suggestion=f"give schemas/areas/{country}.csv to the workspace",
    )
    if finding not in reading.findings:
        reading.blame(finding)


def _by_given_code(areas: Areas, codes: pd.Series | None, rows: pd.Index) -> Area | None:
    """The area of the one P-code that the source gives for these rows; null without one."""
    given = {code for code in codes[rows] if code} if codes is not None else set()
    return areas.by_code(given.pop()) if len(given) == 1 else None


def _compare_codes(
    reading: TableReading,
    frame: pd.DataFrame,
    rows: pd.Index,
    found: tuple[Area | None, Area | None],
) -> None:
    """A finding where the source gives a name and the P-code of another area: the name holds."""
    named, coded = found
    if named is None or coded is None or named.parts & coded.parts:
        return
    reading.blame(
        Finding(
            "area_code_differs",
            "source",
            "warning",
            f"the source gives {named.name} the P-code {coded.code}, which is {coded.name}; read as "
            f"{named.name} ({len(rows)} rows)",
            reading.place_of(int(frame["_row"][rows[0]])),
            value=coded.code,
            suggestion="ask the publisher; declare the name in schemas/areas if it means the other",
        )
    )


def _fill(frame: pd.DataFrame, rows: pd.Index, areas: Areas, area: Area) -> None:
    """Codes and names of the area for `rows`; an area redivided since is the one of its time."""
    if area.level == 0:
        return
    first = areas.by_code(area.parent) if area.level == 2 else area
    if area.level == 2:
        frame.loc[rows, "admin2_code"] = area.code or None
        frame.loc[rows, "admin2_name"] = area.name
    if first and first.level == 1:
        frame.loc[rows, "admin1_code"] = first.code or None
        frame.loc[rows, "admin1_name"] = first.name


def _unknown(
    reading: TableReading,
    frame: pd.DataFrame,
    at: int,
    name: str,
    inside: str,
    candidates: list[str],
    rows: int,
) -> Finding:
    near = f"; did you mean {' or '.join(candidates)}?" if candidates else ""
    again = f" ({rows} rows)" if rows > 1 else ""
    return Finding(
        "unknown_area",
        "structure",
        "error",
        f"{name!r} is no known area of {inside}{near}{again}",
        reading.place_of(int(frame["_row"][at]), _column_of(reading, name, frame, at)),
        value=name,
        suggestion="correct the name, or declare it as an alias in schemas/areas of the workspace",
    )


def _column_of(reading: TableReading, name: str, frame: pd.DataFrame, at: int) -> int | None:
    keys = column_keys(reading.table.header)
    cells = reading.body[int(frame["_row"][at])].cells
    for key, rule in expand_columns(reading.recipe.columns).items():
        if "column" in rule and cells[keys.index(key)].strip() == name:
            return keys.index(key)
    return None
