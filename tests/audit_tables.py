"""Small tables and documents for the tests of the audit."""

from __future__ import annotations

from collections.abc import Iterable

from mtool.model import Document, Finding, Locator, Paragraph, RawTable, Row, Source


def table(text: str, title: str = "") -> RawTable:
    """A table from lines of cells separated by `|`; the first line is the header."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    rows = tuple(Row(tuple(cells), place) for place, cells in enumerate(lines[1:], 2))
    return RawTable("t1", tuple(lines[0]), rows, title, locator=Locator(line=1))


def document(*texts: str, tables: Iterable[RawTable] = (), **source: str) -> Document:
    """A document of tables and paragraphs; each paragraph has a line of its own from 100 on."""
    paragraphs = tuple(Paragraph(text, Locator(line=line)) for line, text in enumerate(texts, 100))
    return Document(Source("made", **source), "text/plain", tuple(tables), paragraphs)


def contradicted(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that say the source contradicts itself."""
    return [f for f in findings if f.verdict == "contradicted"]


def verdicts(findings: Iterable[Finding]) -> list[str | None]:
    """The verdicts of findings, in order."""
    return [f.verdict for f in findings]
