"""`mtool validate`: a workspace, a dataset, or any table file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtool.cli import completion
from mtool.cli.options import (
    ClusterOption,
    EncodingOption,
    EngineOption,
    FailOnOption,
    Format,
    FormatOption,
    LimitOption,
    MojibakeOption,
    SchemaOption,
    VerboseOption,
    WorkspaceOption,
)
from mtool.cli.progress import progress_shown
from mtool.cli.render import envelope, say, write_findings, write_json
from mtool.errors import ExitCode, UsageError
from mtool.language import counted

if TYPE_CHECKING:
    from mtool.model import Report


def command(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files or datasets; the whole workspace by default.",
            autocompletion=completion.datasets,
        ),
    ] = None,
    schema: SchemaOption = None,
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
    fail_on: FailOnOption = None,
    limit: LimitOption = 3,
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", help="Write a copy of the workbook, its bad cells marked."),
    ] = None,
    encoding: EncodingOption = None,
    fix_mojibake: MojibakeOption = False,
    engine: EngineOption = None,
    cluster: ClusterOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Check figures against their schemas, and reported totals against their rows.

    Example: mtool validate incidents.csv --schema incidents
    """
    from mtool.check_sources import FileRequest, explained, validate_targets
    from mtool.readers import ReadOptions

    request = FileRequest(schema, ReadOptions(encoding, fix_mojibake), engine, cluster)
    with progress_shown():
        report, config_fail_on = validate_targets(targets or [], workspace, request)
    if annotate:
        _annotate(report, targets or [], annotate)
    if output is Format.json:
        findings = [finding.as_json() for finding in report]
        content = {"valid": report.valid, "checked": asdict(report.checked), "findings": findings}
        write_json(envelope("validate", content))
    else:
        write_findings(report, output, limit, everything=verbose)
        if output in (Format.table, Format.md):
            say(_verdict(report))
        for line in explained(request, workspace) if verbose else ():
            say(line)
    failed = report.failed(fail_on or config_fail_on)
    raise typer.Exit(ExitCode.FINDINGS if failed else ExitCode.CLEAN)


def _annotate(report: Report, targets: list[str], out: Path) -> None:
    from mtool.annotate import annotate_validation

    if len(targets) != 1:
        raise UsageError(
            "--annotate takes one workbook: mtool validate FILE.xlsx --annotate OUT.xlsx"
        )
    marked = annotate_validation(report, Path(targets[0]), out)
    say(f"wrote {out}: {counted(marked, 'cell')} marked")


def _verdict(report: Report) -> str:
    checked = report.checked
    totals = [f for f in report if f.rule.startswith("control_total")]
    agree = sum(f.verdict == "supported" for f in totals)
    errors = sum(f.severity == "error" and not f.acknowledged for f in report)
    said = "valid" if report.valid else f"not valid: {counted(errors, 'error')}"
    return (
        f"{said}; checked {counted(checked.tables, 'table')}, {counted(checked.rows, 'row')}, "
        f"{counted(checked.checks, 'check')}; "
        f"{agree} of {len(totals)} control totals reconcile"
    )
