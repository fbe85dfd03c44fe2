"""Which labels and headers declare a total, in English and French."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from mtool.auditing.wording import word_set, words


class TotalLabel(Enum):
    """How a label declares a total.

    `NAMED` says what is totalled (`Total staff`, `Total Gao`), so it may also be a plain measure.
    """

    SUB = "sub"
    GRAND = "grand"
    BARE = "bare"
    NAMED = "named"


_TOTAL = {"total", "totals", "totaux", "totale", "totales", "tot"}
_ALONE = _TOTAL | {"sum", "sums", "somme", "sommes", "overall", "all", "ensemble", "tous", "toutes"}
_GRAND = {"grand", "general", "generaux", "generale", "overall", "national", "global", "globale"}
_GRAND |= {"country", "nationwide", "final", "grands"}
_GROUP_NOUNS = word_set(
    """regions provinces districts areas departments departements governorates gouvernorats
    counties states countries pays cercles communes municipalities municipalites villages zones
    locations localites sites sectors secteurs operators operateurs organisations organizations
    organismes agencies agences partners partenaires devices engins types categories ages groups
    groupes years annees months mois quarters trimestres sources the les des du de la le of
    combined confondus confondues together and et items"""
)
_UNITS = word_set(
    """m2 m km2 km sqm sq ha hectares hectare nb no number nombre in en of de usd us eur %"""
)


@lru_cache(maxsize=65_536)
def total_label(text: str) -> TotalLabel | None:
    """Return how `text` declares a total, or null where it does not.

    `All others` and `Total war` style phrases that are no declaration give null or `NAMED`.
    """
    if len(text) > 120:
        return None
    label = [word for word in words(text) if not _is_figure(word)]
    if not label or len(label) > 8:
        return None
    if label[0] in {"subtotal", "subtotals", "soustotal"} or label[:2] in (
        ["sub", "total"],
        ["sub", "totals"],
        ["sous", "total"],
        ["sous", "totaux"],
        ["sous", "totale"],
    ):
        return TotalLabel.SUB
    rest = [word for word in label if word not in _UNITS]
    if rest and rest[0] in _ALONE and set(rest[1:]) <= _GROUP_NOUNS | _ALONE:
        return TotalLabel.GRAND if "overall" in rest and "total" in rest else TotalLabel.BARE
    if len(rest) > 1 and set(rest) <= _TOTAL | _GRAND | _GROUP_NOUNS and set(rest) & _TOTAL:
        return TotalLabel.GRAND
    if rest and (rest[0] in _TOTAL or rest[-1] in _TOTAL):
        return TotalLabel.NAMED
    if rest[:2] in (["sum", "of"], ["somme", "des"], ["somme", "de"]):
        return TotalLabel.NAMED
    return None


def named_words(text: str) -> frozenset[str]:
    """The words that say what a named total totals: `Total staff (2022)` → `staff`."""
    ignored = (
        _TOTAL | _GRAND | _UNITS | _ALONE | {"the", "les", "des", "du", "la", "le", "sub", "sous"}
    )
    return frozenset(w for w in words(text) if w not in ignored and not _is_figure(w))


def _is_figure(word: str) -> bool:
    return word.replace("+", "").isdigit()
