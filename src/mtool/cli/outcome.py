"""How `ingest` and `run` end: what was published, what was found, and the exit code."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from mtool.cli.options import FailOn, Format
from mtool.cli.render import envelope, say, write_findings, write_json
from mtool.errors import ExitCode, worst

if TYPE_CHECKING:
    from mtool.pipeline import Outcome
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
) -> None:
    """Show an outcome and exit with its code."""
    output, fail_on, limit, quiet = options
    if output is Format.json:
        write_json(envelope(command, _as_json(outcome)))
    elif not quiet or output in (Format.csv, Format.jsonl):
        write_findings(outcome.report, output, limit)
    if output in (Format.table, Format.md):
        _tell(workspace, outcome)
    raise typer.Exit(exit_code(outcome, fail_on or workspace.config["fail_on"]))


def exit_code(outcome: Outcome, fail_on: str) -> ExitCode:
    """Failures by their own code; findings that count give 1, as does an outcome without rows."""
    codes = [code for _, code in outcome.failures]
    if outcome.report.failed(fail_on) or (not outcome.datasets and fail_on != "never"):
        codes.append(ExitCode.FINDINGS)
    return worst(codes)


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "changed": outcome.changed,
        "fetched": outcome.fetched,
        "datasets": outcome.datasets,
        "kept_last_good": list(outcome.kept),
        "failures": [message for message, _ in outcome.failures],
        "checked": asdict(outcome.report.checked),
        "findings": [finding.as_json() for finding in outcome.report],
    }


def _tell(workspace: Workspace, outcome: Outcome) -> None:
    rows = ", ".join(f"{name} {count} rows" for name, count in outcome.datasets.items())
    known = sum(f.acknowledged for f in outcome.report)
    totals = [f for f in outcome.report if f.rule.startswith("control_total")]
    agree = sum(f.verdict == "supported" for f in totals)
    said = (
        f"{rows or 'no rows'}; {agree} of {len(totals)} control totals reconcile; "
        f"{known} acknowledged findings"
    )
    for state, words in _STATES.items():
        names = [name for name, found in outcome.fetched.items() if found == state]
        if names:
            say(f"{words}: {', '.join(names)}")
    for finding in outcome.report:
        if finding.rule in _TOLD:
            say(finding.message)
    if outcome.kept:
        say(f"kept the last good rows of: {', '.join(outcome.kept)}")
    if outcome.changed:
        say(f"published {workspace.relative(workspace.clean)}: {said}")
    else:
        say(f"nothing changed: {said}")
