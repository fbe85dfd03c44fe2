"""`mtool ingest`: files into the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtool.cli.options import (
    FailOnOption,
    Format,
    FormatOption,
    LimitOption,
    QuietOption,
    SchemaOption,
    WaitOption,
    WorkspaceOption,
)
from mtool.cli.outcome import finish


def command(
    sources: Annotated[list[Path], typer.Argument(help="Files to take in.", show_default=False)],
    schema: SchemaOption = None,
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
    fail_on: FailOnOption = None,
    limit: LimitOption = 3,
    quiet: QuietOption = False,
    wait: WaitOption = 0,
) -> None:
    """Copy files into data/raw, find their tables, write passports, derive data/clean."""
    from mtool.ingest import ingest
    from mtool.workspace import find_workspace

    opened = find_workspace(workspace)
    outcome = ingest(opened, sources, schema or "", wait)
    finish("ingest", opened, outcome, (output, fail_on, limit, quiet))
