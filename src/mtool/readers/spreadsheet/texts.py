"""The prose of a sheet: lines, forms and covers, each with the cell it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from mtool.model import Finding, Locator, Paragraph, RawTable
from mtool.readers.spreadsheet.parts import is_figure
from mtool.readers.spreadsheet.regions import View
from mtool.readers.spreadsheet.sheets import address
from mtool.readers.spreadsheet.tables import folded, line_text

ParagraphKind = Literal["prose", "note", "caption"]

#: A longer first text is a sentence, not the label of what stands beside it.
_LONGEST_LABEL = 60
_LOOKED_AT = 100
_NAMED = 5


def paragraphs_of_row(
    view: View, row: int, path: str, kind: ParagraphKind = "prose"
) -> Iterator[Paragraph]:
    """The prose of a row: a label and its value together, each line of a cell apart."""
    cells = view.cells(row)
    number, column = view.number(row), min(cells)
    at = Locator(
        path, sheet=view.sheet.name, cell=address(number, column), row=number, column=column
    )
    texts = list(dict.fromkeys(cells.values()))
    if len(texts) > 1 and len(texts[0]) <= _LONGEST_LABEL:
        yield Paragraph(line_text(view, row), at, kind)
        return
    for text in texts:
        for line in text.splitlines():
            if line.strip():
                yield Paragraph(folded(line), at, kind)


def is_more_than_prose(view: View, rows: Sequence[int]) -> bool:
    """True when rows that are in no table hold several columns or several figures."""
    cells = [view.cells(row) for row in rows[:_LOOKED_AT]]
    figures = sum(is_figure(text) for row in cells for text in row.values())
    return figures > 1 or any(len({*row.values()}) > 1 for row in cells)


def read_as_text(view: View, rows: Sequence[int], path: str) -> Finding:
    """Say that a block with several columns or with figures is not among the tables."""
    first, last = view.number(rows[0]), view.number(rows[-1])
    cell = address(first, min(view.cells(rows[0])))
    return Finding(
        rule="read_as_text",
        class_="note",
        severity="info",
        message=f"rows {first} to {last} read as a form, a list or a header alone, not as a table",
        locator=Locator(path=path, sheet=view.sheet.name, cell=cell),
    )


def beside_table(view: View, rows: Sequence[int], table: RawTable) -> Finding:
    """Say that texts stand in the rows of a table but beside its columns."""
    cells = [(row, column) for row in rows[:_NAMED] for column in view.cells(row)]
    outside = [address(view.number(r), c) for r, c in cells if c not in table.columns]
    return Finding(
        rule="beside_table",
        class_="structure",
        severity="warning",
        message=f"{', '.join(outside[:_NAMED])} stand beside the columns of the table and were "
        "read as text; write them into a column of the table",
        locator=table.locator,
    )
