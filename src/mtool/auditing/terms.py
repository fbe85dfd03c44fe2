"""Words → terms: one name for the words of the field that mean the same, EN and FR."""

from __future__ import annotations

from functools import lru_cache

from mtool.auditing.dimensions import categories
from mtool.auditing.lexicon import (
    ARTICLES,
    AUXILIARIES,
    CONJUNCTIONS,
    GENERIC,
    PREPOSITIONS,
    RELATIVES,
    REPORTING,
)
from mtool.auditing.wording import word_set, words

_TABLE = """
incident: incident incidents accident accidents explosion explosions event events
incident: evenement evenements
attack: attack attacks attaque attaques
casualty: casualty casualties victim victims victime victimes
staff: staff personnel employee employees employed employe employes employees salarie salaries
staff: effectif
staff: effectifs workforce collaborateurs agents employer employers employeur employeurs
cancelled: cancelled canceled cancellation annulee annulees annule annulation
reduced: reduced reduction reduite reduites reduit
area: area areas land superficie superficies surface surfaces terrain terrains terre terres
clearance: clearance cleared clear clearing depollution depolluee depolluees depollue depollues
clearance: nettoyee nettoyees deminee deminees deminage
survey: survey surveys surveyed enquete enquetes
destroyed: destroyed destroy destruction detruit detruite detruits detruites detruire
found: found discovered decouvert decouverte decouverts decouvertes trouve trouvees trouves
released: released release liberee liberees remise remises rendues
contaminated: contaminated mined minee minees contamination contaminee contaminees polluee polluees
session: session sessions seance seances
beneficiary: beneficiary beneficiaries beneficiaires beneficiaire participant participants attendees
beneficiary: sensibilise sensibilises sensibilisees sensibilisee audience
village: village villages
team: team teams equipe equipes
survivor: survivor survivors survivant survivants survivante survivantes
assisted: assisted assistance assistes assistees aide aides aidees
deminer: deminer deminers demineur demineurs
device: device devices engin engins item items ordnance munition munitions
improvised: improvised ied ieds eei improvise improvises improvisee improvisees
mine: mine mines landmine landmines
antipersonnel: antipersonnel ap map antipersonnels
antivehicle: antivehicle av antichar antichars antitank antivehicule antivehicules mav
uxo: uxo
erw: erw reg
cluster: cluster submunition submunitions sousmunitions
risk: risk eore risques risque
education: education sensibilisation
survivor: survivors
operator: operator operators operateur operateurs organisation organisations organization
operator: organizations
partner: partner partners partenaire partenaires
household: household households menages menage
"""
_TERMS: dict[str, str] = {}
for _line in _TABLE.strip().splitlines():
    _term, _, _words = _line.partition(":")
    _TERMS.update(dict.fromkeys(_words.split(), _term))

_EMPTY = ARTICLES | PREPOSITIONS | AUXILIARIES | CONJUNCTIONS | RELATIVES | REPORTING | GENERIC
_UNIT_WORDS = word_set(
    "m2 km2 sqm sq ha hectare hectares km m metre metres meter meters square carres"
)
_CATEGORY_DIMENSIONS = {
    "outcome",
    "people",
    "age",
    "status",
    "role",
    "origin",
    "hazard",
    "month",
    "quarter",
}


@lru_cache(maxsize=65_536)
def term(word: str) -> str | None:
    """The term of one folded word; null for words that restrict nothing (`the`, `recorded`)."""
    if word in _UNIT_WORDS or word.isdigit() or not word:
        return None
    for dimension, category in categories(word).items():
        if dimension in _CATEGORY_DIMENSIONS:
            return category
    if word in _TERMS:
        return _TERMS[word]
    if word in _EMPTY or len(word) == 1 or word == "%" or word.endswith(("aient", "erent")):
        return None
    return _singular(word)


@lru_cache(maxsize=65_536)
def terms(text: str) -> frozenset[str]:
    """The terms of a label, header or title: `Women employed` → women, staff."""
    found = frozenset(t for word in words(text) if (t := term(word)))
    if is_acronym(text):
        return frozenset({text})
    return found | {"beneficiary"} if "reached" in words(text) else found


@lru_cache(maxsize=4_096)
def is_category(term_: str) -> bool:
    """True for terms that name one part of a breakdown: women, killed, civilian, operational."""
    return term_ in _CATEGORY_TERMS


def _singular(word: str) -> str:
    if word.isascii() and len(word) > 3:
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith("aux"):
            return word[:-3] + "al"
        if word[-1] in "sx" and not word.endswith(("ss", "us", "is")):
            return word[:-1]
    return word


_CATEGORY_TERMS = frozenset(
    [
        "killed",
        "injured",
        "men",
        "women",
        "boys",
        "girls",
        "adults",
        "children",
        "civilian",
        "military",
        "deminers",
        "managerial",
        "operational",
        "support",
        "national",
        "international",
        "cha",
        "sha",
    ]
)

_KNOWN = frozenset(_TERMS.values())
#: Things done; a figure of mines found is none of mines destroyed.
ACTIONS = frozenset(
    [
        "destroyed",
        "found",
        "clearance",
        "survey",
        "released",
        "assisted",
        "reduced",
        "cancelled",
        "contaminated",
        "killed",
        "injured",
        "risk",
        "education",
        "beneficiary",
    ]
)

#: Words that are part of a name where they are capitalised: `South Kivu`, `Centre-Nord`.
DIRECTIONS = word_set(
    """north south east west centre central nord sud est ouest northern southern eastern western
    upper lower haut haute bas basse"""
)

_ACRONYMS = word_set("ap av uxo axo erw ied ieds cha chas sha shas reg rge eei map mav eore cmr")


def is_acronym(text: str) -> bool:
    """`AREA` in capitals is an organisation, not an area; `UXO` is what it always is."""
    word = text.lower()
    if not text.isupper() or len(text) < 3 or word in _ACRONYMS:
        return False
    found = term(word)
    return found is None or found != _singular(word) or found in _KNOWN


def known(term_: str) -> bool:
    """True for terms of the field, false for names and other words."""
    return term_ in _KNOWN or term_ in ACTIONS
