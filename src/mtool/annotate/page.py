"""A page of a document in reading order, with the findings beside what they speak of."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mtool.language import colon, language_in_use, translated
from mtool.model import Document, Finding, Locator, Paragraph, RawTable

if TYPE_CHECKING:
    from mtool.audit_sources import Audited

MOST_ROWS_SHOWN = 500

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 72rem; padding: 0 1rem; }
.at { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 1.5rem; }
@media (max-width: 45rem) { .at { grid-template-columns: minmax(0, 1fr); } }
aside { border-left: .3rem solid; margin: .3rem 0; padding: 0 .6rem; font-size: .9rem; }
.contradicted { border-color: #b3261e; } .unverifiable { border-color: #b26a00; }
.supported { border-color: #2e7d32; } .known { border-color: #1565c0; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid; padding: .15rem .4rem; text-align: left; }
"""


def page_of(audited: Iterable[Audited]) -> str:
    """A page of each document in reading order, with the findings beside what they speak of."""
    parts = [_section(one) for one in audited]
    return (
        f'<!DOCTYPE html>\n<html lang="{language_in_use()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{translated('Audit')}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _section(one: Audited) -> str:
    document = one.document
    title = html.escape(document.source.title or document.source.path)
    waiting = list(one.report)
    blocks = []
    for place, block in _blocks(document):
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
    return f"<h1>{title}</h1>\n<p>{translated(said)}.</p>\n{rest}{''.join(blocks)}"


def _blocks(document: Document) -> list[tuple[Paragraph | RawTable, str]]:
    """Paragraphs and tables in reading order, as HTML."""
    everything: list[Paragraph | RawTable] = [*document.paragraphs, *document.tables]
    ordered = sorted(everything, key=lambda block: _position(block.locator))
    return [
        (block, _table(block) if isinstance(block, RawTable) else _paragraph(block))
        for block in ordered
    ]


def _position(at: Locator) -> tuple[int, int]:
    return (at.page or 0, at.line or at.row or 0)


def _paragraph(paragraph: Paragraph) -> str:
    tag = "h2" if paragraph.kind == "heading" else "p"
    return f"<{tag}>{html.escape(paragraph.text)}</{tag}>"


def _table(table: RawTable) -> str:
    rows = table.rows[:MOST_ROWS_SHOWN]
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in table.header)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>\n"
        for row in rows
    )
    caption = f"<caption>{html.escape(table.title)}</caption>" if table.title else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"


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
    word = translated(finding.verdict or "note")
    place = html.escape(", ".join(map(translated, str(finding.locator).split(", "))))
    return (
        f'<aside class="{verdict}"><strong>{word}</strong>{colon()} {html.escape(translated(finding.message))}'
        f"<br><small>{place} · {finding.rule}</small></aside>"
    )
