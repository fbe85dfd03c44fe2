"""A copy of a document with its findings: cells coloured and commented, or a page with a margin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.errors import UsageError
from mtool.model import Report
from mtool.whole_files import staged

if TYPE_CHECKING:
    from mtool.audit_sources import Audited

#: Colours of cells, light enough for black text on them, by verdict of an audit.
OF_VERDICT = {
    "contradicted": "F8CBAD",
    "unverifiable": "FFE699",
    "supported": "C6E0B4",
    None: "DDEBF7",
}
#: The same by severity of a check.
OF_SEVERITY = {"error": "F8CBAD", "warning": "FFE699", "info": "DDEBF7"}


def annotate_audit(audited: Sequence[Audited], out: Path) -> None:
    """Write the annotated copy of one audited document: `.html` from anything, else a workbook."""
    if len(audited) != 1:
        raise UsageError(f"--annotate takes one document; {len(audited)} were audited")
    (one,) = audited
    if out.suffix.lower() == ".html":
        from mtool.annotate.page import page_of

        with staged(out) as new:
            new.write_text(page_of(audited), "utf-8", newline="\n")
        return
    from mtool.annotate.workbook import Mark, annotate_workbook

    order = list(OF_VERDICT)
    found = sorted(one.report, key=lambda f: order.index(f.verdict))
    marks = [Mark(finding, OF_VERDICT[finding.verdict]) for finding in found]
    with staged(out) as new:
        annotate_workbook(Path(one.document.source.path), marks, new)


def annotate_validation(report: Report, source: Path, out: Path) -> int:
    """Write a copy of a validated workbook, its bad cells marked; how many cells were marked.

    Errors and warnings mark cells; what a person acknowledged, and information, does not.
    """
    from mtool.annotate.form_words import in_words_of_form
    from mtool.annotate.workbook import Mark, annotate_workbook, refuse_others

    refuse_others(source, out)
    order = list(OF_SEVERITY)
    wanted = [f for f in report if f.severity != "info" and not f.acknowledged]
    said = in_words_of_form(wanted, source)
    found = sorted(said, key=lambda f: order.index(f.severity))
    marks = [Mark(finding, OF_SEVERITY[finding.severity]) for finding in found]
    with staged(out) as new:
        annotate_workbook(source, marks, new)
    places = {(f.locator.sheet, f.locator.cell or f.locator.row) for f in found}
    return sum(bool(sheet and place) for sheet, place in places)
