"""`mtool config`: each setting and where its value comes from, and the declared sources."""

from __future__ import annotations

from mtool.cli.options import Format, FormatOption, WorkspaceOption
from mtool.cli.render import envelope, write_json, write_rows
from mtool.language import translated


def command(workspace: WorkspaceOption = None, output: FormatOption = Format.table) -> None:
    """Show each setting, its value and where it came from, and the declared sources.

    Example: mtool config
    """
    from mtool.config import SETTINGS
    from mtool.sources import find_source
    from mtool.sources.declared import declared_sources
    from mtool.workspace import find_workspace

    opened = find_workspace(workspace)
    rows: list[tuple[str, ...]] = [
        (name, value.text, value.origin, SETTINGS[name].purpose)
        for name, value in opened.config.values.items()
    ]
    sources = [
        {"id": known.id, "kind": find_source(known.uri, known.kind).name, "uri": known.uri}
        for known in declared_sources(opened.config)
    ]
    if output is Format.json:
        settings = {n: {"value": v, "origin": o, "purpose": p} for n, v, o, p in rows}
        content = {"workspace": str(opened.root), "settings": settings, "sources": sources}
        write_json(envelope("config", content))
    else:
        if output in (Format.table, Format.md):
            rows = [(*row, translated(purpose)) for *row, purpose in rows]
        rows += [
            (f"source {known['id']}", known["uri"], str(opened.config.file), known["kind"])
            for known in sources
        ]
        write_rows(output, ("setting", "value", "origin", "purpose"), rows, str(opened.root))
