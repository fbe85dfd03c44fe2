"""`mtool history`: what each run did."""

from __future__ import annotations

from dataclasses import asdict

from mtool.cli.options import Format, FormatOption, LimitOption, WorkspaceOption
from mtool.cli.render import envelope, say, write_json, write_json_lines, write_rows
from mtool.language import translated


def command(
    limit: LimitOption = 20, workspace: WorkspaceOption = None, output: FormatOption = Format.table
) -> None:
    """List the last runs, the newest first, and which of their states can be brought back.

    Example: mtool history
    """
    from mtool.pipeline.history import read_runs
    from mtool.pipeline.states import kept_states
    from mtool.workspace import find_workspace

    opened = find_workspace(workspace)
    kept = {state.run for state in kept_states(opened)}
    runs = [
        asdict(run) | {"kept": run.run in kept}
        for run in reversed(read_runs(opened)[-limit:] if limit else [])
    ]
    if output is Format.json:
        write_json(envelope("history", {"runs": runs}))
    elif output is Format.jsonl:
        write_json_lines(runs)
    elif runs:
        header = ("run", "what", "code", "published", "kept", "rows")
        write_rows(output, header, [_row(run, output) for run in runs])
    else:
        say("no runs yet; make one with: mtool run")


def _row(run: dict[str, object], output: Format) -> list[object]:
    rows = run["rows"]
    assert isinstance(rows, dict)
    counts = ", ".join(f"{name} {count}" for name, count in rows.items())
    told = run["withheld"] or (f"back to {run['restored']}" if run["restored"] else counts)
    what = f"{run['what']} {run['plan']}".strip()
    published, kept = ("yes" if run[n] else "no" for n in ("changed", "kept"))
    if output is not Format.csv:
        published, kept = translated(published), translated(kept)
    return [
        run["run"],
        what,
        run["code"],
        published,
        kept,
        told if output is Format.csv else translated(str(told)),
    ]
