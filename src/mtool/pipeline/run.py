"""The steps in order: read the raw files, derive, assemble, publish `data/clean` as one unit.

A source that mtool cannot trust keeps its last good rows; a source that contradicts itself is
published as printed, its findings beside it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mtool import __version__
from mtool.clean import write_clean
from mtool.errors import MtoolError, UsageError
from mtool.model import Finding, Report
from mtool.passport import passport_path, read_passport
from mtool.pipeline.assemble import Assembled, assemble
from mtool.pipeline.derive_sources import derive_sources
from mtool.pipeline.derived_cache import DerivedCache
from mtool.pipeline.fetch_sources import Intake, fetch_declared
from mtool.pipeline.fingerprint import basis_of, fingerprint
from mtool.pipeline.guards import guard_age
from mtool.pipeline.history import (
    RunRecord,
    new_run_id,
    read_runs,
    record_run,
    timestamp,
)
from mtool.pipeline.locks import only_run
from mtool.pipeline.mending import bring_back
from mtool.pipeline.outcome import Outcome
from mtool.pipeline.publishing import publish, recover
from mtool.pipeline.run_exports import check_exports, clear_unfinished, write_exports
from mtool.pipeline.run_plan import RunPlan
from mtool.pipeline.standing import inputs_of, standing_outcome
from mtool.pipeline.states import drop_unpublished, keep_state, keep_unknown, prune_states, state_of
from mtool.whole_files import told_in_a_sentence
from mtool.workspace import Workspace


@dataclass(frozen=True)
class RunRequest:
    """How to run: by which plan, whether to derive what is unchanged, to publish what waits for a
    look, and how many seconds to wait for the lock. `what` is run or ingest, for the history;
    `offline` works from what was fetched before."""

    plan: RunPlan = RunPlan()
    force: bool = False
    accept: bool = False
    wait: float = 0
    fail_on: str = ""
    what: str = "run"
    offline: bool = False


def run(workspace: Workspace, request: RunRequest = RunRequest()) -> Outcome:
    """Fetch the sources that `mtool.toml` declares, then derive and publish."""
    with only_run(workspace, request.wait), told_in_a_sentence():
        intake = fetch_declared(workspace, offline=request.offline)
        return derive_workspace(workspace, request, intake)


def derive_workspace(
    workspace: Workspace, request: RunRequest = RunRequest(), intake: Intake = Intake()
) -> Outcome:
    """Derive `data/clean` from `data/raw` and publish it, unless nothing has changed.

    What fetching found (`intake`) belongs to this run only; it never enters `data/clean`.

    Passports that need review are not published, unless `accept` says so for this run. Raises
    `TryAgainLater` when another run holds the workspace, or the disk is full.
    """
    check_exports(request.plan)
    with only_run(workspace, request.wait), told_in_a_sentence():
        recover(workspace)
        drop_unpublished(workspace, [run.run for run in read_runs(workspace)])
        clear_unfinished(workspace, request.plan)
        began = time.monotonic()
        outcome = _derived_or_standing(workspace, request)
        outcome = _with_ages(workspace, request.plan, _with_intake(outcome, intake))
        if not outcome.withheld:
            outcome = _with_exports(workspace, request.plan, outcome)
        _record(workspace, request, outcome, time.monotonic() - began)
        return outcome


def _with_intake(outcome: Outcome, intake: Intake) -> Outcome:
    report = Report((*intake.findings, *outcome.report.findings), outcome.report.checked)
    failures = (*intake.failures, *outcome.failures)
    return replace(outcome, report=report, failures=failures, fetched=dict(intake.states))


def _derived_or_standing(workspace: Workspace, request: RunRequest) -> Outcome:
    run = new_run_id()
    empty = not any(workspace.raw_files())
    if empty and not (workspace.clean / "manifest.json").is_file():
        raise UsageError(f"{workspace.raw}: no raw files yet; add one with: mtool ingest FILE")
    brought_back = bring_back(workspace, run)
    notes = (brought_back,) if brought_back else ()
    if not request.force and not request.accept:
        standing = standing_outcome(workspace, basis_of(workspace, request.plan.name))
        if standing:
            notes = (*notes, *standing.notes)
            return replace(standing, run=run, changed=bool(brought_back), notes=notes)
    cache = DerivedCache(workspace, request.plan.audit, fresh=request.force)
    results = derive_sources(workspace, plan=request.plan, cache=cache)
    made = assemble(workspace, results, plan=request.plan, accept=request.accept)
    cache.prune()
    outcome = replace(made.outcome(changed=bool(notes)), run=run, notes=notes)
    return outcome if made.withheld else _published(workspace, made, outcome)


def _published(workspace: Workspace, made: Assembled, outcome: Outcome) -> Outcome:
    keep = workspace.config.keep_states

    def keep_both(staged: Path) -> None:
        if keep:
            keep_unknown(workspace, outcome.run)
            keep_state(workspace, outcome.run, staged)

    done = publish(
        workspace, lambda folder: write_clean(made.clean, folder, __version__), keep_both
    )
    if keep and not done.changed and not state_of(workspace, workspace.clean):
        keep_state(workspace, outcome.run, workspace.clean)
    prune_states(workspace, keep)
    changed = done.changed or bool(outcome.notes)
    return replace(outcome, changed=changed, notes=(*outcome.notes, *done.notes))


def _with_ages(workspace: Workspace, plan: RunPlan, outcome: Outcome) -> Outcome:
    """Add the findings that depend on the clock, which are never part of `data/clean`."""
    if not plan.has_ages:
        return outcome
    old = tuple(_too_old(workspace, plan))
    report = Report((*outcome.report.findings, *old), outcome.report.checked)
    return replace(outcome, report=report)


def _too_old(workspace: Workspace, plan: RunPlan) -> Iterator[Finding]:
    for raw in workspace.raw_files():
        try:
            passport = read_passport(passport_path(raw))
        except (MtoolError, OSError):
            continue  # Said already: the source could not be read.
        path = workspace.relative(raw)
        if plan.wants(passport.source.id, path):
            yield from guard_age(raw, path, passport, plan.rules(passport.source.id, path))


def _with_exports(workspace: Workspace, plan: RunPlan, outcome: Outcome) -> Outcome:
    """An export that fails is told with its code; what was published stays."""
    try:
        return replace(outcome, exported=tuple(write_exports(workspace, plan)))
    except MtoolError as failure:
        failures = (*outcome.failures, (str(failure), failure.exit_code))
        return replace(outcome, failures=failures)


def _record(workspace: Workspace, request: RunRequest, outcome: Outcome, seconds: float) -> None:
    fail_on = request.fail_on or workspace.config["fail_on"]
    record_run(
        workspace,
        RunRecord(
            run=outcome.run,
            time=timestamp(),
            what=request.what,
            plan=request.plan.name,
            code=int(outcome.exit_code(fail_on)),
            changed=outcome.changed,
            seconds=round(seconds, 3),
            rows=outcome.datasets,
            findings=len(outcome.report.findings),
            failures=tuple((message, int(code)) for message, code in outcome.failures),
            kept_last_good=outcome.kept,
            withheld=outcome.withheld,
            basis=basis_of(workspace, request.plan.name),
            inputs=fingerprint(inputs_of(workspace)),
            restored=outcome.restored,
        ),
    )
