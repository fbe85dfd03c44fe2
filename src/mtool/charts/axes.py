"""What charts over labels have in common: axes, colours, figures beside marks, changed definitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mtool.charts import Chart, Point, written

#: Okabe and Ito's colours without yellow, which is too pale on white; tell series apart with
#: dashes, shapes or hatches too.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#666666", "#000000")
INK, FAINT = "#222222", "#767676"
WIDTH, HEIGHT = 620, 300
#: Pixels that a letter of a label needs.
LETTER = 7
Layer = dict[str, Any]


def framed(layers: list[Layer]) -> Layer:
    """Layers in the frame of a chart."""
    return {"width": WIDTH, "height": HEIGHT, "layer": layers}


def across(labels: Sequence[str], width: int = WIDTH, angle: int | None = None) -> Layer:
    """The axis of the labels; slanted where they would overlap, every other one where that is not enough."""
    longest = max((len(label) for label in labels), default=0)
    slanted = longest * LETTER * len(labels) > width
    axis: Layer = {"title": None, "labelAngle": angle if angle is not None else -40 * slanted}
    axis |= {"labelOverlap": len(labels) * 2 * LETTER > width and "parity", "grid": False}
    return {
        "field": "label",
        "type": "ordinal",
        "sort": None,
        "axis": axis | {"labelLimit": 220},
        "scale": {"domain": list(labels)},
    }


def upward(top: float, **axis: Any) -> Layer:
    """The axis of figures, from zero."""
    shown = {"title": None, "tickCount": 5, "domain": False, "ticks": False} | axis
    if top <= 5:
        shown["values"] = list(range(int(top) + 1))
    return {"field": "value", "type": "quantitative", "axis": shown, "scale": {"domain": [0, top]}}


def values_of(chart: Chart, points: Sequence[Point]) -> Layer:
    """The data of a mark: only what is drawn."""
    rows = [{"label": p.label, "value": p.value, "text": written(p, chart.kind)} for p in points]
    return {"values": rows}


def haloed(data: Layer, mark: Layer, encoding: Layer) -> list[Layer]:
    """A text that can be read on whatever lies under it."""
    ink: Layer = {"type": "text", "fontSize": 12, "color": INK} | mark
    rim = ink | {"stroke": "#FFFFFF", "strokeWidth": 4.5, "strokeJoin": "round"}
    return [{"data": data, "mark": each, "encoding": encoding} for each in (rim, ink)]


def breaks(chart: Chart, before: float = 0, width: int = WIDTH) -> list[Layer]:
    """A dashed upright between the labels where a definition changes.

    `before` is how far a label's band begins after the middle, as a part of its room.
    """
    changed = dict.fromkeys(p.label for p in chart.points if p.breaks)
    if not changed:
        return []
    mark: Layer = {"type": "rule", "strokeDash": [5, 4], "color": FAINT, "strokeWidth": 1.5}
    mark |= {"xOffset": -before * width / len(chart.labels)}
    where = {"field": "label", "type": "ordinal", "sort": None, "bandPosition": 0}
    data = {"values": [{"label": label} for label in changed]}
    return [{"data": data, "mark": mark, "encoding": {"x": where}}]
