"""Small raw tables for tests, and the road from one to tidy rows."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.derive import Derived, derive_source
from mtool.infer import context_of, infer_recipe
from mtool.model import Document, Locator, RawTable, Row, Source
from mtool.passport import Passport


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], title: str = "Incidents in Mali"
) -> RawTable:
    """A table that stands from line 1 of a text file on."""
    body = tuple(Row(tuple(cells), at) for at, cells in enumerate(rows, start=2))
    return RawTable("t1", tuple(header), body, title, locator=Locator(path="a.txt", line=1))


def derived(raw: RawTable, schema: str = "", **passport: object) -> Derived:
    """Infer, tidy and check one table, as `mtool validate` does with a file."""
    document = Document(Source("a", path="a.txt", published="2023-11"), "text/plain", (raw,))
    recipe = infer_recipe(raw, context_of(document, raw, schema=schema))
    known = Passport(document.source, "", tables=(recipe,), **passport)  # type: ignore[arg-type]
    return derive_source(document, known)


def rules(found: Derived, *, errors: bool = True) -> list[str]:
    """The rules that failed, sorted; of all findings when `errors` is false."""
    return sorted(f.rule for f in found.report if f.severity == "error" or not errors)
