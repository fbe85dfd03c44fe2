"""What the audit found, with its arithmetic, and a way to the place it speaks of."""

from __future__ import annotations

from mtool.language import colon, counted, figure, translated
from mtool.model import Document, Finding, Report
from mtool.web_page import Markup, Table, element, joined
from mtool.writers import Export
from mtool.writers.html.sources import Printed

HEADER = ("Verdict", "What was found", "Stated", "Computed", "Difference", "Where")
#: What a reader should look at first.
ORDER = ("contradicted", "unverifiable", None, "supported")
WORDS = {
    "contradicted": "✗ contradicted",
    "unverifiable": "? cannot be settled",
    "supported": "✓ supported",
    None: "note",
}


def findings_section(export: Export, printed: Printed) -> tuple[str, str, Markup]:
    """Findings of the audit and of the checks, each once, contradictions first."""
    found = _each_once(export)
    found.sort(key=lambda pair: ORDER.index(pair[1].verdict))
    title = translated("Do the sources agree with themselves?")
    counts = [
        f"{translated(WORDS[v])}{colon()} {figure(n)}"
        for v in ORDER
        if (n := sum(f.verdict == v for _, f in found))
    ]
    rows = [_row(source, finding, printed) for source, finding in found]
    table = Table(
        "findings",
        translated("Findings"),
        list(map(translated, HEADER)),
        frozenset({2, 3, 4}),
        True,
    )
    said = "; ".join(counts) if counts else translated("No findings.")
    looked = [_looked_at(document, report) for document, report in export.documents]
    looked += [
        f"{source['title'] or source['id']}{colon()} {translated(export.not_audited[source['path']])}."
        for source in export.sources
        if source["path"] in export.not_audited
    ]
    body = joined(
        [
            element("p", f"{said}."),
            table.of(rows) if rows else None,
            *(element("p", text, class_="faint") for text in looked),
        ]
    )
    return "audit", title, body


def _each_once(export: Export) -> list[tuple[str, Finding]]:
    """Source id and finding; what the audit says again is not repeated."""
    ids = {source["path"]: source["id"] for source in export.sources}
    found = [(d.source.id, f) for d, report in export.documents for f in report]
    found += [(ids.get(f.locator.path or "", ""), f) for f in export.findings]
    return list({(f.rule, str(f.locator), f.message): (s, f) for s, f in found}.values())


def _looked_at(document: Document, report: Report) -> str:
    checked = report.checked
    name = document.source.title or document.source.path
    seen = (
        f"looked at {counted(checked.tables, 'table')}, {counted(checked.control_totals, 'total')}, "
        f"{counted(checked.parts, 'part or series')}, {counted(checked.claims, 'claim')}"
    )
    return f"{name}{colon()} {translated(seen)}."


def _row(source: str, finding: Finding, printed: Printed) -> Markup:
    verdict = finding.verdict
    word = translated(WORDS[verdict])
    if finding.acknowledged:
        word = f"{word} ({translated('acknowledged')})"
    said = element(
        "td",
        translated(finding.message),
        element("br"),
        element("code", finding.rule),
        class_="said",
    )
    numbers = (finding.stated, finding.computed, finding.difference)
    at = finding.locator
    place = printed.link(f"{source}[{at.table}]", at, translated(at.in_source() or at.path or ""))
    return element(
        "tr",
        element("td", word, class_=verdict),
        said,
        *(_number(value) for value in numbers),
        element("td", source, element("br"), place),
    )


def _number(value: float | None) -> Markup:
    if value is None:
        return element("td")
    return element("td", figure(value, ",.15g"), class_="number", data_sort=str(value))
