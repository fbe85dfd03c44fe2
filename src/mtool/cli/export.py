"""`mtool export`: figures to send on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtool.cli import completion
from mtool.cli.options import EditionOption, QuietOption, SourceOption, WhereOption, WorkspaceOption
from mtool.cli.render import say


def command(
    to: Annotated[str, typer.Argument(metavar="FORMAT", help="csv or xlsx.")],
    datasets: Annotated[
        list[str] | None,
        typer.Argument(help="Which datasets; all by default.", autocompletion=completion.datasets),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file or folder to write.")
    ] = None,
    where: WhereOption = None,
    source: SourceOption = None,
    edition: EditionOption = None,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write datasets as CSV or as an Excel workbook; the same bytes on every run.

    Example: mtool export xlsx incidents -o incidents.xlsx
    """
    from mtool.datasets import Selection
    from mtool.export_datasets import export_datasets
    from mtool.workspace import find_workspace

    selection = Selection(tuple(where or ()), source, edition)
    written = export_datasets(find_workspace(workspace), to, (datasets or [], out), selection)
    if not quiet:
        for path in written:
            say(f"wrote {path}")
