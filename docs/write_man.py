"""Write docs/man/mtool.1, the manual page, from the program itself; with --check, compare only."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from mtool import __version__
from mtool.cli import app_of
from mtool.config import SETTINGS

OUT = Path(__file__).parent / "man" / "mtool.1"
CODES = Path(__file__).parent / "reference" / "exit-codes.md"
#: Variables that are no settings.
VARIABLES = {
    "MTOOL_WORKSPACE": "The workspace; --workspace comes first, the current folder and those above it after.",
    "NO_COLOR": "Without colours, whatever its value.",
}
FILES = {
    "mtool.toml": "Settings and declared sources of a workspace; it marks the workspace's folder.",
    "data/raw": "What the sources said, each file with its passport (*.passport.yaml).",
    "data/clean": "What mtool derives from it, published as one unit.",
    "schemas": "A workspace's own schemas, vocabularies and areas.",
}


def text(said: str) -> str:
    """Plain text as roff: nothing in it is a request, an escape or a word to be broken."""
    escaped = (
        said.replace("\\[", "[").replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    )
    escaped = escaped.replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")
    escaped = escaped.replace("“", "\\(lq").replace("”", "\\(rq").replace("…", "...")
    lines = (f"\\&{line}" if line.startswith(".") else line for line in escaped.splitlines())
    return "\n".join(
        re.sub("[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", line) for line in lines
    )


def bold(said: str) -> str:
    """Words to be typed as they stand."""
    return f"\\fB{text(said)}\\fR"


def page() -> str:
    """The whole page."""
    app = app_of()
    top = typer.main.get_command(app)
    context = typer.Context(top, info_name="mtool", **app.info.context_settings)
    summary = (top.help or "").rstrip(".")
    parts = [
        f'.TH MTOOL 1 "" "mtool {text(__version__)}" "User Commands"',
        ".nh",
        ".ad l",
        ".SH NAME",
        f"mtool \\- {text(summary[:1].lower() + summary[1:])}",
        ".SH SYNOPSIS",
        f"{bold('mtool')} [{bold('--lang')} en|fr] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR ...]",
        ".SH DESCRIPTION",
        text(top.help or ""),
        *_options(top, context),
    ]
    panels: dict[str, list[str]] = {}
    for command, inner in _commands(top, context):
        panel = command.rich_help_panel or inner.parent.command.rich_help_panel
        panels.setdefault(panel, []).extend(_command(command, inner))
    for panel, lines in panels.items():
        parts += [f'.SH "COMMANDS: {text(panel.upper())}"', *lines]
    return "\n".join([*parts, *_ends()]) + "\n"


def _commands(group: Any, context: Any) -> Iterator[tuple[Any, Any]]:
    """Every command with its context; a group gives those within it."""
    for name, command in group.commands.items():
        inner = typer.Context(command, info_name=name, parent=context)
        if getattr(command, "commands", None):
            yield from _commands(command, inner)
        else:
            yield command, inner


def _command(command: Any, context: Any) -> Iterator[str]:
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f'.SS "{text(context.command_path)}"'
    yield f"{bold(context.command_path)} {text(pieces)}"
    for paragraph in (command.help or "").split("\n\n"):
        yield ".PP"
        opening, example, words = paragraph.partition("Example: ")
        yield text(paragraph) if not example else f"{text(opening + example)}{bold(words)}"
    yield from _options(command, context)


def _options(command: Any, context: Any) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record:
            yield ".TP"
            yield bold(record[0])
            yield text(" ".join(record[1].split()))


def _ends() -> Iterator[str]:
    yield '.SH "EXIT STATUS"'
    for code, when in re.findall(
        r"^\| (\d+) \| [A-Z_]+ \| (.+) \|$", CODES.read_text("utf-8"), re.M
    ):
        yield from (".TP", bold(code), text(when.replace("`", "").replace("\\|", "|")))
    yield ".SH ENVIRONMENT"
    for name, setting in SETTINGS.items():
        expected = f" One of {', '.join(setting.choices)}." if setting.choices else ""
        default = f" Default: {setting.default}." if setting.default else ""
        told = setting.purpose[:1].upper() + setting.purpose[1:]
        yield from (".TP", bold(f"MTOOL_{name.upper()}"), text(f"{told}.{expected}{default}"))
    for name, told in VARIABLES.items():
        yield from (".TP", bold(name), text(told))
    yield ".SH FILES"
    for name, what in FILES.items():
        yield from (".TP", f"\\fI{text(name)}\\fR", text(what))


if __name__ == "__main__":
    if "--check" in sys.argv:
        same = OUT.read_text(encoding="utf-8") == page()
        sys.exit(0 if same else f"{OUT.name} is not what the program says; write it anew")
    OUT.write_text(page(), encoding="utf-8", newline="\n")
