"""Pictures as files."""

from __future__ import annotations

from pathlib import Path

from mtool.charts import Chart
from mtool.errors import UsageError
from mtool.whole_files import staged


def picture_written(chart: Chart, out: Path) -> Path:
    """Write a chart to a `.svg` or `.png` file, whole or not at all.

    Raises `UsageError` for any other ending, or a folder that is not there.
    """
    from mtool.charts.vega import png, svg

    ending = out.suffix.lower()
    if ending not in (".svg", ".png"):
        raise UsageError(f"{out}: pictures are written as .svg or .png; name the file so")
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent}: no such folder; make it first")
    drawn = png(chart) if ending == ".png" else svg(chart).encode("utf-8")
    with staged(out) as new:
        new.write_bytes(drawn)
    return out
