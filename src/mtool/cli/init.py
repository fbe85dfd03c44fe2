"""`mtool init`: a new workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtool.cli.render import say


def command(
    folder: Annotated[Path, typer.Argument(help="Where; the current folder by default.")] = Path(),
    country: Annotated[
        str, typer.Option("--country", help="ISO 3166-1 alpha-3 code of the usual country.")
    ] = "",
    cron: Annotated[
        bool, typer.Option("--cron", help="Print a crontab line for it on standard output.")
    ] = False,
) -> None:
    """Make a workspace: folders, mtool.toml, an example and a crontab line. Never overwrites.

    Example: mtool init mali
    """
    from mtool.new_workspace import EXAMPLE_PATH, make_workspace

    made = make_workspace(folder, country)
    for path in made:
        say(f"made {path}")
    if not made:
        say(f"{folder}: everything is there already")
    if cron:
        _print_cron(folder)
    where = "" if folder == Path() else f" -w {folder}"
    say(f"next: mtool ingest{where} REPORT, or try it with: {folder / EXAMPLE_PATH}")


def _print_cron(folder: Path) -> None:
    from mtool.pipeline.run_plan import read_plan
    from mtool.pipeline.schedule import cron_text
    from mtool.workspace import open_folder

    opened = open_folder(folder)
    typer.echo(cron_text(opened, read_plan(opened)), nl=False)
