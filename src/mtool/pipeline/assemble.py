"""Sources put together: trusted rows, the last good rows of the others, and every finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mtool.clean import Clean, source_row, total_row
from mtool.errors import ExitCode
from mtool.model import Checked, Finding, Locator, Report
from mtool.passport import Passport
from mtool.pipeline.derive_sources import SourceResult
from mtool.pipeline.guards import guard_losses
from mtool.pipeline.last_good import LastGood
from mtool.pipeline.outcome import Outcome
from mtool.pipeline.run_plan import RunPlan, SourceRules
from mtool.pipeline.standing import inputs_of
from mtool.same_rows import RowsSeen
from mtool.schemas import load_schema, schema_names
from mtool.twice import find_reported_twice
from mtool.workspace import PASSPORT_SUFFIX, Workspace
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
    held_back: list[str] = field(default_factory=list)
    failures: list[tuple[str, ExitCode]] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    seen: RowsSeen = field(default_factory=RowsSeen)


@dataclass(frozen=True)
class Assembled:
    """What is to be published, and which sources failed or fell back on their last good rows.

    `held_back` are files that were read and of which nothing new is published. `withheld` says why
    nothing at all must be published; empty when it may.
    """

    clean: Clean
    failures: tuple[tuple[str, ExitCode], ...] = ()
    kept: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    withheld: str = ""

    def outcome(self, *, changed: bool) -> Outcome:
        """What a run tells of it."""
        return Outcome(
            self.clean.report,
            self.rows,
            changed=changed,
            failures=self.failures,
            kept=self.kept,
            held_back=self.held_back,
            withheld=self.withheld,
        )

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each dataset has."""
        return {name: len(frame) for name, frame in sorted(self.clean.frames.items())}


@dataclass(frozen=True)
class _Context:
    """What decides about each source: the workspace, the plan, what stands, what is accepted."""

    workspace: Workspace
    plan: RunPlan
    last_good: LastGood
    accept: bool


def assemble(
    workspace: Workspace,
    results: Iterable[SourceResult],
    *,
    plan: RunPlan | None = None,
    accept: bool = False,
) -> Assembled:
    """Put the sources together; with `accept`, those that wait for a look are taken, too."""
    context = _Context(workspace, plan or RunPlan(), LastGood(workspace), accept)
    parts, read = _Parts(), {}
    for result in results:
        if result.left_out:
            before = context.last_good.sources_at(workspace.relative(result.raw))
            read[result.raw] = before[0]["sha256"] if before else ""
        elif result.sha256:
            read[result.raw] = result.sha256
        _add_source(parts, result, context)
    _expect(parts, context)
    frames = _concatenated(parts.frames)
    files = {(row["id"], row["edition"]): row["path"] for row in parts.sources}
    parts.findings += find_reported_twice(frames, files)
    schemas = {n: p for n, p in schema_names(workspace.schema_folders).items() if n in frames}
    clean = Clean(
        frames,
        schemas,
        tuple(parts.sources),
        tuple(parts.totals),
        Report(tuple(parts.findings), parts.checked),
        inputs_of(workspace, read),
        _concatenated(parts.rejected),
    )
    withheld, held_back = "; ".join(parts.withheld), tuple(parts.held_back)
    return Assembled(clean, tuple(parts.failures), tuple(parts.kept), held_back, withheld)


def _add_source(parts: _Parts, result: SourceResult, context: _Context) -> None:
    path = context.workspace.relative(result.raw)
    if result.left_out:
        _add_standing(parts, path, context.last_good)
    elif result.failure is not None:
        _add_failed(parts, path, result, context)
    else:
        _add_derived(parts, path, result, context)


def _add_standing(parts: _Parts, path: str, last_good: LastGood) -> None:
    """A source that this run does not derive stays as it was published, findings and all."""
    before = last_good.sources_at(path)
    parts.sources += before
    parts.totals += last_good.totals(before)
    parts.findings += last_good.findings_at(path)
    for row in before:
        _add(parts.frames, last_good.rows((row["id"], row["edition"])))


def _add_failed(parts: _Parts, path: str, result: SourceResult, context: _Context) -> None:
    failure = result.failure
    assert failure is not None
    # What is published is the same wherever the workspace stands.
    said = str(failure).replace(f"{context.workspace.root}/", "")
    parts.failures.append((said, failure.exit_code))
    parts.findings.append(Finding("unreadable", "structure", "error", said, Locator(path=path)))
    before = context.last_good.sources_at(path)
    known = result.passport.source.id if result.passport else ""
    source_id = before[0]["id"] if before else known
    rules = context.plan.rules(source_id, path)
    if rules.required:
        parts.withheld.append(f"{source_id or path} is required and cannot be read")
    parts.sources += before
    parts.totals += context.last_good.totals(before)
    for row in before:
        _fall_back(parts, (row["id"], row["edition"]), path, (rules, context.last_good))


def _add_derived(parts: _Parts, path: str, result: SourceResult, context: _Context) -> None:
    derived, passport = result.derived, result.passport
    assert derived is not None and passport is not None
    waits = passport.status == "needs_review" and not context.accept
    rules = context.plan.rules(passport.source.id, path)
    held = [] if context.accept else _held(path, result, rules, context.last_good)
    parts.findings += derived.report.findings
    parts.findings += [f for f in held if f not in derived.report.findings]
    if waits:
        parts.findings.append(_review_finding(path))
    parts.checked += derived.report.checked
    parts.sources.append(source_row(passport, path, result.sha256))
    parts.totals += [total_row(passport.source.id, total) for total in derived.control_totals]
    if derived.trusted and not waits and not held:
        _add(parts.frames, _once(parts, path, derived.frames, context))
        return
    if _quarantines(context.workspace, passport) and not held:
        sound, unsound = _parted(derived)
        _add(parts.frames, _once(parts, path, sound, context))
        _add(parts.rejected, unsound)
        return
    if rules.required:
        parts.withheld.append(f"{passport.source.id} is required and cannot be trusted")
    parts.held_back.append(path)
    _fall_back(parts, identity_of(passport), path, (rules, context.last_good))


def _once(
    parts: _Parts, path: str, frames: Mapping[str, pd.DataFrame], context: _Context
) -> dict[str, pd.DataFrame]:
    """The rows that no file before gave; what is left out is found fault with."""
    folders = context.workspace.schema_folders
    schemas = {name: load_schema(name, folders) for name in frames}
    kept, findings = parts.seen.take_in(path, frames, schemas)
    parts.findings += findings
    return kept


def _held(
    path: str, result: SourceResult, rules: SourceRules, last_good: LastGood
) -> list[Finding]:
    """What keeps a source's new rows back: audits that block, and guards against losses."""
    derived, passport = result.derived, result.passport
    assert derived is not None and passport is not None
    if not derived.trusted:
        return list(result.held)
    before = last_good.rows_of_source(identity_of(passport)) if rules.compare else {}
    return [*result.held, *guard_losses(path, derived.frames, before, rules)]


def _fall_back(
    parts: _Parts,
    identity: tuple[str, str],
    path: str,
    how: tuple[SourceRules, LastGood],
) -> None:
    """Take a source's rows of the last publication, unless the plan would rather have none."""
    rules, last_good = how
    rows = last_good.rows(identity)
    if rows and not rules.keep_last_good:
        parts.findings.append(_dropped_finding(path, sum(map(len, rows.values()))))
    elif rows:
        _add(parts.frames, rows)
        parts.kept.append(identity[0])


def _dropped_finding(path: str, rows: int) -> Finding:
    return Finding(
        "last_good_dropped",
        "note",
        "warning",
        f"the source broke, and its {rows} last good rows left data/clean, as the plan says",
        Locator(path=path),
        suggestion="mend the source, or set keep_last_good = true for it in mtool.toml",
    )


def _expect(parts: _Parts, context: _Context) -> None:
    """What the plan names must be there: required sources, and datasets."""
    known = {row["id"] for row in parts.sources}
    for source_id, rules in context.plan.source.items():
        plain = not set(source_id) & set("*?[")
        if rules.get("required") and plain and source_id not in known and not parts.withheld:
            parts.withheld.append(f"{source_id} is required and not in data/raw")
            parts.findings.append(_missing_finding("source_missing", f"source {source_id}"))
    for dataset in context.plan.datasets:
        if dataset not in parts.frames:
            parts.findings.append(_missing_finding("dataset_missing", f"dataset {dataset}"))


def _missing_finding(rule: str, what: str) -> Finding:
    return Finding(
        rule,
        "structure",
        "error",
        f"the run is to give {what}, and there are no rows of it",
        Locator(path="mtool.toml"),
        suggestion="look at its sources, or correct [run] in mtool.toml",
    )


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


def _add(parts: Frames, frames: Mapping[str, pd.DataFrame]) -> None:
    for name, frame in frames.items():
        if len(frame):
            parts.setdefault(name, []).append(frame)


def _concatenated(parts: Frames) -> dict[str, pd.DataFrame]:
    import pandas as pd

    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
