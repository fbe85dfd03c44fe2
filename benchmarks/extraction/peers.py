"""Readers side by side: mtool, and the libraries that people use for each format.

Each gives the tables of one file as texts. Peers are called as their documentation shows, with
what spares them needless loss: no guessing of types where that can be turned off.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from score_cells import Reading
from truth import Grid


@dataclass(frozen=True)
class Reader:
    """A library, how it reads one file, and the module it needs."""

    name: str
    read: Callable[[Path], list[Reading]]
    needs: str

    @property
    def missing(self) -> str:
        """Why the reader cannot take part, or nothing."""
        here = importlib.util.find_spec(self.needs) is not None
        return "" if here else f"{self.name} is skipped: {self.needs} is not installed"


def _mtool(path: Path) -> list[Any]:
    from mtool.model import Source
    from mtool.readers import HEAD_BYTES, ReadOptions, find_reader

    with path.open("rb") as file:
        reader = find_reader(path, file.read(HEAD_BYTES))
    return list(reader.read(path, Source(id="x", path=str(path)), ReadOptions()).tables)


def with_mtool(path: Path) -> list[Reading]:
    """Every table, with its sheet."""
    return [Reading(t.rows, list(t.header), t.locator.sheet) for t in _mtool(path)]


def with_mtool_by_page(path: Path) -> list[Reading]:
    """Every table, parted by page, as the truth of a printed document is."""
    readings = []
    for table in _mtool(path):
        pages: dict[int, Grid] = {}
        for row in table.body:
            pages.setdefault(row.page or table.locator.page, []).append(list(row.cells))
        header = list(table.header)
        for page, rows in pages.items():
            readings.append(Reading(rows, header, page))
            header = []
    return readings


def with_pdfplumber(path: Path) -> list[Reading]:
    import pdfplumber

    with pdfplumber.open(path) as document:
        return [
            Reading([[text or "" for text in row] for row in rows], None, page.page_number)
            for page in document.pages
            for rows in page.extract_tables()
        ]


def with_camelot(path: Path) -> list[Reading]:
    import camelot

    tables = camelot.read_pdf(str(path), pages="all", flavor="hybrid")
    return [Reading(t.df.astype(str).values.tolist(), None, int(t.page)) for t in tables]


def with_read_html(path: Path) -> list[Reading]:
    import pandas as pd

    try:
        frames = pd.read_html(str(path), keep_default_na=False, thousands=None)
    except ValueError as error:
        if "No tables found" in str(error):
            return []
        raise
    return [Reading(_texts(frame.astype(object).values.tolist())) for frame in frames]


def with_markdown(path: Path) -> list[Reading]:
    """Python-Markdown to HTML, and that with pandas."""
    import io

    import markdown
    import pandas as pd

    page = markdown.markdown(path.read_text(encoding="utf-8"), extensions=["tables", "footnotes"])
    if "<table" not in page:
        return []
    frames = pd.read_html(io.StringIO(page), keep_default_na=False, thousands=None)
    return [Reading(_texts(frame.astype(object).values.tolist())) for frame in frames]


def with_python_docx(path: Path) -> list[Reading]:
    import docx

    tables = docx.Document(str(path)).tables
    return [Reading([[c.text for c in row.cells] for row in t.rows]) for t in tables]


def with_read_excel(path: Path) -> list[Reading]:
    import pandas as pd

    sheets = pd.read_excel(path, sheet_name=None, dtype=str, keep_default_na=False, header=None)
    return [
        Reading(_filled_rows(frame.values.tolist()), None, str(name))
        for name, frame in sheets.items()
        if len(frame)
    ]


def with_openpyxl(path: Path) -> list[Reading]:
    import openpyxl

    sheets = openpyxl.load_workbook(path, data_only=True).worksheets
    found = [Reading(_filled_rows(sheet.values), None, sheet.title) for sheet in sheets]
    return [reading for reading in found if reading.rows]


def with_pandas_calamine(path: Path) -> list[Reading]:
    import pandas as pd

    sheets = pd.read_excel(path, sheet_name=None, dtype=str, header=None, engine="calamine")
    return [
        Reading(_filled_rows(frame.values.tolist()), None, str(name))
        for name, frame in sheets.items()
        if len(frame)
    ]


def with_clevercsv(path: Path) -> list[Reading]:
    import clevercsv

    return [Reading([list(row) for row in clevercsv.read_table(path)])]


def with_duckdb(path: Path) -> list[Reading]:
    import duckdb

    relation = duckdb.read_csv(str(path), all_varchar=True)
    return [Reading([list(relation.columns), *_texts(relation.fetchall())])]


def with_frictionless(path: Path) -> list[Reading]:
    """All cells as text, the dialect and encoding as it finds them."""
    from frictionless import Detector, Resource, system

    with system.use_context(trusted=True):
        resource = Resource(path=str(path), format="csv", detector=Detector(field_type="string"))
        with resource:
            rows = [list(resource.header), *(row.to_list() for row in resource.row_stream)]
    return [Reading(_texts(rows))]


def with_read_csv(path: Path) -> list[Reading]:
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [Reading([list(map(str, frame.columns)), *_texts(frame.to_numpy().tolist())])]


def _texts(rows: Iterable[Iterable[Any]]) -> Grid:
    return [["" if v is None or v != v else str(v) for v in row] for row in rows]


def _filled_rows(rows: Iterable[Iterable[Any]]) -> Grid:
    return [row for row in _texts(rows) if any(row)]


PDF = (
    Reader("mtool", with_mtool_by_page, "mtool"),
    Reader("pdfplumber", with_pdfplumber, "pdfplumber"),
    Reader("camelot hybrid", with_camelot, "camelot"),
)
WORKBOOK = (
    Reader("mtool", with_mtool, "mtool"),
    Reader("pandas.read_excel", with_read_excel, "pandas"),
    Reader("openpyxl", with_openpyxl, "openpyxl"),
)
#: Format → readers, mtool first.
READERS: dict[str, tuple[Reader, ...]] = {
    "pdf": PDF,
    "pdf-office": PDF,
    "html": (
        Reader("mtool", with_mtool, "mtool"),
        Reader("pandas.read_html", with_read_html, "pandas"),
    ),
    "docx": (
        Reader("mtool", with_mtool, "mtool"),
        Reader("python-docx", with_python_docx, "docx"),
    ),
    "xlsx": WORKBOOK,
    "xlsx-messy": WORKBOOK,
    "ods": (
        Reader("mtool", with_mtool, "mtool"),
        Reader("pandas calamine", with_pandas_calamine, "python_calamine"),
    ),
    "markdown": (
        Reader("mtool", with_mtool, "mtool"),
        Reader("markdown + pandas", with_markdown, "markdown"),
    ),
    "csv": (
        Reader("mtool", with_mtool, "mtool"),
        Reader("duckdb", with_duckdb, "duckdb"),
        Reader("frictionless", with_frictionless, "frictionless"),
        Reader("clevercsv", with_clevercsv, "clevercsv"),
        Reader("pandas.read_csv", with_read_csv, "pandas"),
    ),
}
