"""From a workspace to a file to send on."""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mtool import __version__
from mtool.clean import read_findings, read_sources
from mtool.datasets import Selection, choose_dataset, dataset_names, load_dataset, select
from mtool.errors import UnreadableInput, UsageError
from mtool.model import Document, Report
from mtool.workspace import Workspace
from mtool.writers import Export, find_writer

#: Bytes up to which a source is audited and shown beside its figures.
LARGEST_PRINTED = 5_000_000


def export_datasets(
    workspace: Workspace, to: str, wanted: tuple[list[str], Path | None], selection: Selection
) -> list[Path]:
    """Write the datasets named (all by default) in a format; return the files written.

    `wanted` is the datasets and where to write: a file, a folder, or null for a name in the
    current folder.
    """
    writer = find_writer(to)
    names, out = wanted
    if names:
        chosen = [choose_dataset(workspace, name) for name in names]
    else:
        chosen = dataset_names(workspace) or [choose_dataset(workspace, None)]
    frames, schemas = {}, {}
    for name in chosen:
        frame, schemas[name] = load_dataset(workspace, name)
        frames[name] = select(frame, selection)
    used = {source for frame in frames.values() for source in frame["source_id"].unique()}
    sources = tuple(row for row in read_sources(workspace) if row["id"] in used)
    paths = {row["path"] for row in sources}
    findings = read_findings(workspace.clean / "findings.csv")
    mine = tuple(f for f in findings if f.locator.path in paths)
    export = Export(frames, schemas, sources, mine, workspace.schema_folders, __version__)
    if writer.reads_sources:
        export = replace(export, documents=audited_sources(workspace, export))
    if out == Path("-"):
        return _to_standard_output(export, to)
    target = out or Path(f"{chosen[0] if len(chosen) == 1 else 'mtool'}{writer.suffix}")
    if not writer.one_file and len(chosen) > 1 and out is None:
        target = Path("mtool-export")
    return _written(export, to, target)


def audited_sources(workspace: Workspace, export: Export) -> tuple[tuple[Document, Report], ...]:
    """The sources of an export with the audit of each; none where anything is held back.

    A source that is not there, too large to be read by people, or without anything to audit is
    left out.
    """
    from mtool.audit_sources import AuditRequest, audit_file

    if export.held_back:
        return ()
    found = []
    for path in dict.fromkeys(workspace.root / source["path"] for source in export.sources):
        if path.is_file() and path.stat().st_size <= LARGEST_PRINTED:
            with suppress(UnreadableInput):
                audited = audit_file(path, AuditRequest(), workspace)
                found.append((audited.document, audited.report))
    return tuple(found)


def _written(export: Export, to: str, target: Path) -> list[Path]:
    parent = target if target.is_dir() else target.parent
    if not parent.is_dir() and find_writer(to).one_file:
        raise UsageError(f"{target}: the folder {parent} does not exist; make it first")
    try:
        return find_writer(to).write(export, target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror or error}") from None


def _to_standard_output(export: Export, to: str) -> list[Path]:
    """One dataset as CSV, or one workbook, as the only thing on standard output."""
    if len(export.frames) != 1 and not find_writer(to).one_file:
        raise UsageError(f"-o - takes one dataset; name one of {', '.join(export.frames)}")
    with tempfile.TemporaryDirectory(prefix="mtool-") as folder:
        for path in find_writer(to).write(export, Path(folder) / f"out{find_writer(to).suffix}"):
            sys.stdout.flush()
            sys.stdout.buffer.write(path.read_bytes())
    return []
