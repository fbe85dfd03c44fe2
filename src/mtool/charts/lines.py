"""Lines over periods: one chart for a few series, or a small one for each."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.charts import Chart, Point, Series, written
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
    upward,
    values_of,
)
from mtool.charts.scale import most, spread

DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [12, 4], [4, 4], [1, 3], [6, 2, 2, 2])
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "stroke", "wedge")
SMALL_WIDTH, SMALL_HEIGHT = 190, 110
#: Points up to which every figure of a single series is written.
MOST_WRITTEN = 15
#: Height of a row of the strip of missing figures.
ROW = 17


def lines(chart: Chart) -> list[Layer]:
    """The body of a line chart, and under it what is missing, where there are several series."""
    top = most(chart.series)
    alone = len(chart.series) == 1
    every = alone and len(chart.labels) <= MOST_WRITTEN
    layers = [layer for at, _ in enumerate(chart.series) for layer in _line(chart, at, top)]
    for one in chart.series:
        named = {p.label for p in one.points if every or p.missing or p.qualified}
        layers += _figures(chart, one, named, top)
    layers += [*_end_labels(chart, top), *breaks(chart)]
    if alone:
        return [framed([*layers, *_gaps(chart, chart.series[0], top)])]
    return [framed(layers), *_missing_strip(chart)]


def _line(chart: Chart, at: int, top: float, width: int = WIDTH) -> list[Layer]:
    """One series: a line that breaks at gaps and definitions, and its points."""
    one = chart.series[at]
    colour, dash = PALETTE[at % len(PALETTE)], DASHES[at % len(DASHES)]
    where = _axes(chart, top, width)
    stroke = {"type": "line", "color": colour, "strokeWidth": 2.2, "strokeDash": dash}
    layers: list[Layer] = [
        {"data": values_of(chart, run), "mark": stroke, "encoding": where}
        for run in unbroken(one.points)
    ]
    for partial in (False, True):
        seen = [p for p in one.points if p.value is not None and p.partial is partial]
        mark = point_mark(at, hollow=partial)
        layers.append({"data": values_of(chart, seen), "mark": mark, "encoding": where})
    return [layer for layer in layers if layer["data"]["values"]]


def _axes(chart: Chart, top: float, width: int) -> Layer:
    """Both axes; a small chart has few marks beside it."""
    ticks = 5 if width == WIDTH else 3
    return {"x": across(chart.labels, width), "y": upward(top, tickCount=ticks)}


def _figures(
    chart: Chart, one: Series, named: set[str], top: float, width: int = WIDTH
) -> list[Layer]:
    """The figures of some periods over their points."""
    shown = [p for p in one.points if p.value is not None and p.label in named]
    text = _axes(chart, top, width) | {"text": {"field": "text"}}
    return haloed(values_of(chart, shown), {"dy": -13}, text) if shown else []


def point_mark(at: int, *, hollow: bool) -> Layer:
    """The mark of a series, told apart by its shape as well."""
    colour = PALETTE[at % len(PALETTE)]
    mark = {"type": "point", "shape": SHAPES[at % len(SHAPES)], "size": 55, "opacity": 1}
    fill = "#FFFFFF" if hollow else colour
    return mark | {"stroke": colour, "fill": fill, "filled": True, "strokeWidth": 1.8}


def unbroken(points: Sequence[Point]) -> list[list[Point]]:
    """Stretches of a line: none runs over a missing figure or a change of definition."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point.breaks or point.value is None:
            runs.append([])
        if point.value is not None:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]


def _gaps(chart: Chart, one: Series, top: float, width: int = WIDTH) -> list[Layer]:
    """A mark on the axis of a single series for each period without a figure."""
    gaps = values_of(chart, [p for p in one.points if p.value is None])
    if not gaps["values"]:
        return []
    mark = {"type": "text", "fontSize": 17, "color": INK, "dy": -7}
    where = _axes(chart, top, width) | {"text": {"field": "text"}}
    del where["y"]["field"]
    where["y"]["datum"] = 0
    return [{"data": gaps, "mark": mark, "encoding": where}]


def _missing_strip(chart: Chart) -> list[Layer]:
    """A row for each series with missing figures, marked at the periods that have none."""
    gappy = [one for one in chart.series if any(p.value is None for p in one.points)]
    rows = [
        {"label": p.label, "name": one.name, "text": written(p, chart.kind)}
        for one in gappy
        for p in one.points
        if p.value is None
    ]
    if not rows:
        return []
    x = across(chart.labels) | {"axis": None}
    names = [one.name for one in gappy]
    axis: Layer = {"title": None, "orient": "right", "ticks": False, "domain": False, "grid": True}
    axis |= {"labelFontSize": 12, "labelColor": INK, "offset": 2}
    y: Layer = {
        "field": "name",
        "type": "ordinal",
        "sort": None,
        "axis": axis,
        "scale": {"domain": names},
    }
    mark = {"type": "text", "fontSize": 16, "color": INK, "baseline": "middle"}
    encoding = {"x": x, "y": y, "text": {"field": "text"}}
    strip = {"data": {"values": rows}, "mark": mark, "encoding": encoding}
    return [strip | {"width": WIDTH, "height": ROW * len(names)}]


def _end_labels(chart: Chart, top: float) -> list[Layer]:
    """The mark and name of each series beside its last figure, moved apart where they would overlap."""
    if len(chart.series) < 2:
        return []
    last = [
        next((p.value for p in reversed(s.points) if p.value is not None), 0) for s in chart.series
    ]
    places = spread([HEIGHT * (1 - value / top) for value in last], 16, HEIGHT)
    layers: list[Layer] = []
    for at, (one, place) in enumerate(zip(chart.series, places, strict=True)):
        text: Layer = {
            "type": "text",
            "text": one.name,
            "x": WIDTH + 20,
            "y": place,
            "align": "left",
        }
        text |= {"color": INK, "fontSize": 13, "fontWeight": "bold", "baseline": "middle"}
        mark = point_mark(at, hollow=False) | {"x": WIDTH + 10, "y": place}
        layers += [{"data": {"values": [{}]}, "mark": each} for each in (mark, text)]
    return layers


def multiples(chart: Chart) -> Layer:
    """One small chart a series, all on the same axes, with their highest figures."""
    top = most(chart.series)
    small = []
    for one in chart.series:
        alone = Chart("lines", "", "", (one,), "")
        known = [p for p in one.points if p.value is not None]
        named = {p.label for p in known if p.missing or p.qualified}
        if known:
            named.add(max(known, key=lambda p: p.value or 0).label)
        layers = [
            *_line(alone, 0, top, SMALL_WIDTH),
            *_figures(alone, one, named, top, SMALL_WIDTH),
            *_gaps(alone, one, top, SMALL_WIDTH),
            *breaks(alone, width=SMALL_WIDTH),
        ]
        title = {"text": one.name, "anchor": "start", "fontSize": 13, "offset": 8, "color": INK}
        small.append(
            {"title": title, "width": SMALL_WIDTH, "height": SMALL_HEIGHT, "layer": layers}
        )
    return {"concat": small, "columns": 3, "spacing": 22}
