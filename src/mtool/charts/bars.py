"""Bars: upright over periods, side by side for several series, lying for one series of names."""

from __future__ import annotations

from mtool.charts import Chart, Point, written
from mtool.charts.axes import HEIGHT, PALETTE, WIDTH, Layer, across, breaks, haloed, upward
from mtool.charts.hatches import fill
from mtool.charts.scale import most
from mtool.errors import UsageError

MOST_SERIES = 4
#: Part of a label's room that stays free between its bars and those of the next.
GAP = 0.25
#: Labels longer than this are better read beside lying bars.
LONG = 8
#: Pixels that a letter of a figure needs.
LETTER = 6.6


def bars(chart: Chart) -> Layer:
    """The body of a bar chart. Raises `UsageError` for more series than fit side by side."""
    if len(chart.series) > MOST_SERIES:
        raise UsageError(
            f"bars of {len(chart.series)} regions are too many for each period ({MOST_SERIES} fit); "
            "choose regions with --region, or use --kind multiples"
        )
    if len(chart.series) == 1 and max(map(len, chart.labels), default=0) > LONG:
        return _lying(chart)
    return _upright(chart)


def _upright(chart: Chart) -> Layer:
    room = WIDTH * (1 - GAP) / max(len(chart.labels) * len(chart.series), 1)
    longest = max((len(written(p, chart.kind)) for p in chart.points), default=0)
    crowded = longest * LETTER > room
    above = 1.06 + 0.03 * longest * crowded
    x = across(chart.labels)
    x["scale"] |= {"paddingInner": GAP, "paddingOuter": GAP / 2}
    where: Layer = {"x": x, "y": upward(most(chart.series, above))}
    if len(chart.series) > 1:
        names = [one.name for one in chart.series]
        beside = {"domain": names, "paddingInner": 0.12}
        where["xOffset"] = {"field": "name", "sort": None, "scale": beside}
    text = {"angle": 270, "align": "left", "dx": 6, "baseline": "middle"} if crowded else {"dy": -9}
    body = _layers(chart, where, text)
    return {"layer": [*body, *breaks(chart, GAP / 2)], "width": WIDTH, "height": HEIGHT}


def _lying(chart: Chart) -> Layer:
    y = across(chart.labels, angle=0)
    y["scale"] |= {"paddingInner": GAP}
    where = {"y": y, "x": upward(most(chart.series), labelFlush=False)}
    text = {"align": "left", "dx": 5, "baseline": "middle"}
    height = max(26 * len(chart.labels), 60)
    return {"layer": _layers(chart, where, text), "width": WIDTH, "height": height}


def _layers(chart: Chart, where: Layer, text: Layer) -> list[Layer]:
    """Bars with the hatch of their series, pale ones of periods not counted to their end, figures."""
    whole: list[Layer] = []
    partial: list[Layer] = []
    every: list[Layer] = []
    for at, one in enumerate(chart.series):
        for p in one.points:
            row = _row(chart, at, p)
            every.append(row)
            if p.value is not None:
                (partial if p.partial else whole).append(row)
    scale = {"domain": [s.name for s in chart.series]}
    scale |= {"range": [fill(at) for at, _ in enumerate(chart.series)]}
    legend = {"title": None, "orient": "top", "labelFontSize": 13, "symbolType": "square"}
    legend |= {"symbolSize": 190, "symbolStrokeColor": "#555555"}
    named: Layer = {"field": "name", "type": "nominal", "scale": scale}
    named["legend"] = legend if len(chart.series) > 1 else None
    edge = {"field": "edge", "type": "nominal", "scale": None}
    pale = {"field": "pale", "type": "nominal", "scale": None}
    bar = {"type": "bar", "strokeWidth": 1.5}
    layers: list[Layer] = [
        {
            "data": {"values": whole},
            "mark": bar,
            "encoding": where | {"fill": named, "stroke": edge},
        },
        {
            "data": {"values": partial},
            "mark": bar | {"strokeDash": [4, 3]},
            "encoding": where | {"fill": pale, "stroke": edge},
        },
        *haloed({"values": every}, text, where | {"text": {"field": "text"}}),
    ]
    return [layer for layer in layers if layer["data"]["values"] or layer is layers[0]]


def _row(chart: Chart, at: int, point: Point) -> Layer:
    row = {"label": point.label, "value": point.value or 0, "name": chart.series[at].name}
    row |= {"text": written(point, chart.kind), "edge": PALETTE[at]}
    return row | {"pale": fill(at, partial=True)}
