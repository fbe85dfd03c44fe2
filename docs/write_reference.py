"""Write docs/reference/commands.md from what `--help` prints; with --check, compare only."""

from __future__ import annotations

import sys
from pathlib import Path

from typer.testing import CliRunner

from mtool.cli import app_of

OUT = Path(__file__).parent / "reference" / "commands.md"
APP = app_of()
HEAD = """# Commands

Written from the program by `docs/write_reference.py`; so is the manual page, `docs/man/mtool.1`, by
`docs/write_man.py`. `pip install` puts it into `share/man/man1` of its environment, where `man mtool`
finds it while the environment is active; `pipx install` makes it known to everybody's `man`. From a
checkout:

```sh
man -l docs/man/mtool.1
install -Dm644 docs/man/mtool.1 ~/.local/share/man/man1/mtool.1
```
"""


def names() -> list[tuple[str, ...]]:
    """Every command and subcommand, in the order of the help text."""
    found: list[tuple[str, ...]] = []
    for command in APP.registered_commands:
        found.append((command.name or "",))
    for group in APP.registered_groups:
        inner = group.typer_instance
        assert inner is not None
        for command in inner.registered_commands:
            name = command.name or getattr(command.callback, "__name__", "")
            found.append((group.name or "", name))
    return found


def text() -> str:
    """The whole reference."""
    runner = CliRunner()
    wide = {"COLUMNS": "88", "TERMINAL_WIDTH": "88", "NO_COLOR": "1"}
    parts = [HEAD]
    for name in names():
        shown = runner.invoke(APP, [*name, "--help"], prog_name="mtool", env=wide).output
        lines = "\n".join(line.rstrip() for line in shown.strip().splitlines())
        parts.append(f"\n## mtool {' '.join(name)}\n\n```text\n{lines}\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    if "--check" in sys.argv:
        same = OUT.read_text(encoding="utf-8") == text()
        sys.exit(0 if same else f"{OUT.name} is not what the program says; write it anew")
    OUT.write_text(text(), encoding="utf-8", newline="\n")
