"""`mtool compare`: two editions or two sources of the same figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtool.cli import completion
from mtool.cli.options import Format, ReportFormat, WorkspaceOption
from mtool.cli.render import envelope, say, show, write_csv_rows, write_json, write_rows
from mtool.errors import ExitCode
from mtool.language import colon, figure, translated

if TYPE_CHECKING:
    from mtool.compare import ComparedFigure, Comparison

HEADER = ("dataset", "measure", "area", "period", "group", "a", "b", "difference", "ratio", "why")


def command(
    a: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="A file, a source, or SOURCE@EDITION.",
            autocompletion=completion.sources,
        ),
    ],
    b: Annotated[
        str,
        typer.Argument(
            metavar="B", help="What to compare it with.", autocompletion=completion.sources
        ),
    ],
    dataset: Annotated[
        str | None,
        typer.Option("--dataset", help="Only this dataset.", autocompletion=completion.datasets),
    ] = None,
    tolerance: Annotated[
        float, typer.Option("--tolerance", min=0, help="Differences up to this are none.")
    ] = 0,
    everything: Annotated[bool, typer.Option("--all", help="Show equal figures, too.")] = False,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write .xlsx, coloured, or .html.")
    ] = None,
    workspace: WorkspaceOption = None,
    output: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="For people or for programs.")
    ] = ReportFormat.table,
) -> None:
    """Show where two editions or two sources differ. Exit 0 equal, 1 different, as diff does.

    Example: mtool compare mali_2023@2022-11 mali_2023@2023-11
    """
    from mtool.compare_sources import compare_targets

    compared = compare_targets((a, b), workspace, tolerance, dataset)
    if out:
        from mtool.writers.comparison import write_comparison

        write_comparison(compared, out)
        say(f"wrote {out}")
    _show(compared, output, everything=everything)
    raise typer.Exit(ExitCode.CLEAN if compared.equal else ExitCode.FINDINGS)


def _show(compared: Comparison, output: ReportFormat, *, everything: bool) -> None:
    shown = [f for f in compared.figures if everything or f.status != "equal"]
    if output is ReportFormat.json:
        write_json(envelope("compare", compared.as_json()))
    elif output is ReportFormat.csv:
        header = (*HEADER, "status", "a_cell", "b_cell")
        write_csv_rows(header, ([getattr(f, name) for name in header] for f in compared.figures))
    elif output is ReportFormat.html:
        from mtool.writers.comparison import comparison_page

        typer.echo(comparison_page(compared), nl=False)
    else:
        _show_tables(compared, shown, Format(output.value))
    counts = compared.as_json()["counts"]
    said = ", ".join(f"{count} {translated(status)}" for status, count in counts.items())
    common = said or translated("nothing in common")
    say(f"A {compared.a}, B {compared.b}{colon()} {common}")


def _show_tables(compared: Comparison, shown: list[ComparedFigure], output: Format) -> None:
    if shown:
        write_rows(output, HEADER[2:], [_cells(one) for one in shown])
    changed = [total for total in compared.totals if total["different"]]
    if changed:
        names = ("dataset", "measure", "period", "figures", "a", "b", "difference", "different")
        rows = [[total[name] for name in names] for total in changed]
        write_rows(output, names, rows, "Sums over the figures that both have")
    for flip in compared.flips:
        show(f"{flip['rule']}: {flip['what']}: {flip['a']} in A, {flip['b']} in B")
        show(f"  A: {flip['a_says']}")
        show(f"  B: {flip['b_says']}")


def _cells(compared: ComparedFigure) -> list[str]:
    def shown(value: float | None, sign: str = "") -> str:
        return "–" if value is None else figure(value, f"{sign},")

    ratio = "" if compared.ratio is None else figure(compared.ratio, ".2f")
    group = ", ".join(filter(None, (compared.measure, compared.group)))
    return [
        compared.area,
        compared.period,
        group,
        shown(compared.a),
        shown(compared.b),
        shown(compared.difference, "+"),
        ratio,
        translated(compared.why),
    ]
