"""PDF → `Document`, by the geometry of glyphs and rulings. Needs the extra `pdf`."""

from __future__ import annotations

from pathlib import Path

from mtool.model import Document, Source
from mtool.readers import ReadOptions
from mtool.readers.pdf.assemble import Found, Part, raw_table
from mtool.readers.pdf.ink import read_ink
from mtool.readers.pdf.tables import find_tables
from mtool.readers.pdf.words import read_words


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    found = []
    for index in range(len(document)):
        ink = read_ink(document[index], index + 1)
        for grid in find_tables(ink, read_words(ink)).grids:
            found.append(Found((Part(grid),), "", (), grid.reasons, grid.confidence))
    tables = tuple(raw_table(one, n + 1, str(path)) for n, one in enumerate(found))
    return Document(source, "application/pdf", tables)
