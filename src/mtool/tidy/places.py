"""Printed place names → P-codes and names, by exact match or declared alias; else a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mtool.areas import Area, Areas, find_country, load_areas
from mtool.model import Finding
from mtool.recipes import column_keys, expand_columns
from mtool.tidy.columns import Columns
from mtool.tidy.reading import TableReading

#: What is no known area: the name, where it was looked for, what it may mean → its rows.
Unknown = dict[tuple[str, str, tuple[str, ...]], list[int]]

AREA_COLUMNS = ("admin1_code", "admin1_name", "admin2_code", "admin2_name")


def add_places(reading: TableReading, columns: Columns) -> None:
    """Add `location_code`, the admin codes and names, and the names as printed.

    A row of the whole country has null admin columns. An unknown name keeps its row, with null
    codes and an `unknown_area` finding that names the candidates.
    """
    if "location_code" in reading.schema.columns:
        _add_country(reading, columns)
    if "admin1_code" not in reading.schema.columns:
        return
    columns["provider_admin1_name"] = _printed(
        columns, ("provider_admin1_name", "area", "admin1_name")
    )
    columns["provider_admin2_name"] = _printed(
        columns, ("provider_admin2_name", "admin2", "admin2_name")
    )
    if all(name in columns for name in AREA_COLUMNS):
        return
    given = {name: columns[name] for name in ("admin1_code", "admin2_code") if name in columns}
    for name in AREA_COLUMNS:
        columns.fill(name, None)
    unknown: Unknown = {}
    for (country, first, second), rows in _distinct_places(columns):
        areas = load_areas(country, reading.folders)
        coded = _by_given_code(areas, given.get("admin2_code" if second else "admin1_code"), rows)
        if coded and not areas.find(second or first):
            area: Area | None = coded
        else:
            area = _match(reading, rows, (areas, first, second), unknown)
            _compare_codes(reading, columns, rows, (area, coded))
        if area:
            _fill(columns, rows, areas, area)
    for looked_for, rows in unknown.items():
        for some in reading.told_together(sorted(rows)):
            reading.blame(_unknown(reading, columns, some, looked_for), some)
    for name, codes in given.items():
        found = zip(columns[name], codes, strict=True)
        columns[name] = [code or own or None for code, own in found]


def _add_country(reading: TableReading, columns: Columns) -> None:
    if "country" in columns and "location_code" not in columns:
        columns["location_code"] = columns.map("country", lambda n: find_country(n) if n else None)
        for name in columns.distinct_texts("country"):
            rows = columns.rows_where("country", name)
            if columns["location_code"][rows[0]] is None:
                reading.blame(_unknown(reading, columns, rows, (name, "country", ())), rows)
    if "location_code" in columns and any(code is not None for code in columns["location_code"]):
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
        range(columns.length),
    )
    columns.fill("location_code", None)


def _printed(columns: Columns, names: tuple[str, ...]) -> list[str | None]:
    for name in names:
        if name in columns:
            return [text or None for text in columns[name]]
    return [None] * columns.length


def _distinct_places(columns: Columns) -> Iterator[tuple[tuple[str, str, str], list[int]]]:
    keys = ("location_code", "provider_admin1_name", "provider_admin2_name")
    for (country, first, second), rows in columns.groups(keys).items():
        if country is not None and (first or second):
            yield (country, first or "", second or ""), rows


def _match(
    reading: TableReading, rows: list[int], name: tuple[Areas, str, str], unknown: Unknown
) -> Area | None:
    """The area that a printed name (and one within it) means; rows of `unknown` where none."""
    areas, first, second = name
    outer = areas.find_one(first) if first else None
    if first and outer is None:
        looked_for = (first, areas.location_code, tuple(areas.candidates(first)))
        unknown.setdefault(looked_for, []).extend(rows)
        return None
    if not second:
        return outer
    inner = areas.find(second, level=2)
    within = [
        a
        for a in inner
        if outer is None or not outer.code or a.parent in (outer.code, *outer.parts)
    ]
    if within:
        return within[0]
    if _stands_alone(reading) and not any(area.level == 2 for area in areas.areas):
        _say_unlisted(reading, areas.location_code)
        return outer
    looked_for = (second, first or areas.location_code, tuple(areas.candidates(second)))
    unknown.setdefault(looked_for, []).extend(rows)
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


def _by_given_code(areas: Areas, codes: list[str] | None, rows: list[int]) -> Area | None:
    """The area of the one P-code that the source gives for these rows; null without one."""
    given = {codes[at] for at in rows if codes[at]} if codes is not None else set()
    return areas.by_code(given.pop()) if len(given) == 1 else None


def _compare_codes(
    reading: TableReading,
    columns: Columns,
    rows: list[int],
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
            reading.place_of(columns["_row"][rows[0]]),
            value=coded.code,
            suggestion="ask the publisher; declare the name in schemas/areas if it means the other",
        )
    )


def _fill(columns: Columns, rows: list[int], areas: Areas, area: Area) -> None:
    """Codes and names of the area for `rows`; an area redivided since is the one of its time."""
    if area.level == 0:
        return
    first = areas.by_code(area.parent) if area.level == 2 else area
    filled: dict[str, str | None] = {}
    if area.level == 2:
        filled |= {"admin2_code": area.code or None, "admin2_name": area.name}
    if first and first.level == 1:
        filled |= {"admin1_code": first.code or None, "admin1_name": first.name}
    for name, value in filled.items():
        for at in rows:
            columns[name][at] = value


def _unknown(
    reading: TableReading,
    columns: Columns,
    rows: list[int],
    looked_for: tuple[str, str, tuple[str, ...]],
) -> Finding:
    name, inside, candidates = looked_for
    near = f"; did you mean {' or '.join(candidates)}?" if candidates else ""
    again = f" ({len(rows)} rows)" if len(rows) > 1 else ""
    row = columns["_row"][rows[0]]
    return Finding(
        "unknown_area",
        "structure",
        "error",
        f"{name!r} is no known area of {inside}{near}{again}",
        reading.place_of(row, _column_of(reading, name, row)),
        value=name,
        suggestion="correct the name, or declare it as an alias in schemas/areas of the workspace",
    )


def _column_of(reading: TableReading, name: str, row: int) -> int | None:
    keys = column_keys(reading.table.header)
    cells = reading.body[row].cells
    for key, rule in expand_columns(reading.recipe.columns).items():
        if "column" in rule and cells[keys.index(key)].strip() == name:
            return keys.index(key)
    return None
