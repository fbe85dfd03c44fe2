"""From a workspace and a request to a summary: choose the dataset, the rows, the measure."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from mtool.datasets import Selection, choose_dataset, load_dataset, newest_editions, select
from mtool.errors import UsageError
from mtool.schemas import Schema
from mtool.summary import Request, Summary, main_measure, summarize
from mtool.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


def summarize_dataset(
    workspace: Workspace, dataset: str | None, request: Request, selection: Selection
) -> Summary:
    """Summarise a dataset of the workspace; the newest edition of each source stands for it."""
    name = _dataset_for(workspace, dataset, request)
    frame, schema = load_dataset(workspace, name)
    if not schema.measures or "reference_period_start" not in frame:
        raise UsageError(f"{name} has no figures by period to sum")
    frame = select(frame, selection)
    notes: list[str] = []
    if not selection.edition:
        frame, older = newest_editions(frame)
        notes += [f"{s}: older editions left aside: {', '.join(e)}" for s, e in older.items()]
    request = replace(request, measure=_measure(schema, request.measure, frame))
    summary = summarize(name, frame, request, workspace.schema_folders)
    return replace(summary, notes=(*notes, *summary.notes))


def _dataset_for(workspace: Workspace, dataset: str | None, request: Request) -> str:
    """The dataset named; else the only one that has areas when regions are asked for."""
    having = (
        "admin1_name" if request.regions or request.by == "region" else "reference_period_start"
    )
    if dataset or not request.measure:
        return choose_dataset(workspace, dataset, having)
    return choose_dataset(workspace, None, request.measure)


def _measure(schema: Schema, wanted: str, frame: pd.DataFrame) -> str:
    if not wanted:
        return main_measure(frame, schema)
    if wanted in schema.measures:
        return wanted
    near = difflib.get_close_matches(wanted, schema.measures, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(schema.measures)}"
    raise UsageError(f"{schema.name} has no measure {wanted!r}; {hint}")
