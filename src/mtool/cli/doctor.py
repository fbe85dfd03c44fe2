"""`mtool doctor`: what may stand in the way here."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mtool.cli.options import Format, FormatOption, QuietOption, WorkspaceOption
from mtool.cli.render import envelope, say, write_json, write_rows
from mtool.errors import ExitCode
from mtool.language import translated

HEADER = ("what", "state", "detail", "cure")


def command(
    network: Annotated[
        bool, typer.Option("--network", help="Ask the hosts of declared sources, too.")
    ] = False,
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
    quiet: QuietOption = False,
) -> None:
    """Look at the environment, the extras and the workspace; say what is wrong and what cures it.

    Nothing is sent anywhere without --network.

    Example: mtool doctor --network
    """
    from mtool.doctor import examine

    found = examine(workspace, network=network)
    failed = [item for item in found if item.state == "failed"]
    if output in (Format.json, Format.jsonl):
        items = [asdict(item) for item in found]
        write_json(envelope("doctor", {"healthy": not failed, "looked_at": items}))
    else:
        shown = failed if quiet else found
        if shown:
            rows = [[getattr(item, name) for name in HEADER] for item in shown]
            if output is not Format.csv:
                rows = [list(map(translated, row)) for row in rows]
            write_rows(output, HEADER, rows)
    say(f"in the way: {len(failed)} of {len(found)}" if failed else "nothing is in the way")
    raise typer.Exit(ExitCode.FINDINGS if failed else ExitCode.CLEAN)
