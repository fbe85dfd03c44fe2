"""HXL: what a row of hashtags under the header says about the columns (HXL 1.1 and older tags).

A tag is evidence like a header word, and stronger: where both say something and disagree, the tag
holds and the table waits for a person.
"""

from __future__ import annotations

import re

from mtool.model import RawTable

Rule = dict[str, str]

#: Tags of the first drafts → tag and attributes of HXL 1.1.
OLD_TAGS = {
    "#period_date": "#date+period",
    "#start_date": "#date+start",
    "#end_date": "#date+end",
    "#report_date": "#date+reported",
    "#event_date": "#date+occurred",
    "#lat_deg": "#geo+lat",
    "#lon_deg": "#geo+lon",
}
_OLD_CODE = re.compile(r"#(country|adm\d)_(?:id|code)")
_OLD_COUNT = re.compile(r"#(\w+?)_num")
CODED = {"code", "pcode", "id", "v_pcode", "iso3", "v_iso3", "v_iso_3166_1_alpha_3"}
#: Columns that say when: a header that says `Date` leaves open which one it is.
TIMES = {"event_date", "period", "reference_period_start", "reference_period_end", "year", "month"}
#: People who are counted for other reasons than that a device hurt them, and help for them.
PEOPLE = {
    "aff": "people affected",
    "idp": "displaced people",
    "refugee": "refugees",
    "population": "inhabitants",
    "inneed": "people in need",
    "targeted": "people targeted",
    "reached": "people reached",
    "beneficiary": "beneficiaries",
    "capacity": "capacity",
    "value": "money",
}
GROUPS: tuple[tuple[str, str, str], ...] = (
    ("f", "sex", "female"),
    ("m", "sex", "male"),
    ("children", "age_group", "child"),
    ("adults", "age_group", "adult"),
    ("civilians", "civilian_status", "civilian"),
    ("military", "civilian_status", "military"),
)


def tags_of(table: RawTable) -> tuple[str, ...]:
    """The tag of each column, empty for a column without one; nothing for a table without tags."""
    noted = next((note.text for note in table.notes if note.mark == "HXL"), "")
    tags = tuple(tag.strip() for tag in noted.split(",")) if noted else ()
    return tags if len(tags) == len(table.header) else ()


def rule_of_tag(tag: str) -> Rule | None:
    """What a column is by its tag; null where the tag leaves it open."""
    name, attributes = _parsed(tag)
    if name in ("country", "adm1", "adm2"):
        return {"column": _area_column(name, attributes)}
    if name == "date":
        return _date(attributes)
    if name in ("affected", "victim", "killed", "injured"):
        return _casualties(name, attributes, tag)
    if name in PEOPLE:
        return _ignored(f"HXL says {PEOPLE[name]} ({tag})")
    if re.fullmatch(r"adm[3-9]|loc", name):
        return _ignored(f"HXL says a place below areas of two levels ({tag})")
    known = {
        "org": {"column": "operator"},
        "event": {"column": "event_id" if attributes & CODED else "event_type"},
    }
    if name == "geo" and attributes & {"lat", "lon"}:
        return {"column": "latitude" if "lat" in attributes else "longitude"}
    if name in ("meta", "contact"):
        return _ignored(f"HXL says notes about the data ({tag})")
    return None if name == "event" and attributes & {"num", "count"} else known.get(name)


def _parsed(tag: str) -> tuple[str, set[str]]:
    plain = tag.casefold().replace(" ", "")
    plain = OLD_TAGS.get(plain, plain)
    plain = _OLD_CODE.sub(r"#\1+code", plain)
    plain = _OLD_COUNT.sub(r"#\1", plain)
    name, *attributes = plain.lstrip("#").split("+")
    return name, set(attributes)


def _ignored(reason: str) -> Rule:
    return {"column": "ignore", "reason": reason}


def _area_column(name: str, attributes: set[str]) -> str:
    if attributes & CODED:
        return {"country": "location_code"}.get(name, name.replace("adm", "admin") + "_code")
    return {"adm1": "area", "adm2": "admin2"}.get(name, "country")


def _date(attributes: set[str]) -> Rule | None:
    for attribute, column in (
        ("start", "reference_period_start"),
        ("end", "reference_period_end"),
        ("occurred", "event_date"),
        ("period", "period"),
        ("year", "year"),
        ("month", "month"),
    ):
        if attribute in attributes:
            return {"column": column}
    if attributes & {"reported", "published", "collected", "created", "updated"}:
        return _ignored("HXL says when it was reported, not when it was")
    return None


def _casualties(name: str, attributes: set[str], tag: str) -> Rule:
    measure = next((m for m in ("killed", "injured") if m in {name, *attributes}), "")
    if not measure:
        return _ignored(f"HXL says people affected ({tag}), who need not be casualties")
    groups = {column: code for attribute, column, code in GROUPS if attribute in attributes}
    return {"measure": measure, **groups}


def contradiction(by_tag: Rule, by_words: Rule) -> str:
    """How a header and its tag disagree; empty where they do not, or where one says nothing."""
    mine, theirs = by_tag.get("measure"), by_words.get("measure")
    if mine and theirs and mine != theirs:
        return f"the header says {theirs}, the HXL tag {mine}"
    roles = {by_tag.get("column", "ignore"), by_words.get("column", "ignore")}
    if "ignore" not in roles and len(roles) == 2 and not roles <= TIMES:
        return f"the header says {by_words['column']}, the HXL tag {by_tag['column']}"
    return ""
