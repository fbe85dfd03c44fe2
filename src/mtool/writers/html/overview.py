"""Headline figures, and each dataset's sums by area and period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mtool.areas import fold_name
from mtool.engines.sums import Figure, Record, row_records
from mtool.errors import UsageError
from mtool.language import colon, counted, figure, translated, written_period
from mtool.periods import period_label
from mtool.schemas import Schema
from mtool.summary import Request, Summary, main_measure, missing_in, sum_of, summarize
from mtool.summary.addends import addends, newest_editions
from mtool.web_page import Markup, Table, anchor, element, joined
from mtool.writers import Export

if TYPE_CHECKING:
    import pandas as pd

PERIOD = ("reference_period_start", "reference_period_end")
GROUPS = ("admin1_name", "operator", "location_code")


def has_periods(schema: Schema) -> bool:
    """True where the rows are figures of a period, which can be summed."""
    return bool(schema.measures) and PERIOD[0] in schema.columns


def headline_section(export: Export, frames: Mapping[str, pd.DataFrame]) -> tuple[str, str, Markup]:
    """The newest figure of every dataset, with its change, and how much was looked at."""
    cards = [_card(export.schemas[name], frame) for name, frame in frames.items()]
    findings = sum(len(report.findings) for _, report in export.documents)
    looked_at = (
        f"{counted(len(export.sources), 'source')}, {counted(findings, 'finding')} of the audit"
    )
    body = joined([element("ul", *cards, class_="headlines"), element("p", translated(looked_at))])
    return "headlines", translated("At a glance"), body


def _card(schema: Schema, frame: pd.DataFrame) -> Markup:
    title = translated(schema.title)
    rows = translated(counted(len(frame), "row"))
    link = element("a", title, href=f"#{anchor(schema.name)}")
    if frame.empty or not has_periods(schema):
        return element("li", element("strong", rows), link)
    measure = main_measure(frame, schema)
    try:
        summary = _summary(schema, frame, measure)
    except UsageError as error:
        return element("li", element("strong", rows), link, element("br"), translated(str(error)))
    newest = summary.rows[-1]
    label = translated(schema.columns[measure].title)
    number = translated("not known") if newest.total is None else figure(newest.total)
    said = [f"{label}, {written_period(newest.period)}"]
    if newest.change is not None:
        said.append(translated(f"{figure(newest.change, '+,')} against the period before"))
    if newest.total_n_missing:
        said.append(translated(f"{counted(newest.total_n_missing, 'figure')} missing"))
    if newest.partial:
        said.append(translated("the period is not over"))
    return element("li", element("strong", number), "; ".join(said), element("br"), link)


def _summary(schema: Schema, frame: pd.DataFrame, measure: str) -> Summary:
    records = newest_editions(row_records(frame, [measure]), [])
    return summarize(schema.name, records, Request(measure))


def sums_table(schema: Schema, frame: pd.DataFrame) -> Markup:
    """Sums of the main measure by area (or operator) and period, with what was left aside."""
    measure = main_measure(frame, schema)
    notes: list[str] = []
    try:
        records = newest_editions(row_records(frame, [measure]), notes)
        chosen = addends(records, Request(measure), notes)
    except UsageError as error:
        return element("p", translated(str(error)))
    told = (element("p", translated(note), class_="faint") for note in notes)
    return joined([_pivot(schema, chosen, measure), *told])


def _pivot(schema: Schema, records: list[Record], measure: str) -> Markup:
    group = next(
        (g for g in GROUPS if records and all(r.subject.get(g) for r in records)), "location_code"
    )
    cells: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        label = period_label(*(str(record.subject[name]) for name in PERIOD))
        cells.setdefault((record.subject.get(group) or "", label), []).append(record)
    periods = sorted({period for _, period in cells})
    groups = sorted({name for name, _ in cells}, key=fold_name)
    title = f"{translated(schema.title)}{colon()} {translated(schema.columns[measure].title)}"
    header = [translated(schema.columns[group].title), *map(written_period, periods)]
    table = Table(anchor(schema.name, "sums"), title, header, frozenset(range(1, len(periods) + 1)))
    lines = [
        _line(name, [cells.get((name, period), []) for period in periods], measure)
        for name in groups
    ]
    whole = [[r for g in groups for r in cells.get((g, p), [])] for p in periods]
    total = _line(translated("Total"), whole, measure)
    return table.of([*lines, total] if len(groups) > 1 else lines)


def _line(name: str, cells: list[list[Record]], measure: str) -> Markup:
    shown = (
        element("td", _sum_said(sum_of(rows, measure), rows, measure), class_="number")
        for rows in cells
    )
    return element("tr", element("th", name, scope="row"), *shown)


def _sum_said(total: Figure, rows: list[Record], measure: str) -> str:
    """A sum with the number of figures that are missing in it; a dash where no row is."""
    if not rows:
        return "–"
    missing = missing_in(rows, measure)
    number = translated("not known") if total is None else figure(total)
    return f"{number} ({translated(f'{figure(missing)} missing')})" if missing else number
