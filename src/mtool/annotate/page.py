"""A page of a document in reading order, with the findings beside what they speak of."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mtool.language import figure, translated
from mtool.model import Document, Finding, Locator, Paragraph, RawTable
from mtool.web_page import Table, page, plain_row

if TYPE_CHECKING:
    from mtool.audit_sources import Audited

MOST_ROWS_SHOWN = 500

STYLE = """
.at { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 1.5rem; }
@media (max-width: 45rem) { .at { grid-template-columns: minmax(0, 1fr); } }
.margin { border-left: .3rem solid; margin: .3rem 0; padding: 0 .6rem; font-size: .9rem; }
.contradicted { border-color: var(--bad); } .unverifiable { border-color: var(--doubt); }
.supported { border-color: var(--good); } .known { border-color: var(--link); }
"""


def page_of(audited: Iterable[Audited]) -> str:
    """A page of each document in reading order, with the findings beside what they speak of."""
    parts = [_section(one, at) for at, one in enumerate(audited)]
    heading = f"<h1>{html.escape(translated('Audit'))}</h1>\n"
    return page(translated("Audit"), heading + "".join(parts), style=STYLE)


def _section(one: Audited, number: int) -> str:
    document = one.document
    title = html.escape(document.source.title or document.source.path)
    waiting = list(one.report)
    blocks = []
    for place, block in _blocks(document, number):
        mine = [f for f in waiting if _speaks_of(f, place)]
        waiting = [f for f in waiting if f not in mine]
        blocks.append(_beside(block, mine))
    rest = "".join(_margin(f) for f in waiting)
    counts = {
        v: sum(f.verdict == v for f in one.report)
        for v in ("contradicted", "unverifiable", "supported")
    }
    said = (
        f"{counts['contradicted']} contradicted, {counts['unverifiable']} cannot be settled, "
        f"{counts['supported']} supported"
    )
    return f"<h2>{title}</h2>\n<p>{html.escape(translated(said))}.</p>\n{rest}{''.join(blocks)}"


def _blocks(document: Document, number: int) -> list[tuple[Paragraph | RawTable, str]]:
    """Paragraphs and tables in reading order, as HTML."""
    everything: list[Paragraph | RawTable] = [*document.paragraphs, *document.tables]
    ordered = sorted(everything, key=lambda block: _position(block.locator))
    return [
        (block, _table(block, number) if isinstance(block, RawTable) else _paragraph(block))
        for block in ordered
    ]


def _position(at: Locator) -> tuple[int, int]:
    return (at.page or 0, at.line or at.row or 0)


def _paragraph(paragraph: Paragraph) -> str:
    tag = "h3" if paragraph.kind == "heading" else "p"
    return f"<{tag}>{html.escape(paragraph.text)}</{tag}>"


def _table(table: RawTable, number: int) -> str:
    frame = Table(f"d{number}-{table.id}", table.title or table.id, table.header)
    rows = table.rows
    shown = frame.of(plain_row(row) for row in rows[:MOST_ROWS_SHOWN])
    if len(rows) <= MOST_ROWS_SHOWN:
        return shown
    left_out = translated(f"The first {figure(MOST_ROWS_SHOWN)} of {figure(len(rows))} rows.")
    return f"{shown}<p>{html.escape(left_out)}</p>\n"


def _speaks_of(finding: Finding, block: Paragraph | RawTable) -> bool:
    if isinstance(block, RawTable):
        return finding.locator.table == block.id
    if finding.quote:
        return finding.quote in block.text
    same = (finding.locator.page, finding.locator.line) == (block.locator.page, block.locator.line)
    return finding.locator.table is None and same


def _beside(block: str, findings: Sequence[Finding]) -> str:
    notes = "".join(_margin(finding) for finding in findings)
    return f'<div class="at"><div>{block}</div><div>{notes}</div></div>\n'


def _margin(finding: Finding) -> str:
    verdict = finding.verdict or "known"
    word = html.escape(translated(finding.verdict or "note"))
    place = html.escape(translated(str(finding.locator)))
    said = html.escape(translated(finding.message))
    return (
        f'<div role="note" class="margin {verdict}"><strong>{word}</strong>: {said}'
        f"<br><small>{place} · {finding.rule}</small></div>"
    )
