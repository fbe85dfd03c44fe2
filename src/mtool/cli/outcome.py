"""How `ingest` and `run` end: what was published, what was found, and the exit code."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from mtool.cli.options import FailOn, Format
from mtool.cli.render import envelope, say, write_findings, write_json, write_rows
from mtool.language import colon, counted, translated

if TYPE_CHECKING:
    from mtool.pipeline.outcome import Outcome
    from mtool.pipeline.preview import Preview
    from mtool.workspace import Workspace


_STATES = {
    "new": "fetched for the first time",
    "changed": "fetched, changed",
    "unchanged": "fetched, unchanged",
    "offline": "offline, as fetched before",
    "failed": "not fetched",
}
#: What fetching says of its own choice and of what changed, whether or not anything is wrong.
_TOLD = ("resource_chosen", "feed_updated")


def finish(
    command: str,
    workspace: Workspace,
    outcome: Outcome,
    options: tuple[Format, FailOn | None, int, bool],
    *,
    told: bool = False,
) -> None:
    """Show an outcome and exit with its code; `told` when a log has said already how it ended."""
    output, fail_on, limit, quiet = options
    if output is Format.json:
        write_json(envelope(command, _as_json(outcome)))
    elif not quiet or output in (Format.csv, Format.jsonl):
        write_findings(outcome.report, output, limit)
    if output in (Format.table, Format.md) and not told:
        shown = set() if quiet else {finding.message for finding in outcome.report}
        for message, _ in outcome.failures:
            if message not in shown:
                say(f"failed: {message}")
        _tell(workspace, outcome)
    raise typer.Exit(outcome.exit_code(fail_on or workspace.config["fail_on"]))


def show_preview(preview: Preview, options: tuple[Format, FailOn | None, int, bool]) -> None:
    """Show what a run would change; nothing was written."""
    output, _, limit, quiet = options
    header = ("what", "name", "change", "detail")
    if output in (Format.json, Format.jsonl):
        changes = [dict(zip(header, row, strict=True)) for row in preview.rows]
        write_json(
            envelope("run", {"dry_run": True, "changes": changes} | _as_json(preview.outcome))
        )
        return
    if not quiet:
        rows = preview.rows
        if output is not Format.csv:
            rows = tuple((translated(a), b, translated(c), translated(d)) for a, b, c, d in rows)
        write_rows(output, header, rows)
    if output is Format.table and not quiet:
        write_findings(preview.outcome.report, output, limit)
    would = "would publish" if preview.outcome.changed else "would publish nothing"
    if preview.outcome.withheld:
        would += f": {preview.outcome.withheld}"
    say(f"dry run: {would}; nothing was written")


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "run": outcome.run,
        "changed": outcome.changed,
        "fetched": outcome.fetched,
        "datasets": outcome.datasets,
        "kept_last_good": list(outcome.kept),
        "held_back": list(outcome.held_back),
        "withheld": outcome.withheld,
        "exported": list(outcome.exported),
        "notes": list(outcome.notes),
        "failures": [message for message, _ in outcome.failures],
        "checked": asdict(outcome.report.checked),
        "findings": [finding.as_json() for finding in outcome.report],
    }


def _tell(workspace: Workspace, outcome: Outcome) -> None:
    rows = ", ".join(
        f"{name} {translated(counted(count, 'row'))}" for name, count in outcome.datasets.items()
    )
    known = sum(f.acknowledged for f in outcome.report)
    totals = [f for f in outcome.report if f.rule.startswith("control_total")]
    agree = sum(f.verdict == "supported" for f in totals)
    said = (
        f"{rows or 'no rows'}; {agree} of {len(totals)} control totals reconcile; "
        f"{counted(known, 'acknowledged finding')}"
    )
    for state, words in _STATES.items():
        names = [name for name, found in outcome.fetched.items() if found == state]
        if names:
            say(f"{translated(words)}{colon()} {', '.join(names)}")
    for finding in outcome.report:
        if finding.rule in _TOLD:
            say(finding.message)
    if outcome.held_back:
        say(
            f"nothing new is published of: {', '.join(outcome.held_back)}; correct what is said above, "
            "accept it with mtool review, or let its good rows through with `quarantine: true` in its passport"
        )
    if outcome.kept:
        say(f"kept the last good rows of: {', '.join(outcome.kept)}")
    for note in outcome.notes:
        say(f"note: {note}")
    if outcome.exported:
        say(f"wrote {', '.join(outcome.exported)}")
    if outcome.withheld:
        say(f"nothing published: {outcome.withheld}; data/clean is as it was before")
    elif outcome.changed:
        say(f"published {workspace.relative(workspace.clean)}: {said}")
    else:
        say(f"nothing changed: {said}")
