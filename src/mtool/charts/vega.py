"""Charts as SVG and PNG, drawn by Vega-Lite. The same chart gives the same bytes."""

from __future__ import annotations

import hashlib
import re
import struct
import textwrap
import zlib
from html import escape
from typing import Any

from mtool.charts import Chart
from mtool.charts.axes import INK, PALETTE, WIDTH
from mtool.charts.bars import bars
from mtool.charts.hatches import with_patterns
from mtool.charts.intervals import intervals
from mtool.charts.lines import lines, multiples
from mtool.charts.stacks import stacks
from mtool.errors import MissingExtra, UsageError
from mtool.language import language_in_use

#: Names of the parts of a picture, to which others refer.
_ID = re.compile(r'id="((?:clip|hatch)\d+)"')

#: Roles and labels of the parts, left out: the description of the whole says every figure.
_TAG, _ROLE = re.compile(r"<\w[^>]*>"), re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def svg(chart: Chart) -> str:
    """The chart as SVG with its alt text as title and description.

    Raises `MissingExtra` without vl-convert, `UsageError` for more lines than can be told apart.
    """
    drawn = with_patterns(_converter().vegalite_to_svg(specification(chart), **_locale()))
    drawn = _TAG.sub(lambda tag: _ROLE.sub("", tag[0]), _own_ids(drawn, chart))
    start = drawn.index("<svg")
    end = drawn.index(">", start)
    told = f"<title>{escape(chart.title)}</title><desc>{escape(chart.alt_text)}</desc>"
    return f'{drawn[:end]} role="img"{drawn[end : end + 1]}{told}{drawn[end + 1 :]}\n'


def _own_ids(drawn: str, chart: Chart) -> str:
    """The picture with ids that are its own and the same on every run; Vega counts through a process."""
    mark = hashlib.sha256(f"{chart.title}\0{chart.alt_text}".encode()).hexdigest()[:8]
    ids = {name: f"{mark}-{at}" for at, name in enumerate(dict.fromkeys(_ID.findall(drawn)))}
    return re.sub(r"\b(?:clip|hatch)\d+\b", lambda found: ids.get(found[0], found[0]), drawn)


def png(chart: Chart, scale: float = 2) -> bytes:
    """The chart as PNG, its alt text in the metadata (iTXt Title and Description)."""
    drawn: bytes = _converter().svg_to_png(svg(chart), scale=scale)
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
        "vconcat": [*_bodies(chart), below],
        "config": {
            "font": "Liberation Sans, Arial, sans-serif",
            "view": {"stroke": None},
            "aria": False,
            "axis": {"labelFontSize": 12, "labelColor": INK, "gridColor": "#E4E4E4"},
        },
    }


def _words_below(chart: Chart) -> list[str]:
    legend = "; ".join(chart.legend)
    return [text for text in (legend, *chart.remarks, chart.source) if text]


def _bodies(chart: Chart) -> list[dict[str, Any]]:
    """The panels of a chart, one under the other."""
    if chart.kind == "map":
        from mtool.charts.maps import area_map

        return [area_map(chart)]
    if chart.kind in ("lines", "rest", "shares") and len(chart.series) > len(PALETTE):
        raise UsageError(
            f"{len(chart.series)} regions cannot be told apart, {len(PALETTE)} can; choose some "
            "with --region, or use --kind multiples"
        )
    if chart.kind in ("lines", "rest"):
        return lines(chart)
    drawn = {"shares": stacks, "change": intervals, "multiples": multiples, "bars": bars}
    return [drawn[chart.kind](chart)]
