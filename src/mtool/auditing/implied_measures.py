"""What a statement measures where it does not say it: the one thing its table counts."""

from __future__ import annotations

from mtool.auditing.frames import Frame
from mtool.auditing.measures import main_measure
from mtool.auditing.scope import NOTHING, Scope, Terms
from mtool.auditing.ties import Ties


def implied_measure(frame: Frame, ties: Ties, scope: Scope, said: Terms) -> Terms:
    """`Germany's contribution tripled`: the main measure of the one table that has Germany.

    Nothing, where another table has these names too, or where a word said is not the table's.
    """
    if not scope.preferred and not _speaks_of_total(frame):
        return NOTHING
    tables = [e for e in ties.evidence if scope.preferred <= e.names]
    if len(tables) != 1:
        return NOTHING
    table = tables[0]
    if said - table.vocabulary - ties.document_terms:
        return NOTHING
    measure = main_measure(table.figures.table.title) - table.names
    before = frame.before.head if frame.before.paragraph == frame.sentence.paragraph else NOTHING
    other = before and not before & measure and not scope.preferred
    return NOTHING if other else measure


def _speaks_of_total(frame: Frame) -> bool:
    """Without a name, only a sentence about one total; not the total of a place named before."""
    same = frame.before.paragraph == frame.sentence.paragraph
    named = frame.names or (same and frame.before.names)
    return not named and bool({"total", "overall", "totals"} & set(frame.words))
