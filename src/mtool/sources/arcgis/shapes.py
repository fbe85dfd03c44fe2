"""Geometries of ArcGIS as WGS 84: a point for the columns, and WKT text for shapes.

A polygon's point is its centroid by area, holes taken out; a line's and a set of points' is the
mean of its vertices. Coordinates have seven decimals, about a centimetre.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from mtool.errors import MissingExtra, UnreadableInput

Position = tuple[float, float]
Transform = Callable[[float, float], Position]
WGS_84 = 4326
#: Coordinate systems from this number on are Esri's own, not EPSG's.
_FIRST_OF_ESRI = 32768


def transform_from(reference: Mapping[str, Any], where: str) -> Transform:
    """What takes coordinates of a spatial reference to longitude and latitude of WGS 84."""
    number = reference.get("latestWkid") or reference.get("wkid")
    if number == WGS_84:
        return lambda x, y: (x, y)
    written = reference.get("wkt") or reference.get("wkt2")
    if not number and not written:
        raise UnreadableInput(f"{where}: the service does not say in which coordinates it answers")
    authority = "ESRI" if number and number >= _FIRST_OF_ESRI else "EPSG"
    return _transformer(f"{authority}:{number}" if number else str(written), where)


@lru_cache(maxsize=8)
def _transformer(system: str, where: str) -> Transform:
    try:
        from pyproj import Transformer
        from pyproj.exceptions import CRSError
    except ImportError:
        raise MissingExtra(f"turning coordinates of {system} into WGS 84", "geo") from None
    try:
        engine = Transformer.from_crs(system, f"EPSG:{WGS_84}", always_xy=True)
    except CRSError:
        raise UnreadableInput(f"{where}: unknown coordinates {system!r}") from None
    return lambda x, y: engine.transform(x, y)


def point_and_text(geometry: Mapping[str, Any] | None, to_wgs84: Transform) -> tuple[str, str, str]:
    """Longitude, latitude and WKT of a geometry; empty texts where there is none."""
    if not geometry:
        return "", "", ""
    if "rings" in geometry:
        rings = [_moved(ring, to_wgs84) for ring in geometry["rings"] if len(ring) > 3]
        return (*_shown(_centroid(rings)), _polygon_text(rings)) if rings else ("", "", "")
    if "paths" in geometry:
        paths = [_moved(path, to_wgs84) for path in geometry["paths"] if path]
        text = "MULTILINESTRING(" + ", ".join(map(_positions, paths)) + ")"
        return (*_shown(_mean(paths)), text) if paths else ("", "", "")
    if "points" in geometry:
        points = _moved(geometry["points"], to_wgs84)
        text = f"MULTIPOINT{_positions(points)}"
        return (*_shown(_mean([points])), text) if points else ("", "", "")
    x, y = geometry.get("x"), geometry.get("y")
    if x is None or y is None or "NaN" in (x, y):
        return "", "", ""
    position = to_wgs84(x, y)
    return (*_shown(position), f"POINT{_positions([position])}")


def _moved(positions: Iterable[Sequence[float]], to_wgs84: Transform) -> list[Position]:
    return [to_wgs84(position[0], position[1]) for position in positions]


def _shown(position: Position) -> tuple[str, str]:
    """With all seven decimals: `-3.999` could be read as thousands."""
    return f"{position[0]:.7f}", f"{position[1]:.7f}"


def _number(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _positions(positions: Iterable[Position]) -> str:
    return "(" + ", ".join(f"{_number(x)} {_number(y)}" for x, y in positions) + ")"


def _signed_area(ring: Sequence[Position]) -> float:
    """Twice the area; negative for a ring that runs clockwise, as outer rings of ArcGIS do."""
    pairs = pairwise(ring)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)


def _centroid(rings: Sequence[Sequence[Position]]) -> Position:
    """The centroid by area, reckoned from a vertex: far from it, a small area drowns in rounding."""
    left, low = rings[0][0]
    area = x = y = 0.0
    for ring in rings:
        for (x0, y0), (x1, y1) in pairwise((px - left, py - low) for px, py in ring):
            weight = x0 * y1 - x1 * y0
            area += weight
            x += (x0 + x1) * weight
            y += (y0 + y1) * weight
    return (left + x / (3 * area), low + y / (3 * area)) if area else _mean(rings)


def _mean(parts: Sequence[Sequence[Position]]) -> Position:
    positions = [position for part in parts for position in part]
    count = len(positions)
    return sum(p[0] for p in positions) / count, sum(p[1] for p in positions) / count


def _polygon_text(rings: Sequence[Sequence[Position]]) -> str:
    """WKT of one polygon or several: each clockwise ring is one, each other a hole in its own."""
    outer = [ring for ring in rings if _signed_area(ring) <= 0] or list(rings)
    holes = [ring for ring in rings if ring not in outer]
    polygons = [[ring] for ring in outer]
    for hole in holes:
        around = (polygon for polygon in polygons if _is_inside(hole[0], polygon[0]))
        next(around, polygons[-1]).append(hole)
    texts = ["(" + ", ".join(map(_positions, polygon)) + ")" for polygon in polygons]
    return f"POLYGON{texts[0]}" if len(texts) == 1 else f"MULTIPOLYGON({', '.join(texts)})"


def _is_inside(position: Position, ring: Sequence[Position]) -> bool:
    """True when a ray to the right crosses the ring an odd number of times."""
    x, y = position
    inside = False
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside
