"""PDF → `Document`, by the geometry of glyphs and rulings. Needs the extra `pdf`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mtool import progress
from mtool.errors import UnreadableInput
from mtool.model import Document, Finding, Locator, Source
from mtool.readers import ReadOptions
from mtool.readers.pdf.carried import with_carried_rows
from mtool.readers.pdf.flow import Placed, page_flow
from mtool.readers.pdf.furniture import Sheet, without_furniture
from mtool.readers.pdf.ink import read_ink
from mtool.readers.pdf.second_engine import with_second_opinion
from mtool.readers.pdf.tables import find_tables
from mtool.readers.pdf.whole import make_whole
from mtool.readers.pdf.words import Word, group_lines, read_words
from mtool.readers.text.lines import Line as TextLine
from mtool.readers.text.sentences import Hyphens

MEDIA_TYPE = "application/pdf"


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read the tables and the prose of a PDF; `options` do not matter here.

    Pages without a text layer are findings; a document without any is unreadable, as is one
    that is damaged or needs a password.
    """
    sheets, findings = _read_sheets(path)
    findings += [*_without_text(sheets, path), *_unmapped(sheets, path)]
    sheets = without_furniture(sheets)
    hyphens = Hyphens(
        [
            TextLine(0, line.text)
            for sheet in sheets
            for line in group_lines(w for w in sheet.words if "-" in w.text and not w.angle)
        ]
    )
    pages = progress.over(sheets, lambda s: f"{path.name}: finding tables on page {s.ink.number}")
    found = [find_tables(sheet.ink, sheet.words) for sheet in pages]
    found = with_carried_rows(sheets, found)
    body_size = _body_size([page.rest for page in found])
    placed: list[Placed] = []
    for sheet, page in zip(sheets, found, strict=True):
        placed += page_flow(sheet, page.rest, page.grids, body_size, hyphens)
    whole = make_whole(placed, str(path), hyphens)
    tables = with_second_opinion(whole.tables, path)
    return Document(source, MEDIA_TYPE, tables, whole.paragraphs, (*findings, *whole.findings))


def _read_sheets(path: Path) -> tuple[list[Sheet], list[Finding]]:
    """Every page with its words; pages that PDFium cannot open are findings."""
    document = _open(path)
    sheets: list[Sheet] = []
    findings: list[Finding] = []
    try:
        pages = range(len(document))
        for index in progress.over(pages, lambda at: f"{path.name}: reading page {at + 1}"):
            page = _page(document, index)
            if page is None:
                findings.append(_damaged(path, index + 1))
                continue
            ink = read_ink(page, index + 1)
            page.close()
            sheets.append(Sheet(replace(ink, glyphs=()), tuple(read_words(ink))))
    finally:
        document.close()
    return sheets, findings


def _page(document: Any, index: int) -> Any:
    from pypdfium2 import PdfiumError

    try:
        return document[index]
    except PdfiumError:
        return None


def _damaged(path: Path, number: int) -> Finding:
    return Finding(
        rule="damaged_page",
        class_="structure",
        severity="warning",
        message=f"page {number} is damaged and was not read",
        locator=Locator(path=str(path), page=number),
        suggestion="fetch the file again, or open it in a viewer and save a copy",
    )


def _open(path: Path) -> Any:
    try:
        import pypdfium2
    except ImportError as error:
        raise UnreadableInput(
            f'{path}: reading PDF needs an extra; install it with: pip install "mtool[pdf]"'
        ) from error
    try:
        document = pypdfium2.PdfDocument(path.read_bytes())
        if len(document) == 0:
            raise UnreadableInput(f"{path}: this PDF has no pages; is it complete?")
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).casefold():
            raise UnreadableInput(
                f"{path}: this PDF is locked with a password; open it in a viewer and save a "
                "copy without one"
            ) from error
        raise UnreadableInput(
            f"{path}: this is no readable PDF (damaged, cut short, or another format); "
            "fetch it again, or open it in a viewer and save a copy"
        ) from error
    return document


def _without_text(sheets: Sequence[Sheet], path: Path) -> list[Finding]:
    """Pages that are pictures of text; all of them together are unreadable."""
    if not sheets:
        raise UnreadableInput(f"{path}: all pages of this PDF are damaged; fetch it again")
    silent = [sheet for sheet in sheets if not sheet.words]
    scanned = [sheet.ink.number for sheet in silent if sheet.ink.pictures or sheet.ink.curves > 50]
    if len(silent) == len(sheets):
        what = "its pages are pictures" if scanned else "its pages are empty"
        raise UnreadableInput(
            f"{path}: this PDF has no text layer ({what}); run it through text recognition first "
            "(for example: ocrmypdf IN.pdf OUT.pdf)"
        )
    return [
        Finding(
            rule="no_text_layer",
            class_="structure",
            severity="warning",
            message=f"page {number} has no text layer: it is a picture; nothing on it was read",
            locator=Locator(path=str(path), page=number),
            suggestion="run the file through text recognition: ocrmypdf IN.pdf OUT.pdf",
        )
        for number in scanned
    ]


def _unmapped(sheets: Sequence[Sheet], path: Path) -> list[Finding]:
    """Pages with glyphs of which the file does not say what letters they are."""
    return [
        Finding(
            rule="unmapped_glyphs",
            class_="structure",
            severity="warning",
            message=f"page {sheet.ink.number}: {count} words hold glyphs whose letters the file "
            "does not name; they may be misread",
            locator=Locator(path=str(path), page=sheet.ink.number),
            suggestion="compare the page with what was read, or use text recognition on it",
        )
        for sheet in sheets
        if (count := sum(not word.mapped for word in sheet.words))
    ]


def _body_size(pages: Sequence[Sequence[Word]]) -> float:
    """The font size that most letters outside tables are set in."""
    sizes: Counter[float] = Counter()
    for words in pages:
        for word in words:
            sizes[round(word.size * 2) / 2] += len(word.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0
