"""`mtool run`: the whole pipeline, for cron."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtool.cli.options import (
    FailOn,
    FailOnOption,
    Format,
    FormatOption,
    LimitOption,
    LogFormat,
    OfflineOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
)
from mtool.cli.outcome import finish, show_preview
from mtool.cli.progress import progress_shown
from mtool.cli.render import say

if TYPE_CHECKING:
    from mtool.pipeline.run import RunRequest
    from mtool.workspace import Workspace


def command(
    name: Annotated[
        str,
        typer.Argument(help="A run described as \\[run.NAME] in mtool.toml.", show_default=False),
    ] = "",
    workspace: WorkspaceOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would change; write nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Derive again even if nothing changed.")
    ] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Publish what waits for a look or a guard stopped, once."),
    ] = False,
    wait: WaitOption = 0,
    metrics: Annotated[
        Path | None, typer.Option("--metrics", help="A file for Prometheus metrics.")
    ] = None,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="What stands on standard error.")
    ] = LogFormat.text,
    offline: OfflineOption = False,
    output: FormatOption = Format.table,
    fail_on: FailOnOption = None,
    limit: LimitOption = 3,
    quiet: QuietOption = False,
) -> None:
    """Fetch the declared sources, derive data/clean again, publish it, write the exports.

    Example: mtool run --quiet
    """
    from mtool.pipeline.run import RunRequest
    from mtool.pipeline.run_plan import read_plan
    from mtool.pipeline.telling import Told, run_and_tell
    from mtool.workspace import find_workspace

    opened = find_workspace(workspace)
    request = RunRequest(
        read_plan(opened, name), force, accept, wait, fail_on or "", offline=offline
    )
    if dry_run:
        _preview(opened, request, (output, fail_on, limit, quiet))
    json_log = log_format is LogFormat.json
    with progress_shown(wanted=not (quiet or json_log)):
        told = Told(json_log, metrics)
        outcome = run_and_tell(opened, request, told, _say_json if json_log else say)
    shown = replace(outcome, notes=()) if json_log else outcome
    finish("run", opened, shown, (output, fail_on, limit, quiet or json_log), told=json_log)


def _say_json(text: str) -> None:
    """A sentence as a line of a JSON log."""
    say(json.dumps({"level": "warning", "event": "note", "message": text}, ensure_ascii=False))


def _preview(
    workspace: Workspace, request: RunRequest, options: tuple[Format, FailOn | None, int, bool]
) -> None:
    from mtool.pipeline.preview import preview_run

    with progress_shown(wanted=not options[3]):
        preview = preview_run(workspace, request)
    show_preview(preview, options)
    raise typer.Exit(preview.outcome.exit_code(request.fail_on or workspace.config["fail_on"]))
