"""The command line: one file per command. Nothing heavy is imported to show a help text."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer

from mtool import __version__

EVERY_DAY, LOOK, PREPARE, KEEP = "Every day", "Look", "Prepare", "Keep"
#: The commands, each a module of this package with a function `command`, in the order of help.
COMMANDS = {
    EVERY_DAY: ("ingest", "validate", "summarize", "audit", "export", "run"),
    LOOK: ("plot", "tables", "trace", "compare", "query", "cite", "status"),
    PREPARE: ("init", "review", "template", "forget", "schedule", "config"),
    KEEP: ("history", "rollback", "verify", "doctor"),
}
#: Commands with commands of their own, each a module with an `app`.
GROUPS = {PREPARE: ("schema", "areas")}


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mtool {__version__}")
        raise typer.Exit


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


def app_of(first: str = "") -> typer.Typer:
    """The command line with the command named, or with every command where none is of that name."""
    app = typer.Typer(
        name="mtool",
        help="Tables out of mine action reports: checked, summed, traceable to the cell.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(top)
    known = {name for named in (COMMANDS, GROUPS) for names in named.values() for name in names}
    wanted = {first} & known or known
    for panel, names in COMMANDS.items():
        for name in (name for name in names if name in wanted):
            app.command(name, rich_help_panel=panel)(_module(name).command)
    for panel, names in GROUPS.items():
        for name in (name for name in names if name in wanted):
            app.add_typer(_module(name).app, name=name, rich_help_panel=panel)
    return app


def _module(name: str) -> Any:
    return import_module(f"mtool.cli.{name}")


def run_in_language(arguments: list[str]) -> None:
    """Run a command line, with messages and help in the language asked for."""
    from mtool.config import language_setting
    from mtool.language import taken_from, use_language

    asked, rest = taken_from(arguments)
    language = language_setting(asked, rest)
    use_language(language)
    # Only the command asked for is loaded; a wrong name is answered with all there are.
    app = app_of(rest[0] if rest else "")
    from mtool.cli.translation import in_language, refusing_plainly

    command = refusing_plainly(typer.main.get_command(app))
    if language != "en":
        command = in_language(command, language)
    command(rest, prog_name="mtool")
