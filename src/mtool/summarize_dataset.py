"""From a workspace and a request to a summary: choose the dataset, the rows, the measure."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from mtool.datasets import (
    Selection,
    choose_dataset,
    dataset_names,
    load_dataset,
    newest_editions,
    select,
)
from mtool.errors import UsageError
from mtool.one_publication import of_one_publication
from mtool.schemas import Schema
from mtool.summary import Request, Summary, main_measure, summarize
from mtool.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


@of_one_publication
def summarize_dataset(
    workspace: Workspace, dataset: str | None, request: Request, selection: Selection
) -> Summary:
    """Summarise a dataset of the workspace; the newest edition of each source stands for it."""
    name = _dataset_for(workspace, dataset, request)
    frame, schema = load_dataset(workspace, name)
    frame = select(frame, selection)
    notes: list[str] = []
    if "event_date" in frame and "reference_period_start" not in frame and schema.measures:
        frame, schema = counted_events(frame, schema, request.by, notes)
    if not schema.measures or "reference_period_start" not in frame:
        raise UsageError(f"{name} has no figures by period to sum")
    if not selection.edition:
        frame, older = newest_editions(frame)
        notes += [f"{s}: older editions left aside: {', '.join(e)}" for s, e in older.items()]
    measure = _measure(schema, request.measure, frame)
    others = [m for m in schema.measures if m != measure and frame[m].notna().any()]
    if not request.measure and others:
        notes.append(f"measure {measure}; there are also {', '.join(others)} (--measure)")
    request = replace(request, measure=measure)
    summary = summarize(name, frame, request, workspace.schema_folders)
    return replace(summary, notes=(*notes, *summary.notes))


def _dataset_for(workspace: Workspace, dataset: str | None, request: Request) -> str:
    """The dataset named; else the only one that has areas when regions are asked for."""
    if dataset:
        return choose_dataset(workspace, dataset)
    if request.measure:
        return choose_dataset(workspace, None, request.measure)
    names = dataset_names(workspace)
    if names == ["events"]:
        return "events"
    placed = request.regions or request.by == "region"
    return choose_dataset(workspace, None, "admin1_name" if placed else "reference_period_start")


#: The measure that counts event rows.
EVENTS = "events"


def counted_events(
    frame: pd.DataFrame, schema: Schema, by: str, notes: list[str]
) -> tuple[pd.DataFrame, Schema]:
    """Event rows as figures by month or year: a measure `events` of 1 beside the schema's own.

    Events without a date cannot be given to a period; how many there are goes into `notes`.
    """
    import pandas as pd

    undated = int(frame["event_date"].isna().sum())
    if undated:
        notes.append(f"{undated} events without a date were left out")
    dated = frame[frame["event_date"].notna()]
    unit = "M" if by == "period" else "Y"
    periods = dated["event_date"].dt.to_period(unit)
    counted = dated.assign(
        reference_period_start=periods.dt.start_time,
        reference_period_end=periods.dt.end_time.dt.normalize(),
        **{EVENTS: pd.Series(1, index=dated.index, dtype="Int64")},
    )
    return counted, replace(schema, measures=(EVENTS, *schema.measures))


def _measure(schema: Schema, wanted: str, frame: pd.DataFrame) -> str:
    if not wanted:
        return main_measure(frame, schema)
    if wanted in schema.measures:
        return wanted
    near = difflib.get_close_matches(wanted, schema.measures, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(schema.measures)}"
    raise UsageError(f"{schema.name} has no measure {wanted!r}; {hint}")
