"""What a claim says about the figure it means."""

from __future__ import annotations

from dataclasses import dataclass

Terms = frozenset[str]


NOTHING: Terms = frozenset()


#: The unit of a scope that speaks of shares, changes or ranks, which have none.
ANY_UNIT = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a claim says about the figure it means.

    `required` must all be explained by a table; `preferred` names choose its rows first;
    `optional` are other terms said nearby. `head` names the measure. `subject` are names that
    act in the clause; `witness` is true where they only report. `years` is null when none is said.
    `tables` are numbers of tables pointed to; `at` counts the tables before the claim; `doubts`
    are reasons in the sentence itself why no reading can decide.
    """

    head: Terms
    required: Terms
    preferred: Terms = NOTHING
    optional: Terms = NOTHING
    subject: tuple[str, ...] = ()
    witness: bool = False
    years: frozenset[int] | None = None
    shape: str = "year"
    unit: str = ""
    tables: frozenset[str] = frozenset()
    at: int = 0
    doubts: tuple[str, ...] = ()

    @property
    def said(self) -> Terms:
        return self.required | self.preferred | self.optional
