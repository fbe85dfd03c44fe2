"""A copy of a document with its findings: cells coloured and commented, or a page with a margin."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.errors import UsageError
from mtool.model import Document, Finding, Locator, Paragraph, RawTable

if TYPE_CHECKING:
    from mtool.audit_sources import Audited

COLOURS = {
    "contradicted": "F8CBAD",
    "unverifiable": "FFE699",
    "supported": "C6E0B4",
    None: "DDEBF7",
}
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


def annotate_document(audited: Sequence[Audited], out: Path) -> None:
    """Write the annotated copy of one document: `.xlsx` from a workbook, `.html` from anything."""
    if len(audited) != 1:
        raise UsageError(f"--annotate takes one document; {len(audited)} were audited")
    (one,) = audited
    staged = out.with_name(f".{out.name}.new")
    try:
        if out.suffix.lower() == ".html":
            staged.write_text(page_of(audited), encoding="utf-8", newline="\n")
        elif out.suffix.lower() == ".xlsx":
            _annotate_workbook(one, staged)
        else:
            raise UsageError(f"{out}: --annotate writes .html, or .xlsx from a workbook")
        staged.replace(out)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written: {error.strerror or error}") from None
    finally:
        staged.unlink(missing_ok=True)


def _annotate_workbook(one: Audited, out: Path) -> None:
    """The user's own workbook, the cells of findings coloured and commented."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    source = Path(one.document.source.path)
    if source.suffix.lower() != ".xlsx":
        raise UsageError(f"{source}: not an .xlsx workbook; annotate it as .html")
    book = openpyxl.load_workbook(source, rich_text=True)
    placed = [f for f in one.report if f.locator.sheet in book.sheetnames and f.locator.cell]
    placed.sort(key=lambda f: (f.locator.sheet or "", f.locator.cell or ""))
    for (sheet, cell), found in groupby(placed, key=lambda f: (f.locator.sheet, f.locator.cell)):
        findings = list(found)
        worst = min(findings, key=lambda f: list(COLOURS).index(f.verdict))
        target = book[sheet or ""][cell or ""]
        target.fill = PatternFill("solid", fgColor=COLOURS[worst.verdict])
        said = "\n".join(f"{f.verdict or 'note'}: {f.message}" for f in findings)
        before = f"{target.comment.text}\n" if target.comment else ""
        target.comment = Comment(before + said, "mtool", width=360, height=120)
    book.save(out)


# The page -------------------------------------------------------------------------------------


def page_of(audited: Iterable[Audited]) -> str:
    """A page of each document in reading order, with the findings beside what they speak of."""
    parts = [_section(one) for one in audited]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Audit</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
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
    counts = {v: sum(f.verdict == v for f in one.report) for v in COLOURS}
    said = (
        f"{counts['contradicted']} contradicted, {counts['unverifiable']} cannot be settled, "
        f"{counts['supported']} supported"
    )
    return f"<h1>{title}</h1>\n<p>{said}.</p>\n{rest}{''.join(blocks)}"


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
    word = finding.verdict or "note"
    place = html.escape(str(finding.locator))
    return (
        f'<aside class="{verdict}"><strong>{word}</strong>: {html.escape(finding.message)}'
        f"<br><small>{place} · {finding.rule}</small></aside>"
    )
