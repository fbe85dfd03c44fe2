"""A choropleth map: each area filled by class, and named with its figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mtool.charts import Chart, Shape, extent, written
from mtool.charts.axes import INK, WIDTH, Layer, framed, haloed
from mtool.charts.hatches import NO_FIGURE
from mtool.charts.scale import spread

#: From light to dark, told apart in grey too.
CLASSES = ("#EAF1F8", "#C3D9EC", "#8FBBDC", "#4D93C3", "#1F5F99")
DARK = 3
#: Square pixels below which an area cannot hold its name.
SMALL = 900
#: Heights within an area at which its name may stand, from the middle outwards.
PARTS = (0.5, *(0.5 + sign * step / 20 for step in range(1, 9) for sign in (-1, 1)))
#: Pixels over and under the middle of a label that must be inside its area.
STEPS = (-14, -7, 7, 14)
#: Pixels that a bold letter needs, most of them being narrow.
LETTER = 6.3
#: Times its width beyond which a label is better nearer to the middle than with more room.
ENOUGH = 1.5
#: Pixels under the map for names that stand there, and across for each of them.
BELOW, FOOT = 34, 84


def area_map(chart: Chart) -> Layer:
    """The body of a map. Areas without a figure are hatched, those without a row are white."""
    points = {p.label: p for p in chart.points}
    place = _projected(chart.shapes, WIDTH)
    top = max((p.value for p in points.values() if p.value is not None), default=0) or 1
    outer = {s.label: [place(*spot) for spot in s.largest] for s in chart.shapes}
    names = {label: [label, written(points[label], chart.kind)] for label in outer}
    widths = {label: LETTER * max(map(len, lines)) for label, lines in names.items()}
    small = {label for label, ring in outer.items() if extent(ring) < SMALL}
    avoided = [_middle(outer[label], widths[label]).spot for label in sorted(small)]
    middles = {
        label: _middle(ring, widths[label], [] if label in small else avoided)
        for label, ring in outer.items()
    }
    outside = small | {label for label, middle in middles.items() if middle.room < widths[label]}
    features, labels = [], []
    for shape in sorted(chart.shapes, key=lambda s: -extent(s.largest)):
        point = points[shape.label]
        rank = -1 if point.value is None else min(int(5 * point.value / top), 4)
        polygons = [[[place(*spot) for spot in ring] for ring in p] for p in shape.polygons]
        features.append(
            {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": polygons}}
            | {"fill": CLASSES[rank] if rank >= 0 else "#FFFFFF" if point.absent else NO_FIGURE}
        )
        x, y = middles[shape.label].spot
        ink = "#FFFFFF" if rank >= DARK else INK
        label = {"x": x, "y": y, "name": names[shape.label], "ink": ink}
        labels.append(label | {"outside": shape.label in outside})
    height = max(y for ring in outer.values() for _, y in ring)
    layers = [_filled(features), *_labelled(labels, height)]
    return framed(layers) | {"height": height + BELOW * bool(outside)}


def _filled(features: list[Layer]) -> Layer:
    return {
        "data": {"values": features},
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "mark": {"type": "geoshape", "stroke": "#333333", "strokeWidth": 1},
        "encoding": {"fill": {"field": "fill", "type": "nominal", "scale": None}},
    }


def _labelled(labels: list[Layer], height: float) -> list[Layer]:
    """Names inside areas; of one that cannot hold its name, under the map at the end of a line."""
    where = {"x": _pixels("x"), "y": _pixels("y")}
    text = {"text": {"field": "name"}}
    mark = {"type": "text", "fontSize": 12, "fontWeight": "bold", "lineHeight": 14, "color": INK}
    inside = [label for label in labels if not label["outside"]]
    dark = {"values": [label for label in inside if label["ink"] == INK]}
    pale = {"values": [label for label in inside if label["ink"] != INK]}
    amid = mark | {"baseline": "middle"}
    layers = [
        *haloed(dark, amid, where | text),
        {"data": pale, "mark": amid | {"color": "#FFFFFF"}, "encoding": where | text},
    ]
    outside = [label for label in labels if label["outside"]]
    if not outside:
        return layers
    feet = spread([label["x"] for label in outside], FOOT, WIDTH - FOOT / 2)
    ends = {
        "values": [
            label | {"foot": foot, "to": height + 4}
            for label, foot in zip(outside, feet, strict=True)
        ]
    }
    line = {"type": "rule", "color": INK, "strokeWidth": 1.2}
    to = {"x2": {"field": "foot"}, "y2": {"field": "to"}}
    below = {"x": _pixels("foot"), "y": _pixels("to")} | text
    return [
        *layers,
        {"data": ends, "mark": line, "encoding": where | to},
        {"data": ends, "mark": mark | {"dy": 3, "baseline": "top"}, "encoding": below},
    ]


def _pixels(field: str) -> Layer:
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


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


@dataclass(frozen=True, slots=True)
class _Middle:
    """A spot inside an area, and how many pixels wide a label of two lines may be there."""

    room: float
    spot: tuple[float, float]


def _middle(ring: Any, width: float, avoided: Sequence[tuple[float, float]] = ()) -> _Middle:
    """The middle of a stretch wide enough for a label and not near a spot to avoid.

    Of several, that nearest to mid-height; of none wide enough, the widest.
    """
    heights = [spot[1] for spot in ring]
    low, high = min(heights), max(heights)
    best = _Middle(-1.0, (ring[0][0], ring[0][1]))
    for part in PARTS:
        y = low + (high - low) * part
        for left, right in _rooms(ring, y):
            x = (left + right) / 2
            near = any(abs(x - a) < 38 and y > b - 30 for a, b in avoided)
            room = 0.0 if near else min(right - left, ENOUGH * width)
            found = _Middle(room, (round(x, 1), round(y, 1)))
            best = max(best, found, key=lambda middle: middle.room)
    return best


def _stretches(ring: Any, y: float) -> list[tuple[float, float]]:
    crossings = sorted(
        a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)
        if (a[1] > y) != (b[1] > y)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def _rooms(ring: Any, y: float) -> list[tuple[float, float]]:
    """Stretches at a height that are inside along the whole height of a label of two lines, too."""
    rooms = _stretches(ring, y)
    for step in STEPS:
        rooms = [
            (max(left, a), min(right, b))
            for left, right in rooms
            for a, b in _stretches(ring, y + step)
            if max(left, a) < min(right, b)
        ]
    return rooms
