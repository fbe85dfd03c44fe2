"""The steps in order: read the raw files, derive, assemble, publish `data/clean` as one unit.

A source that mtool cannot trust keeps its last good rows; a source that contradicts itself is
published as printed, its findings beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mtool.assemble import assemble
from mtool.derive_sources import derive_sources
from mtool.errors import ExitCode, UsageError
from mtool.history import record_run
from mtool.model import Report
from mtool.publishing import publish, recover
from mtool.standing import standing_report
from mtool.workspace import Workspace


@dataclass(frozen=True)
class Outcome:
    """What a run did. `failures` are sources that could not be read at all, with their code."""

    report: Report
    datasets: dict[str, int] = field(default_factory=dict)
    changed: bool = True
    failures: tuple[tuple[str, ExitCode], ...] = ()
    kept: tuple[str, ...] = ()


def derive_workspace(workspace: Workspace, *, force: bool = False, accept: bool = False) -> Outcome:
    """Derive `data/clean` from `data/raw` and publish it, unless nothing has changed.

    Passports that need review are not published, unless `accept` says so for this run.
    """
    recover(workspace.clean)
    empty = not workspace.raw.is_dir() or not any(workspace.raw_files())
    if empty and not (workspace.clean / "manifest.json").is_file():
        raise UsageError(f"{workspace.raw}: no raw files yet; add one with: mtool ingest FILE")
    if not force and not accept and (standing := standing_report(workspace)):
        report, rows = standing
        return Outcome(report, rows, changed=False)
    made = assemble(workspace, derive_sources(workspace), accept=accept)
    changed = publish(workspace, made.clean)
    outcome = Outcome(made.clean.report, made.rows, changed, made.failures, made.kept)
    record_run(workspace, outcome)
    return outcome
