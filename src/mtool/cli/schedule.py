"""`mtool schedule`: text for cron or systemd."""

from __future__ import annotations

from typing import Annotated

import typer

from mtool.cli.options import WorkspaceOption
from mtool.errors import UsageError


def command(
    name: Annotated[
        str,
        typer.Argument(help="A run described as \\[run.NAME] in mtool.toml.", show_default=False),
    ] = "",
    cron: Annotated[bool, typer.Option("--cron", help="A line for crontab -e.")] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help="A service and a timer.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Print what cron or systemd needs to run this workspace, at the time that mtool.toml says.

    Example: mtool schedule nightly
    """
    from mtool.pipeline.run_plan import read_plan
    from mtool.pipeline.schedule import cron_text, systemd_text
    from mtool.workspace import find_workspace

    if cron == systemd:
        raise UsageError("say for what: --cron or --systemd")
    opened = find_workspace(workspace)
    text = cron_text if cron else systemd_text
    typer.echo(text(opened, read_plan(opened, name)), nl=False)
