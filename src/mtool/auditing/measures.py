"""What cells count, and in which unit: by their own labels, or by the title's main noun."""

from __future__ import annotations

from functools import lru_cache

from mtool.auditing.evidence import Evidence
from mtool.auditing.labels import Label
from mtool.auditing.lexicon import PREPOSITIONS
from mtool.auditing.scope import Scope, Terms
from mtool.auditing.sentences import tokenize
from mtool.auditing.terms import is_category, known
from mtool.auditing.tie_options import IMPLIED, Option
from mtool.auditing.wording import word_set
from mtool.column_words import area_unit

_OF = {"of", "de", "des", "du", "d", "la", "l", "les"}
#: Kinds of things that are counted by another noun: incidents with mines, mines destroyed.
DEVICES = word_set("mine uxo erw antipersonnel antivehicle improvised cluster")
_AREA_WORDS = frozenset({"area", "clearance", "released", "survey", "contaminated"})


def counts_what_is_asked(table: Evidence, scope: Scope, row: Option, column: Option) -> bool:
    """Do the cells hold what the claim counts?"""
    matched = row.matched | column.matched
    named = frozenset(
        t
        for names in (*row.names, *column.names)
        for t in names
        if not known(t) and not is_category(t)
    )
    if scope.head & (matched - named) or scope.head <= named & matched:
        return True
    if scope.head & {IMPLIED[t] for t in matched if t in IMPLIED}:
        return True
    measured = {t for t in matched - named if known(t)}
    if measured - DEVICES - {"device"}:
        return False
    return bool(scope.head & (main_measure(table.figures.table.title) - named))


@lru_cache(maxsize=4_096)
def main_measure(title: str) -> Terms:
    """What a title says is counted: its terms up to the first preposition that is no `of`."""
    main: set[str] = set()
    for token in tokenize(title):
        if token.word in PREPOSITIONS and token.word not in _OF and main:
            break
        if token.term:
            main.add(token.term)
    return frozenset(main)


def unit_of(table: Evidence, row: int, column: int) -> str:
    """The area unit of a cell: its header's, its row's, or the title's where neither counts."""
    labels = (table.column_labels[column], table.row_labels[row])
    own = next((unit for label in labels if (unit := _area_unit(label.text))), "")
    if own or any(_counts(label) for label in labels):
        return own
    return _area_unit(table.figures.table.title)


@lru_cache(maxsize=65_536)
def _area_unit(text: str) -> str:
    return area_unit(text) or ""


def _counts(label: Label) -> bool:
    """A label of things counted, in a table whose title also speaks of an area."""
    return any(known(t) and t not in _AREA_WORDS for a in label.alternatives for t in a)
