"""Words that say figures are averages, rates, maxima or ages, which no total sums."""

from __future__ import annotations

import itertools
from functools import lru_cache

from mtool.auditing.wording import phrases, word_set, words

_RATIO = word_set(
    """average averages mean median medians rate rates ratio ratios percent percentage percentages
    % pct proportion proportions share shares density densities index indices score scores
    price prices moyenne moyennes moyen median mediane medianes taux pourcentage pourcentages
    densite densites indice prix maximum minimum max min highest lowest peak maximal maximale
    minimal minimale productivity productivite rendement"""
)
_LEAD = phrases("part de|part des|part du|age of|age des|cost of one|cout d un|coverage")
#: `Mines per hectare` is a rate; `casualties per province` says by what they are broken down.
_PER = {"per", "par", "pour"}
_PER_ONE = word_set(
    """100 1000 10000 100000 000 capita head person people inhabitant inhabitants hectare hectares
    ha m2 km km2 sqm square metre meter day hour session site team deminer mine mines item unit
    beneficiary household accident incident casualty victim kit personne habitant habitants jour
    heure seance equipe demineur unite beneficiaire menage metre kilometre cent mille tete"""
)
_ONCE = phrases(
    "several answers|multiple answers|multiple responses|several responses|several possible"
    "|more than one|plusieurs reponses|reponses multiples|plusieurs services|several services"
    "|choix multiples|multiple choice|not mutually exclusive|counted once|comptees une fois"
    "|comptes une fois|unique|distinct|distincts|distinctes|overlap|overlapping"
)


@lru_cache(maxsize=65_536)
def says_ratio(text: str, *, title: bool = False) -> bool:
    """Does a label (or a table's title) say that its figures are averages, rates or the like?"""
    said = words(text)
    if _RATIO.intersection(said):
        return True
    own = said[2:] if title and said[:1] in (("table",), ("tableau",)) else said
    if any(own[: len(lead)] == lead for lead in _LEAD) and title:
        return True
    return any(word in _PER and after in _PER_ONE for word, after in itertools.pairwise(said))


@lru_cache(maxsize=65_536)
def says_once(text: str) -> bool:
    """Does a label say that one person or answer may stand in several of the addends?"""
    said = words(text)
    return any(said[i : i + len(phrase)] == phrase for phrase in _ONCE for i in range(len(said)))
