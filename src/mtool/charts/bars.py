"""Bars: upright over periods, side by side for several series, lying for one series of names."""

from __future__ import annotations

from typing import Any

from mtool.charts import Chart, written
from mtool.charts.scale import most
from mtool.errors import UsageError

MOST_SERIES = 4


def bars(chart: Chart) -> dict[str, Any]:
    """The body of a bar chart. Raises `UsageError` for more series than fit side by side."""
    from mtool.charts.vega import breaks

    if len(chart.series) > MOST_SERIES:
        raise UsageError(
            f"bars of {len(chart.series)} regions are too many for each period ({MOST_SERIES} fit); "
            "choose regions with --region, or use --kind multiples"
        )
    long = max((len(label) for label in chart.labels), default=0) > 8
    if len(chart.series) == 1 and long:
        return _body(chart, lying=True)
    upright = _body(chart, lying=False)
    return upright | {"layer": [*upright["layer"], *breaks(chart)]}


def _body(chart: Chart, *, lying: bool) -> dict[str, Any]:
    from mtool.charts.vega import HEIGHT, PALETTE, WIDTH, across, upward

    names = [one.name for one in chart.series]
    rows = [
        {"label": p.label, "value": p.value or 0, "name": one.name, "text": written(p, chart.kind)}
        | {"partial": p.partial, "gap": p.value is None}
        for one in chart.series
        for p in one.points
    ]
    where, along = ("y", "x") if lying else ("x", "y")
    colour: dict[str, Any] = {"field": "name", "type": "nominal", "legend": None}
    colour["scale"] = {"domain": names, "range": list(PALETTE[: len(names)])}
    if len(names) > 1:
        colour["legend"] = {
            "title": None,
            "orient": "top",
            "labelFontSize": 13,
            "symbolType": "square",
        }
    axis = across(chart.labels, 0 if lying else None)
    axis["scale"] = axis["scale"] | {"paddingInner": 0.25}
    encoding: dict[str, Any] = {where: axis, along: upward(most(chart.series))}
    if len(names) > 1:
        encoding[f"{where}Offset"] = {"field": "name", "sort": None, "scale": {"domain": names}}
    filled = {"condition": {"test": "datum.partial", "value": "#FFFFFF"}, **colour}
    dash = {"condition": {"test": "datum.partial", "value": [4, 3]}, "value": [1, 0]}
    beside = {"align": "left", "dx": 5, "baseline": "middle"} if lying else {"dy": -8}
    text = {"text": {"field": "text"}}
    body: dict[str, Any] = {
        "data": {"values": rows},
        "layer": [
            {
                "transform": [{"filter": "!datum.gap"}],
                "mark": {"type": "bar", "strokeWidth": 1.8},
                "encoding": {**encoding, "fill": filled, "stroke": colour, "strokeDash": dash},
            },
            {
                "mark": {"type": "text", "fontSize": 12, "color": "#222222", **beside},
                "encoding": encoding | text,
            },
        ],
        "width": WIDTH,
        "height": max(26 * len(chart.labels), 60) if lying else HEIGHT,
    }
    return body
