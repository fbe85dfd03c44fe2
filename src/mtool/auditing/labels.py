"""What a row label or a header names: terms, years, totals, composites, aliases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtool.auditing.lexicon import KINDS_OF_AREA
from mtool.auditing.terms import DIRECTIONS, is_category, known, term, terms
from mtool.auditing.total_labels import TotalLabel, total_label
from mtool.auditing.wording import words
from mtool.periods import read_period

if TYPE_CHECKING:
    from mtool.areas import Areas

Terms = frozenset[str]
_INCLUDING = re.compile(
    r"\((?:incl(?:\.|udes|uding)?|with|y compris|avec|dont)\s+([^()]{1,80})\)", re.IGNORECASE
)
_BRACKETED = re.compile(r"\(([^()]{1,60})\)")
_NEVER = frozenset({"(part of a year)"})


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a row or column.

    Any of `alternatives` names it; an empty one means that it restricts nothing. `years` are the
    years it stands for. `included` are names inside a composite (`Gao (includes Menaka)`).
    `singly` are the names of a row of several label cells, each of which alone names it too.
    """

    text: str
    alternatives: tuple[Terms, ...]
    years: frozenset[int] = frozenset()
    total: bool = False
    included: Terms = frozenset()
    singly: tuple[Terms, ...] = ()

    @property
    def is_free(self) -> bool:
        return not any(self.alternatives)

    def match(self, said: Terms) -> Terms | None:
        """The largest alternative all of whose terms are among `said`; null where none is."""
        fitting = [a for a in self.alternatives if a and a <= said]
        fitting = fitting or [a for a in self.singly if a <= said]
        return max(fitting, key=len) if fitting else None

    @property
    def is_name(self) -> bool:
        """True for a proper name (an area, an operator), false for categories and measures."""
        first = self.alternatives[0] if self.alternatives else frozenset()
        return bool(first) and not any(is_category(t) or known(t) for t in first)


def read_label(text: str, areas: Areas | None = None) -> Label:
    """Read one label or one level of a header."""
    text = text.strip()
    period = read_period(text) if text[:1].isalnum() else None
    if period:
        first, last = int(period.start[:4]), int(period.end[:4])
        whole = period.start[4:] == "-01-01" and period.end[4:] == "-12-31" and not period.partial
        years = frozenset(range(first, last + 1))
        return Label(text, (frozenset() if whole else _NEVER,), years)
    kind = total_label(text)
    if kind in (TotalLabel.BARE, TotalLabel.GRAND):
        return Label(text, (frozenset(),), total=True)
    included: Terms = frozenset()
    including = _INCLUDING.search(text)
    plain_text = text
    if including:
        included = terms(including[1])
        plain_text = _INCLUDING.sub(" ", text)
    alternatives = list(_alternatives(plain_text))
    if areas is not None:
        for area in areas.find(plain_text.strip()):
            alternatives += [terms(name) for name in (area.name, *area.aliases)]
    alternatives += [a - {"area"} for a in alternatives if "area" in a and len(a) > 1]
    seen = tuple(dict.fromkeys(a for a in alternatives if a)) or (frozenset(),)
    years = frozenset(
        int(w) for w in words(text) if w.isdigit() and len(w) == 4 and 1900 <= int(w) <= 2100
    )
    return Label(text, seen, years, kind is TotalLabel.SUB, included)


def _alternatives(text: str) -> list[Terms]:
    """`DanChurchAid (DCA)` is named by either; `Killed (adults)` needs both."""
    bracketed = _BRACKETED.search(text)
    if bracketed is None:
        return [_label_terms(text)]
    inside, outside = bracketed[1], _BRACKETED.sub(" ", text)
    if inside.isupper() and len(inside.split()) == 1:
        return [_label_terms(outside), _label_terms(inside)]
    return [_label_terms(text)]


def _label_terms(text: str) -> Terms:
    """The terms of a label; `North Kivu` and `Centre-Nord` are named by their directions too."""
    said = words(text)
    counted = (
        {said[0][:-1]} if said and said[0] in KINDS_OF_AREA and said[0].endswith("s") else set()
    )
    return terms(text) | counted | frozenset(w for w in said if w in DIRECTIONS)


def join_labels(labels: list[Label], text: str) -> Label:
    """A row with several label cells, or a header with several levels, is named by all of them."""
    combined: list[Terms] = [frozenset()]
    for label in labels:
        combined = [a | b for a in combined for b in (label.alternatives or (frozenset(),))][:12]
    years = [label.years for label in labels if label.years]
    named = [label for label in labels if not label.is_free]
    singly = [a for label in named if label.is_name for a in label.alternatives]
    return Label(
        text,
        tuple(dict.fromkeys(combined)),
        frozenset.intersection(*years) if len(years) > 1 else (years[0] if years else frozenset()),
        any(label.total for label in labels),
        frozenset().union(*(label.included for label in labels)),
        tuple(a for a in dict.fromkeys(singly) if a) if len(named) > 1 else (),
    )


__all__ = ["Label", "Terms", "join_labels", "read_label", "term"]
