"""TopoJSON: the same features as GeoJSON, with borders that neighbours share kept once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mtool.outlines import Outlines
from mtool.whole_files import staged
from mtool.writers import Export
from mtool.writers.geojson import DECIMALS
from mtool.writers.mapped_areas import AreaMap, Feature, area_maps
from mtool.writers.staging import targets


def write(export: Export, out: Path) -> list[Path]:
    """Write the map of one dataset to the file `out`, or each of several into the folder `out`."""
    maps = area_maps(export)
    written = targets(maps, out, ".topojson")
    for name, path in written.items():
        with staged(path) as new:
            tree = _topology(name, maps[name])
            text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
            new.write_text(text + "\n", encoding="utf-8", newline="\n")
    return list(written.values())


def _topology(name: str, area_map: AreaMap) -> dict[str, Any]:
    """Arcs of every country one after the other; each feature's numbers moved accordingly."""
    arcs: list[list[list[float]]] = []
    starts: dict[str, int] = {}
    geometries = []
    for feature in area_map.features:
        country = feature.country
        if country and country.areas.location_code not in starts:
            starts[country.areas.location_code] = len(arcs)
            arcs += _rounded(country)
        start = starts[country.areas.location_code] if country else 0
        geometries.append(_geometry(feature, start))
    objects = {name: {"type": "GeometryCollection", "geometries": geometries}}
    return {"type": "Topology", "mtool": dict(area_map.about), "objects": objects, "arcs": arcs}


def _rounded(country: Outlines) -> list[list[list[float]]]:
    return [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in arc] for arc in country.arcs]


def _geometry(feature: Feature, start: int) -> dict[str, Any]:
    polygons = [
        [[number + start if number >= 0 else number - start for number in ring] for ring in polygon]
        for outline in feature.outlines
        for polygon in outline.polygons
    ]
    properties = dict(feature.properties)
    if not polygons:
        return {"type": None, "properties": properties}
    return {"type": "MultiPolygon", "arcs": polygons, "properties": properties}
