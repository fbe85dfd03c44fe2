"""Cover sheets and forms: labels with one value each, which are text and not a table."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.readers.spreadsheet.parts import is_figure, says_nothing
from mtool.readers.spreadsheet.tables import SheetTable

#: Texts longer than this are sentences, not labels or categories.
_SENTENCE = 120
#: What a pivot table shows beside the names of its filters.
_PIVOT_FILTERS = frozenset(("(all)", "(multiple items)", "(tous)", "(plusieurs éléments)"))
_LABELS = frozenset(
    {
        "title",
        "titre",
        "author",
        "authors",
        "auteur",
        "auteurs",
        "publisher",
        "éditeur",
        "source",
        "sources",
        "date",
        "dates",
        "licence",
        "license",
        "contact",
        "email",
        "e-mail",
        "url",
        "link",
        "lien",
        "website",
        "version",
        "language",
        "langue",
        "description",
        "methodology",
        "méthodologie",
        "coverage",
        "couverture",
        "country",
        "pays",
        "period",
        "période",
        "updated",
        "created",
        "organisation",
        "organization",
        "name",
        "nom",
        "caveats",
        "comments",
        "notes",
        "note",
    }
)


def is_form(table: SheetTable) -> bool:
    """True when a block of two columns holds labels and their values, one thing a row.

    A block that the workbook declares as a table, or tags with HXL, is never a form.
    """
    if table.block.declared is not None or table.parts.tags is not None:
        return False
    rows = [*table.parts.header, *table.body][:60]
    texts = [table.view.texts(row, table.block.columns) for row in rows]
    pairs = [pair for row in texts if (pair := [text for text in row if text])]
    if any(len(pair) > 2 for pair in pairs):
        return False
    labels = [pair[0].strip() for pair in pairs]
    values = [pair[1] for pair in pairs if len(pair) == 2]
    return _reads_as_form(labels, values)


def _reads_as_form(labels: Sequence[str], values: Sequence[str]) -> bool:
    if any(value.casefold() in _PIVOT_FILTERS for value in values):
        return True
    asking = sum(1 for label in labels if label.endswith(":"))
    if asking * 2 >= len(labels):
        return True
    below = values[1:]
    figures = sum(1 for value in below if is_figure(value) or says_nothing(value))
    if below and figures * 5 >= len(below) * 4:
        return False
    if any(len(text) > _SENTENCE for text in (*labels, *values)):
        return True
    known = sum(1 for label in labels if label.casefold().rstrip(" :") in _LABELS)
    is_mixed = figures > 0 and len(values) > 1
    return known * 2 >= len(labels) or is_mixed
