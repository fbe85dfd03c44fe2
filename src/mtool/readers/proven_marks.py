"""Marks in plain characters beside words (`Gao*`, `Kidal (1)`), proved by a note of that mark."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from mtool.model import Cell, RawTable, Row
from mtool.printed_numbers import LONGEST

_AT_END = re.compile(r" ?(?:([*†‡§¶#]{1,4})|[\[(](\d{1,2}|[a-z])[\])])$")


def without_proven_marks(table: RawTable) -> RawTable:
    """Take marks off the ends of cells where a note of the table explains just that mark.

    Without such a note `Gao*` and `68 (3)` stay as they are printed.
    """
    proven = {note.mark for note in table.notes if note.mark}
    if not proven:
        return table
    header, header_marks = _split_all(table.header, proven)
    return replace(
        table,
        header=header,
        header_marks=tuple(dict.fromkeys((*table.header_marks, *header_marks))),
        body=tuple(_split_row(row, proven) for row in table.body),
        printed=tuple(_split_cell(cell, proven) for cell in table.printed),
    )


def split_proven(text: str, proven: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """`Gao*` → `Gao` and `("*",)` when `*` is among `proven`."""
    found = _AT_END.search(text) if len(text) <= LONGEST else None
    if found is None or found.start() == 0 or text[: found.start()].endswith(" /"):
        return text, ()
    mark = found[1] or found[2]
    return (text[: found.start()], (mark,)) if mark in proven else (text, ())


def _split_all(
    texts: tuple[str, ...], proven: Collection[str]
) -> tuple[tuple[str, ...], list[tuple[int, str]]]:
    split = [split_proven(text, proven) for text in texts]
    marks = [(c, mark) for c, (_, found) in enumerate(split) for mark in found]
    return tuple(text for text, _ in split), marks


def _split_row(row: Row, proven: Collection[str]) -> Row:
    cells, marks = _split_all(row.cells, proven)
    return replace(row, cells=cells, marks=tuple(dict.fromkeys((*row.marks, *marks))))


def _split_cell(cell: Cell, proven: Collection[str]) -> Cell:
    text, marks = split_proven(cell.text, proven)
    return replace(cell, text=text, marks=(*cell.marks, *marks))
