"""The command line: one file per command. Nothing heavy is imported to show a help text."""

from __future__ import annotations

from typing import Annotated

import typer

from mtool import __version__
from mtool.cli import (
    areas,
    audit,
    compare,
    config,
    export,
    forget,
    ingest,
    init,
    query,
    review,
    run,
    schema,
    summarize,
    tables,
    validate,
)

EVERY_DAY, LOOK, PREPARE = "Every day", "Look", "Prepare"

app = typer.Typer(
    name="mtool",
    help="Tables out of mine action reports: checked, summed, traceable to the cell.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mtool {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Tables out of mine action reports: checked, summed, traceable to the cell."""


for panel, modules in (
    (EVERY_DAY, (ingest, validate, summarize, audit, export, run)),
    (LOOK, (tables, compare, query)),
    (PREPARE, (init, review, forget, config)),
):
    for module in modules:
        app.command(module.__name__.rpartition(".")[2], rich_help_panel=panel)(module.command)
app.add_typer(schema.app, name="schema", rich_help_panel=PREPARE)
app.add_typer(areas.app, name="areas", rich_help_panel=PREPARE)
