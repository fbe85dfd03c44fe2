"""From a workspace and a request to a summary: choose the dataset, the rows, the measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mtool.clean import read_rows
from mtool.datasets import (
    Selection,
    choose_dataset,
    conditions,
    dataset_names,
    dataset_path,
    nothing_is,
)
from mtool.engines.sums import Question, Record, Sums, sum_file
from mtool.errors import UsageError, nearest
from mtool.language import counted
from mtool.one_publication import of_one_publication
from mtool.schemas import Schema, load_schema
from mtool.summary import AREA_COLUMNS, EVENTS, Request, Summary, summarize
from mtool.summary.addends import SUBJECT, WHOLES, newest_editions
from mtool.summary.regions import PLACE
from mtool.summary.spans import UNITS, unit_end, unit_start
from mtool.twice import REPORTED_TWICE
from mtool.workspace import Workspace

#: What tells one series of figures from another.
SERIES = ("source_id", "edition", "as_of", "source_ref")
PERIOD = ("reference_period_start", "reference_period_end")
#: The unit of time that events are counted by; for other groupings, the year.
EVENT_UNITS = {"period": "month", "quarter": "quarter", "month": "month", "day": "day"}
#: Letters of an ISO day that say its unit; a quarter is made of months.
LETTERS = {"year": 4, "quarter": 7, "month": 7, "day": 10}


@of_one_publication
def summarize_dataset(
    workspace: Workspace, dataset: str | None, request: Request, selection: Selection
) -> Summary:
    """Summarise a dataset of the workspace; the newest edition of each source stands for it."""
    return Asked(workspace, dataset, selection).summary(request)


class Asked:
    """A dataset asked for several summaries: what two of them have in common is summed once.

    The first request chooses the dataset where none is named. For functions that read one publication (`of_one_publication`).
    """

    def __init__(self, workspace: Workspace, dataset: str | None, selection: Selection) -> None:
        self.workspace = workspace
        self.dataset = dataset
        self.selection = selection
        self._sums: list[tuple[str, Question, list[Record]]] = []

    def summary(self, request: Request) -> Summary:
        """The summary of the newest edition of each source; raises as `summarize_dataset` does."""
        name = self.dataset = _dataset_for(self.workspace, self.dataset, request)
        schema = load_schema(name, self.workspace.schema_folders)
        of_events = "event_date" in schema.columns and PERIOD[0] not in schema.columns
        if not schema.measures or not (of_events or PERIOD[0] in schema.columns):
            raise UsageError(f"{name} has no figures by period to sum")
        if of_events and request.by == "event_date":
            request = replace(request, by="day")
        _check_grouping(schema, request.by)
        measures = (EVENTS, *schema.measures) if of_events else schema.measures
        if request.measure:
            _check_measure(schema, request.measure, measures)
        question = _question(schema, request, conditions(self.selection, schema.columns))
        records = self._summed(name, question)
        if not records:
            self._explain_nothing(name, question)
        notes: list[str] = []
        if of_events:
            records = counted_events(records, request.by, notes)
        if not self.selection.edition:
            records = newest_editions(records, notes)
        measure = request.measure or _main_measure(measures, records, notes)
        if of_events:
            notes += [_definition(records, question), *_reported_twice(self.workspace, records)]
        request = replace(request, measure=measure)
        summary = summarize(name, records, request, self.workspace.schema_folders)
        return replace(summary, notes=(*notes, *summary.notes))

    def _summed(self, name: str, question: Question) -> list[Record]:
        """The sums of a dataset, by the engine that the workspace's settings name."""
        known = next((r for n, q, r in self._sums if (n, q) == (name, question)), None)
        if known is not None:
            return known
        path = dataset_path(self.workspace, name)
        if self.workspace.config["engine"] != "cluster":
            records = sum_file(path, question)
        else:
            from mtool.engines.cluster_sums import sum_on_cluster

            records = sum_on_cluster(path, question, self.workspace.config["cluster"])
        self._sums.append((name, question, records))
        return records

    def _explain_nothing(self, name: str, question: Question) -> None:
        """Raise for the first condition that no row fulfils; an empty dataset has none to blame."""
        for at, (column, value) in enumerate(question.where):
            before = question.where[:at]
            so_far = replace(question, keys=(column,), measures=(), cut={}, where=before)
            found = self._summed(name, so_far)
            known = {text for record in found if (text := record.subject[column])}
            if value not in known:
                raise nothing_is(column, value, known)


def _dataset_for(workspace: Workspace, dataset: str | None, request: Request) -> str:
    """The dataset named; else the only one that has areas when regions are asked for."""
    if dataset:
        return choose_dataset(workspace, dataset)
    if request.measure:
        return choose_dataset(workspace, None, request.measure)
    names = dataset_names(workspace)
    if names == ["events"]:
        return "events"
    placed = request.regions or request.by in AREA_COLUMNS
    return choose_dataset(workspace, None, "admin1_name" if placed else PERIOD[0])


def _check_grouping(schema: Schema, by: str) -> None:
    if by not in UNITS and AREA_COLUMNS.get(by, by) not in schema.columns:
        hint = nearest(by, (*UNITS, *AREA_COLUMNS, *schema.columns))
        raise UsageError(f"--by {by}: no period, area or column of {schema.name}; {hint}")


def _check_measure(schema: Schema, wanted: str, measures: Sequence[str]) -> None:
    if wanted in measures:
        return
    raise UsageError(f"{schema.name} has no measure {wanted!r}; {nearest(wanted, measures)}")


def _question(schema: Schema, request: Request, where: tuple[tuple[str, str], ...]) -> Question:
    """What must be told apart to answer a request; events need no more than time, area and series."""
    by = () if request.by in UNITS else (AREA_COLUMNS.get(request.by, request.by),)
    place = PLACE if request.regions else ()
    if PERIOD[0] in schema.columns:
        keys = (*SUBJECT, *PLACE, *WHOLES, "device_type", *SERIES, *by)
    else:
        keys = ("location_code", "event_date", "device_type", *SERIES, *place, *by)
    wanted = (request.measure,) if request.measure else schema.measures
    return Question(
        keys=tuple(dict.fromkeys(name for name in keys if name in schema.columns)),
        measures=tuple(name for name in wanted if name != EVENTS),
        dtypes={name: column.dtype for name, column in schema.columns.items()},
        where=where,
        cut={"event_date": LETTERS[EVENT_UNITS.get(request.by, "year")]},
    )


def counted_events(records: Iterable[Record], by: str, notes: list[str]) -> list[Record]:
    """Rows of events as figures by a unit of time, with a measure `events` that counts them.

    Events without a date cannot be given to a period; how many there are goes into `notes`.
    A period that goes on after the source was published is not over.
    """
    unit = EVENT_UNITS.get(by, "year")
    figures = []
    undated = 0
    for record in records:
        subject = dict(record.subject)
        when = subject.pop("event_date")
        if when is None:
            undated += record.rows
            continue
        start = unit_start(f"{when}-01-01"[:10], unit)
        subject |= dict(zip(PERIOD, (start, unit_end(start, unit)), strict=True))
        subject["as_of"] = subject["as_of"] or subject["edition"]
        events = {EVENTS: Sums(record.rows, record.rows, 0, 0)}
        figures.append(replace(record, subject=subject, sums=events | dict(record.sums)))
    if undated:
        notes.append(f"left out: {counted(undated, 'event')} without a date")
    return figures


def _main_measure(measures: Sequence[str], records: Sequence[Record], notes: list[str]) -> str:
    """The first measure that has any figure; the others that have some go into `notes`."""
    given = [m for m in measures if any(record.sums[m].figures for record in records)]
    if len(given) > 1:
        notes.append(f"measure {given[0]}; there are also {', '.join(given[1:])} (--measure)")
    return given[0] if given else measures[0]


def _definition(records: Sequence[Record], question: Question) -> str:
    """What was counted: the devices, the sources with their editions, and the conditions."""
    devices = sorted({r.subject.get("device_type") or "device not said" for r in records})
    sources = sorted(
        {f"{r.subject['source_id']} {r.subject['edition'] or ''}".strip() for r in records}
    )
    where = [f"{name}={value}" for name, value in question.where if name != "source_id"]
    said = f"counted: {' + '.join(devices)}; of {' and '.join(sources)}"
    return said + (f"; where {' and '.join(where)}" if where else "")


def _reported_twice(workspace: Workspace, records: Sequence[Record]) -> list[str]:
    """A note where sources that are added here may report the same accidents."""
    if len({record.subject["source_id"] for record in records}) < 2:
        return []
    rows = read_rows(workspace.clean / "findings.csv")
    twice = sum(row["rule"] == REPORTED_TWICE for row in rows)
    if not twice:
        return []
    return [
        f"two sources report events of one place and day: {twice} may be counted twice (finding "
        f"{REPORTED_TWICE}); choose one with --source"
    ]
