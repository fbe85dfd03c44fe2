"""Shares of a whole, one upon the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mtool.charts import Chart, written
from mtool.charts.axes import (
    HEIGHT,
    INK,
    PALETTE,
    WIDTH,
    Layer,
    across,
    breaks,
    framed,
    haloed,
)
from mtool.charts.hatches import fill
from mtool.charts.scale import spread

#: The least share that has room for its figure.
WRITTEN_FROM = 0.045
#: Half of the gap between two bands of Vega-Lite's bars.
GAP = 0.05
Row = Mapping[str, Any]


def stacks(chart: Chart) -> Layer:
    """Shares of the whole, each with its figure; a period without shares has a mark of that."""
    rows = _rows(chart)
    x = across(chart.labels)
    y: Layer = {"field": "low", "type": "quantitative", "scale": {"domain": [0, 1]}}
    y["axis"] = {"title": None, "format": ".0%", "tickCount": 5, "domain": False}
    span = {"x": x, "y": y, "y2": {"field": "high"}}
    for name in ("fill", "stroke"):
        span[name] = {"field": name, "type": "nominal", "scale": None}
    dash = {"condition": {"test": "datum.partial", "value": [4, 3]}, "value": [1, 0]}
    figures = {"x": x, "y": {**y, "field": "middle"}, "text": {"field": "text"}}
    layers: list[Layer] = [
        {
            "data": {"values": rows},
            "mark": {"type": "bar", "strokeWidth": 1.5},
            "encoding": span | {"strokeDash": dash},
        },
        *haloed({"values": rows}, {"fontSize": 11.5, "fontWeight": "bold"}, figures),
        *_gaps(chart, {row["label"] for row in rows}),
        *_names(chart, rows),
        *breaks(chart, GAP),
    ]
    return framed(layers)


def _rows(chart: Chart) -> list[Row]:
    """What is drawn: shares over zero, each on top of those before it."""
    base: dict[str, float] = {}
    rows: list[Row] = []
    for at, one in enumerate(chart.series):
        for p in one.points:
            if p.value is None or p.value <= 0:
                continue
            low = base.get(p.label, 0.0)
            base[p.label] = low + p.value
            rows.append(
                {"label": p.label, "low": low, "high": low + p.value, "middle": low + p.value / 2}
                | {"text": written(p, chart.kind) if p.value >= WRITTEN_FROM else ""}
                | {"name": one.name, "partial": p.partial}
                | {"fill": fill(at, partial=p.partial), "stroke": PALETTE[at % len(PALETTE)]}
            )
    return rows


def _gaps(chart: Chart, standing: set[str]) -> list[Layer]:
    marks = {p.label: written(p, chart.kind) for p in chart.points if p.label not in standing}
    if not marks:
        return []
    mark = {"type": "text", "fontSize": 20, "color": INK, "dy": -12}
    where = {"x": across(chart.labels), "y": {"datum": 0}, "text": {"field": "text"}}
    data = {"values": [{"label": label, "text": text} for label, text in marks.items()]}
    return [{"data": data, "mark": mark, "encoding": where}]


def _names(chart: Chart, rows: Sequence[Row]) -> list[Layer]:
    """The fill and the name of each share beside the last stack that stands."""
    if not rows:
        return []
    standing = {row["label"] for row in rows}
    final = next(label for label in reversed(chart.labels) if label in standing)
    last = {row["name"]: row["middle"] for row in rows if row["label"] == final}
    names = [one.name for one in chart.series]
    places = spread(_heights(names, last), 17, HEIGHT)
    layers: list[Layer] = []
    for at, (name, place) in enumerate(zip(names, places, strict=True)):
        text = {"type": "text", "text": name, "x": WIDTH + 26, "y": place, "align": "left"}
        text |= {"color": INK, "fontSize": 13, "baseline": "middle"}
        mark = {"type": "point", "shape": "square", "size": 190, "opacity": 1, "strokeWidth": 1.5}
        mark |= {"x": WIDTH + 14, "y": place, "fill": fill(at), "stroke": PALETTE[at]}
        layers += [{"data": {"values": [{}]}, "mark": each} for each in (mark, text)]
    return layers


def _heights(names: Sequence[str], last: Mapping[str, float]) -> list[float]:
    """Where names would stand; one without a share there stands at the one below it."""
    heights: list[float] = []
    for name in names:
        below = heights[-1] - 1 if heights else float(HEIGHT)
        heights.append(HEIGHT * (1 - last[name]) if name in last else below)
    return heights
