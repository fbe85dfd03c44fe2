"""Place names ↔ codes, composites, and changes of areas over time.

A name matches exactly but for case, accents and blanks, or through a declared alias; never
otherwise. Numbers of different coding systems (P-code, ISO 3166-2) are never derived from each
other. A composite such as `ML07+ML10` is one area whose figures cannot be split.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from mtool.errors import UsageError
from mtool.printed_numbers import fold_blanks
from mtool.shipped import shipped_schemas

_JOINED = re.compile(r" ?(?:\+|&|/| and | et | y ) ?", re.IGNORECASE)
_INCLUDING = re.compile(
    r"\((?:incl(?:\.|uding|udes)?|with|y compris|avec|dont) ([^()]{1,60})\)$", re.IGNORECASE
)
AREA_COLUMNS = [
    "code",
    "name",
    "level",
    "parent",
    "members",
    "aliases",
    "valid_from",
    "valid_to",
    "source",
]


#: Apostrophes of every shape are one, and letters that Unicode does not take apart are plain.
SAME_LETTER = {ord(mark): "'" for mark in "’‘ʻʼʿʾ`´"} | {
    ord(letter): plain for letter, plain in zip("ıđøłə", "idole", strict=True)
}


def fold_name(name: str) -> str:
    """Fold case, accents and blanks: all that a match may ignore."""
    plain = unicodedata.normalize("NFKD", fold_blanks(name).casefold())
    return "".join(ch for ch in plain if not unicodedata.combining(ch)).translate(SAME_LETTER)


@dataclass(frozen=True, slots=True)
class Area:
    """One area. `code` is its P-code, empty where none is published; dates are ISO or empty."""

    code: str
    name: str
    level: int
    parent: str = ""
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """What tells this area from others: its code, or its folded name where it has none."""
        return self.code or fold_name(self.name)

    @property
    def parts(self) -> frozenset[str]:
        """The keys of the undivided areas it covers."""
        return frozenset(self.members) or frozenset({self.key})

    def valid_on(self, day: str) -> bool:
        """True when the area existed on an ISO day; always for an empty day."""
        return not day or (self.valid_from <= day and (not self.valid_to or day <= self.valid_to))


@dataclass(frozen=True)
class Areas:
    """The areas of one country, from its areas file or, without one, from ISO 3166-2 names."""

    location_code: str
    areas: tuple[Area, ...]
    gazetteer: str = field(default="areas file")

    @cached_property
    def _by_name(self) -> dict[str, list[Area]]:
        index: dict[str, list[Area]] = {}
        for area in self.areas:
            for name in {fold_name(n) for n in (area.name, area.code, *area.aliases) if n}:
                index.setdefault(name, []).append(area)
        return index

    def find(self, name: str, *, level: int | None = None, day: str = "") -> list[Area]:
        """Every area that `name` names exactly or by alias, on `day` if given; best level first."""
        found = self._by_name.get(fold_name(name)) or self._compose(name, level, day)
        fitting = [a for a in found if level in (None, a.level)]
        on_day = [a for a in fitting if a.valid_on(day)]
        return sorted(on_day or ([] if day else fitting), key=lambda a: (a.level, a.valid_to != ""))

    def find_one(self, name: str, *, level: int | None = None, day: str = "") -> Area | None:
        """The one area meant, preferring the highest level; null when nothing matches.

        A name that only areas of another time bear is still that area: a figure of 2015 printed
        under a name of 2016 is the source's business, and a finding elsewhere.
        """
        found = self.find(name, level=level, day=day) or self.find(name, level=level)
        return found[0] if found else None

    def by_code(self, code: str) -> Area | None:
        """The area with a P-code; a composite of known members is made on the spot."""
        known = [area for area in self.areas if area.code == code]
        if known:
            return max(known, key=lambda a: a.valid_to == "")
        members = [self.by_code(part) for part in code.split("+")] if "+" in code else []
        return _composite([m for m in members if m]) if members and all(members) else None

    def candidates(self, name: str, limit: int = 3) -> list[str]:
        """Names that look like `name`, for a message; never used as a match."""
        folded = fold_name(name)
        if folded not in self._close:
            self._close[folded] = difflib.get_close_matches(folded, self._by_name, 6, cutoff=0.6)
        names = [self._by_name[one][0].name for one in self._close[folded]]
        return list(dict.fromkeys(names))[:limit]

    @cached_property
    def _close(self) -> dict[str, list[str]]:
        """Names looked for → those that look like them: looking costs milliseconds."""
        return {}

    def _compose(self, name: str, level: int | None, day: str) -> list[Area]:
        """`Gao (includes Menaka)`, `Diffa et Zinder`: every part must itself match."""
        clean = fold_blanks(name)[:120]
        including = _INCLUDING.search(clean)
        first = clean[: including.start()] if including else ""
        parts = [first, *_JOINED.split(including.group(1))] if including else _JOINED.split(clean)
        if len(parts) < 2 or not all(part.strip() for part in parts):
            return []
        members = [self.find(part, level=level, day=day) for part in parts]
        if not all(members):
            return []
        return [_composite([found[0] for found in members])]


def _composite(members: list[Area]) -> Area:
    single = sorted({m.key: m for m in members}.values(), key=lambda a: a.key)
    codes = sorted({part for m in single for part in m.parts})
    coded = all(m.code for m in single)
    return Area(
        code="+".join(codes) if coded else "",
        name=" + ".join(m.name for m in single),
        level=max(m.level for m in single),
        parent=single[0].parent,
        members=tuple(codes),
        valid_from=max(m.valid_from for m in single),
        source="composed from the source's own words",
    )


def load_areas(location_code: str, folders: Iterable[Path] = ()) -> Areas:
    """Load the areas of a country: from the first folder that has them, else ISO 3166-2 names.

    `folders` are a workspace's own `schemas` folders; the shipped one comes last.
    Raises `UsageError` for a code that is not ISO 3166-1 alpha-3.
    """
    return _load(location_code.upper(), (*folders, shipped_schemas()))


def countries_with_areas(folders: Iterable[Path] = ()) -> list[str]:
    """The countries that have an areas file, in a workspace's own folders or shipped."""
    found = {
        path.stem
        for folder in (*folders, shipped_schemas())
        for path in (folder / "areas").glob("[A-Z][A-Z][A-Z].csv")
    }
    return sorted(found)


@cache
def _load(location_code: str, folders: tuple[Path, ...]) -> Areas:
    for folder in folders:
        path = folder / "areas" / f"{location_code}.csv"
        if path.is_file():
            return Areas(location_code, tuple(_read(path)))
    return Areas(location_code, tuple(_iso_areas(location_code, folders)), "ISO 3166-2")


def _read(path: Path) -> list[Area]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if list(reader.fieldnames or ()) != AREA_COLUMNS:
            raise UsageError(f"{path}: the columns of an areas file are {','.join(AREA_COLUMNS)}")
        return [_area(row, f"{path}, line {reader.line_num}") for row in reader]


def _area(row: dict[str, str], where: str) -> Area:
    if not row["level"].isdigit() or not row["name"]:
        raise UsageError(f"{where}: an area needs a name and a level (0, 1 or 2)")
    return Area(
        code=row["code"],
        name=row["name"],
        level=int(row["level"]),
        parent=row["parent"],
        members=tuple(filter(None, row["members"].split("|"))),
        aliases=tuple(filter(None, row["aliases"].split("|"))),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        source=row["source"],
    )


def _iso_areas(location_code: str, folders: tuple[Path, ...]) -> list[Area]:
    """Subdivisions by their ISO 3166-2 names; no P-code is derived from an ISO code.

    A unit inside another is of the first level when units of its type are: governorates of Iraq's
    Kurdistan stand beside the others in every report. A name may be followed by its type.
    """
    import pycountry

    country = pycountry.countries.get(alpha_3=location_code)
    if country is None:
        raise UsageError(
            f"{location_code!r} is not an ISO 3166-1 alpha-3 country code (such as MLI)"
        )
    spellings = _spellings(folders)
    names = tuple({country.name, getattr(country, "common_name", country.name)})
    areas = [Area(location_code, country.name, 0, aliases=names, source="ISO 3166-1")]
    units = pycountry.subdivisions.get(country_code=country.alpha_2) or ()  # type: ignore[no-untyped-call]
    first_level = {unit.type for unit in units if unit.parent_code is None}
    for unit in units:
        aliases = (unit.code, f"{unit.name} {unit.type}", *spellings.get(unit.code, ()))
        level = 1 if unit.parent_code is None or unit.type in first_level else 2
        areas.append(
            Area("", unit.name, level, location_code, aliases=aliases, source="ISO 3166-2")
        )
    return areas


@cache
def _spellings(folders: tuple[Path, ...]) -> dict[str, tuple[str, ...]]:
    """Declared spellings of ISO 3166-2 units, from `areas/spellings.csv` (iso_3166_2, aliases)."""
    spellings: dict[str, tuple[str, ...]] = {}
    for folder in reversed(folders):
        path = folder / "areas" / "spellings.csv"
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as lines:
                for row in csv.DictReader(lines):
                    known = spellings.get(row["iso_3166_2"], ())
                    spellings[row["iso_3166_2"]] = (*known, *row["aliases"].split("|"))
    return spellings


#: What reports call countries where neither ISO 3166-1 nor CLDR does.
COUNTRY_SPELLINGS = {
    "Democratic Republic of the Congo": "COD",
    "Democratic Republic of Congo": "COD",
    "DR Congo": "COD",
    "DRC": "COD",
    "République démocratique du Congo": "COD",
    "RDC": "COD",
    "RCA": "CAF",
    "Republic of the Congo": "COG",
    "Ivory Coast": "CIV",
    "Burma": "MMR",
    "Swaziland": "SWZ",
    "Turkey": "TUR",
    "Palestine": "PSE",
    "State of Palestine": "PSE",
}


@cache
def _country_names() -> dict[str, str]:
    """Folded English and French country names, and alpha-3 codes → alpha-3 code."""
    import pycountry
    from babel import Locale

    names: dict[str, str] = {}
    french = Locale("fr").territories
    english = Locale("en").territories
    for country in pycountry.countries:
        spellings = [country.name, country.alpha_3, french.get(country.alpha_2, "")]
        spellings += [english.get(country.alpha_2, ""), getattr(country, "common_name", "")]
        spellings.append(getattr(country, "official_name", ""))
        names.update({fold_name(s): country.alpha_3 for s in spellings if s})
    return names | {fold_name(name): code for name, code in COUNTRY_SPELLINGS.items()}


def country_name(location_code: str, language: str = "en") -> str:
    """The name of a country in a language; the code itself where it is none."""
    import pycountry
    from babel import Locale

    country = pycountry.countries.get(alpha_3=location_code)
    return (
        Locale(language).territories.get(country.alpha_2, country.name)
        if country
        else location_code
    )


def find_country(name: str) -> str | None:
    """The alpha-3 code of a country by its English or French name or its code; else null."""
    return _country_names().get(fold_name(name))


_WORDS = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")


@cache
def _country_phrases() -> dict[str, dict[str, str]]:
    """First word → whole folded phrase → alpha-3 code, so that a text is read once."""
    phrases: dict[str, dict[str, str]] = {}
    for name, code in _country_names().items():
        words = _WORDS.findall(name)
        if words:
            phrases.setdefault(words[0], {})[" ".join(words)] = code
    return phrases


def countries_in(text: str) -> list[str]:
    """Alpha-3 codes of the countries a text names, in order and with repeats.

    Longest names first, so that Niger is not found in Nigeria nor Guinea in Guinea-Bissau;
    a code is taken only in capitals, and never from a heading in capitals ("GENDER AND …").
    """
    printed = _WORDS.findall(text.replace("_", " ").replace("’", "'"))
    words = [fold_name(word) for word in printed]
    all_capitals = len(words) > 2 and text.isupper()
    found, at = [], 0
    while at < len(words):
        size, code = _country_at(words, at)
        is_code = size == 1 and len(words[at]) <= 3
        if code and not (is_code and (all_capitals or not printed[at].isupper())):
            found.append(code)
        at += size
    return found


def _country_at(words: list[str], at: int) -> tuple[int, str | None]:
    """How many words from `at` on name a country, and its code."""
    phrases = _country_phrases().get(words[at])
    if phrases:
        for size in range(min(8, len(words) - at), 0, -1):
            code = phrases.get(" ".join(words[at : at + size]))
            if code:
                return size, code
    return 1, None
