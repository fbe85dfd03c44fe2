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
) -> None:
    """Make a workspace: folders, mtool.toml, an example and a crontab line. Never overwrites."""
    from mtool.new_workspace import EXAMPLE_PATH, make_workspace

    made = make_workspace(folder, country)
    for path in made:
        say(f"made {path}")
    if not made:
        say(f"{folder}: everything is there already")
    where = "" if folder == Path() else f" -w {folder}"
    say(f"next: mtool ingest{where} REPORT, or try it with: {folder / EXAMPLE_PATH}")
