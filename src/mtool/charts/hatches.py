"""Fills that can be told apart without colours: each series has a hatch of its own.

A fill is a colour or a reference to a pattern, which the finished SVG has to define.
"""

from __future__ import annotations

import re

from mtool.charts.axes import PALETTE

_SIZE = 10
#: What is drawn on the ground of a series, in the order of the palette.
_DRAWN = (
    "",
    "M-2,2l4,-4M0,10l10,-10M8,12l4,-4",
    "M2,2h1v1h-1zM7,7h1v1h-1z",
    "M0,5h10",
    "M0,10l10,-10M0,0l10,10",
    "M5,0v10",
    "M-2,8l4,4M0,0l10,10M8,-2l4,4",
    "M0,5h10M5,0v10",
)
#: The fill of an area for which the source has no figure.
NO_FIGURE = "url(#hatch99)"
_REFERENCE = re.compile(r'fill="url\(#hatch(\d+)\)"')


def fill(at: int, *, partial: bool = False) -> str:
    """The fill of a series; one not counted to its end is drawn in its colour on white."""
    at %= len(PALETTE)
    if not _DRAWN[at]:
        return "#FFFFFF" if partial else PALETTE[at]
    return f"url(#hatch{at + 10 * partial})"


def with_patterns(svg: str) -> str:
    """The picture with definitions of the patterns that it refers to."""
    used = sorted({int(number) for number in _REFERENCE.findall(svg)})
    if not used:
        return svg
    end = svg.index(">", svg.index("<svg")) + 1
    return f"{svg[:end]}<defs>{''.join(map(_pattern, used))}</defs>{svg[end:]}"


def _pattern(number: int) -> str:
    at = number % 10 if number < 20 else 1
    colour = PALETTE[at] if number < 20 else "#9A9A9A"
    ground, line = (colour, "#FFFFFF") if number < 10 else ("#FFFFFF", colour)
    square = f"M0,0h{_SIZE}v{_SIZE}h-{_SIZE}z"
    drawn = f'<path d="{square}" fill="{ground}"/><path d="{_DRAWN[at]}" stroke="{line}" stroke-width="1.3" fill="none"/>'
    return f'<pattern id="hatch{number}" width="{_SIZE}" height="{_SIZE}" patternUnits="userSpaceOnUse">{drawn}</pattern>'
