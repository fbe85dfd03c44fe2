"""What waits for a person, and how a person's decisions are recorded in passports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mtool.audit_sources import AuditRequest, audit_file
from mtool.clean import read_findings
from mtool.derive import is_of_audit
from mtool.errors import UsageError
from mtool.model import Finding
from mtool.passport import Acknowledgement, accept, acknowledge, passport_path
from mtool.pipeline.derive_sources import derive_sources
from mtool.pipeline.guards import GUARD_RULES
from mtool.pipeline.locks import only_run
from mtool.workspace import Workspace
from mtool.workspace_sources import is_named, no_source


@dataclass(frozen=True, slots=True)
class Looked:
    """A finding that a person has looked at: rule, place (may be empty when unique), reason."""

    rule: str
    at: str
    reason: str
    by: str = ""
    source: str = ""


def waiting(workspace: Workspace) -> list[tuple[str, str, str, str]]:
    """What waits: unreviewed doubtful passports and unacknowledged findings, with the next step."""
    rows = []
    for result in derive_sources(workspace, write=False):
        path = workspace.relative(result.raw)
        if result.failure:
            rows.append(("cannot be read", path, str(result.failure), "mend or forget it"))
            continue
        assert result.passport is not None and result.derived is not None
        if result.passport.status == "needs_review":
            step = f"edit {path}.passport.yaml, then mtool review --accept {path}"
            rows.append(("passport", path, "inferred with doubt", step))
        rows += [
            _row(f) for f in result.derived.report if f.severity != "info" and not f.acknowledged
        ]
    published = read_findings(workspace.clean / "findings.csv")
    return rows + [_row(f) for f in published if f.rule in GUARD_RULES]


def _row(finding: Finding) -> tuple[str, str, str, str]:
    return (finding.rule, str(finding.locator), finding.message, finding.suggestion or "")


def accept_source(workspace: Workspace, name: str, wait: float = 0) -> str:
    """Mark a source's passport as reviewed; return the passport's path."""
    for raw in workspace.raw_files():
        if passport_path(raw).is_file() and is_named(workspace, raw, name):
            with only_run(workspace, wait):
                accept(passport_path(raw))
            return workspace.relative(passport_path(raw))
    raise no_source(workspace, name)


def acknowledge_finding(workspace: Workspace, looked: Looked, wait: float = 0) -> str:
    """Record that a finding may stand; return the passport's path.

    Raises `UsageError` when no such finding is there, or several are and no place is given.
    """
    if not looked.reason:
        raise UsageError("say why it may stand: --reason '…'")
    found: list[tuple[Path, Finding]] = []
    for result in derive_sources(workspace, write=False):
        if result.derived is None or not (
            looked.source == "" or is_named(workspace, result.raw, looked.source)
        ):
            continue
        report = result.derived.report
        if is_of_audit(looked.rule):
            report = audit_file(result.raw, AuditRequest(), workspace).report
        found += [(result.raw, f) for f in report if _matches(f, looked)]
    if len(found) != 1:
        places = "; ".join(f.locator.in_source() for _, f in found) or "none"
        raise UsageError(
            f"{len(found)} findings of {looked.rule} fit ({places}); "
            "name one with --at PLACE, and --source where needed"
        )
    raw, finding = found[0]
    noted = Acknowledgement(
        rule=finding.rule,
        where=finding.locator.in_source(),
        stated="" if finding.stated is None else str(finding.stated),
        computed="" if finding.computed is None else str(finding.computed),
        reason=looked.reason,
        by=looked.by,
        date=date.today().isoformat(),
    )
    with only_run(workspace, wait):
        acknowledge(passport_path(raw), noted)
    return workspace.relative(passport_path(raw))


def _matches(finding: Finding, looked: Looked) -> bool:
    if finding.rule != looked.rule or finding.acknowledged or finding.severity == "info":
        return False
    return looked.at in ("", finding.locator.in_source(), finding.locator.cell)
