"""Documents of every format with their truth, the same ones for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import libreoffice
import render_csv
import render_docx
import render_html
import render_markdown
import render_office
import render_pdf
import render_xlsx
from report_tables import some_tables
from truth import Expected, TrueCell, expected


@dataclass(frozen=True)
class Rendered:
    """One file, the tables in it, and how many pages it has (1 where there are none)."""

    path: Path
    truths: list[Expected]
    pages: int = 1


def _rng(seed: int, number: int) -> random.Random:
    return random.Random(seed * 10_000 + number)


def _of_pages(path: Path) -> Rendered:
    """A PDF with the truth that its renderer wrote beside it."""
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    truths = []
    for table in truth["tables"]:
        cells = [TrueCell(**cell) for cell in table["cells"]]
        head = max((c.row + c.rowspan for c in cells if c.header), default=0)
        truths.append(expected(cells, head, where=table["page"]))
    return Rendered(path, truths, truth["pages"])


def pdf(folder: Path, count: int, seed: int) -> list[Rendered]:
    return [_of_pages(path) for path in render_pdf.render_all(folder, count, seed)]


def pdf_office(folder: Path, count: int, seed: int) -> list[Rendered]:
    """More are printed than asked for: what runs over one page is left out."""
    render_office.render_all(folder, 2 * count, seed)
    return [_of_pages(path) for path in sorted(folder.glob("*.pdf"))[:count]]


def html(folder: Path, count: int, seed: int) -> list[Rendered]:
    made = []
    for number in range(count):
        rng, path = _rng(seed, number), folder / f"{number:03}.html"
        tables = some_tables(rng)
        manner = render_html.MANNERS[number % len(render_html.MANNERS)]
        path.write_text(render_html.render_page(tables, rng, manner), encoding="utf-8")
        made.append(Rendered(path, [table.expected() for table in tables]))
    return made


def docx(folder: Path, count: int, seed: int) -> list[Rendered]:
    made = []
    for number in range(count):
        rng, path = _rng(seed, number), folder / f"{number:03}.docx"
        tables = some_tables(rng)
        manner = render_docx.MANNERS[number % len(render_docx.MANNERS)]
        render_docx.render_document(tables, rng, manner, path)
        made.append(Rendered(path, [table.expected() for table in tables]))
    return made


def markdown(folder: Path, count: int, seed: int) -> list[Rendered]:
    made = []
    for number in range(count):
        rng, path = _rng(seed, number), folder / f"{number:03}.md"
        tables = some_tables(rng)
        manner = render_markdown.MANNERS[number % len(render_markdown.MANNERS)]
        path.write_text(render_markdown.render_page(tables, rng, manner), encoding="utf-8")
        made.append(Rendered(path, [table.expected() for table in tables]))
    return made


def _workbooks(
    write: Callable[[Path, random.Random], list[Expected]], folder: Path, count: int, seed: int
) -> list[Rendered]:
    paths = [folder / f"{number:03}.xlsx" for number in range(count)]
    return [Rendered(p, write(p, _rng(seed, number))) for number, p in enumerate(paths)]


def xlsx(folder: Path, count: int, seed: int) -> list[Rendered]:
    return _workbooks(render_xlsx.render_plain, folder, count, seed)


def xlsx_messy(folder: Path, count: int, seed: int) -> list[Rendered]:
    return _workbooks(render_xlsx.render, folder, count, seed)


def ods(folder: Path, count: int, seed: int) -> list[Rendered]:
    """Untidy workbooks that LibreOffice saved again."""
    books = xlsx_messy(folder, count, seed + 1)
    libreoffice.convert([book.path for book in books], folder, "ods")
    return [replace(book, path=book.path.with_suffix(".ods")) for book in books]


def csv(folder: Path, count: int, seed: int) -> list[Rendered]:
    made = []
    for number, file in enumerate(render_csv.some_files(seed, count)):
        path = folder / f"{number:03}-{file.kind}.csv"
        path.write_bytes(file.data)
        made.append(Rendered(path, [t for t in (file.truth, file.second) if t]))
    return made


#: Format → how to make its documents, and its share of a run.
FORMATS: dict[str, tuple[Callable[[Path, int, int], list[Rendered]], int]] = {
    "pdf": (pdf, 20),
    "pdf-office": (pdf_office, 8),
    "html": (html, 14),
    "docx": (docx, 12),
    "xlsx": (xlsx, 8),
    "xlsx-messy": (xlsx_messy, 12),
    "ods": (ods, 8),
    "markdown": (markdown, 10),
    "csv": (csv, 18),
}
NEED_LIBREOFFICE = {"pdf-office", "ods"}


def numbers_of(formats: list[str], documents: int) -> dict[str, int]:
    """How many documents of each format: by share, at least one, together as many as asked for."""
    shares = {name: FORMATS[name][1] for name in formats}
    return {n: max(1, -(-documents * s // sum(shares.values()))) for n, s in shares.items()}


def make(name: str, folder: Path, count: int, seed: int) -> list[Rendered]:
    """Write the documents of one format into a folder of their own."""
    own = folder / name
    own.mkdir(parents=True, exist_ok=True)
    return FORMATS[name][0](own, count, seed)


def left_out(name: str) -> str:
    """Why a format cannot be made here, or nothing."""
    if name in NEED_LIBREOFFICE and not libreoffice.available():
        return f"{name} is skipped: LibreOffice (soffice) is not installed"
    return ""
