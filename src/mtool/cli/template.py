"""`mtool template`: a workbook to fill in, which `mtool ingest` reads back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtool.cli.options import WorkspaceOption
from mtool.cli.render import say


def command(
    schema: Annotated[str, typer.Argument(metavar="SCHEMA", help="A schema, such as incidents.")],
    out: Annotated[Path, typer.Option("--output", "-o", help="The workbook to write.")],
    country: Annotated[
        str, typer.Option("--country", help="Its areas fill the drop-downs: MLI.")
    ] = "",
    rows: Annotated[
        int, typer.Option("--rows", help="How many rows have drop-downs and checks.")
    ] = 1000,
    workspace: WorkspaceOption = None,
) -> None:
    """Make a form to fill in from a schema: drop-downs, checks, notes.

    Example: mtool template incidents --country MLI -o form.xlsx
    """
    from mtool.forms import make_form

    make_form(schema, out, country=country, rows=rows, workspace=workspace)
    say(f"wrote {out}; send it back through: mtool ingest {out}")
