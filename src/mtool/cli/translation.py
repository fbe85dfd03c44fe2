"""Help texts and Typer's own messages in the language in use."""

from __future__ import annotations

import gettext
import os
from typing import Any

from mtool.language import catalogues, translated


def in_language(command: Any, language: str) -> Any:
    """The command with every help text below it translated.

    Typer asks gettext for its own words; the catalogue has them, too.
    """
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("mtool", catalogues())
    gettext.textdomain("mtool")
    _translate(command)
    return command


def _translate(command: Any) -> None:
    for name in ("help", "short_help", "epilog", "rich_help_panel"):
        text = getattr(command, name, None)
        if isinstance(text, str):
            setattr(command, name, translated(text))
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text:
            parameter.help = translated(text)
    _translate_of_typer(command)
    for inner in getattr(command, "commands", {}).values():
        _translate(inner)


def _translate_of_typer(command: Any) -> None:
    """What Typer says in English whatever gettext knows: the usage line and `--help` itself."""
    usage, option = command.get_usage, command.get_help_option

    def translated_usage(context: Any) -> str:
        said = str(usage(context))
        return said.replace("Usage:", translated("Usage:"), 1)

    def translated_option(context: Any) -> Any:
        found = option(context)
        if found is not None:
            found.help = translated(found.help or "")
        return found

    command.get_usage, command.get_help_option = translated_usage, translated_option
