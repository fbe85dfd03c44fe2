"""Boxes, strokes, and the map from a PDF page to the page a reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Shorter strokes are parts of dashes, arrows and letters; dashes are joined before the cut.
DASH_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle; `top` < `bottom`."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def overlaps(self, other: Box) -> bool:
        return (
            self.x0 < other.x1
            and other.x0 < self.x1
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def union(self, other: Box) -> Box:
        return Box(
            min(self.x0, other.x0),
            min(self.top, other.top),
            max(self.x1, other.x1),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight ruling at `at` (y of a horizontal, x of a vertical one) from `low` to `high`."""

    at: float
    low: float
    high: float

    @property
    def length(self) -> float:
        return self.high - self.low


class Upright:
    """The map from PDF user space to an upright page; `turn` adds a quarter turn or more."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = page.get_cropbox()
        self._box = (left, bottom, right, top)
        self.degrees = page.get_rotation() % 360
        self._measure()

    def turn(self, degrees: int) -> None:
        self.degrees = (self.degrees + degrees) % 360
        self._measure()

    def _measure(self) -> None:
        left, bottom, right, top = self._box
        sides = (right - left, top - bottom)
        self.width, self.height = sides if self.degrees % 180 == 0 else sides[::-1]

    def point(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self._box
        if self.degrees == 90:
            return y - bottom, x - left
        if self.degrees == 180:
            return right - x, y - bottom
        if self.degrees == 270:
            return top - y, right - x
        return x - left, top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def join_strokes(strokes: list[Stroke], slack: float = 1.5) -> tuple[Stroke, ...]:
    """Join strokes on one line that touch or are dashes of it; drop what stays too short.

    Strokes within `slack` of one another (drawn twice, double rulings) become one.
    """
    lanes: list[list[Stroke]] = []
    for stroke in sorted(strokes, key=lambda s: s.at):
        if lanes and stroke.at - lanes[-1][0].at <= slack:
            lanes[-1].append(stroke)
        else:
            lanes.append([stroke])
    joined: list[Stroke] = []
    for lane in lanes:
        lane.sort(key=lambda s: s.low)
        run = [lane[0]]
        for stroke in lane[1:]:
            gap = stroke.low - max(s.high for s in run[-3:])
            dashes = max(stroke.length, run[-1].length) <= 3 * DASH_GAP
            if gap <= (DASH_GAP if dashes else 1.0):
                run.append(stroke)
            else:
                joined.append(_as_one(run))
                run = [stroke]
        joined.append(_as_one(run))
    return tuple(stroke for stroke in joined if stroke.length >= 5.0)


def _as_one(run: list[Stroke]) -> Stroke:
    longest = max(run, key=lambda s: s.length)
    return Stroke(longest.at, min(s.low for s in run), max(s.high for s in run))
