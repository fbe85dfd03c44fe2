"""A run that tells: a log, metrics, a ping after every run, a webhook when one fails."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtool.errors import ExitCode, LockHeld, MissingExtra, MtoolError
from mtool.pipeline.outcome import Outcome
from mtool.pipeline.run import RunRequest, run
from mtool.pipeline.run_log import log_outcome, run_log
from mtool.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Told:
    """Where a run tells what it did: JSON on standard error, and a file of metrics."""

    json_log: bool = False
    metrics: Path | None = None


def run_and_tell(
    workspace: Workspace, request: RunRequest, told: Told, note: Callable[[str], None]
) -> Outcome:
    """Run, then tell; `note` gets a sentence for everything that could not be told.

    Whatever goes wrong while telling changes neither what was published nor the exit code.
    """
    metrics = told.metrics or _file(workspace, workspace.config["metrics"])
    if metrics:
        _check_metrics()
    began = time.monotonic()
    try:
        outcome = run(workspace, request)
    except MtoolError as error:
        _tell_failure(workspace, error, (told, metrics), note)
        raise
    fail_on = request.fail_on or workspace.config["fail_on"]
    with run_log(workspace, on_stderr=told.json_log) as logger:
        log_outcome(logger, outcome, fail_on)
    code = outcome.exit_code(fail_on)
    if metrics:
        _write_metrics(metrics, outcome, (code, time.monotonic() - began), note)
    _call(workspace, code, _summary(workspace, outcome, code), note)
    return outcome


def _file(workspace: Workspace, setting: str) -> Path | None:
    return workspace.root / setting if setting else None


def _tell_failure(
    workspace: Workspace,
    error: MtoolError,
    where: tuple[Told, Path | None],
    note: Callable[[str], None],
) -> None:
    """A run that could not go on at all; one that found the lock taken is no failure."""
    if isinstance(error, LockHeld):
        return
    told, metrics = where
    if workspace.state.is_dir():
        with run_log(workspace, on_stderr=told.json_log) as logger:
            failed = {"code": int(error.exit_code), "message": str(error)}
            logger.error("failed", extra={"told": failed})
    if metrics:
        _write_metrics(metrics, None, (error.exit_code, 0.0), note)
    said = {"workspace": workspace.root.name, "code": int(error.exit_code), "message": str(error)}
    _call(workspace, error.exit_code, said, note)


def _summary(workspace: Workspace, outcome: Outcome, code: ExitCode) -> dict[str, Any]:
    findings = [f for f in outcome.report if f.severity == "error" and not f.acknowledged]
    return {
        "workspace": workspace.root.name,
        "run": outcome.run,
        "code": int(code),
        "changed": outcome.changed,
        "withheld": outcome.withheld,
        "rows": outcome.datasets,
        "kept_last_good": list(outcome.kept),
        "failures": [message for message, _ in outcome.failures],
        "errors": [f"{f.locator}: {f.message}" for f in findings[:20]],
    }


def _call(
    workspace: Workspace, code: ExitCode, said: dict[str, Any], note: Callable[[str], None]
) -> None:
    """The ping after every run (`/fail` is added when it failed), the webhook after a failed one."""
    from mtool.sources.ping import ping

    failed = code != ExitCode.CLEAN
    for setting, suffix in (("ping_url_from", "/fail" if failed else ""), ("webhook_url_from", "")):
        variable = workspace.config[setting]
        if not variable or (setting == "webhook_url_from" and not failed):
            continue
        url = os.environ.get(variable, "")
        problem = ping(url.rstrip("/") + suffix, said) if url else "the variable is not set"
        if problem:
            note(f"{setting}: nothing could be sent to the URL in {variable}: {problem}")


def _check_metrics() -> None:
    try:
        import prometheus_client  # noqa: F401
    except ImportError:
        raise MissingExtra("writing metrics", "metrics") from None


def _write_metrics(
    path: Path,
    outcome: Outcome | None,
    ended: tuple[ExitCode, float],
    note: Callable[[str], None],
) -> None:
    """A textfile for node_exporter's collector, replaced in one step."""
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()
    code, seconds = ended

    def gauge(name: str, what: str, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(f"mtool_{name}", what, labels, registry=registry)

    gauge("run_exit_code", "Exit code of the last run").set(int(code))
    gauge("run_timestamp_seconds", "When the last run ended").set(time.time())
    gauge("run_duration_seconds", "How long the last run took").set(seconds)
    if outcome:
        gauge("run_changed", "1 when the last run published something").set(outcome.changed)
        gauge("sources_kept_last_good", "Sources on their last good rows").set(len(outcome.kept))
        rows = gauge("dataset_rows", "Rows of a dataset", ("dataset",))
        for name, count in outcome.datasets.items():
            rows.labels(name).set(count)
        findings = gauge("findings", "Findings not acknowledged", ("class", "severity"))
        for finding in outcome.report:
            if not finding.acknowledged:
                findings.labels(finding.class_, finding.severity).inc()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(path), registry)
    except OSError as error:
        note(f"{path}: metrics cannot be written: {error.strerror or error}")
