"""What a run did, event by event, as JSON lines with the run's id."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import Any

from mtool.pipeline.outcome import Outcome
from mtool.workspace import Workspace

#: A log file is put aside when it is this large, and so many of them are kept.
LARGEST, KEPT = 1_000_000, 3


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = {"time": time, "level": record.levelname.lower(), "event": record.msg}
        return json.dumps(event | getattr(record, "told", {}), ensure_ascii=False, default=str)


@contextmanager
def run_log(workspace: Workspace, *, on_stderr: bool) -> Iterator[logging.Logger]:
    """A logger for one run: into the state folder, and to standard error where asked for.

    A log that cannot be written never stops a run.
    """
    logger = logging.getLogger("mtool.run")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if on_stderr else []
    try:
        path = workspace.state / "log.jsonl"
        handlers.append(
            RotatingFileHandler(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
        )
    except OSError as error:
        sys.stderr.write(f"note: no log: {error}\n")
    for handler in handlers:
        handler.setFormatter(_AsJson())
        handler.handleError = lambda record: None  # type: ignore[method-assign]
        logger.addHandler(handler)
    try:
        yield logger
    finally:
        for handler in handlers:
            logger.removeHandler(handler)
            with suppress(OSError):
                handler.close()


def log_outcome(logger: logging.Logger, outcome: Outcome, fail_on: str) -> None:
    """Every finding that a person should look at, what was published, how it ended."""

    def tell(level: int, event: str, **told: Any) -> None:
        logger.log(level, event, extra={"told": {"run": outcome.run, **told}})

    for finding in outcome.report:
        if finding.severity != "info" and not finding.acknowledged:
            level = logging.ERROR if finding.severity == "error" else logging.WARNING
            place = str(finding.locator)
            tell(level, "finding", rule=finding.rule, where=place, message=finding.message)
    for message, code in outcome.failures:
        tell(logging.ERROR, "failure", message=message, code=int(code))
    for source in outcome.kept:
        tell(logging.WARNING, "kept_last_good", source=source)
    for note in outcome.notes:
        tell(logging.WARNING, "note", message=note)
    for path in outcome.exported:
        tell(logging.INFO, "exported", path=path)
    code = outcome.exit_code(fail_on)
    tell(
        logging.INFO if code == 0 else logging.ERROR,
        "ended",
        code=int(code),
        changed=outcome.changed,
        withheld=outcome.withheld,
        rows=outcome.datasets,
        findings=len(outcome.report.findings),
    )
