"""Charts as SVG and PNG, drawn by Vega-Lite. The same chart gives the same bytes."""

from __future__ import annotations

import hashlib
import re
import struct
import textwrap
import zlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from mtool.charts import Chart, Point, Series, written
from mtool.charts.scale import most, spread
from mtool.errors import MissingExtra, UsageError
from mtool.language import language_in_use

#: Okabe and Ito's colours without yellow, which is too pale on white; tell series apart with
#: dashes and shapes too.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9", "#666666")
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [12, 4], [4, 4], [1, 3], [6, 2, 2, 2])
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "stroke", "wedge")
INK, FAINT = "#222222", "#767676"
WIDTH, HEIGHT = 620, 300
Layer = dict[str, Any]
_ID = re.compile(r'id="(clip\d+)"')


def svg(chart: Chart) -> str:
    """The chart as SVG with its alt text as title and description.

    Raises `MissingExtra` without vl-convert, `UsageError` for more lines than can be told apart.
    """
    drawn = _own_ids(_converter().vegalite_to_svg(specification(chart), **_locale()), chart)
    start = drawn.index("<svg")
    end = drawn.index(">", start)
    told = f"<title>{escape(chart.title)}</title><desc>{escape(chart.alt_text)}</desc>"
    return f'{drawn[:end]} role="img"{drawn[end : end + 1]}{told}{drawn[end + 1 :]}\n'


def _own_ids(drawn: str, chart: Chart) -> str:
    """The picture with ids that are its own and the same on every run; Vega counts through a process."""
    mark = hashlib.sha256(f"{chart.title}\0{chart.alt_text}".encode()).hexdigest()[:8]
    ids = {name: f"{mark}-{at}" for at, name in enumerate(dict.fromkeys(_ID.findall(drawn)))}
    return re.sub(r"\bclip\d+\b", lambda found: ids.get(found[0], found[0]), drawn)


def png(chart: Chart, scale: float = 2) -> bytes:
    """The chart as PNG, its alt text in the metadata (iTXt Title and Description)."""
    drawn: bytes = _converter().vegalite_to_png(specification(chart), scale=scale, **_locale())
    after_header = 8 + 25
    told = _text_chunk("Title", chart.title) + _text_chunk("Description", chart.alt_text)
    return drawn[:after_header] + told + drawn[after_header:]


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise MissingExtra("a picture (SVG, PNG)", "charts") from None
    return vl_convert


def _locale() -> dict[str, str]:
    return {"format_locale": "fr-FR"} if language_in_use() == "fr" else {}


def _text_chunk(keyword: str, text: str) -> bytes:
    """An international text chunk (PNG specification, section 11.3.4.5)."""
    body = b"iTXt" + keyword.encode("latin-1") + b"\0" * 5 + text.encode("utf-8")
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def specification(chart: Chart) -> dict[str, Any]:
    """The chart in Vega-Lite, data and all; its words stand under it."""
    body = _body(chart)
    lines = [line for text in _words_below(chart) for line in textwrap.wrap(text, 100)]
    below = {
        "data": {"values": [{}]},
        "mark": {
            **{"type": "text", "align": "left", "baseline": "top", "x": 0, "y": 0},
            **{"text": lines, "fontSize": 11, "color": "#444444", "lineHeight": 15},
        },
        "width": WIDTH,
        "height": 15 * len(lines),
        "view": {"stroke": None},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {
            "text": textwrap.wrap(chart.title, 70),
            "subtitle": chart.unit,
            **{
                "anchor": "start",
                "fontSize": 16,
                "subtitleFontSize": 12,
                "color": INK,
                "offset": 14,
            },
            "subtitleColor": "#444444",
        },
        "background": "#FFFFFF",
        "padding": 16,
        "spacing": 14,
        "vconcat": [body, below],
        "config": {
            "font": "Liberation Sans, Arial, sans-serif",
            "view": {"stroke": None},
            "axis": {"labelFontSize": 12, "labelColor": INK, "gridColor": "#E4E4E4"},
        },
    }


def _words_below(chart: Chart) -> list[str]:
    legend = "; ".join(chart.legend)
    return [text for text in (legend, *chart.remarks, chart.source) if text]


def _body(chart: Chart) -> dict[str, Any]:
    if chart.kind == "map":
        from mtool.charts.maps import map_layers

        layers, height = map_layers(chart)
        return {"width": WIDTH, "height": height, "layer": layers}
    if chart.kind in ("lines", "rest", "shares") and len(chart.series) > len(PALETTE):
        raise UsageError(
            f"{len(chart.series)} regions cannot be told apart, {len(PALETTE)} can; choose some "
            "with --region, or use --kind multiples"
        )
    if chart.kind == "shares":
        return _framed(chart, _stacked(chart))
    if chart.kind == "change":
        return _framed(chart, _intervals(chart))
    if chart.kind == "multiples":
        return _multiples(chart)
    if chart.kind == "bars":
        from mtool.charts.bars import bars

        return bars(chart)
    top = most(chart.series)
    layers = [layer for at, one in enumerate(chart.series) for layer in line(chart, one, at, top)]
    return _framed(chart, [*layers, *_end_labels(chart, top), *breaks(chart)])


def _framed(chart: Chart, layers: list[Layer]) -> dict[str, Any]:
    return {"width": WIDTH, "height": HEIGHT, "layer": layers}


def across(labels: Sequence[str], angle: int | None = None) -> Layer:
    """The axis of the labels; slanted where they would overlap."""
    longest = max((len(label) for label in labels), default=0)
    slanted = longest * 7 * len(labels) > WIDTH
    axis = {"title": None, "labelAngle": angle if angle is not None else -40 * slanted}
    axis |= {"labelOverlap": False, "grid": False, "labelLimit": 220}
    return {
        "field": "label",
        "type": "ordinal",
        "sort": None,
        "axis": axis,
        "scale": {"domain": list(labels)},
    }


def upward(top: float, **axis: Any) -> Layer:
    """The axis of figures, from zero."""
    shown = {"title": None, "tickCount": 5, "domain": False, "ticks": False} | axis
    if top <= 5:
        shown["values"] = list(range(int(top) + 1))
    return {"field": "value", "type": "quantitative", "axis": shown, "scale": {"domain": [0, top]}}


def values_of(chart: Chart, points: Sequence[Point]) -> dict[str, Any]:
    """The data of a mark: only what is drawn."""
    rows = [
        {
            "label": p.label,
            "value": p.value,
            "text": written(p, chart.kind),
            "low": p.low,
            "high": p.high,
        }
        for p in points
    ]
    return {"values": rows}


def line(
    chart: Chart, one: Series, at: int, top: float, *, texts: bool | None = None
) -> list[Layer]:
    """One series: a line that breaks at gaps and definitions, its points, and marks of gaps."""
    colour, dash = PALETTE[at % len(PALETTE)], DASHES[at % len(DASHES)]
    x, y = across(chart.labels), upward(top)
    layers: list[Layer] = [
        {
            "data": values_of(chart, run),
            "mark": {"type": "line", "color": colour, "strokeWidth": 2.2, "strokeDash": dash},
            "encoding": {"x": x, "y": y},
        }
        for run in unbroken(one.points)
    ]
    for partial in (False, True):
        seen = [p for p in one.points if p.value is not None and p.partial is partial]
        mark = {"type": "point", "shape": SHAPES[at % len(SHAPES)], "size": 55, "opacity": 1}
        mark |= {
            "stroke": colour,
            "fill": "#FFFFFF" if partial else colour,
            "filled": True,
            "strokeWidth": 1.8,
        }
        layers.append({"data": values_of(chart, seen), "mark": mark, "encoding": {"x": x, "y": y}})
    gaps = [p for p in one.points if p.value is None]
    gap = {"type": "text", "text": "×", "fontSize": 17, "color": colour, "dy": -7 - 12 * at}
    layers.append(
        {"data": values_of(chart, gaps), "mark": gap, "encoding": {"x": x, "y": {"datum": 0}}}
    )
    marked = [p for p in one.points if p.value is not None and (p.missing or p.qualified)]
    if texts is None:
        texts = len(chart.series) == 1 and len(one.points) <= 15
    shown = [p for p in one.points if p.value is not None] if texts else marked
    mark = {"type": "text", "dy": -12, "fontSize": 12, "color": INK}
    encoding = {"x": x, "y": y, "text": {"field": "text"}}
    layers.append({"data": values_of(chart, shown), "mark": mark, "encoding": encoding})
    return [layer for layer in layers if layer["data"]["values"]]


def unbroken(points: Sequence[Point]) -> list[list[Point]]:
    """Stretches of a line: none runs over a missing figure or a change of definition."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point.breaks or point.value is None:
            runs.append([])
        if point.value is not None:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]


def _end_labels(chart: Chart, top: float) -> list[Layer]:
    """The name of each series beside its last figure, moved apart where they would overlap."""
    if len(chart.series) < 2:
        return []
    last = [
        next((p.value for p in reversed(s.points) if p.value is not None), 0) for s in chart.series
    ]
    places = spread([HEIGHT * (1 - value / top) for value in last], 16, HEIGHT)
    return [
        {
            "data": {"values": [{}]},
            "mark": {
                **{"type": "text", "text": one.name, "x": WIDTH + 4, "y": place, "align": "left"},
                **{
                    "color": PALETTE[at],
                    "fontSize": 13,
                    "fontWeight": "bold",
                    "baseline": "middle",
                },
            },
        }
        for at, (one, place) in enumerate(zip(chart.series, places, strict=True))
    ]


def breaks(chart: Chart) -> list[Layer]:
    """A dashed upright before each label where a definition changes."""
    changed = [
        label for label in chart.labels if any(p.breaks for p in chart.points if p.label == label)
    ]
    if not changed:
        return []
    step = {"field": "label", "type": "ordinal", "bandPosition": 0}
    return [
        {
            "data": {"values": [{"label": label} for label in changed]},
            "mark": {
                "type": "rule",
                "strokeDash": [5, 4],
                "color": FAINT,
                "strokeWidth": 1.5,
                "xOffset": -14,
            },
            "encoding": {"x": step | {"sort": None}},
        }
    ]


def _stacked(chart: Chart) -> list[Layer]:
    """Shares of the whole, each with its figure; a period without shares has a cross."""
    colours = {one.name: PALETTE[at % len(PALETTE)] for at, one in enumerate(chart.series)}
    rows: list[Mapping[str, Any]] = []
    base: dict[str, float] = {}
    for one in chart.series:
        for p in one.points:
            if p.value is not None:
                low = base.get(p.label, 0.0)
                base[p.label] = low + p.value
                rows.append(
                    {
                        "label": p.label,
                        "low": low,
                        "high": low + p.value,
                        "middle": low + p.value / 2,
                    }
                    | {"text": written(p, chart.kind) if p.value >= 0.045 else ""}
                    | {"name": one.name, "partial": p.partial}
                )
    x = across(chart.labels)
    y: Layer = {"field": "low", "type": "quantitative", "scale": {"domain": [0, 1]}}
    y["axis"] = {"title": None, "format": ".0%", "tickCount": 5, "domain": False}
    fill: Layer = {"field": "name", "type": "nominal", "legend": None}
    fill["scale"] = {"domain": list(colours), "range": list(colours.values())}
    tint = {"fill": fill, "stroke": fill}
    partial = {"test": "datum.partial", "value": 0.15}
    layers: list[Layer] = [
        {
            "data": {"values": rows},
            "mark": {"type": "bar", "strokeWidth": 1.5},
            "encoding": {"x": x, "y": y, "y2": {"field": "high"}, **tint}
            | {"fillOpacity": {"condition": partial, "value": 0.85}},
        },
        {
            "data": {"values": rows},
            "mark": {
                **{"type": "text", "fontSize": 11.5, "fontWeight": "bold", "color": "#000000"},
                **{"stroke": "#FFFFFF", "strokeWidth": 3, "strokeJoin": "round"},
            },
            "encoding": {"x": x, "y": {**y, "field": "middle"}, "text": {"field": "text"}},
        },
    ]
    layers.append({**layers[1], "mark": {**layers[1]["mark"], "stroke": None}})
    gaps = [label for label in chart.labels if label not in base]
    if gaps:
        mark = {"type": "text", "text": "×", "fontSize": 20, "color": INK, "dy": -12}
        where = {"x": x, "y": {"datum": 0}}
        layers.append(
            {"data": {"values": [{"label": g} for g in gaps]}, "mark": mark, "encoding": where}
        )
    return [*layers, *_stack_labels(chart, rows), *breaks(chart)]


def _stack_labels(chart: Chart, rows: Sequence[Mapping[str, Any]]) -> list[Layer]:
    """The name of each share beside the last stack that stands."""
    if not rows:
        return []
    standing = {row["label"] for row in rows}
    final = next(label for label in reversed(chart.labels) if label in standing)
    last = {row["name"]: row["middle"] for row in rows if row["label"] == final}
    names = [one.name for one in chart.series]
    places = spread([HEIGHT * (1 - last.get(name, 1.0)) for name in names], 16, HEIGHT)
    return [
        {
            "data": {"values": [{}]},
            "mark": {
                **{
                    "type": "text",
                    "text": f"■ {name}",
                    "x": WIDTH + 6,
                    "y": place,
                    "align": "left",
                },
                **{"color": PALETTE[at % len(PALETTE)], "fontSize": 13, "baseline": "middle"},
            },
        }
        for at, (name, place) in enumerate(zip(names, places, strict=True))
    ]


def _intervals(chart: Chart) -> list[Layer]:
    """Ratios with intervals on a logarithmic axis; an infinite end runs to the edge as an arrow."""
    points = [p for one in chart.series for p in one.points]
    ends = [v for p in points for v in (p.low, p.value, p.high) if v]
    low, high = min([0.5, *ends]) / 1.15, max([2, *ends]) * 1.15
    ticks = [
        t for t in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if low <= t <= high
    ]
    x = across(chart.labels)
    y: Layer = {
        "field": "value",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [low, high]},
    }
    y["axis"] = {"title": None, "values": ticks, "format": "~g", "domain": False}
    one = {"type": "rule", "color": FAINT, "strokeDash": [4, 3]}
    layers: list[Layer] = [
        {"data": {"values": [{}]}, "mark": one, "encoding": {"y": {**y, "field": None, "datum": 1}}}
    ]
    del layers[0]["encoding"]["y"]["field"]
    seen = [p for p in points if p.low is not None]
    rows = [
        {"label": p.label, "low": max(p.low or low, low), "high": p.high or high, "value": p.value}
        | {"text": written(p, chart.kind) if p.value is not None else "∞", "open": p.high is None}
        for p in seen
    ]
    bar = {"type": "rule", "color": PALETTE[0], "strokeWidth": 2.5}
    span = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
    layers.append({"data": {"values": rows}, "mark": bar, "encoding": span})
    dot = {"type": "point", "filled": True, "size": 80, "color": PALETTE[0], "opacity": 1}
    shown = {"values": [row for row in rows if row["value"] is not None]}
    layers.append({"data": shown, "mark": dot, "encoding": {"x": x, "y": y}})
    name = {"type": "text", "align": "left", "dx": 9, "fontSize": 12, "color": INK}
    layers.append(
        {"data": shown, "mark": name, "encoding": {"x": x, "y": y, "text": {"field": "text"}}}
    )
    arrow = {"type": "text", "text": "▲", "color": PALETTE[0], "fontSize": 12}
    endless = {"values": [row for row in rows if row["open"]]}
    layers.append(
        {"data": endless, "mark": arrow, "encoding": {"x": x, "y": {**y, "field": "high"}}}
    )
    gaps = [{"label": p.label} for p in points if p.low is None]
    cross = {"type": "text", "text": "×", "fontSize": 17, "color": INK, "dy": -8}
    at_foot = {"x": x, "y": {"value": HEIGHT}}
    layers.append({"data": {"values": gaps}, "mark": cross, "encoding": at_foot})
    return [layer for layer in layers if layer["data"]["values"]]


def _multiples(chart: Chart) -> dict[str, Any]:
    """One small chart a series, all on the same axes."""
    top = most(chart.series)
    small = []
    for one in chart.series:
        layers = line(chart, one, 0, top, texts=False)
        peak = max(
            (p for p in one.points if p.value is not None), key=lambda p: p.value or 0, default=None
        )
        if peak:
            mark = {"type": "text", "dy": -9, "fontSize": 11, "color": INK}
            where = {"x": across(chart.labels), "y": upward(top), "text": {"field": "text"}}
            layers.append({"data": values_of(chart, [peak]), "mark": mark, "encoding": where})
        alone = Chart("lines", "", "", (one,), "")
        title = {"text": one.name, "anchor": "start", "fontSize": 13, "offset": 8, "color": INK}
        small.append(
            {"title": title, "width": 190, "height": 110, "layer": [*layers, *breaks(alone)]}
        )
    return {"concat": small, "columns": 3, "spacing": 22}
