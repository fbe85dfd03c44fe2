"""What the two words after `mtool compare` mean: files, sources, or editions of a source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mtool.compare import Comparison, Side, compare
from mtool.errors import UsageError, nearest
from mtool.model import Finding
from mtool.one_publication import of_one_publication
from mtool.workspace import Workspace, find_workspace_if_any


def compare_targets(
    names: tuple[str, str], folder: Path | None, tolerance: float, dataset: str | None
) -> Comparison:
    """Compare two files, or two sources of the workspace, each as `ID` or `ID@EDITION`."""
    workspace = find_workspace_if_any(folder)
    sides = [_side(name, workspace) for name in names]
    if dataset:
        sides = [_only(side, dataset) for side in sides]
    folders = workspace.schema_folders if workspace else ()
    return compare(sides[0], sides[1], tolerance, folders)


def _only(side: Side, dataset: str) -> Side:
    if dataset not in side.frames:
        raise UsageError(
            f"{side.name} has no {dataset}; it has {', '.join(side.frames) or 'nothing'}"
        )
    return replace(side, frames={dataset: side.frames[dataset]})


def _side(name: str, workspace: Workspace | None) -> Side:
    if Path(name).is_file():
        return _file_side(Path(name), workspace)
    if workspace is None:
        return _file_side(Path(name), None)
    return _source_side(workspace, name)


def _file_side(path: Path, workspace: Workspace | None) -> Side:
    """A file, read and derived in memory; its passport decides when it has one."""
    from mtool.audit_sources import AuditRequest, audit_file
    from mtool.check_sources import passport_for
    from mtool.derive import derive_source

    audited = audit_file(path, AuditRequest())
    passport = passport_for(path, audited.document, workspace)
    folders = workspace.schema_folders if workspace else ()
    derived = derive_source(audited.document, passport, folders)
    if not derived.frames:
        errors = [f for f in derived.report if f.class_ == "structure" and f.severity == "error"]
        why = errors[0].message if errors else "no table was found"
        raise UsageError(f"{path}: no figures to compare: {why}")
    return Side(str(path), derived.frames, audited.report.findings)


@of_one_publication
def _source_side(workspace: Workspace, name: str) -> Side:
    """The published rows of a source: of the edition named, else of the newest."""
    from mtool.datasets import dataset_names, load_dataset

    source, _, edition = name.partition("@")
    frames = {}
    known: set[str] = set()
    for dataset in dataset_names(workspace):
        frame, _ = load_dataset(workspace, dataset)
        mine = frame[frame["source_id"] == source]
        editions = mine["edition"].fillna("")
        wanted = edition or (editions.max() if len(mine) else "")
        known |= {
            f"{s}@{e}" if e == e and e else str(s)
            for s, e in zip(frame["source_id"], frame["edition"], strict=True)
        }
        mine = mine[editions == wanted]
        if len(mine):
            frames[dataset] = mine
    if not frames:
        hint = nearest(name, sorted(known | {k.split("@")[0] for k in known}))
        raise UsageError(f"{name!r} is neither a file nor a source of the workspace; {hint}")
    return Side(name, frames, _findings(workspace, source, edition))


def _findings(workspace: Workspace, source: str, edition: str) -> tuple[Finding, ...]:
    """The audit of the raw file behind a source, where it is still there."""
    from mtool.audit_sources import AuditRequest, audit_file
    from mtool.workspace_sources import passports

    for raw, passport in passports(workspace):
        same = edition in ("", passport.edition or passport.source.published)
        if passport.source.id == source and same:
            return audit_file(raw, AuditRequest(), workspace).report.findings
    return ()
