"""Printed words → codes of the vocabularies: a code itself, a label, a word the recipe declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtool.areas import fold_name
from mtool.column_words import code_of
from mtool.recipes import column_keys
from mtool.schemas import ColumnSpec, load_vocabulary
from mtool.tidy.reading import TableReading

if TYPE_CHECKING:
    import pandas as pd

#: What a form writes into the column of a choice that was taken.
TAKEN = {"1", "1.0", "true"}
#: Between the codes of a cell that has several.
BETWEEN = "; "


def with_codes(reading: TableReading, frame: pd.DataFrame) -> pd.DataFrame:
    """Columns that the recipe fills by the words of another; null for a word it does not name."""
    filled = {
        target: frame[source].map(table)
        for target, sources in reading.recipe.codes.items()
        for source, table in sources.items()
        if source in frame and target not in frame
    }
    return frame.assign(**filled)


def coded(reading: TableReading, frame: pd.DataFrame) -> pd.DataFrame:
    """Words of coded columns → codes; a word that is none stays, for the schema to find."""
    for name, column in reading.schema.columns.items():
        if column.vocabulary and name in frame and name != "value_status":
            texts = [text for text in frame[name].unique() if isinstance(text, str) and text]
            codes = {text: _codes(reading, column, text) for text in texts}
            frame[name] = frame[name].map(codes)
    return frame


def _codes(reading: TableReading, column: ColumnSpec, text: str) -> str:
    """The code of a cell, or those of several choices in it."""
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


def choices_taken(reading: TableReading, cells: pd.DataFrame, begins: str) -> pd.Series:
    """For each row, the choices whose columns say yes, joined; empty where none does.

    `begins` is how the printed names of these columns begin (`devices/`).
    """
    import pandas as pd

    taken = pd.Series("", index=cells.index, dtype="str")
    for key, printed in zip(column_keys(reading.table.header), reading.table.header, strict=True):
        if printed.startswith(begins):
            yes = cells[key].str.strip().str.casefold().isin(TAKEN)
            choice = printed.removeprefix(begins).strip()
            longer = (taken + BETWEEN + choice).str.removeprefix(BETWEEN)
            taken = longer.where(yes, taken)
    return taken
