"""Charts for the terminal: bars and sparklines of plain characters, within 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from mtool.charts import Chart, Point, Series, described, written
from mtool.language import figure, translated

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


def sparklines(series: Sequence[Series], width: int = 80) -> list[str]:
    """A line per series: its name, its figures as blocks, the largest; then what the marks mean.

    No line is wider than `width`: none at all where one would not fit. A series with figures
    below zero, or without any figure, has none.
    """
    drawn = [(one, _largest(one)) for one in series]
    shown = [(one, top) for one, top in drawn if top is not None]
    broad = max((len(one.name) for one, _ in shown), default=0)
    lines = []
    for one, top in shown:
        largest = translated(f"largest {figure(top.value or 0)} ({top.label})")
        lines.append(f"{one.name:<{broad}}  {sparkline(one.points)}  {largest}")
    if not lines or max(map(len, lines)) > width:
        return []
    return lines + _spark_legend([point for one, _ in shown for point in one.points])


def _largest(one: Series) -> Point | None:
    """The first of the largest figures; null where there is none, or one below zero."""
    given = [(point.value, point) for point in one.points if point.value is not None]
    if not given or min(value for value, _ in given) < 0:
        return None
    return max(given, key=lambda pair: pair[0])[1]


def _spark_legend(points: Sequence[Point]) -> list[str]:
    used = (
        (any(p.value is None for p in points), f"{GAP} no figure, which is not zero"),
        (any(p.partial for p in points), "( ) a period not counted to its end"),
        (any(p.breaks for p in points), "┆ the definition changes"),
        (any(map(_lacks, points)), "? figures are missing from the sum"),
    )
    return [translated(words) for is_used, words in used if is_used]


def sparkline(points: Sequence[Point]) -> str:
    """Figures as a row of blocks from zero to the largest; the lowest block is zero alone.

    A cross where there is no figure; brackets around a period not counted to its end, `┆` before a
    new definition, `?` after a sum that lacks figures, `~` after one limited by words.
    """
    top = max((point.value for point in points if point.value is not None), default=0)
    return "".join(_spark(point, top) for point in points)


def _spark(point: Point, top: float) -> str:
    tick = GAP if point.value is None else TICKS[_height(point.value, top)]
    tick += "?" * _lacks(point) + "~" * point.qualified
    return "┆" * point.breaks + (f"({tick})" if point.partial else tick)


def _lacks(point: Point) -> bool:
    """True for a sum of some figures while others are missing; a cross says so by itself."""
    return point.value is not None and point.missing > 0


def _height(value: float, top: float) -> int:
    highest = len(TICKS) - 1
    return max(round(highest * value / top), 1) if value > 0 else 0
