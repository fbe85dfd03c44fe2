"""One specification per chart, whatever draws it: SVG, PNG, a workbook or the terminal.

A chart holds figures with what must be seen of them: that one is missing, that a period was not
counted to its end, that a definition changed. Renderers add nothing and leave nothing out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mtool.language import colon, figure, translated

Ring = tuple[tuple[float, float], ...]
Kind = Literal["lines", "bars", "shares", "rest", "multiples", "change", "map"]
KINDS: tuple[Kind, ...] = ("lines", "bars", "shares", "rest", "multiples", "change", "map")
#: How kinds are called in alt text.
CALLED = {
    "lines": "Line chart",
    "bars": "Bar chart",
    "shares": "Stacked shares",
    "rest": "Lines of the regions chosen and of the rest",
    "multiples": "Small charts side by side",
    "change": "Rate ratios with 95 % intervals",
    "map": "Map",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One figure. A null `value` is unknown, never zero; `missing` counts addends without figure.

    Where the source has no row at all, not even one that says why there is no figure, it is `absent`.
    `partial` marks a period not counted to its end, `breaks` a definition other than that of the
    period before; `qualified` a figure limited by words. `low` and `high` are the ends of a 95 %
    interval: a null `high` with a `low` is infinite.
    """

    label: str
    value: float | None
    missing: int = 0
    partial: bool = False
    breaks: bool = False
    qualified: bool = False
    low: float | None = None
    high: float | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one region, or of all, in the order of the axis."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """An area on a map: polygons of rings in degrees (longitude, latitude), the outer ring first.

    `label` is that of its point.
    """

    label: str
    polygons: tuple[tuple[Ring, ...], ...]

    @property
    def largest(self) -> Ring:
        """The outer ring of its largest polygon."""
        return max((polygon[0] for polygon in self.polygons), key=extent)


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw: figures, their unit, and the words around them in the language in use.

    Every series has a point for every label of the axis. `source` stands under the picture, with
    `remarks`, one sentence each; shapes belong to maps only.
    """

    kind: Kind
    title: str
    unit: str
    series: tuple[Series, ...]
    source: str
    remarks: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the axis, in order."""
        return tuple(point.label for point in self.series[0].points) if self.series else ()

    @property
    def points(self) -> list[Point]:
        """Every point of every series."""
        return [point for one in self.series for point in one.points]

    @property
    def alt_text(self) -> str:
        """The chart in words: what it is of, then every figure."""
        told = [f"{translated(CALLED[self.kind])}{colon()} {self.title} ({self.unit})."]
        for one in self.series:
            figures = "; ".join(f"{p.label} {described(p, self.kind)}" for p in one.points)
            told.append(f"{one.name}{colon()} {figures}.")
        return " ".join((*told, *self.remarks, self.source))

    @property
    def legend(self) -> tuple[str, ...]:
        """What the marks mean, for those that the chart uses."""
        used = (
            (any(p.partial for p in self.points), "hollow: a period not counted to its end"),
            (
                any(p.value is None and p.low is None and not p.absent for p in self.points),
                "×: no figure, which is not zero",
            ),
            (any(p.absent for p in self.points), "–: no row in the data"),
            (
                any(p.low is not None and p.high is None for p in self.points),
                "▲: the interval has no upper end",
            ),
            (any(p.missing for p in self.points), "+n?: n figures are missing from the sum"),
            (any(p.breaks for p in self.points), "dashed upright: the definition changes"),
            (any(p.qualified for p in self.points), "~: limited by words such as at least"),
        )
        return tuple(translated(words) for is_used, words in used if is_used)


def extent(ring: Sequence[Sequence[float]]) -> float:
    """The size of a ring (shoelace), the same either way round."""
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def written(point: Point, kind: Kind) -> str:
    """A figure as it stands beside its mark, with the marks of what is missing or limited."""
    if point.value is None:
        return "–" if point.absent else "×"
    text = number(point.value, kind)
    text += f" +{point.missing}?" if point.missing else ""
    return text + ("~" if point.qualified else "")


def number(value: float, kind: Kind) -> str:
    """A value of an axis as people read it: shares in percent, ratios with two decimals."""
    if kind == "shares":
        return figure(value, ".1%")
    if kind == "change":
        return figure(value, ".2f")
    return figure(value, ",") if float(value).is_integer() else figure(value, ",.6g")


def described(point: Point, kind: Kind) -> str:
    """A figure in words."""
    if point.value is None and point.low is None:
        return translated("no row in the data" if point.absent else "no figure")
    told = [translated("infinite") if point.value is None else number(point.value, kind)]
    if point.low is not None:
        high = "∞" if point.high is None else number(point.high, kind)
        told.append(f"({number(point.low, kind)}–{high})")
    said = (
        (bool(point.missing), f"({translated(f'figures missing: {figure(point.missing)}')})"),
        (point.partial, f"({translated('partial')})"),
        (point.qualified, f"({translated('limited by words')})"),
        (point.breaks, f"({translated('the definition changes here')})"),
    )
    return " ".join((*told, *(words for holds, words in said if holds)))
