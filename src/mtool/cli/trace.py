"""`mtool trace`: from a figure back to the printed cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from mtool.cli.options import (
    DatasetArgument,
    EditionOption,
    Format,
    FormatOption,
    MeasureOption,
    RegionOption,
    SourceOption,
    WhereOption,
    WorkspaceOption,
)
from mtool.cli.render import (
    envelope,
    place_in,
    say,
    show_line,
    write_csv_rows,
    write_json,
    write_json_lines,
)
from mtool.cli.render import write_rows as write_table
from mtool.language import colon, figure, quoted, translated

if TYPE_CHECKING:
    from mtool.printed_place import PrintedPlace
    from mtool.tracing import Trace

#: Columns shown on each side of the marked cell.
BESIDE = 2
LINE = ("dataset", "measure", "value", "source_id", "edition", "path", "cell", "printed")


def command(
    dataset: DatasetArgument = None,
    region: RegionOption = None,
    period: Annotated[
        str | None, typer.Option("--period", help="A period, such as 2022 or 2022-Q1.")
    ] = None,
    measure: MeasureOption = None,
    cell: Annotated[
        str | None, typer.Option("--cell", help="source_ref!source_cell, from any output.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Figures traced.")] = 5,
    where: WhereOption = None,
    source: SourceOption = None,
    edition: EditionOption = None,
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
) -> None:
    """Show the printed cell a figure came from, what was checked, and who says otherwise.

    Example: mtool trace incidents --region Mopti --period 2022

    Example: mtool trace --cell 'mali_2023\\[t1]!line 96, column 2'
    """
    from mtool.datasets import Selection
    from mtool.tracing import TraceRequest, trace
    from mtool.workspace import find_workspace

    selection = Selection(tuple(where or ()), source, edition)
    request = TraceRequest(selection, tuple(region or ()), period, measure, cell, limit)
    traced, rows, given = trace(find_workspace(workspace), dataset, request)
    if output is Format.json:
        found = {"rows": rows, "figures": given}
        content = found | {"traces": [one.as_json() for one in traced]}
        write_json(envelope("trace", content))
    elif output is Format.jsonl:
        write_json_lines(one.as_json() for one in traced)
    elif output is Format.csv:
        write_csv_rows(LINE, map(_line, traced))
    else:
        for one in traced:
            _show(one, output)
    if given > len(traced):
        say(
            f"traced {len(traced)} of {given} figures; choose with --region, --period or --where, or "
            f"see all with --limit {given}"
        )


def _line(one: Trace) -> list[object]:
    printed = one.printed.cell if one.printed else None
    source = one.source
    return [
        *(one.dataset, one.measure, one.value, source["id"], source["edition"]),
        *(source.get("path", ""), one.cell, printed),
    ]


def _show(one: Trace, output: Format) -> None:
    value = translated("not given") if one.value is None else figure(one.value)
    show_line(f"{'## ' * (output is Format.md)}{_subject(one)}{colon()} {value}")
    for label, text in _facts(one):
        lead = "- " if output is Format.md else "  "
        show_line(f"{lead}{translated(label)}{colon()} {text}")
    if one.printed:
        _show_print(one.printed, output)
    typer.echo()


def _subject(one: Trace) -> str:
    from mtool.periods import period_label

    row = one.row
    start, end = row.get("reference_period_start"), row.get("reference_period_end")
    period = period_label(start, end) if start and end else row.get("event_date")
    groups = ("operator", "role", "sex", "device_type", "event")
    parts = [row.get("admin2_name") or row.get("admin1_name") or row.get("location_code"), period]
    parts += [row.get(name) for name in groups if row.get(name) != "all"]
    return ", ".join([f"{one.dataset} {one.measure}".strip(), *(str(p) for p in parts if p)])


def _facts(one: Trace) -> Iterator[tuple[str, str]]:
    source = one.source
    title = ", ".join(filter(None, (source.get("publisher"), source.get("title"))))
    yield "source", f"{title or source['id']} ({source['id']} {source['edition']})"
    yield "place", f"{source.get('path', '')}, {place_in(one.cell)}"
    if one.unread:
        yield "not shown", translated(one.unread)
    if one.row.get("value_status"):
        yield "status", str(one.row["value_status"])
    for note in one.printed.notes if one.printed else ():
        yield "footnote", note
    for quote in one.quotes:
        verdict = f" [{translated(quote.verdict)}]" if quote.verdict else ""
        yield "quote", f"{quoted(quote.text)} ({place_in(quote.place)}){verdict}"
    for correction in one.corrections:
        yield "corrected", f"{correction['from']} → {correction['to']}: {correction['reason']}"
    for total in one.totals:
        said = f"{translated(total['verdict'])}{colon()} {translated(total['message'])}"
        said = said if total["verdict"] else total["label"]
        yield "control total", f"{place_in(total['cell'])}, {said}"
    if one.passed:
        yield "passed", ", ".join(one.passed)
    for finding in one.findings:
        marks = [finding.verdict or finding.severity, *["acknowledged"] * finding.acknowledged]
        said = ", ".join(map(translated, marks))
        yield "found", f"{finding.rule} ({said}){colon()} {translated(finding.message)}"
    for reason in one.reasons:
        yield "acknowledged", reason
    for other in one.others:
        shown = "–" if other["value"] is None else figure(other["value"])
        why = f"; {translated(other['why'])}" if other["why"] else ""
        said = f"{other['source_id']} {other['edition']}".strip()
        yield other["status"], f"{said}{colon()} {shown} ({place_in(other['cell'])}{why})"


def _show_print(printed: PrintedPlace, output: Format) -> None:
    """The row with its neighbours, narrowed to the label and the columns beside the cell."""
    column = printed.column
    middle = column or 0
    wanted = [at for at in range(len(printed.header)) if at == 0 or abs(at - middle) <= BESIDE]
    rows = []
    for row in printed.rows:
        cells = [
            f"»{row.cells[at]}«" if row.own and at == column else row.cells[at]
            for at in wanted
            if at < len(row.cells)
        ]
        cells += [""] * (len(wanted) - len(cells))
        place = place_in(row.place)
        rows.append([f"→ {place}" if row.own else place, *cells])
    if output is Format.md:
        typer.echo()
    else:
        title = f"{colon()} {printed.title}" if printed.title else ""
        show_line(f"  {printed.table}{title}")
    header = ["", *(printed.header[at] for at in wanted)]
    write_table(output, header, rows, foreign=True)
