"""`mtool status`: how the workspace is doing."""

from __future__ import annotations

from typing import Any

from mtool.cli.options import Format, FormatOption, WorkspaceOption
from mtool.cli.render import envelope, say, show, write_json, write_rows
from mtool.language import counted, translated


def command(workspace: WorkspaceOption = None, output: FormatOption = Format.table) -> None:
    """Show the last runs, the age of each dataset, what is due and what waits for a person.

    Example: mtool status
    """
    from mtool.pipeline.status import status
    from mtool.workspace import find_workspace

    found = status(find_workspace(workspace))
    if output in (Format.json, Format.jsonl):
        write_json(envelope("status", found))
        return
    _show("datasets", ("dataset", "rows", "published", "age_days"), found["datasets"], output)
    _show("runs", ("run", "what", "plan", "code", "changed"), found["runs"], output)
    _show("due", ("run", "every", "last", "code", "due", "why"), found["due"], output)
    if output is not Format.csv:
        show(_waiting(found["waiting"]))


def _show(title: str, header: tuple[str, ...], rows: list[dict[str, Any]], output: Format) -> None:
    if rows:
        cells = [[_cell(row[name]) for name in header] for row in rows]
        if output is not Format.csv:
            cells = [[translated(c) if isinstance(c, str) else c for c in row] for row in cells]
        write_rows(output, header, cells, title)
    else:
        say(f"{title}: none yet")


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _waiting(waiting: dict[str, int]) -> str:
    if not any(waiting.values()):
        return "nothing waits for a person"
    counts = ", ".join(
        translated(counted(count, what[:-1])) for what, count in waiting.items() if count
    )
    return f"waiting for a person: {counts}; see mtool review"
