"""`mtool config`: each setting and where its value comes from."""

from __future__ import annotations

from mtool.cli.options import Format, FormatOption, WorkspaceOption
from mtool.cli.render import envelope, write_json, write_rows


def command(workspace: WorkspaceOption = None, output: FormatOption = Format.table) -> None:
    """Show each setting, its value and where it came from.

    Example: mtool config
    """
    from mtool.config import SETTINGS
    from mtool.workspace import find_workspace

    opened = find_workspace(workspace)
    rows = [
        (name, value.text, value.origin, SETTINGS[name].purpose)
        for name, value in opened.config.values.items()
    ]
    if output is Format.json:
        settings = {n: {"value": v, "origin": o, "purpose": p} for n, v, o, p in rows}
        write_json(envelope("config", {"workspace": str(opened.root), "settings": settings}))
    else:
        write_rows(output, ("setting", "value", "origin", "purpose"), rows, str(opened.root))
