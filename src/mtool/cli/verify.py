"""`mtool verify`: everything hashed again."""

from __future__ import annotations

from dataclasses import asdict

import typer

from mtool.cli.options import Format, FormatOption, QuietOption, WorkspaceOption
from mtool.cli.render import envelope, say, write_json, write_rows
from mtool.errors import ExitCode
from mtool.language import translated

HEADER = ("what", "path", "state", "detail")


def command(
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
    quiet: QuietOption = False,
) -> None:
    """Hash raw files, data/clean and the kept states again; say what is good, old or damaged.

    Example: mtool verify
    """
    from mtool.pipeline.verify import verify
    from mtool.workspace import find_workspace

    found = verify(find_workspace(workspace))
    failed = [item for item in found if item.failed]
    if output in (Format.json, Format.jsonl):
        items = [asdict(item) for item in found]
        write_json(envelope("verify", {"valid": not failed, "looked_at": items}))
    elif failed or not quiet:
        shown = failed if quiet else found
        rows = [[getattr(item, name) for name in HEADER] for item in shown]
        if output is not Format.csv:
            rows = [[translated(a), b, translated(c), translated(d)] for a, b, c, d in rows]
        write_rows(output, HEADER, rows)
    said = f"damaged or missing: {len(failed)} of {len(found)}" if failed else "all is well"
    say(said if found else "nothing to look at yet")
    raise typer.Exit(ExitCode.FINDINGS if failed or not found else ExitCode.CLEAN)
