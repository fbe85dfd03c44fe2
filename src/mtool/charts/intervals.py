"""Ratios with their intervals."""

from __future__ import annotations

from mtool.charts import Chart, written
from mtool.charts.axes import FAINT, HEIGHT, INK, PALETTE, Layer, across, framed, haloed

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def intervals(chart: Chart) -> Layer:
    """Ratios on a logarithmic axis; an infinite end runs to the edge as an arrow."""
    points = chart.points
    ends = [v for p in points for v in (p.low, p.value, p.high) if v]
    low, high = min([0.5, *ends]) / 1.15, max([2, *ends]) * 1.15
    scale = {"type": "log", "domain": [low, high]}
    axis = {"title": None, "values": [t for t in TICKS if low <= t <= high], "format": "~g"}
    y: Layer = {"type": "quantitative", "scale": scale, "axis": axis | {"domain": False}}
    x = across(chart.labels)
    rows = [
        {"label": p.label, "low": max(p.low or low, low), "high": p.high or high, "value": p.value}
        | {"text": written(p, chart.kind), "open": p.high is None, "partial": p.partial}
        for p in points
        if p.low is not None
    ]
    known = [row for row in rows if row["value"] is not None]
    figures = {"x": x, "y": y | {"field": "value"}}
    hollow = {"condition": {"test": "datum.partial", "value": "#FFFFFF"}, "value": PALETTE[0]}
    dot = {"type": "point", "size": 80, "stroke": PALETTE[0], "opacity": 1, "strokeWidth": 2}
    one = {"type": "rule", "color": FAINT, "strokeDash": [4, 3]}
    span = {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}}
    arrow = {"type": "text", "text": "▲", "color": PALETTE[0], "fontSize": 12}
    gaps = [{"label": p.label, "text": written(p, chart.kind)} for p in points if p.low is None]
    cross = {"type": "text", "fontSize": 17, "color": INK, "dy": -8}
    foot = {"x": x, "y": {"value": HEIGHT}, "text": {"field": "text"}}
    name = {"align": "left", "dx": 9}
    layers: list[Layer] = [
        {"data": {"values": [{}]}, "mark": one, "encoding": {"y": y | {"datum": 1}}},
        {
            "data": {"values": rows},
            "mark": {"type": "rule", "color": PALETTE[0], "strokeWidth": 2.5},
            "encoding": span,
        },
        {"data": {"values": known}, "mark": dot, "encoding": figures | {"fill": hollow}},
        *haloed({"values": known}, name, figures | {"text": {"field": "text"}}),
        {
            "data": {"values": [row for row in rows if row["open"]]},
            "mark": arrow,
            "encoding": {"x": x, "y": y | {"field": "high"}},
        },
        {"data": {"values": gaps}, "mark": cross, "encoding": foot},
    ]
    return framed([layer for layer in layers if layer["data"]["values"]])
