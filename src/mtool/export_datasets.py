"""From a workspace to a file or a database to send on."""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from mtool import __version__, progress
from mtool.clean import read_findings, read_rows, read_sources
from mtool.datasets import Selection, choose_dataset, dataset_names, load_dataset, select
from mtool.errors import MtoolError, UsageError
from mtool.one_publication import of_one_publication
from mtool.page_content import with_sources_and_charts
from mtool.sharing import Audience, held_back
from mtool.whole_files import told_in_a_sentence
from mtool.workspace import Workspace
from mtool.writers import Export, find_database, find_writer


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export: a format, datasets (all by default), where to, which rows, and for whom.

    `out` is a file, a folder, `-`, or a connection string without a password; null for a name in
    the current folder, or for what the environment says. `upsert` is for databases,
    `excel_locale` for CSV.
    """

    to: str
    datasets: tuple[str, ...] = ()
    out: str | None = None
    selection: Selection = field(default_factory=Selection)
    audience: Audience = field(default_factory=Audience)
    upsert: bool = False
    excel_locale: str = "en"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, a path or a table each; what was held back, and notes, a sentence each."""

    written: tuple[str, ...]
    held_back: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def export_datasets(workspace: Workspace, request: ExportRequest) -> Exported:
    """Write datasets in a format; raise `UsageError` where that cannot be done."""
    database = find_database(request.to)
    if database is None:
        find_writer(request.to)
        if request.upsert:
            raise UsageError("--upsert is for databases; a file is always replaced as a whole")
    if request.excel_locale != "en" and request.to != "csv":
        raise UsageError("--excel-locale is for csv; other formats are the same everywhere")
    export = held_back(_chosen(workspace, request), workspace, request.audience)
    export = replace(export, excel_locale=request.excel_locale)
    if not export.frames:
        raise UsageError(f"nothing is left to export: {'; '.join(export.held_back)}")
    if database is not None:
        with progress.step(f"writing {', '.join(export.frames)}"):
            tables = database.load(export, request.out or "", upsert=request.upsert)
        return Exported(tuple(tables), export.held_back)
    if find_writer(request.to).reads_sources:
        export = with_sources_and_charts(export, workspace, request.selection)
    with progress.step(f"writing {', '.join(export.frames)}"):
        paths = _to_files(export, request)
    return Exported(tuple(map(str, paths)), export.held_back, tuple(export.notes))


@of_one_publication
def _chosen(workspace: Workspace, request: ExportRequest) -> Export:
    """The datasets as they stand in the workspace, with their sources, totals and findings."""
    names = [choose_dataset(workspace, name) for name in request.datasets]
    names = names or dataset_names(workspace) or [choose_dataset(workspace, None)]
    frames, schemas = {}, {}
    for name in names:
        frame, schemas[name] = load_dataset(workspace, name)
        frames[name] = select(frame, request.selection)
    used = {source for frame in frames.values() for source in frame["source_id"].unique()}
    sources = tuple(row for row in read_sources(workspace) if row["id"] in used)
    paths = {row["path"] for row in sources}
    tables = {ref for frame in frames.values() for ref in frame["source_ref"].unique()}
    totals = read_rows(workspace.clean / "control_totals.csv")
    return Export(
        frames,
        schemas,
        sources,
        tuple(
            f for f in read_findings(workspace.clean / "findings.csv") if f.locator.path in paths
        ),
        workspace.schema_folders,
        __version__,
        tuple(total for total in totals if total["source_ref"] in tables),
    )


def _to_files(export: Export, request: ExportRequest) -> list[Path]:
    writer = find_writer(request.to)
    if request.out == "-":
        return _to_standard_output(export, request.to)
    names = list(export.frames)
    if request.out is not None:
        target = Path(request.out)
    elif writer.one_file or len(names) == 1:
        target = Path(f"{names[0] if len(names) == 1 else 'mtool'}{writer.suffix}")
    else:
        target = Path("mtool-export")
    parent = target if target.is_dir() else target.parent
    if not parent.is_dir() and writer.one_file:
        raise UsageError(f"{target}: the folder {parent} does not exist; make it first")
    was_there = target.exists()
    try:
        with told_in_a_sentence(target=target):
            return writer.write(export, target)
    except MtoolError:
        if target.is_dir() and not was_there:
            with suppress(OSError):
                target.rmdir()
        raise


def _to_standard_output(export: Export, to: str) -> list[Path]:
    """One dataset as CSV, or one workbook, as the only thing on standard output."""
    if len(export.frames) != 1 and not find_writer(to).one_file:
        raise UsageError(f"-o - takes one dataset; name one of {', '.join(export.frames)}")
    with tempfile.TemporaryDirectory(prefix="mtool-") as folder:
        for path in find_writer(to).write(export, Path(folder) / f"out{find_writer(to).suffix}"):
            sys.stdout.flush()
            sys.stdout.buffer.write(path.read_bytes())
    return []
