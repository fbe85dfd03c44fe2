"""Audits of files, sources and whole workspaces: does a report agree with itself?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from mtool import progress
from mtool.areas import Areas, load_areas
from mtool.auditing.report import audit_document
from mtool.derive import acknowledged
from mtool.errors import UnreadableInput, UsageError
from mtool.model import Document, Report, Source
from mtool.passport import Passport, passport_path, read_passport
from mtool.readers import ReadOptions
from mtool.workspace import Workspace, find_workspace, find_workspace_if_any
from mtool.workspace_sources import refuse_misspelt


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """How to audit: as of which day, and whether claims that tie to nothing are listed."""

    as_of: date | None = None
    all_claims: bool = False
    options: ReadOptions = ReadOptions()


@dataclass(frozen=True)
class Audited:
    """One document and the report on it."""

    document: Document
    report: Report


def audit_targets(targets: list[str], folder: Path | None, request: AuditRequest) -> list[Audited]:
    """Audit files, sources of the workspace, the sources of a dataset; all sources by default."""
    workspace = find_workspace_if_any(folder) if targets else find_workspace(folder)
    paths = [path for target in targets for path in _paths(target, workspace)]
    if not targets:
        assert workspace is not None
        paths = list(workspace.raw_files())
        if not paths:
            raise UsageError(f"{workspace.raw}: no raw files to audit; name a file")
    files = progress.over(list(dict.fromkeys(paths)), lambda p: f"auditing {p}", progress.file_size)
    return [audit_file(path, request, workspace) for path in files]


def audit_file(path: Path, request: AuditRequest, workspace: Workspace | None = None) -> Audited:
    """Audit one file; its passport, if it has one, gives its date and what is acknowledged.

    Raises `UnreadableInput` for a document with nothing in it to look at.
    """
    from mtool.sources.files import local_copy, read_document, source_id_of

    shown = workspace.relative(path) if workspace else str(path)
    passport = _passport(path)
    source = passport.source if passport else Source(source_id_of(path))
    with local_copy(path) as file:
        document = read_document(file, replace(source, path=shown), request.options)
        return _audited(document, passport, request, workspace)


def _audited(
    document: Document,
    passport: Passport | None,
    request: AuditRequest,
    workspace: Workspace | None,
) -> Audited:
    from mtool.infer import infer_country

    shown = document.source.path
    if not document.tables and not document.paragraphs:
        raise UnreadableInput(f"{shown}: neither a table nor a sentence to audit")
    folders = workspace.schema_folders if workspace else ()
    country = next((c for t in document.tables if (c := infer_country(document, t))), "")
    areas: Areas | None = load_areas(country, folders) if country else None
    report = audit_document(
        document, areas=areas, as_of=request.as_of, all_claims=request.all_claims
    )
    if passport:
        marked = acknowledged(report, passport, shown)
        known = [f for f in marked if f.rule != "acknowledgement_lapsed"]
        report = Report(tuple(known), report.checked)
    return Audited(document, report)


def _passport(path: Path) -> Passport | None:
    known = passport_path(path)
    return read_passport(known) if known.is_file() else None


def _paths(target: str, workspace: Workspace | None) -> Iterator[Path]:
    """The files that a target means: itself, a source's, or those that feed a dataset."""
    if target == "-" or Path(target).exists() or workspace is None:
        yield Path(target)
        return
    found = [path for path in workspace.raw_files() if _means(target, path, workspace)]
    if not found:
        refuse_misspelt(workspace, target)
    yield from found or [Path(target)]


def _means(target: str, path: Path, workspace: Workspace) -> bool:
    from mtool.workspace_sources import is_named

    passport = _passport(path)
    feeds = {name for recipe in passport.tables for name in recipe.feeds} if passport else set()
    return is_named(workspace, path, target) or target in feeds
