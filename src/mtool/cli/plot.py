"""`mtool plot`: charts and maps, in the terminal or as SVG or PNG."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mtool.cli.options import (
    ByOption,
    DatasetArgument,
    EditionOption,
    FromOption,
    MeasureOption,
    RegionOption,
    SourceOption,
    ToOption,
    WhereOption,
    WorkspaceOption,
)
from mtool.cli.render import say, show_chart


class KindOption(StrEnum):
    """What kind of chart."""

    lines = "lines"
    bars = "bars"
    shares = "shares"
    rest = "rest"
    multiples = "multiples"
    change = "change"
    map = "map"


def command(
    dataset: DatasetArgument = None,
    region: RegionOption = None,
    kind: Annotated[
        KindOption | None,
        typer.Option("--kind", help="By default lines of periods, bars of anything else."),
    ] = None,
    first: FromOption = None,
    last: ToOption = None,
    by: ByOption = "period",
    measure: MeasureOption = None,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", help="A .svg or .png file; else the terminal.")
    ] = None,
    where: WhereOption = None,
    source: SourceOption = None,
    edition: EditionOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Draw figures over periods, regions against each other, changes, or a map.

    Example: mtool plot --region Mopti --region Ségou -o mopti.png
    """
    from mtool.charts.files import picture_written
    from mtool.datasets import Selection
    from mtool.plot_dataset import plot_dataset, usual_kind
    from mtool.summary import Request
    from mtool.workspace import find_workspace

    request = Request(measure or "", tuple(region or ()), first, last, by)
    selection = Selection(tuple(where or ()), source, edition)
    chosen = kind.value if kind else usual_kind(by)
    chart = plot_dataset(find_workspace(workspace), dataset, request, selection, chosen)
    if out:
        say(f"wrote {picture_written(chart, out)}")
    else:
        show_chart(chart)
