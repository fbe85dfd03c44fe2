"""`mtool ingest`: files, folders, web addresses and services into the workspace."""

from __future__ import annotations

from typing import Annotated

import typer

from mtool.cli.options import (
    FailOnOption,
    Format,
    FormatOption,
    LimitOption,
    OfflineOption,
    QuietOption,
    SchemaOption,
    WaitOption,
    WorkspaceOption,
)
from mtool.cli.outcome import finish
from mtool.cli.progress import progress_shown


def command(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Files, folders, globs, zip archives, web addresses; - for standard input.",
            show_default=False,
        ),
    ],
    schema: SchemaOption = None,
    offline: OfflineOption = False,
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
    fail_on: FailOnOption = None,
    limit: LimitOption = 3,
    quiet: QuietOption = False,
    wait: WaitOption = 0,
) -> None:
    """Bring files into data/raw, find their tables, write passports, derive data/clean.

    Example: mtool ingest report.pdf
    """
    from mtool.pipeline.ingest import ingest
    from mtool.workspace import find_workspace

    opened = find_workspace(workspace)
    with progress_shown(wanted=not quiet):
        outcome = ingest(opened, sources, schema or "", wait, offline=offline)
    finish("ingest", opened, outcome, (output, fail_on, limit, quiet))
