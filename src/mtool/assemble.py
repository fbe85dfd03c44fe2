"""Sources put together: trusted rows, the last good rows of the others, and every finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mtool.clean import Clean, source_row, total_row
from mtool.derive_sources import SourceResult
from mtool.errors import ExitCode, MtoolError
from mtool.last_good import LastGood
from mtool.model import Checked, Finding, Locator, Report
from mtool.passport import Passport
from mtool.schemas import schema_names
from mtool.standing import inputs_of
from mtool.workspace import PASSPORT_SUFFIX, Workspace, sha256_of
from mtool.workspace_sources import identity_of

if TYPE_CHECKING:
    import pandas as pd

    from mtool.derive import Derived

Frames = dict[str, "list[pd.DataFrame]"]


@dataclass
class _Parts:
    """What is collected, source after source."""

    frames: Frames = field(default_factory=dict)
    rejected: Frames = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    checked: Checked = field(default_factory=Checked)
    sources: list[dict[str, str]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failures: list[tuple[str, ExitCode]] = field(default_factory=list)


@dataclass(frozen=True)
class Assembled:
    """What is to be published, and which sources failed or fell back on their last good rows."""

    clean: Clean
    failures: tuple[tuple[str, ExitCode], ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each dataset has."""
        return {name: len(frame) for name, frame in sorted(self.clean.frames.items())}


def assemble(
    workspace: Workspace, results: Iterable[SourceResult], *, accept: bool = False
) -> Assembled:
    """Put the sources together; with `accept`, those that wait for a review are taken, too."""
    parts, last_good = _Parts(), LastGood(workspace)
    for result in results:
        if result.failure is not None:
            _add_failed(parts, workspace.relative(result.raw), result.failure, last_good)
        else:
            _add_derived(parts, result, (workspace, last_good, accept))
    frames = _concatenated(parts.frames)
    schemas = {n: p for n, p in schema_names(workspace.schema_folders).items() if n in frames}
    clean = Clean(
        frames,
        schemas,
        tuple(parts.sources),
        tuple(parts.totals),
        Report(tuple(parts.findings), parts.checked),
        inputs_of(workspace),
        _concatenated(parts.rejected),
    )
    return Assembled(clean, tuple(parts.failures), tuple(parts.kept))


def _add_failed(parts: _Parts, path: str, failure: MtoolError, last_good: LastGood) -> None:
    parts.failures.append((str(failure), failure.exit_code))
    parts.findings.append(
        Finding("unreadable", "structure", "error", str(failure), Locator(path=path))
    )
    before = last_good.sources_at(path)
    parts.sources += before
    parts.totals += last_good.totals(before)
    for row in before:
        _keep(parts, (row["id"], row["edition"]), last_good)


def _add_derived(
    parts: _Parts, result: SourceResult, context: tuple[Workspace, LastGood, bool]
) -> None:
    workspace, last_good, accept = context
    derived, passport = result.derived, result.passport
    assert derived is not None and passport is not None
    path = workspace.relative(result.raw)
    waits = passport.status == "needs_review" and not accept
    parts.findings += derived.report.findings
    if waits:
        parts.findings.append(_review_finding(path))
    parts.checked += derived.report.checked
    parts.sources.append(source_row(passport, path, sha256_of(result.raw)))
    parts.totals += [total_row(passport.source.id, total) for total in derived.control_totals]
    if derived.trusted and not waits:
        _add(parts.frames, derived.frames)
    elif _quarantines(workspace, passport):
        sound, unsound = _parted(derived)
        _add(parts.frames, sound)
        _add(parts.rejected, unsound)
    else:
        _keep(parts, identity_of(passport), last_good)


def _review_finding(path: str) -> Finding:
    return Finding(
        "needs_review",
        "structure",
        "error",
        "the passport was inferred with doubt: nothing of this source is published",
        Locator(path=path),
        suggestion=f"look at {path}{PASSPORT_SUFFIX}, mend it, then: mtool review --accept {path}",
    )


def _quarantines(workspace: Workspace, passport: Passport) -> bool:
    return (passport.quarantine == "true") or (
        passport.quarantine == "" and workspace.config.quarantine
    )


def _parted(derived: Derived) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """The rows that pass, and those that a structure finding speaks of."""
    frames, unsound = derived.frames, derived.unsound
    sound = {name: frame.drop(index=list(unsound[name])) for name, frame in frames.items()}
    return sound, {name: frame.loc[sorted(unsound[name])] for name, frame in frames.items()}


def _keep(parts: _Parts, identity: tuple[str, str], last_good: LastGood) -> None:
    """Take a source's rows of the last publication, and say so where there were any."""
    rows = last_good.rows(identity)
    _add(parts.frames, rows)
    if rows:
        parts.kept.append(identity[0])


def _add(parts: Frames, frames: dict[str, pd.DataFrame]) -> None:
    for name, frame in frames.items():
        if len(frame):
            parts.setdefault(name, []).append(frame)


def _concatenated(parts: Frames) -> dict[str, pd.DataFrame]:
    import pandas as pd

    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
