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
    tables = [e for e in ties.evidence if scope.preferred <= e.names]
    if len(tables) != 1 or (not scope.preferred and frame.before.head):
        return NOTHING
    table = tables[0]
    if said - table.vocabulary - ties.document_terms:
        return NOTHING
    return main_measure(table.figures.table.title) - table.names
