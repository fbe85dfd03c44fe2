"""Large .xlsx sheets that are nothing but values: read at once by their bytes, not cell by cell.

Most large sheets are written by programs, each cell in the same few ways. Their rows are found by
`plain_cells` and printed by `plain_texts`, some megabytes at a time; a sheet that holds anything
else is left to the full reader.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from mtool.model import Locator
from mtool.readers.spreadsheet.cell_findings import CellTrouble
from mtool.readers.spreadsheet.cells import Cells
from mtool.readers.spreadsheet.ooxml import SheetPart, Workbook
from mtool.readers.spreadsheet.plain_cells import read_plain_cells
from mtool.readers.spreadsheet.plain_strings import shared_texts
from mtool.readers.spreadsheet.plain_texts import PlainTexts
from mtool.readers.spreadsheet.plain_xml import NotPlainError
from mtool.readers.spreadsheet.sheets import Box, DeclaredTable, Sheet, read_box

#: Smaller sheets are read in full within a second.
LARGE_BYTES = 4_000_000

_CHUNK = 1 << 22
_LONGEST = 1 << 25
_DATA = re.compile(rb"<sheetData[^>]*>")
_END = b"</sheetData>"
_ROW_END = b"</row>"
#: What a part that is damaged raises; the check of the package says it in a sentence.
_DAMAGE = (UnicodeDecodeError, zipfile.BadZipFile, zlib.error, EOFError, OSError)
_ENCODING = re.compile(rb"encoding=[\"'](?!utf-8|us-ascii)", re.IGNORECASE)
_UNUSUAL_AROUND = re.compile(rb'hidden=(?!"(?:0|false)")|width="0"|<!|vertAlign')
_MERGED = re.compile(rb'<mergeCell ref="([A-Z0-9:]{2,30})"')
_FILTER = re.compile(rb'<autoFilter ref="([A-Z0-9:$]{2,30})"')


@dataclass(slots=True)
class _Around:
    """What stands before the rows of a sheet, and after them."""

    merged: list[Box] = field(default_factory=list)
    filters: list[Box] = field(default_factory=list)

    def take(self, xml: bytes) -> None:
        """Take columns, merged cells and filters; `NotPlainError` where columns are hidden."""
        merged, filters = _MERGED.findall(xml), _FILTER.findall(xml)
        known = len(merged) + len(filters)
        if known != xml.count(b"<mergeCell ") + xml.count(b"<autoF"):
            raise NotPlainError
        if _UNUSUAL_AROUND.search(xml):
            raise NotPlainError
        self.merged.extend(read_box(reference.decode()) for reference in merged)
        self.filters.extend(read_box(reference.decode()) for reference in filters)


def is_large_sheet(member: zipfile.ZipInfo) -> bool:
    """True for a member of a package that `read_plain_sheet` may read."""
    name = member.filename.casefold()
    is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
    return is_sheet and member.file_size >= LARGE_BYTES


def read_plain_sheet(workbook: Workbook, part: SheetPart, locator: Locator) -> Sheet | None:
    """A large sheet of values only, without its comments; null where the full reader is needed.

    Of a sheet that is read, every byte was seen, the checksum is right, and nothing is declared:
    neither a DOCTYPE nor an entity.
    """
    if part.part is None or not is_large_sheet(workbook.package.getinfo(part.part)):
        return None
    cells = Cells(CellTrouble(locator), workbook.is_1904)
    styles = {int(n): style for n, style in workbook.styles.items() if not style.is_plain}
    raised = [int(n) for n, style in workbook.styles.items() if style.is_raised]
    texts = PlainTexts(cells, styles, raised, lambda: shared_texts(workbook))
    around = _Around()
    try:
        with workbook.package.open(part.part) as stream:
            for xml in _stretches(stream, around):
                texts.take(xml, read_plain_cells(xml))
    except (NotPlainError, *_DAMAGE):
        return None
    return Sheet(
        name=part.name,
        rows=texts.rows,
        marks=cells.marks,
        merged=tuple(around.merged),
        declared=tuple(DeclaredTable(box, exact=False) for box in around.filters),
        findings=tuple(cells.trouble.findings()),
    )


def _stretches(stream: IO[bytes], around: _Around) -> Iterator[bytes]:
    """Yield the XML of whole rows, some megabytes at a time; what is around them is taken."""
    before = stream.read(_CHUNK)
    opening = _DATA.search(before)
    if opening is None or opening[0].endswith(b"/>") or _ENCODING.search(before[:200]):
        raise NotPlainError
    around.take(before[: opening.start()])
    rest, more = b"", before[opening.end() :]
    while more:
        xml = rest + more
        end = xml.find(_END)
        if end >= 0:
            if xml[:end].strip():
                yield xml[:end]
            after = xml[end:] + _read_rest(stream)
            around.take(after)
            _require_xml(before[: opening.end()] + after)
            return
        cut = xml.rfind(_ROW_END) + len(_ROW_END)
        if cut >= len(_ROW_END):
            yield xml[:cut]
            xml = xml[cut:]
        if len(xml) > _LONGEST:
            raise NotPlainError
        rest, more = xml, stream.read(_CHUNK)
    raise NotPlainError


def _require_xml(around: bytes) -> None:
    """What stands around the rows must be XML, as the full reader finds it."""
    from lxml import etree

    try:
        etree.fromstring(around, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise NotPlainError from None


def _read_rest(stream: IO[bytes]) -> bytes:
    rest = stream.read(_LONGEST)
    if len(rest) == _LONGEST:
        raise NotPlainError
    return rest
