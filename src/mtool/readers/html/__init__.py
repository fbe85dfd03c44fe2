"""Web pages: tables on a grid of our own, their titles and notes, and the prose around them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mtool.model import Document, Finding, Locator, Source
from mtool.readers import ReadOptions
from mtool.readers.assembly import assemble
from mtool.readers.cells import sample
from mtool.readers.html.page import open_page
from mtool.readers.html.styles import Styles
from mtool.readers.html.walk import Walked, walk_page

MEDIA_TYPE = "text/html"


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read the tables and the prose of a saved web page.

    Tables that only lay out the page are read as prose; what the page hides is left out, and
    both are findings. Raises UnreadableInput for what is no page or goes beyond all limits.
    """
    page = open_page(path, options)
    styles = Styles(sheet.text or "" for sheet in page.root.iter("style"))
    walked = walk_page(page.root, styles)
    assembled = assemble(walked.blocks, str(path))
    findings = (*page.findings, *_about(walked, str(path)), *assembled.findings)
    return Document(source, MEDIA_TYPE, assembled.tables, assembled.paragraphs, findings)


def _about(walked: Walked, path: str) -> list[Finding]:
    findings = list(walked.findings)
    if walked.layout_tables:
        message = f"tables that only lay out the page were read as text ({walked.layout_tables})"
        findings.append(Finding("layout_tables", "note", "info", message))
    if walked.hidden:
        first = sample(walked.hidden[0])
        message = f"hidden text was left out ({len(walked.hidden)}), the first: {first}"
        findings.append(Finding("left_out", "note", "info", message, value=first))
    if walked.cells_outside:
        message = (
            f"table cells outside any table were read as text ({walked.cells_outside}); "
            "the page may have lost its beginning"
        )
        findings.append(Finding("cells_outside_table", "structure", "warning", message))
    at = Locator(path=path)
    return [replace(finding, locator=at) for finding in findings]
