"""`mtool forget`: take a source out of the workspace."""

from __future__ import annotations

from typing import Annotated

import typer

from mtool.cli import completion
from mtool.cli.options import WaitOption, WorkspaceOption
from mtool.cli.render import say


def command(
    source: Annotated[
        str, typer.Argument(help="The source's id, or its file.", autocompletion=completion.sources)
    ],
    workspace: WorkspaceOption = None,
    wait: WaitOption = 0,
) -> None:
    """Take a source out: its file and passport are moved to .mtool/forgotten.

    Example: mtool forget mali_2022
    """
    from mtool.pipeline.ingest import forget
    from mtool.workspace import find_workspace

    for path in forget(find_workspace(workspace), source, wait):
        say(f"moved {path} to .mtool/forgotten")
    say("derive data/clean again with: mtool run")
