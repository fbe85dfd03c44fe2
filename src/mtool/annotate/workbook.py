"""The user's own workbook with its bad cells marked, and nothing else touched.

A workbook that was marked before is cleaned of the old marks first, so that what has been corrected
is plain again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtool.annotate.cell_comments import SheetComments
from mtool.annotate.cell_fills import NO_FILL, CellFills, solid_fill
from mtool.annotate.errors_sheet import fills_before, printable, write_errors_sheet
from mtool.annotate.package import Package
from mtool.annotate.sheet_cells import FIRST, Place, SheetMap, Spot, map_sheet, with_styles
from mtool.errors import UsageError
from mtool.language import translated
from mtool.model import Finding
from mtool.readers.spreadsheet.sheets import address, split_address

SUFFIXES = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding and the colour of its cell, as six hexadecimal digits."""

    finding: Finding
    colour: str


def annotate_workbook(source: Path, marks: Sequence[Mark], out: Path) -> None:
    """Write a copy of a workbook in which the cells of `marks` are coloured and commented.

    Of several marks on a cell, the first gives the colour. A mark of a whole row stands on its first
    cell; what has no row is listed only.
    Raises `UsageError` for what is no `.xlsx` or `.xlsm` workbook.
    """
    refuse_others(source, out)
    with Package(source) as package:
        before, fills = fills_before(package), CellFills(package)
        kept: dict[tuple[str, str], str] = {}
        for sheet in package.workbook.sheets:
            mine: dict[Place, list[Mark]] = {}
            for mark in marks:
                at = mark.finding.locator
                if at.sheet == sheet.name and (at.cell or at.row):
                    place = split_address(at.cell) if at.cell else (at.row or 0, FIRST)
                    mine.setdefault(place, []).append(mark)
            if sheet.part and not (sheet.is_chart or sheet.is_errors):
                marking = _Marking(package, fills, sheet.part, sheet.name)
                kept |= marking.mark(mine, before)
        styles = (fills.of_text(), fills.of_text(bold=True))
        fills.save()
        write_errors_sheet(package, [mark.finding for mark in marks], kept, styles)
        package.save(out)


def refuse_others(source: Path, out: Path) -> None:
    """Raise `UsageError` unless both are workbooks of a kind that can be marked."""
    if source.suffix.lower() not in SUFFIXES or out.suffix.lower() != source.suffix.lower():
        raise UsageError(
            f"{source} → {out}: --annotate marks an .xlsx or .xlsm workbook and writes one of the "
            "same kind; save it as .xlsx first"
        )


@dataclass(frozen=True)
class _Marking:
    """The marks of one sheet."""

    package: Package
    fills: CellFills
    part: str
    name: str

    def mark(
        self, marks: dict[Place, list[Mark]], before: dict[tuple[str, str], str]
    ) -> dict[tuple[str, str], str]:
        """Mark the cells; (sheet, cell) → the fill each had before."""
        comments = SheetComments(self.package, self.part)
        old = comments.marked()
        if not old and not marks:
            return {}
        xml = _in_utf8(self.package.read(self.part))
        found = map_sheet(xml, old | set(marks))
        marks = _on_cells(marks, found)
        own = {
            place: self._own_fill(place, found.spots[place], old, before) for place in found.spots
        }
        styles = {
            place: self.fills.filled(
                spot.style, solid_fill(marks[place][0].colour) if place in marks else own[place]
            )
            for place, spot in found.spots.items()
        }
        said = {place: _comment(mine) for place, mine in marks.items()}
        key = comments.change(old, said)
        drawing = b""
        if key and not found.comments:
            drawing = _pointer(xml, found.prefix, key)
        self.package.write(self.part, with_styles(xml, found, styles, drawing))
        return {(self.name, address(*place)): own[place] for place in marks}

    def _own_fill(
        self, place: Place, spot: Spot, old: set[Place], before: dict[tuple[str, str], str]
    ) -> str:
        if place in old:
            return before.get((self.name, address(*place)), NO_FILL)
        return self.fills.fill_of(spot.style)


def _on_cells(marks: Mapping[Place, list[Mark]], found: SheetMap) -> dict[Place, list[Mark]]:
    """Marks of whole rows moved to the first cell of their row."""
    moved: dict[Place, list[Mark]] = {}
    for (row, column), mine in marks.items():
        at = found.firsts.get(row) if column == FIRST else column
        if at is not None:
            moved.setdefault((row, at), []).extend(mine)
    return moved


def _pointer(xml: bytes, prefix: str, key: str) -> bytes:
    """The tag that names a sheet's comments; strict workbooks have a namespace of their own."""
    strict = b"http://purl.oclc.org/ooxml/" in xml[:2000]
    namespace = (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
        if strict
        else "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    )
    return f'<{prefix}legacyDrawing xmlns:r="{namespace}" r:id="{key}"/>'.encode()


def _in_utf8(xml: bytes) -> bytes:
    """A sheet in another encoding, written again in UTF-8; else the very bytes."""
    from lxml import etree

    head = xml[:200]
    if b"\0" not in head and (b"encoding=" not in head or b"utf-8" in head.lower()):
        return xml
    return bytes(etree.tostring(etree.fromstring(xml), encoding="UTF-8", xml_declaration=True))


def _comment(marks: Sequence[Mark]) -> str:
    """What is wrong with a cell and how to mend it, one line each."""
    lines: list[str] = []
    for mark in marks:
        finding = mark.finding
        lines.append(translated(finding.message))
        if finding.suggestion:
            lines.append(f"→ {translated(finding.suggestion)}")
    return printable("\n".join(dict.fromkeys(lines)))
