"""Every raw file of a workspace in turn: what was derived from it, or why it could not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtool import progress
from mtool.errors import MtoolError, UsageError
from mtool.model import Document, Finding, Locator, Report, Source
from mtool.passport import Passport, passport_path, read_passport
from mtool.pipeline.run_plan import RunPlan
from mtool.sources.files import check_readable
from mtool.workspace import Workspace, sha256_of
from mtool.workspace_sources import identity_of

if TYPE_CHECKING:
    from mtool.derive import Derived
    from mtool.pipeline.derived_cache import DerivedCache


#: The columns by which a published row is traced to its file and cell.
PROVENANCE = ("source_id", "edition", "source_ref", "source_cell")


@dataclass(frozen=True)
class SourceResult:
    """One raw file: what was derived, or why it could not be.

    `held` are findings that keep its new rows from being published. `left_out` is true for a
    source that this run does not want, `kept` for a result that was kept from an earlier run.
    """

    raw: Path
    passport: Passport | None = None
    derived: Derived | None = None
    failure: MtoolError | None = None
    held: tuple[Finding, ...] = ()
    sha256: str = ""
    left_out: bool = False
    kept: bool = False


def derive_sources(
    workspace: Workspace,
    *,
    write: bool = True,
    plan: RunPlan | None = None,
    cache: DerivedCache | None = None,
) -> Iterator[SourceResult]:
    """Derive every raw file in turn; one that fails does not keep the others from being read.

    A file without a passport gets one written beside it, unless `write` is false. What `cache`
    knows is not derived again.
    """
    seen: dict[tuple[str, str], str] = {}
    files = list(workspace.raw_files())
    for raw in progress.over(files, lambda raw: workspace.relative(raw), progress.file_size):
        passport = None
        try:
            passport = _passport_of(workspace, raw, cache, write=write)
            path = workspace.relative(raw)
            if plan and not plan.wants(passport.source.id, path):
                yield SourceResult(raw, passport, left_out=True)
                continue
            _claim(workspace, raw, passport, seen)
            yield _result(workspace, raw, passport, (plan or RunPlan(), cache, write))
        except MtoolError as failure:
            yield SourceResult(raw, passport, failure=failure)


def _claim(
    workspace: Workspace, raw: Path, passport: Passport, seen: dict[tuple[str, str], str]
) -> None:
    """A source of one edition is one raw file."""
    key = identity_of(passport)
    if key in seen:
        raise UsageError(
            f"{workspace.relative(passport_path(raw))}: source {key[0]} of edition "
            f"{key[1] or '(none)'} is also {seen[key]}; give one another id or edition, or take the one "
            f"that is superseded out: mtool forget {workspace.relative(raw)}"
        )
    seen[key] = workspace.relative(raw)


def _result(
    workspace: Workspace,
    raw: Path,
    passport: Passport,
    how: tuple[RunPlan, DerivedCache | None, bool],
) -> SourceResult:
    """What is kept for a raw file as it is now, else what deriving it gives."""
    plan, cache, write = how
    check_readable(raw)
    sha256 = sha256_of(raw)
    known = passport_path(raw).is_file()
    if cache and known and (kept := cache.read(raw, sha256, passport)):
        return SourceResult(raw, passport, kept[0], held=kept[1], sha256=sha256, kept=True)
    derived = _derive(workspace, raw, passport)
    held = _held(workspace, raw, derived, plan)
    if cache and known and write:
        cache.write(raw, sha256, (derived, held))
    return SourceResult(raw, passport, derived, held=held, sha256=sha256)


def _held(workspace: Workspace, raw: Path, derived: Derived, plan: RunPlan) -> tuple[Finding, ...]:
    """Findings that the plan lets block: those of the derivation, and of an audit of the file.

    Deadlines are left out: whether one has passed depends on the day, and `data/clean` must not.
    """
    if not plan.audit:
        return ()
    from mtool.audit_sources import AuditRequest, audit_file

    audited = audit_file(raw, AuditRequest(), workspace).report
    known = {(f.rule, f.locator) for f in derived.report}
    new = [f for f in audited if (f.rule, f.locator) not in known]
    return tuple(
        f
        for f in (*derived.report, *new)
        if plan.blocks(f.rule)
        and f.severity == "error"
        and not f.acknowledged
        and not f.rule.startswith("duty_")
    )


def _passport_of(
    workspace: Workspace, raw: Path, cache: DerivedCache | None, *, write: bool
) -> Passport:
    path = passport_path(raw)
    if path.is_file():
        return (cache.passport(raw) if cache else None) or read_passport(path)
    from mtool.passport import write_passport
    from mtool.pipeline.first_passport import passport_of_file
    from mtool.sources.files import own_date, source_id_of

    source = Source(source_id_of(raw), path=workspace.relative(raw))
    passport = passport_of_file(workspace, raw, source, (own_date(raw), ""))
    if write:
        write_passport(path, passport)
    return passport


def _derive(workspace: Workspace, raw: Path, passport: Passport) -> Derived:
    from mtool.counted_events import with_counts
    from mtool.derive import derive_source
    from mtool.feed import derive_feed
    from mtool.sources.files import read_document, read_options

    _refuse_untraceable(workspace, passport)
    source = replace(passport.source, path=workspace.relative(raw))
    extra = [*_changed_bytes(raw, source, passport)]
    derived = derive_feed(raw, source, passport, workspace.schema_folders)
    if derived is None:
        document = read_document(raw, source, read_options(passport.options))
        derived = derive_source(document, passport, workspace.schema_folders)
        extra += _nothing_found(document, passport)
    derived = with_counts(derived, source.path, workspace.schema_folders)
    if not extra:
        return derived
    report = Report((*derived.report.findings, *extra), derived.report.checked)
    return replace(derived, report=report)


def _refuse_untraceable(workspace: Workspace, passport: Passport) -> None:
    """Rows are published with the file and the cell that they come from; a schema has to hold them."""
    from mtool.schemas import load_schema

    for name in {name for recipe in passport.tables if not recipe.ignore for name in recipe.feeds}:
        schema = load_schema(name, workspace.schema_folders)
        absent = [column for column in PROVENANCE if column not in schema.columns]
        if absent:
            raise UsageError(
                f"{schema.path}: no column {', '.join(absent)}; rows that are published say where they "
                f"come from: add the columns {', '.join(PROVENANCE)}, as in the schema incidents"
            )


def _changed_bytes(raw: Path, source: Source, passport: Passport) -> Iterator[Finding]:
    if passport.sha256 and passport.sha256 != sha256_of(raw):
        yield Finding(
            "file_changed",
            "note",
            "info",
            "the file is not byte for byte the one its passport was written for; its layout is",
            Locator(path=source.path),
            suggestion="write the new sha256 into the passport once you have looked",
        )


def _nothing_found(document: Document, passport: Passport) -> Iterator[Finding]:
    if not document.tables and not passport.tables and passport.status != "reviewed":
        yield Finding(
            "no_tables",
            "structure",
            "error",
            "no table was found in the file",
            Locator(path=document.source.path),
            suggestion="if that is right, accept the passport: mtool review --accept "
            f"{document.source.path}",
        )
