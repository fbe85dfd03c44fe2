"""The categories that figures are broken down by: sex, outcome, device, role …, EN and FR.

Categories of one dimension are disjoint, so their figures may not sum to more than the whole.
A set of categories that must cover the whole (`killed` and `injured` are all casualties) is
listed in `EXHAUSTIVE`; others may leave people out whose category is not known.
"""

from __future__ import annotations

from functools import lru_cache

from mtool.auditing.wording import word_set, words

UNKNOWN = "unknown"

_TABLE = """
outcome killed: killed died dead deaths death fatalities fatality deces decedes
outcome killed: tues tue tuee tuees morts mort morte mortes
outcome injured: injured wounded injuries blesses blesse blessees blessures
people men: men man male males hommes homme masculin
people women: women woman female females femmes femme feminin
people boys: boys boy garcons garcon
people girls: girls girl filles fille
age adults: adults adult adultes adulte
age children: children child enfants enfant minors mineurs
status civilian: civilian civilians civil civils civile civiles
status military: military soldiers militaires militaire armed security combatants combattants forces
role deminers: deminer deminers demineur demineurs
role managerial: managerial management supervisory managers cadres encadrement direction supervision
role operational: operational operations operationnel operationnels operationnelles
role support: support appui administrative administratif
origin national: national nationals nationaux locally local locaux
origin international: international internationals internationaux expatriate expatriates expatries
hazard cha: cha chas confirmed confirmee confirmees
hazard sha: sha shas suspected soupconnee soupconnees suspectee suspectees
release cancelled: cancelled canceled annulee annulees annule declassee
release reduced: reduced reduite reduites reduit
release cleared: cleared depolluee depolluees nettoyee nettoyees depollue
device erw: erw reg uxo axo rge
device improvised: improvised ied ieds eei improvise improvises improvisee improvisees
device antivehicle: antivehicle av antichar
device antipersonnel: antipersonnel ap
device cluster: submunition submunitions cluster cmr
device mine: mine mines
month january: january janvier jan
month february: february fevrier feb
month march: march mars mar
month april: april avril apr
month may: may mai
month june: june juin jun
month july: july juillet jul
month august: august aout aug
month september: september septembre sep sept
month october: october octobre oct
month november: november novembre nov
month december: december decembre dec
quarter q1: q1 t1
quarter q2: q2 t2
quarter q3: q3 t3
quarter q4: q4 t4
"""
_CATEGORIES: dict[str, tuple[str, str]] = {}
for _line in _TABLE.strip().splitlines():
    _head, _, _tail = _line.partition(":")
    _dimension, _category = _head.split()
    _CATEGORIES.update(dict.fromkeys(_tail.split(), (_dimension, _category)))

_UNKNOWN_WORDS = word_set(
    "unknown unspecified undefined inconnu inconnue inconnus inconnues indetermine"
)

#: Sets of categories that leave nothing out of the whole.
EXHAUSTIVE: dict[str, tuple[frozenset[str], ...]] = {
    "outcome": (frozenset({"killed", "injured"}),),
    "people": (
        frozenset({"men", "women"}),
        frozenset({"boys", "girls"}),
        frozenset({"men", "women", "boys", "girls"}),
        frozenset({"men", "women", "children"}),
    ),
    "origin": (frozenset({"national", "international"}),),
    "hazard": (frozenset({"cha", "sha"}),),
    "release": (frozenset({"cancelled", "reduced", "cleared"}),),
}


@lru_cache(maxsize=65_536)
def categories(label: str) -> dict[str, str]:
    """The dimensions a label speaks of: `Women in managerial positions` → people, role.

    `unknown` is reported under the dimension `unknown`. Treat the result as read-only.
    """
    found: dict[str, str] = {}
    for word in words(label):
        if word in _UNKNOWN_WORDS:
            found["unknown"] = UNKNOWN
        elif word in _CATEGORIES:
            dimension, category = _CATEGORIES[word]
            if not (dimension == "device" and category == "mine" and "device" in found):
                found[dimension] = category
        elif word.isdigit() and len(word) == 4 and 1900 <= int(word) <= 2100:
            found["year"] = word
    return found


def must_partition(dimension: str, members: set[str]) -> bool:
    """True when these categories of one dimension are all there can be."""
    if UNKNOWN in members:
        return True
    return any(members >= whole for whole in EXHAUSTIVE.get(dimension, ()))
