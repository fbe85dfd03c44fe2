"""`mtool rollback`: an earlier state of data/clean."""

from __future__ import annotations

from typing import Annotated

import typer

from mtool.cli.options import WaitOption, WorkspaceOption
from mtool.cli.render import say


def command(
    run: Annotated[str, typer.Argument(help="A run that mtool history calls kept.")],
    workspace: WorkspaceOption = None,
    wait: WaitOption = 0,
) -> None:
    """Bring the data/clean that a run made back; it stays until an input changes.

    Example: mtool rollback RUN
    """
    from mtool.pipeline.rollback import roll_back
    from mtool.workspace import find_workspace

    restored, changed = roll_back(find_workspace(workspace), run, wait)
    if changed:
        say(f"data/clean is that of {restored} again, and stays so until an input changes")
    else:
        say(f"data/clean is that of {restored} already")
