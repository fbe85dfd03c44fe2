"""What a page shows besides figures: its sources as printed, their audit, and pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mtool.charts import Chart, Kind
from mtool.datasets import Selection
from mtool.errors import UnreadableInput, UsageError
from mtool.model import Document, Report
from mtool.summary import Request
from mtool.workspace import Workspace
from mtool.writers import Export

#: Bytes up to which a source is audited and shown beside its figures.
LARGEST_PRINTED = 5_000_000
#: The pictures of a dataset of areas, in order; other datasets have the last but no map.
PICTURES: tuple[Kind, ...] = ("multiples", "map")


def with_sources_and_charts(export: Export, workspace: Workspace, selection: Selection) -> Export:
    """The export with its sources, audited, and with charts.

    Where anything is held back neither is added: sources and sums could give it away.
    """
    if export.held_back:
        why = "not audited for this page, because what is held back could be told from its tables"
        return replace(export, not_audited={source["path"]: why for source in export.sources})
    charts = {name: _charts(export, name, workspace, selection) for name in export.frames}
    documents, not_audited = _audited(export, workspace)
    return replace(export, documents=documents, charts=charts, not_audited=not_audited)


def _audited(
    export: Export, workspace: Workspace
) -> tuple[tuple[tuple[Document, Report], ...], dict[str, str]]:
    """Each source with its audit; path → why not, for one that is gone, too large or not readable."""
    from mtool.audit_sources import AuditRequest, audit_file

    found: list[tuple[Document, Report]] = []
    reasons: dict[str, str] = {}
    for path in dict.fromkeys(source["path"] for source in export.sources):
        file = workspace.root / path
        reasons[path] = _too_much(file, path)
        if reasons[path]:
            continue
        try:
            audited = audit_file(file, AuditRequest(), workspace)
        except UnreadableInput as error:
            # Whoever gets the page has no business with the folders of who made it.
            said = str(error).replace(str(file), path)
            reasons[path] = f"not audited for this page, because it cannot be read ({said})"
            continue
        found.append((audited.document, audited.report))
    return tuple(found), {path: reason for path, reason in reasons.items() if reason}


def _too_much(file: Path, path: str) -> str:
    """Why a file is not audited for a page; empty where it can be."""
    if not file.is_file():
        return f"not audited for this page, because {path} is not in the workspace any more"
    size = file.stat().st_size
    if size > LARGEST_PRINTED:
        return (
            f"not audited for this page, because it has {size / 1e6:.1f} MB, more than the "
            f"{LARGEST_PRINTED / 1e6:.0f} MB that a page takes; use: mtool audit {path}"
        )
    return ""


def _charts(
    export: Export, name: str, workspace: Workspace, selection: Selection
) -> tuple[Chart, ...]:
    """Small charts of every area and a map, where the rows are figures of areas and periods."""
    from mtool.plot_dataset import plot_dataset

    schema = export.schemas[name]
    if not schema.measures or "admin1_name" not in schema.columns or export.frames[name].empty:
        return ()
    drawn = []
    for kind in PICTURES:
        request = Request("", by="region" if kind == "map" else "period")
        try:
            drawn.append(plot_dataset(workspace, name, request, selection, kind))
        except UsageError as error:
            export.notes.append(f"{name}: no chart of the kind {kind}: {error}")
    return tuple(drawn)
