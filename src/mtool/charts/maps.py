"""A choropleth map: each area filled by class, and named with its figure."""

from __future__ import annotations

import math
from typing import Any

from mtool.charts import Chart, Shape, extent, written

#: From light to dark, told apart in grey too.
CLASSES = ("#EAF1F8", "#C3D9EC", "#8FBBDC", "#4D93C3", "#1F5F99")
DARK = 3
#: Square pixels below which an area cannot hold its name.
SMALL = 900


def map_layers(chart: Chart) -> tuple[list[dict[str, Any]], float]:
    """The layers of a map and its height; areas without a figure are white, with a dashed edge and a cross."""
    from mtool.charts.vega import WIDTH

    points = {p.label: p for p in chart.points}
    place = _projected(chart.shapes, WIDTH)
    top = max((p.value for p in points.values() if p.value is not None), default=0) or 1
    outer = {s.label: [place(*spot) for spot in s.largest] for s in chart.shapes}
    small = {label for label, ring in outer.items() if extent(ring) < SMALL}
    height = max(y for ring in outer.values() for _, y in ring)
    avoided = [_middle(outer[label], []) for label in sorted(small)]
    features, labels = [], []
    for shape in sorted(chart.shapes, key=lambda s: -extent(s.largest)):
        point = points[shape.label]
        rank = -1 if point.value is None else min(int(5 * point.value / top), 4)
        polygons = [[[place(*spot) for spot in ring] for ring in p] for p in shape.polygons]
        features.append(
            {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": polygons}}
            | {"fill": CLASSES[rank] if rank >= 0 else "#FFFFFF", "gap": rank < 0}
        )
        is_small = shape.label in small
        x, y = _middle(outer[shape.label], [] if is_small else avoided)
        dark = rank >= DARK
        labels.append(
            {
                "x": x,
                "y": y,
                "name": [shape.label, written(point, chart.kind)],
                "ink": "#FFFFFF" if dark else "#111111",
            }
            | {"small": is_small}
        )
    return [_filled(features), *_labelled(labels, height)], height + 34 * bool(small)


def _filled(features: list[dict[str, Any]]) -> dict[str, Any]:
    dash = {"condition": {"test": "datum.gap", "value": [4, 3]}, "value": [1, 0]}
    return {
        "data": {"values": features},
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "mark": {"type": "geoshape", "stroke": "#333333", "strokeWidth": 1},
        "encoding": {
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "strokeDash": dash,
        },
    }


def _labelled(labels: list[dict[str, Any]], height: float) -> list[dict[str, Any]]:
    """Names inside areas; of one too small to hold its name, under the map at the end of a line."""
    where = {"x": {"field": "x", "type": "quantitative", "scale": None, "axis": None}}
    where |= {"y": {"field": "y", "type": "quantitative", "scale": None, "axis": None}}
    ink = {"color": {"field": "ink", "type": "nominal", "scale": None}}
    mark = {
        "type": "text",
        "fontSize": 12,
        "fontWeight": "bold",
        "lineHeight": 14,
        "baseline": "middle",
    }
    inside = [label for label in labels if not label["small"]]
    outside = [label | {"ink": "#111111", "to": height + 4} for label in labels if label["small"]]
    text = {"text": {"field": "name"}}
    layers: list[dict[str, Any]] = [
        {"data": {"values": inside}, "mark": mark, "encoding": where | ink | text},
    ]
    if outside:
        line = {"type": "rule", "color": "#111111", "strokeWidth": 1.2}
        end = {"y2": {"field": "to"}}
        layers.append({"data": {"values": outside}, "mark": line, "encoding": where | end})
        below = where | {"y": {**where["y"], "field": "to"}} | ink | text
        layers.append(
            {
                "data": {"values": outside},
                "mark": mark | {"dy": 3, "baseline": "top"},
                "encoding": below,
            }
        )
    return layers


def _projected(shapes: tuple[Shape, ...], width: float) -> Any:
    """Degrees → pixels of a square: equirectangular, true at the middle latitude."""
    spots = [
        spot for shape in shapes for polygon in shape.polygons for ring in polygon for spot in ring
    ]
    west, east = min(x for x, _ in spots), max(x for x, _ in spots)
    south, north = min(y for _, y in spots), max(y for _, y in spots)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = width / max((east - west) * narrow, north - south)

    def place(x: float, y: float) -> list[float]:
        return [round((x - west) * narrow * scale, 1), round((north - y) * scale, 1)]

    return place


def _middle(ring: Any, avoided: list[tuple[float, float]]) -> tuple[float, float]:
    """A spot well inside: the middle of the widest stretch that is not near a spot to avoid."""
    heights = [spot[1] for spot in ring]
    low, high = min(heights), max(heights)
    best = (-1.0, ring[0][0], ring[0][1])
    for part in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
        y = low + (high - low) * part
        for left, right in _rooms(ring, y):
            x = (left + right) / 2
            near = any(abs(x - a) < 38 and y > b - 30 for a, b in avoided)
            best = max(best, (0.0 if near else right - left, x, y), key=lambda spot: spot[0])
    return round(best[1], 1), round(best[2], 1)


def _stretches(ring: Any, y: float) -> list[tuple[float, float]]:
    crossings = sorted(
        a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)
        if (a[1] > y) != (b[1] > y)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def _rooms(ring: Any, y: float) -> list[tuple[float, float]]:
    """Stretches at a height that are inside at the top and the foot of a label of two lines, too."""
    rows = [_stretches(ring, y + step) for step in (-12, 0, 12)]
    rooms = [
        (max(a[0], b[0], c[0]), min(a[1], b[1], c[1]))
        for a in rows[0]
        for b in rows[1]
        for c in rows[2]
    ]
    return [(left, right) for left, right in rooms if left < right]
