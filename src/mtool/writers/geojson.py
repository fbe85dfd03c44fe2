"""GeoJSON (RFC 7946): one feature per area, its figures as properties `measure_period`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtool.outlines import Outlines, Point, Polygon
from mtool.whole_files import staged
from mtool.writers import Export
from mtool.writers.mapped_areas import AreaMap, Feature, area_maps
from mtool.writers.staging import targets

#: Decimals of a degree: a tenth of a metre.
DECIMALS = 6


def write(export: Export, out: Path) -> list[Path]:
    """Write the map of one dataset to the file `out`, or each of several into the folder `out`."""
    maps = area_maps(export)
    written = targets(maps, out, ".geojson")
    for name, path in written.items():
        with staged(path) as new:
            text = json.dumps(_collection(maps[name]), ensure_ascii=False, separators=(",", ":"))
            new.write_text(text + "\n", encoding="utf-8", newline="\n")
    return list(written.values())


def _collection(area_map: AreaMap) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "mtool": dict(area_map.about),
        "features": [
            {
                "type": "Feature",
                "properties": dict(feature.properties),
                "geometry": _geometry(feature),
            }
            for feature in area_map.features
        ],
    }


def _geometry(feature: Feature) -> dict[str, Any] | None:
    """A multi-polygon of all the outlines of the area; null where there is none."""
    if feature.country is None or not feature.outlines:
        return None
    polygons = [
        _rings(polygon, feature.country)
        for outline in feature.outlines
        for polygon in outline.polygons
    ]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _rings(polygon: Polygon, country: Outlines) -> list[list[list[float]]]:
    """Rings in degrees: the outer one counterclockwise, holes clockwise (RFC 7946, 3.1.6)."""
    rings = []
    for number, ring in enumerate(polygon):
        points = country.ring(ring)
        if (_area_of(points) > 0) != (number == 0):
            points.reverse()
        rings.append([[round(x, DECIMALS), round(y, DECIMALS)] for x, y in points])
    return rings


def _area_of(points: Sequence[Point]) -> float:
    """Twice the area on the plane; above zero for a ring that runs counterclockwise."""
    following = [*points[1:], points[0]]
    return sum(x * v - u * y for (x, y), (u, v) in zip(points, following, strict=True))
