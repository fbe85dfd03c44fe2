"""The sheet that lists every finding of a workbook, with links to the cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from mtool.annotate.package import RELATION, SHEET_XML, Package
from mtool.language import translated
from mtool.model import Finding
from mtool.readers.spreadsheet.ooxml import ERRORS_SHEET, SheetPart

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
HEADER = ("Sheet", "Cell", "What is wrong", "How to mend it", "Value", "Rule")
WIDTHS = (18, 9, 70, 60, 24, 26)
#: Points of a line, and how many of them a row may have.
LINE, MOST_LINES = 15, 12
#: The column, not shown, that keeps what a marked cell was filled with before.
BEFORE = len(HEADER)


def fills_before(package: Package) -> dict[tuple[str, str], str]:
    """(sheet, cell) → the fill it had before mtool marked it, as the sheet of errors keeps it."""
    known = _known_sheet(package)
    if known is None or known.part is None:
        return {}
    kept = {}
    for row in package.parse(known.part).iterfind("{*}sheetData/{*}row"):
        cells = {c.get("r", "").rstrip("0123456789"): _text(package, c) for c in row}
        fill = cells.get(chr(ord("A") + BEFORE), "")
        if fill.startswith("<fill"):
            kept[cells.get("A", ""), cells.get("B", "")] = fill
    return kept


def _text(package: Package, cell: Any) -> str:
    """The text of a cell, written in place or, after another program saved it, shared."""
    if cell.get("t") == "s":
        return package.workbook.strings.texts[int(cell.findtext("{*}v", "0"))]
    return "".join(cell.itertext())


def _known_sheet(package: Package) -> SheetPart | None:
    """The sheet that mtool wrote before, whatever it is called by now."""
    return next((sheet for sheet in package.workbook.sheets if sheet.is_errors), None)


def write_errors_sheet(
    package: Package,
    findings: Sequence[Finding],
    fills: dict[tuple[str, str], str],
    styles: tuple[int, int],
) -> None:
    """Write the sheet, in the place of the one written before.

    `styles` are the numbers of those for sentences and for the words over them.
    """
    known = _known_sheet(package)
    part = known.part if known else None
    content = "".join(_sheet(findings, fills, styles)).encode()
    package.write(part or _added(package), content)


def _added(package: Package) -> str:
    """Add a sheet at the end of the workbook, and the name by which it is known; its part."""
    from lxml import etree

    part = package.free_part("xl/worksheets/sheet_mtool{}.xml")
    key = package.relate(package.workbook_part, "worksheet", part)
    package.declare(_WORKSHEET, part=part)
    root = package.parse(package.workbook_part)
    sheets = root.find("{*}sheets")
    taken = {sheet.get("name").casefold() for sheet in sheets}
    wanted = translated("Errors")
    names = (wanted if n == 1 else f"{wanted} ({n})" for n in range(1, len(taken) + 2))
    name = next(name for name in names if name.casefold() not in taken)
    number = 1 + max(int(sheet.get("sheetId", 0)) for sheet in sheets)
    namespace = etree.QName(root).namespace
    entry = etree.SubElement(sheets, f"{{{namespace}}}sheet", name=name, sheetId=str(number))
    entry.set(f"{{{_relation_namespace(sheets)}}}id", key)
    _define(root, name)
    package.write_xml(package.workbook_part, root)
    return part


def _relation_namespace(sheets: Any) -> str:
    """The namespace of relation ids in this workbook: strict ones have another."""
    names = (key for sheet in sheets for key in sheet.attrib if key.endswith("}id"))
    return next(names, f"{{{RELATION}}}id")[1:].partition("}")[0]


def _define(root: Any, sheet: str) -> None:
    from lxml import etree

    namespace = etree.QName(root).namespace
    names = root.find("{*}definedNames")
    if names is None:
        names = etree.Element(f"{{{namespace}}}definedNames")
        before = root.find("{*}externalReferences")
        after = before if before is not None else root.find("{*}sheets")
        after.addnext(names)
    for old in [n for n in names if n.get("name") == ERRORS_SHEET]:
        names.remove(old)
    quoted = sheet.replace("'", "''")
    entry = etree.SubElement(names, f"{{{namespace}}}definedName", name=ERRORS_SHEET, hidden="1")
    entry.text = f"'{quoted}'!$A$1"


def _sheet(
    findings: Sequence[Finding], fills: dict[tuple[str, str], str], styles: tuple[int, int]
) -> Iterator[str]:
    text, bold = styles
    yield (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{SHEET_XML}">'
        '<sheetPr><outlinePr summaryBelow="0"/><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        "</sheetViews><cols>"
    )
    for number, width in enumerate((*WIDTHS, 9), 1):
        hidden = ' hidden="1"' if number > len(HEADER) else ""
        yield f'<col min="{number}" max="{number}" width="{width}" customWidth="1"{hidden}/>'
    yield "</cols><sheetData>"
    links = []
    yield _row(1, [translated(name) for name in HEADER], bold)
    row = 1
    for rule, group in groupby(sorted(findings, key=_order), key=lambda f: f.rule):
        listed = list(group)
        row += 1
        yield _row(row, [f"{rule} ({len(listed)})"], bold)
        for finding in listed:
            row += 1
            at = finding.locator
            if at.sheet and at.cell:
                links.append((row, at.sheet, at.cell))
            before = fills.get((at.sheet or "", at.cell or ""), "")
            yield _row(row, [*_cells(finding), before], text, level=1)
    yield "</sheetData>"
    if links:
        yield "<hyperlinks>" + "".join(map(_link, links)) + "</hyperlinks>"
    yield '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'


def _order(finding: Finding) -> tuple[str, str, int, int]:
    at = finding.locator
    return (finding.rule, at.sheet or "", at.row or 0, at.column or 0)


def _cells(finding: Finding) -> list[str]:
    at = finding.locator
    place = at.cell or (f"{translated('row')} {at.row}" if at.row else "")
    said = [translated(finding.message), translated(finding.suggestion or "")]
    return [at.sheet or "", place, *said, finding.value or "", finding.rule]


def _row(number: int, cells: Sequence[str], style: int, level: int = 0) -> str:
    written = "".join(
        f'<c r="{chr(ord("A") + at)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(printable(text))}</t></is></c>"
        for at, text in enumerate(cells)
        if text
    )
    lines = max(map(_lines, cells, WIDTHS)) if level else 1
    look = f' ht="{LINE * lines}" customHeight="1" outlineLevel="{level}"' if level else ""
    return f'<row r="{number}"{look}>{written}</row>'


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column."""
    return min(max(-(-len(text) // width), 1), MOST_LINES)


def printable(text: str) -> str:
    """A text as XML and a spreadsheet's cell can hold it: no control characters, no more than fits."""
    kept = "".join(c if c >= " " or c in "\t\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return kept.encode("utf-8", "replace").decode()[:32_000]


def _link(link: tuple[int, str, str]) -> str:
    row, sheet, cell = link
    name = sheet.replace("'", "''")
    target = quoteattr(f"'{name}'!{cell}")
    return f'<hyperlink ref="B{row}" location={target} display={quoteattr(cell)}/>'
