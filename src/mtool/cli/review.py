"""`mtool review`: what waits for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from mtool.cli.options import Format, FormatOption, WaitOption, WorkspaceOption
from mtool.cli.render import envelope, say, write_json, write_rows
from mtool.language import translated

HEADER = ("what", "where", "why", "do")


def command(
    accept: Annotated[
        list[str] | None, typer.Option("--accept", help="A source whose passport is right.")
    ] = None,
    acknowledge: Annotated[
        str | None, typer.Option("--acknowledge", help="The rule of a finding looked at.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="Its place, such as B4 or 'line 96, column 2'.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why it may stand.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who looked at it.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Its source or file.")] = None,
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
    wait: WaitOption = 0,
) -> None:
    """List what waits for a person; accept a passport, or acknowledge a finding.

    Example: mtool review --acknowledge control_total_row --at B4
    --reason 'as printed; asked the operator'
    """
    from mtool.review import Looked, accept_source, acknowledge_finding, waiting
    from mtool.workspace import find_workspace

    opened = find_workspace(workspace)
    for name in accept or []:
        say(f"accepted {accept_source(opened, name, wait)}")
    if acknowledge:
        looked = Looked(acknowledge, at or "", reason or "", by or "", source or "")
        say(f"acknowledged in {acknowledge_finding(opened, looked, wait)}")
    if accept or acknowledge:
        say("derive data/clean again with: mtool run")
        return
    rows = waiting(opened)
    if output is Format.json:
        items = [dict(zip(HEADER, row, strict=True)) for row in rows]
        write_json(envelope("review", {"waiting": items}))
    elif rows:
        if output is not Format.csv:
            rows = [(translated(a), b, translated(c), translated(d)) for a, b, c, d in rows]
        write_rows(output, HEADER, rows)
    else:
        say("nothing waits for a person")
