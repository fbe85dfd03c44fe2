"""What stands around a table: its country, and the words that say what its figures are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mtool.areas import countries_in
from mtool.model import Document, Locator, RawTable


@dataclass(frozen=True, slots=True)
class Context:
    """What is known besides the table itself.

    `about` are words on what the figures are of, from the nearest to the farthest: the title, the
    sheet's name, the heading above, the document's title, the file's name.
    `schema` is one that a person asked for.
    """

    country: str = ""
    schema_folders: tuple[Path, ...] = ()
    schema: str = ""
    about: tuple[str, ...] = ()

    def first(self, find: Callable[[str], str | None]) -> str | None:
        """What `find` finds in the nearest words that say anything."""
        return next((found for text in self.about if (found := find(text))), None)


def context_of(
    document: Document,
    table: RawTable,
    default_country: str = "",
    schema_folders: tuple[Path, ...] = (),
    schema: str = "",
) -> Context:
    """Everything around a table that helps to understand it."""
    country = infer_country(document, table, default_country)
    stem = Path(document.source.path).stem.replace("_", " ")
    heading = nearest_heading(document, table)
    about = (table.title, table.locator.sheet or "", heading, document.source.title, stem)
    return Context(country, schema_folders, schema, tuple(filter(None, about)))


def nearest_heading(document: Document, table: RawTable) -> str:
    """The last heading that stands before a table on its page or above it; empty without one."""

    def position(at: Locator) -> tuple[int, int]:
        return (at.page or 0, at.line or at.row or 0)

    before = [
        paragraph.text
        for paragraph in document.paragraphs
        if paragraph.kind == "heading" and position(paragraph.locator) <= position(table.locator)
    ]
    return before[-1] if before else ""


def infer_country(document: Document, table: RawTable, default: str = "") -> str:
    """The country a table is about: its title, else the document's or file's name, else the
    workspace's, else the titles of the other tables, else the country that is named most.

    Empty where nothing is named, or where two are named equally often.
    """
    heading = nearest_heading(document, table)
    for text in (table.title, heading, document.source.title, Path(document.source.path).stem):
        named = list(dict.fromkeys(countries_in(text)))
        if len(named) == 1:
            return named[0]
    if default:
        return default
    others = {code for other in document.tables for code in countries_in(other.title)}
    if len(others) == 1:
        return others.pop()
    headings = [p.text for p in document.paragraphs if p.kind in ("heading", "caption")]
    for texts in (headings, [p.text for p in document.paragraphs]):
        most = Counter(code for text in texts for code in countries_in(text)).most_common(2)
        if len(most) == 1 or (most and most[0][1] > most[1][1] * 2):
            return most[0][0]
    return ""
