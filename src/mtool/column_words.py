"""What column headers say, in English and French: the words of the field → what a column is.

Rules are tried in order on the folded header (no case, no accents); the first that fits wins.
Sources of the words: IMSMA minimum data, Mine Action Review and Landmine Monitor tables.
"""

from __future__ import annotations

import re
from functools import cache

from mtool.areas import fold_name
from mtool.periods import named_period, read_period

Rule = dict[str, str]

HEADER_LIMIT = 200

#: Headers of columns that say what a row is about.
DIMENSIONS: tuple[tuple[str, str], ...] = (
    (r"(location|country|iso3?)[ _]?(code|3)|iso3?|iso3 code|code pays", "location_code"),
    (r"country( name)?|pays|etat partie|state( party)?", "country"),
    (r"(admin ?1|adm1|admin1)[ _]?(p-?code|code)|(adm1|region) p-?code", "admin1_code"),
    (r"(admin ?2|adm2|admin2)[ _]?(p-?code|code)|cercle p-?code", "admin2_code"),
    (r"(provider_)?(admin ?2|adm2|admin2)([ _]name)?|cercles?|districts?|departements?", "admin2"),
    (
        r"(provider_)?(admin ?1|adm1|admin1)([ _]name)?|regions?( name)?|nom de la region|"
        r"provinces?|governorates?|gouvernorats?|wilayas?|areas?|zones?|locations?|localites?|"
        r"lieux?|oblasts?|states?|counties|county|region/province",
        "area",
    ),
    (
        r"(event|incident|accident)[ _]date|date( of( the)? (event|incident|accident))?"
        r"|date( de)? l'(evenement|incident|accident)|date[ _](event|incident|accident|evenement)|jour",
        "event_date",
    ),
    (r"event[ _]id[ _a-z]*|incident (id|no|number)|id incident|id|numero", "event_id"),
    (r"years?|annees?|an|exercice", "year"),
    (r"months?|mois", "month"),
    (r"(reference )?periods?|periodes?|trimestres?|quarters?", "period"),
    (
        r"operators?|organi[sz]ations?|agency|agencies|ngo|ong|operateurs?|partners?|partenaires?"
        r"|implementing partner",
        "operator",
    ),
    (
        r"device( type)?|type of device|(explosive )?device|engins?|type d'engin|ordnance",
        "device_type",
    ),
    (r"sex|gender|sexe|genre", "sex"),
    (r"age( group)?|groupe d'age|tranche d'age", "age_group"),
    (r"latitude|lat", "latitude"),
    (r"longitude|lon|long|lng", "longitude"),
    (r"event type|event_type|type d'evenement", "event_type"),
    (r"sub event type|sub_event_type", "sub_event_type"),
    (r"notes?|remarks?|comments?|remarques?|observations?|commentaires?", "ignore"),
)

#: Headers of columns that hold figures → measure.
MEASURES: tuple[tuple[str, str], ...] = (
    (r"killed|dead|deaths?|died|fatalit(y|ies)|tuee?s?|morte?s?|deces|decedes", "killed"),
    (r"injured|wounded|injuries|blessee?s?", "injured"),
    (r"casualt(y|ies)|victimes?|victims?", "casualties"),
    (r"destroyed|detruite?s?", "devices_destroyed"),
    (r"nts|non-technical survey|enquete non technique", "area_cancelled_m2"),
    (r"ts|technical survey|enquete technique", "area_reduced_m2"),
    (r"cleared|clearance|depollue[es]*|deminee?s?|nettoyee?s?", "area_cleared_m2"),
    (r"reduced|reduction|reduite?s?", "area_reduced_m2"),
    (r"cancell?ed|cancell?ation|annulee?s?", "area_cancelled_m2"),
    (r"released|land release|remises? a disposition|liberee?s?", "area_released_m2"),
    (r"shas?|suspected|suspectee?s?|zsd", "sha_area_m2"),
    (r"chas?|confirmed|confirmee?s?|zdc", "cha_area_m2"),
    (r"contaminat(ed|ion)|contaminee?s?|mined area|zones? minees?", "contaminated_area_m2"),
    (r"staff|personnel|employees|employed|employe[es]*|effectifs?", "staff"),
    (r"incidents?|accidents?|explosions?|events?|evenements?|attacks?|attaques?", "incidents"),
)

DEVICES: tuple[tuple[str, str], ...] = (
    (
        r"(anti-?personnel|\bap\b|antipersonnel).{0,60}(improvised|improvise)",
        "ap_mine_including_improvised",
    ),
    (r"\bap mines?|anti-?personnel|\bmap\b", "ap_mine"),
    (r"\bav mines?|anti-?vehicle|antivehicule|anti-?char|anti-?tank", "av_mine"),
    (
        r"improvised (landmines?|mines?)|mines? improvisee?s?|victim-activated ied",
        "improvised_mine",
    ),
    (r"\brcieds?|remote-controlled", "rcied"),
    (r"\bieds?\b|\beeis?\b|improvised explosive|explosifs? improvise", "ied"),
    (r"cluster|sous-munitions?|submunitions?|\bcmr\b", "cmr"),
    (
        r"mines?/erw|mines?/reg\b|mines? (or|and|et|ou) (erw|reg\b|explosive remnants)",
        "mine_or_erw",
    ),
    (r"\berw\b|explosive remnants|restes explosifs|\breg\b", "erw"),
    (r"\buxo\b|unexploded", "uxo"),
    (r"\baxo\b|abandoned explosive", "axo"),
    (r"(undefined|unspecified) mines?|mines? (de type )?indefini", "unspecified_mine"),
)

ROLES: tuple[tuple[str, str], ...] = (
    (r"manager|managerial|supervis|encadrement|\bcadres?\b|direction|responsabilite", "managerial"),
    (r"operational|operations|operationnel|terrain", "operational"),
    (r"support|appui|soutien|administrati", "support"),
)

SEXES: tuple[tuple[str, str], ...] = (
    (r"\b(women|woman|female|femmes?|girls?|filles?|feminin)\b", "female"),
    (r"\b(men|man|male|hommes?|boys?|garcons?|masculin)\b", "male"),
)

AGES: tuple[tuple[str, str], ...] = (
    (r"\b(girls?|boys?|child|children|filles?|garcons?|enfants?|minors?|mineurs?)\b", "child"),
    (r"\b(adults?|adultes?)\b", "adult"),
)

STATUSES: tuple[tuple[str, str], ...] = (
    (r"\bcivile?s?\b|\bcivilians?\b", "civilian"),
    (r"\bmilitary\b|\bmilitaires?\b|security forces?|forces? de securite", "military"),
    (r"\bdeminers?\b|\bdemineurs?\b", "deminer"),
)

#: Area units as printed, case folded with `²` kept → the unit's name in passports.
AREA_UNITS: tuple[tuple[str, str], ...] = (
    (r"\bkm ?(2|²)|\bsq\.? ?km|square kilomet|kilom[eè]tres? carr[eé]s?", "km2"),
    (r"\bm ?(2|²)|\bsq\.? ?m\b|\bsqm\b|square met|m[eè]tres? carr[eé]s?", "m2"),
    (r"\bha\b|hectares?", "ha"),
)
SQUARE_METRES = {"km2": 1_000_000, "m2": 1, "ha": 10_000}

#: Header words that make a figure a share or a change, never a count to keep.
DERIVED = re.compile(
    r"%|\b(per ?cent|pourcent|share|part|change|variation|ratio|rate|taux|average|moyenne)\b"
    r"|\bcumulati|\bcumule"
)


def first_match(rules: tuple[tuple[str, str], ...], text: str) -> str | None:
    """The value of the first rule whose expression occurs in a folded text, or null."""
    return next((value for pattern, value in _compiled(rules) if pattern.search(text)), None)


@cache
def _compiled(rules: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), value) for pattern, value in rules)


@cache
def _dimension_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), value) for pattern, value in DIMENSIONS)


def dimension_of(header: str) -> str | None:
    """What a row-describing column is (`area`, `operator`, `year` …); null when no rule fits.

    The whole header must be the word, so that `Area cleared` is no area.
    """
    folded = fold_name(header.replace("_", " "))[:HEADER_LIMIT].strip(" :.*")
    for pattern, value in _dimension_patterns():
        if pattern.fullmatch(folded) or pattern.fullmatch(folded.replace(" ", "_")):
            return value
    return None


def device_of(text: str) -> str | None:
    """The device type that a header or title names, or null."""
    return first_match(DEVICES, fold_name(text)[:HEADER_LIMIT])


def measure_of(text: str) -> str | None:
    """The measure that a header or a title names, or null. Shares and changes are none."""
    folded = fold_name(text)[:HEADER_LIMIT]
    if DERIVED.search(folded):
        return None
    return _word_match(MEASURES, folded)


@cache
def _word_patterns(rules: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"(?<![a-z-])(?:{pattern})(?![a-z])"), value) for pattern, value in rules
    )


def _word_match(rules: tuple[tuple[str, str], ...], folded: str) -> str | None:
    """The value whose word stands first in the text: `Casualties of mine incidents` are casualties."""
    found = [
        (match.start(), value)
        for pattern, value in _word_patterns(rules)
        if (match := pattern.search(folded))
    ]
    return min(found, key=lambda item: item[0])[1] if found else None


def area_unit(text: str) -> str | None:
    """The unit of area that a header or title names (`km2`, `m2`, `ha`), or null."""
    lowered = text.casefold()[:HEADER_LIMIT]
    return next((unit for pattern, unit in _compiled(AREA_UNITS) if pattern.search(lowered)), None)


def figure_rule(header: str, subject: str | None) -> Rule | None:
    """What a column of figures holds: measure, period, sex, role, device …; null when unknown.

    `subject` is the measure that the table is about, for headers that only say a year, a sex, a
    role or a device. Levels of a header (`2021 / Killed`) are read one by one.
    """
    folded = fold_name(header)[:HEADER_LIMIT]
    measure = None
    for level in reversed(header.split(" / ")):
        measure = measure or (None if read_period(level) else measure_of(level))
    rule = _attributes(header, folded)
    if measure in (None, "staff") and "staff" in (measure, subject):
        role = first_match(ROLES, folded)
        if role:
            rule["role"] = role
            measure = "staff"
    if measure is None and (not rule or DERIVED.search(folded)):
        return None
    return {"measure": measure or subject or "", **rule}


def _attributes(header: str, folded: str) -> Rule:
    """Everything besides the measure that a header says."""
    rule: Rule = {}
    period = next((level.strip() for level in header.split(" / ") if read_period(level)), "")
    period = period or named_period(header)
    if period:
        rule["period"] = period
    for name, rules in (("sex", SEXES), ("age_group", AGES), ("civilian_status", STATUSES)):
        value = first_match(rules, folded)
        if value:
            rule[name] = value
    device = device_of(header)
    if device:
        rule["device_type"] = device
    return rule


def code_of(column: str, text: str) -> str | None:
    """The vocabulary code that a printed word of a coded column stands for, or null.

    `Femmes` in a column of sexes is `female`; `Adultes` in one of age groups is `adult`.
    """
    rules = {"sex": SEXES, "age_group": AGES, "civilian_status": STATUSES, "role": ROLES}
    if column == "device_type":
        return device_of(text)
    return first_match(rules[column], fold_name(text)) if column in rules else None
