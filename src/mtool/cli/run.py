"""`mtool run`: the whole pipeline, for cron."""

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
    WorkspaceOption,
)
from mtool.cli.outcome import finish


def command(
    workspace: WorkspaceOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Derive again even if nothing changed.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Publish what was inferred with doubt, this once.")
    ] = False,
    offline: OfflineOption = False,
    output: FormatOption = Format.table,
    fail_on: FailOnOption = None,
    limit: LimitOption = 3,
    quiet: QuietOption = False,
) -> None:
    """Fetch the declared sources, derive data/clean again, and publish it as one unit."""
    from mtool.pipeline import run
    from mtool.workspace import find_workspace

    opened = find_workspace(workspace)
    outcome = run(opened, force=force, accept=accept, offline=offline)
    finish("run", opened, outcome, (output, fail_on, limit, quiet))
