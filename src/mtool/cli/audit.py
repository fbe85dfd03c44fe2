"""`mtool audit`: does a report agree with itself?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mtool.cli.options import (
    EncodingOption,
    FailOnOption,
    MojibakeOption,
    ReportFormat,
    VerboseOption,
    WorkspaceOption,
)
from mtool.cli.progress import progress_shown
from mtool.cli.render import envelope, place_of, say, show_line, write_findings_csv, write_json
from mtool.errors import ExitCode
from mtool.language import colon, counted, quoted, translated

if TYPE_CHECKING:
    from mtool.audit_sources import Audited
    from mtool.model import Finding


def command(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, sources or datasets; every source of the workspace by default."
        ),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day deadlines are compared with."),
    ] = None,
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", help="Write a copy with the findings: .xlsx or .html."),
    ] = None,
    workspace: WorkspaceOption = None,
    output: Annotated[
        ReportFormat,
        typer.Option("--format", "-f", help="For people (table, md, html) or programs."),
    ] = ReportFormat.table,
    fail_on: FailOnOption = None,
    encoding: EncodingOption = None,
    fix_mojibake: MojibakeOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check totals, parts, percentages, claims in prose and deadlines of a report.

    Example: mtool audit draft.docx
    """
    from mtool.audit_sources import AuditRequest, audit_targets
    from mtool.readers import ReadOptions

    options = ReadOptions(encoding, fix_mojibake)
    request = AuditRequest(as_of.date() if as_of else None, verbose, options)
    with progress_shown():
        audited = audit_targets(targets or [], workspace, request)
    if annotate:
        from mtool.annotate import annotate_audit

        annotate_audit(audited, annotate)
        say(f"wrote {annotate}")
    if output is ReportFormat.json:
        documents = [_as_json(one) for one in audited]
        content = documents[0] if len(documents) == 1 else {"documents": documents}
        write_json(envelope("audit", content))
    elif output is ReportFormat.csv:
        write_findings_csv(finding for one in audited for finding in one.report)
    elif output is ReportFormat.html:
        from mtool.annotate.page import page_of

        typer.echo(page_of(audited), nl=False)
    else:
        for one in audited:
            _show(one, markdown=output is ReportFormat.md, everything=verbose)
    failed = any(one.report.failed(fail_on or "source") for one in audited)
    raise typer.Exit(ExitCode.FINDINGS if failed else ExitCode.CLEAN)


def _as_json(one: Audited) -> dict[str, Any]:
    source = one.document.source
    return {
        "source": {"id": source.id, "path": source.path, "media_type": one.document.media_type},
        "tables": [
            {"id": table.id, "title": table.title, "locator": asdict(table.locator)}
            for table in one.document.tables
        ],
        "findings": [finding.as_json() for finding in one.report],
        "checked": asdict(one.report.checked),
    }


HEADINGS = {
    "contradicted": "CONTRADICTED",
    "unverifiable": "CANNOT BE SETTLED",
    None: "TO KNOW",
    "supported": "SUPPORTED",
}


def _show(one: Audited, *, markdown: bool, everything: bool) -> None:
    """Contradictions first, each in three lines: what it says, what the numbers say, where."""
    for verdict, heading in HEADINGS.items():
        said = translated(heading)
        findings = [f for f in one.report if f.verdict == verdict]
        if not findings:
            continue
        if verdict == "supported" and not everything:
            show_line(
                "## " * markdown
                + f"{said}{colon()} {len(findings)} {translated('(-v lists them)')}"
            )
            continue
        show_line("## " * markdown + f"{said}{colon()} {len(findings)}")
        for finding in findings:
            for line in _lines(finding):
                show_line(f"- {line}" if markdown and line[:1] != " " else line)
    say(_counted(one))


def _lines(finding: Finding) -> list[str]:
    said = quoted(finding.quote) if finding.quote else finding.rule
    numbers = finding.message
    if finding.quote and numbers.startswith(f'"{finding.quote}": '):
        numbers = numbers[len(finding.quote) + 4 :]
    mark = f" ({translated('acknowledged')})" if finding.acknowledged else ""
    place = place_of(finding.locator)
    return [f"{said}{mark}", f"  {translated(numbers)}", f"  {place} · {finding.rule}", ""]


def _counted(one: Audited) -> str:
    checked = one.report.checked
    tied = sum(f.rule.startswith("claim") and f.verdict is not None for f in one.report)
    return (
        f"{one.document.source.path}: looked at {counted(checked.tables, 'table')}, "
        f"{counted(checked.control_totals, 'control total')}, "
        f"{counted(checked.parts, 'part or series')}, {counted(checked.claims, 'claim')} "
        f"({tied} tied to figures)"
    )
