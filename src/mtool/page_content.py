"""What a page shows besides figures: its sources as printed, their audit, and pictures."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

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
        return export
    charts = {name: _charts(export, name, workspace, selection) for name in export.frames}
    return replace(export, documents=_audited(export, workspace), charts=charts)


def _audited(export: Export, workspace: Workspace) -> tuple[tuple[Document, Report], ...]:
    """Each source with its audit; not one that is gone, too large to read, or has nothing in it."""
    from mtool.audit_sources import AuditRequest, audit_file

    found = []
    for path in dict.fromkeys(workspace.root / source["path"] for source in export.sources):
        if path.is_file() and path.stat().st_size <= LARGEST_PRINTED:
            with suppress(UnreadableInput):
                audited = audit_file(path, AuditRequest(), workspace)
                found.append((audited.document, audited.report))
    return tuple(found)


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
