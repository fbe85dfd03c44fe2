"""Where the figures stand: every table as its source prints it, and how to cite the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtool.citing import as_text
from mtool.language import colon, figure, translated
from mtool.model import Document, Locator, RawTable, Report, Row, parse_place
from mtool.web_page import Markup, Table, anchor, element, joined
from mtool.writers import Export

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS_PRINTED = 500
_DIGITS = re.compile(r"\d+$")


@dataclass(frozen=True)
class Printed:
    """The tables that the figures were read from, by `source_ref`, and the places in them."""

    tables: Mapping[str, RawTable]
    places: frozenset[str]

    @classmethod
    def of(
        cls, documents: Iterable[tuple[Document, Report]], frames: Iterable[pd.DataFrame]
    ) -> Printed:
        """The tables that rows of the frames refer to."""
        refs = {str(ref) for frame in frames for ref in frame["source_ref"].unique()}
        tables = {}
        for document, _ in documents:
            for table in document.tables:
                ref = f"{document.source.id}[{table.id}]"
                if ref in refs:
                    tables[ref] = table
        found = {
            place
            for ref, table in tables.items()
            for row in _first(table)
            for place in (_row_name(ref, table, row), *_cell_names(ref, table, row))
        }
        return cls(tables, frozenset(found))

    def way_to(self, ref: str, places: str, source: str | None) -> Markup:
        """Links to the printed cells of a figure; plain words for what is not on the page.

        `source` is named first, unless null.
        """
        said = []
        for part in places.split("; "):
            measure, _, place = part.rpartition("=")
            label = f"{measure}: {translated(place)}" if measure else translated(place)
            said.append(self.link(ref, parse_place(place), label))
        first = [source, element("br")] if source else []
        return joined([*first, *_between(said)])

    def link(self, ref: str, at: Locator, label: str) -> Markup:
        """A link to a cell, else to its row, else its place in words."""
        row, column = _numbers(at)
        names = [_name(ref, at, row, column), _name(ref, at, row, None)]
        found = next((name for name in names if name in self.places), None)
        return element("a", label, href=f"#{found}") if found else element("span", label)


def _between(links: list[Markup]) -> Iterator[object]:
    for at, link in enumerate(links):
        yield from (element("br"), link) if at else (link,)


def _numbers(at: Locator) -> tuple[int | None, int | None]:
    """Row and column of a place; both from the address where it is a cell of a sheet."""
    if at.cell and (digits := _DIGITS.search(at.cell)):
        column = 0
        for letter in at.cell[: digits.start()].upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        return int(digits.group()), column
    return at.line or at.row, at.column


def _name(ref: str, at: Locator, row: int | None, column: int | None) -> str:
    """The anchor of a place; rows of pages are counted page by page."""
    page = None if at.line or at.cell or at.sheet else at.page
    return anchor("at", ref, *(n for n in (page and f"p{page}", row, column) if n))


def _row_name(ref: str, table: RawTable, row: Row) -> str:
    return _name(ref, table.locate(row), row.place, None)


def _cell_names(ref: str, table: RawTable, row: Row) -> list[str]:
    places = (table.locate(row, at) for at in range(len(row.cells)))
    return [_name(ref, place, row.place, place.column) for place in places]


def _first(table: RawTable) -> Iterator[Row]:
    for at, row in enumerate(table.body):
        if at == MOST_ROWS_PRINTED:
            return
        yield row


def sources_section(export: Export, printed: Printed) -> tuple[str, str, Markup]:
    """Each source with how to cite it and its tables as printed."""
    bodies = [_source(source, printed) for source in export.sources]
    said = translated("Cite the source, not this page; the edition says which version of it.")
    return (
        "sources",
        translated("Sources, as printed, and how to cite them"),
        joined([element("p", said), *bodies]),
    )


def _source(source: Mapping[str, str], printed: Printed) -> Markup:
    url = source.get("url") or ""
    mine = {r: t for r, t in printed.tables.items() if r.partition("[")[0] == source["id"]}
    absent = translated("Its tables are not on this page; the file is named above.")
    return joined(
        [
            element("h3", source["title"] or source["id"], id=anchor("source", source["id"])),
            _cited(source, url),
            element("p", f"{translated('File')}{colon()} ", element("code", source["path"])),
            *(_printed_table(ref, table) for ref, table in mine.items()),
            None if mine else element("p", absent, class_="faint"),
        ]
    )


def _cited(source: Mapping[str, str], url: str) -> Markup:
    """How to cite the source, its address as a link."""
    before, _, after = as_text(source).partition(url) if url else (as_text(source), "", "")
    return element("p", before, element("a", url, href=url) if url else None, after)


def _printed_table(ref: str, table: RawTable) -> Markup:
    title = table.title or translated("Table without a title")
    frame = Table(anchor("printed", ref), title, table.header)
    shown = [_printed_row(ref, table, row) for row in _first(table)]
    many = translated(f"The first {figure(len(shown))} rows are shown.")
    notes = [
        element("p", element("sup", note.mark) if note.mark else None, " ", note.text)
        for note in table.notes
    ]
    return joined(
        [
            frame.of(shown),
            element("p", many) if len(shown) == MOST_ROWS_PRINTED else None,
            *notes,
        ]
    )


def _printed_row(ref: str, table: RawTable, row: Row) -> Markup:
    marks = dict(row.marks)
    names = _cell_names(ref, table, row)
    cells = (
        element("td", text, element("sup", marks[at]) if at in marks else None, id=name)
        for at, (text, name) in enumerate(zip(row.cells, names, strict=True))
    )
    return element("tr", *cells, id=_row_name(ref, table, row))
