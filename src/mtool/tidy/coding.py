"""Printed words → codes of the vocabularies: a code itself, a label, a word the recipe declares."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from mtool.areas import fold_name
from mtool.column_words import code_of
from mtool.recipes import column_keys
from mtool.schemas import ColumnSpec, load_vocabulary
from mtool.tidy.columns import Columns
from mtool.tidy.reading import TableReading

#: What a form writes into the column of a choice that was taken.
TAKEN = {"1", "1.0", "true"}
#: Between the codes of a cell that has several.
BETWEEN = "; "


def add_codes(reading: TableReading, columns: Columns) -> None:
    """Columns that the recipe fills by the words of another; null for a word it does not name."""
    printed = set(columns)
    for target, sources in reading.recipe.codes.items():
        for source, table in sources.items():
            if source in printed and target not in printed:
                columns[target] = columns.map(source, table.get)


def code_words(reading: TableReading, columns: Columns) -> None:
    """Words of coded columns → codes; a word that is none stays, for the schema to find."""
    for name, column in reading.schema.columns.items():
        if column.vocabulary and name in columns:
            columns[name] = columns.map(name, partial(_codes, reading, column))


def _codes(reading: TableReading, column: ColumnSpec, text: str) -> str | None:
    """The code of a cell, or those of several choices in it; null for a blank one."""
    if not text:
        return None
    words = text.split(BETWEEN)
    return BETWEEN.join(dict.fromkeys(_code(reading, column, word) for word in words))


def _code(reading: TableReading, column: ColumnSpec, word: str) -> str:
    terms = load_vocabulary(column.vocabulary or "")
    declared = reading.recipe.codes.get(column.name, {}).get(column.name, {})
    if word in declared or word in terms:
        return declared.get(word, word)
    folded = fold_name(word)
    for code, term in terms.items():
        if folded in (fold_name(term.label_en), fold_name(term.label_fr)):
            return code
    return code_of(column.name, word) or word


def choices_taken(reading: TableReading, cells: Mapping[str, list[str]], begins: str) -> list[str]:
    """For each row, the choices whose columns say yes, joined; empty where none does.

    `begins` is how the printed names of these columns begin (`devices/`).
    """
    taken: list[list[str]] = [[] for _ in reading.body]
    for key, printed in zip(column_keys(reading.table.header), reading.table.header, strict=True):
        if printed.startswith(begins):
            choice = printed.removeprefix(begins).strip()
            for row, text in zip(taken, cells[key], strict=True):
                if text.strip().casefold() in TAKEN:
                    row.append(choice)
    return [BETWEEN.join(choices) for choices in taken]
