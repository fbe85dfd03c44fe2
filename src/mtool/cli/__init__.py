"""The command line: one file per command. Nothing heavy is imported to show a help text."""

from __future__ import annotations

from typing import Annotated

import typer

from mtool import __version__
from mtool.cli import (
    areas,
    audit,
    cite,
    compare,
    config,
    doctor,
    export,
    forget,
    history,
    ingest,
    init,
    plot,
    query,
    review,
    rollback,
    run,
    schedule,
    schema,
    status,
    summarize,
    tables,
    template,
    trace,
    validate,
    verify,
)

EVERY_DAY, LOOK, PREPARE, KEEP = "Every day", "Look", "Prepare", "Keep"

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
    language: Annotated[
        str | None,
        typer.Option("--lang", metavar="en|fr", help="Language; may stand anywhere on the line."),
    ] = None,
) -> None:
    """Tables out of mine action reports: checked, summed, traceable to the cell."""


for panel, modules in (
    (EVERY_DAY, (ingest, validate, summarize, audit, export, run)),
    (LOOK, (plot, tables, trace, compare, query, cite, status)),
    (PREPARE, (init, review, template, forget, schedule, config)),
    (KEEP, (history, rollback, verify, doctor)),
):
    for module in modules:
        app.command(module.__name__.rpartition(".")[2], rich_help_panel=panel)(module.command)
app.add_typer(schema.app, name="schema", rich_help_panel=PREPARE)
app.add_typer(areas.app, name="areas", rich_help_panel=PREPARE)


def run_in_language(arguments: list[str]) -> None:
    """Run a command line, with messages and help in the language asked for."""
    from mtool.config import language_setting
    from mtool.language import taken_from, use_language

    asked, rest = taken_from(arguments)
    language = language_setting(asked, rest)
    use_language(language)
    from mtool.cli.translation import in_language, refusing_plainly

    command = refusing_plainly(typer.main.get_command(app))
    if language != "en":
        command = in_language(command, language)
    command(rest, prog_name="mtool")
