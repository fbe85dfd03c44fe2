"""`mtool summarize`: totals, shares and changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from mtool.cli.options import (
    ByOption,
    DatasetArgument,
    EditionOption,
    Format,
    FormatOption,
    FromOption,
    MeasureOption,
    RegionOption,
    SourceOption,
    ToOption,
    WhereOption,
    WorkspaceOption,
)
from mtool.cli.progress import progress_shown
from mtool.cli.render import (
    envelope,
    say,
    show,
    show_chart,
    show_line,
    write_csv_rows,
    write_json,
    write_json_lines,
    write_rows,
)
from mtool.errors import UsageError
from mtool.language import colon, figure, translated

if TYPE_CHECKING:
    from mtool.charts import Series
    from mtool.summary import Summary, SummaryRow


def command(
    dataset: DatasetArgument = None,
    region: RegionOption = None,
    first: FromOption = None,
    last: ToOption = None,
    by: ByOption = "period",
    measure: MeasureOption = None,
    trend: Annotated[
        bool, typer.Option("--trend", help="Rate ratios with 95 % intervals, and a trend test.")
    ] = False,
    plot: Annotated[
        bool, typer.Option("--plot", help="A chart in the terminal in place of the table.")
    ] = False,
    where: WhereOption = None,
    source: SourceOption = None,
    edition: EditionOption = None,
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
) -> None:
    """Totals, shares and changes by period, for all or for chosen regions.

    Example: mtool summarize --region Mopti --region Ségou --trend
    """
    from mtool.datasets import Selection
    from mtool.plot_dataset import plot_dataset, summary_with_lines, usual_kind
    from mtool.summarize_dataset import summarize_dataset
    from mtool.summary import Request
    from mtool.workspace import find_workspace

    request = Request(measure or "", tuple(region or ()), first, last, by)
    selection = Selection(tuple(where or ()), source, edition)
    asked = (find_workspace(workspace), dataset, request, selection)
    if plot:
        if output is not Format.table:
            raise UsageError("--plot draws in the terminal; for a file: mtool plot -o FILE.svg")
        show_chart(plot_dataset(*asked, "change" if trend else usual_kind(by)))
        return
    lines: tuple[Series, ...] = ()
    with progress_shown():
        if output is Format.table:
            summary, lines = summary_with_lines(*asked)
        else:
            summary = summarize_dataset(*asked)
    if trend:
        from mtool.summary.trend import with_trend

        summary = with_trend(summary)
    _write(summary, output, lines)


def _write(summary: Summary, output: Format, lines: Sequence[Series]) -> None:
    """Write a summary, with sparklines below a table; notes go to standard error, but into JSON too."""
    plain = summary.as_json()
    if output is Format.json:
        write_json(envelope("summarize", plain))
        return
    if output is Format.jsonl:
        write_json_lines(plain["rows"])
    elif output is Format.csv:
        names = list(plain["rows"][0])
        header = [summary.by if name == "period" else name for name in names]
        write_csv_rows(header, [[row[n] for n in names] for row in plain["rows"]])
    else:
        _show_table(summary, output, lines)
    for note in summary.notes:
        say(f"note: {note}")


def _show_table(summary: Summary, output: Format, lines: Sequence[Series]) -> None:
    from mtool.charts.text import sparklines
    from mtool.summary.spans import UNITS

    where = f"in {', '.join(summary.regions)}" if summary.regions else ""
    title = f"{summary.dataset}{colon()} {summary.measure} {translated(where)}".rstrip()
    header = [summary.by, "value", "total", "share"]
    by_time = summary.by in UNITS
    header += ["change", "change %"] * by_time
    trend = summary.trend is not None
    header += ["rate ratio (95 %)"] * trend
    rows = []
    for row in summary.rows:
        cells = [_label(row), _figure(row.value, row), _total(row), _percent(row.share)]
        cells += [_signed(row.change), _change(row)] * by_time
        cells += [_ratio(row)] * trend
        rows.append(cells)
    write_rows(output, header, rows, title)
    for line in sparklines(lines):
        show_line(line)
    for line in _legend(summary):
        show(line)


def _label(row: SummaryRow) -> str:
    return translated(f"{row.period} (partial)" if row.partial else row.period)


def _figure(value: float | None, row: SummaryRow) -> str:
    text = "–" if value is None else figure(value)
    text += f" +{row.n_missing}?" if row.n_missing else ""
    return text + ("~" if row.qualified else "")


def _total(row: SummaryRow) -> str:
    text = "–" if row.total is None else figure(row.total)
    return text + (f" +{row.total_n_missing}?" if row.total_n_missing else "")


def _percent(share: float | None) -> str:
    return "–" if share is None else translated(f"{100 * share:.1f}%")


def _signed(change: float | None) -> str:
    return "" if change is None else figure(change, "+,")


def _change(row: SummaryRow) -> str:
    if row.change_pct is None:
        return ""
    return translated(f"{row.change_pct:+.1f}%") + ("*" if row.small_base else "")


def _ratio(row: SummaryRow) -> str:
    if row.rate_ratio is None or row.rate_ratio_low is None:
        return ""
    high = "∞" if row.rate_ratio_high is None else figure(row.rate_ratio_high, ".2f")
    return f"{figure(row.rate_ratio, '.2f')} ({figure(row.rate_ratio_low, '.2f')}–{high})"


def _legend(summary: Summary) -> list[str]:
    """Explain only the marks that the table uses."""
    lines = []
    if any(row.small_base for row in summary.rows):
        lines.append("* change on fewer than 5")
    if any(row.n_missing or row.total_n_missing for row in summary.rows):
        lines.append("+n? n figures are missing; the sum is of the others, and shares are left out")
    if any(row.qualified for row in summary.rows):
        lines.append("~ some figures are limited by words (at least, about …)")
    trend = summary.trend
    if trend and trend.get("test"):
        p_value = trend["p_value"]
        lines.append(
            f"Mann-Kendall over {trend['periods']} periods: tau {trend['tau']:.2f}, p {p_value:.3f}; "
            f"Theil-Sen slope {trend['slope_per_period']:+.2f} a period "
            f"({trend['slope_low']:+.2f} to {trend['slope_high']:+.2f})"
        )
    return lines
