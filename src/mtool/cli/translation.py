"""Help texts and Typer's own messages in the language in use."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable
from typing import Any

from typer.exceptions import TyperException

from mtool.language import catalogues, translated

#: What Typer passes on from its parser, in words for people.
PLAIN = {
    "Value error, ": "",
    "Input should be a valid integer, unable to parse string as an integer": "expected a whole number",
    "Input should be a valid number, unable to parse string as a number": "expected a number",
    "Input should be greater than or equal to": "expected at least",
    "does not match the formats '%Y-%m-%d'": "is not a day such as 2023-11-30",
}


def in_language(command: Any, language: str) -> Any:
    """The command with every help text below it translated.

    Typer asks gettext for its own words; the catalogue has them, too.
    """
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("mtool", catalogues())
    gettext.textdomain("mtool")
    _translate(command)
    return command


def refusing_plainly(command: Any) -> Any:
    """The command with what Typer says of wrong use in the language in use, without jargon."""

    def plainly(step: Callable[..., Any]) -> Callable[..., Any]:
        def taken(*given: Any, **named: Any) -> Any:
            try:
                return step(*given, **named)
            except TyperException as refusal:
                said = translated(_plain(refusal.format_message()))
                refusal.format_message = lambda: said  # type: ignore[method-assign]
                raise

        return taken

    command.make_context, command.invoke = plainly(command.make_context), plainly(command.invoke)
    return command


def _plain(said: str) -> str:
    for jargon, words in PLAIN.items():
        said = said.replace(jargon, words)
    return said


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
        said = str(usage(context)).replace("Usage:", translated("Usage:"), 1)
        return said.replace("COMMAND [ARGS]...", translated("COMMAND [ARGS]..."))

    def translated_option(context: Any) -> Any:
        found = option(context)
        if found is not None:
            found.help = translated(found.help or "")
        return found

    command.get_usage, command.get_help_option = translated_usage, translated_option
