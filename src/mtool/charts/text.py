"""Charts for the terminal: bars and sparklines of plain characters, within 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from mtool.charts import Chart, Point, Series, described, written
from mtool.language import translated

TICKS = "▁▂▃▄▅▆▇█"
FULL, HOLLOW, GAP = "█", "░", "×"


def text_of(chart: Chart, width: int = 80) -> str:
    """The chart as lines no wider than `width`; every figure is written out."""
    lines = textwrap.wrap(f"{chart.title} ({chart.unit})", width)
    for one in chart.series:
        lines += ["", *_series_lines(chart, one, width)]
    below = (*_legend(chart), *chart.remarks, chart.source)
    wrapped = [line for text in below if text for line in textwrap.wrap(text, width)]
    return "\n".join([*lines, "", *wrapped]) + "\n"


def _legend(chart: Chart) -> list[str]:
    points = chart.points
    used = (
        (any(p.partial for p in points), f"{HOLLOW} a period not counted to its end"),
        (
            any(p.value is None and p.low is None and not p.absent for p in points),
            f"{GAP} no figure, which is not zero",
        ),
        (any(p.absent for p in points), "– no row in the data"),
        (any(p.missing for p in points), "+n? n figures are missing from the sum"),
        (any(p.breaks for p in points), "┆ the definition changes"),
        (any(p.qualified for p in points), "~ limited by words such as at least"),
    )
    return [translated(words) for is_used, words in used if is_used]


def _series_lines(chart: Chart, one: Series, width: int) -> list[str]:
    head = [one.name] if len(chart.series) > 1 else []
    texts = [
        described(p, chart.kind) if chart.kind == "change" else written(p, chart.kind)
        for p in one.points
    ]
    broad = max(len(p.label) for p in one.points)
    broad = min(broad, width // 3)
    longest = max(len(text) for text in texts)
    room = max(width - broad - longest - 4, 8)
    top = max((p.value for p in chart.points if p.value is not None), default=0)
    rows = []
    for point, text in zip(one.points, texts, strict=True):
        mark = "┆" if point.breaks else " "
        rows.append(
            f"{_cut(point.label, broad):<{broad}} {mark}{bar(point, top, room)} {text}".rstrip()
        )
    return [*head, *rows]


def _cut(label: str, broad: int) -> str:
    return label if len(label) <= broad else label[: broad - 1] + "…"


def bar(point: Point, top: float, room: int) -> str:
    """A bar; at least one character for a figure over zero, none for zero or no figure."""
    if point.value is None or top <= 0 or point.value <= 0:
        return ""
    return (HOLLOW if point.partial else FULL) * max(round(room * point.value / top), 1)


def sparkline(values: Sequence[float | None]) -> str:
    """Figures as a row of blocks from zero to the largest; a cross where one is missing."""
    top = max((value for value in values if value is not None), default=0)
    if top <= 0:
        return "".join(GAP if value is None else TICKS[0] for value in values)
    return "".join(
        GAP if value is None else TICKS[min(round(7 * max(value, 0) / top), 7)] for value in values
    )
