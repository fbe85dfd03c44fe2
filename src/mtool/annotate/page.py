"""A page of a document in reading order, with the findings beside what they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mtool.language import colon, figure, translated
from mtool.model import Document, Finding, Locator, Paragraph, RawTable
from mtool.web_page import Markup, Table, anchor, element, joined, page, plain_row

if TYPE_CHECKING:
    from mtool.audit_sources import Audited

MOST_ROWS_SHOWN = 500


def page_of(audited: Iterable[Audited]) -> str:
    """A page of each document in reading order, with the findings beside what they speak of."""
    parts = [_section(one, at) for at, one in enumerate(audited)]
    return page(translated("Audit"), element("h1", translated("Audit")), *parts)


def _section(one: Audited, number: int) -> Markup:
    document = one.document
    waiting = list(one.report)
    blocks = []
    for place, block in _blocks(document, number):
        mine = [f for f in waiting if _speaks_of(f, place)]
        waiting = [f for f in waiting if f not in mine]
        blocks.append(_beside(block, mine))
    counts = {
        v: sum(f.verdict == v for f in one.report)
        for v in ("contradicted", "unverifiable", "supported")
    }
    said = (
        f"{counts['contradicted']} contradicted, {counts['unverifiable']} cannot be settled, "
        f"{counts['supported']} supported"
    )
    return element(
        "section",
        element("h2", document.source.title or document.source.path),
        element("p", translated(said), "."),
        *map(_margin, waiting),
        *blocks,
    )


def _blocks(document: Document, number: int) -> list[tuple[Paragraph | RawTable, Markup]]:
    """Paragraphs and tables in reading order, as HTML."""
    everything: list[Paragraph | RawTable] = [*document.paragraphs, *document.tables]
    ordered = sorted(everything, key=lambda block: _position(block.locator))
    return [
        (block, _table(block, number) if isinstance(block, RawTable) else _paragraph(block))
        for block in ordered
    ]


def _position(at: Locator) -> tuple[int, int]:
    return (at.page or 0, at.line or at.row or 0)


def _paragraph(paragraph: Paragraph) -> Markup:
    return element("h3" if paragraph.kind == "heading" else "p", paragraph.text)


def _table(table: RawTable, number: int) -> Markup:
    frame = Table(anchor(f"d{number}", table.id), table.title or table.id, table.header)
    rows = table.rows
    shown = frame.of(plain_row(row) for row in rows[:MOST_ROWS_SHOWN])
    if len(rows) <= MOST_ROWS_SHOWN:
        return shown
    left_out = translated(f"The first {figure(MOST_ROWS_SHOWN)} of {figure(len(rows))} rows.")
    return joined([shown, element("p", left_out)])


def _speaks_of(finding: Finding, block: Paragraph | RawTable) -> bool:
    if isinstance(block, RawTable):
        return finding.locator.table == block.id
    if finding.quote:
        return finding.quote in block.text
    same = (finding.locator.page, finding.locator.line) == (block.locator.page, block.locator.line)
    return finding.locator.table is None and same


def _beside(block: Markup, findings: Sequence[Finding]) -> Markup:
    notes = element("div", *map(_margin, findings))
    return element("div", element("div", block), notes, class_="at")


def _place(locator: Locator) -> str:
    """A place in a source, its words (`line`, `sheet`) in the language in use."""
    return ", ".join(map(translated, str(locator).split(", ")))


def _margin(finding: Finding) -> Markup:
    word = element("strong", translated(finding.verdict or "note"))
    place = element("small", _place(finding.locator), " · ", finding.rule)
    said = translated(finding.message)
    kind = f"margin {finding.verdict or 'known'}"
    return element("div", word, f"{colon()} ", said, element("br"), place, role="note", class_=kind)
