"""Declared spellings of ISO 3166-2 names: real units, no two meanings, the names reports print."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pycountry
import pytest

from mtool.areas import AREA_COLUMNS, fold_name, load_areas

SPELLINGS = Path(__file__).parents[1] / "schemas" / "areas" / "spellings.csv"

#: Country → what reports print → the unit meant.
PRINTED = {
    "AFG": {"Paktia": "AF-PIA", "Sar-e-Pul": "AF-SAR", "Maidan Wardak": "AF-WAR"},
    "AGO": {"Kuando Kubango": "AO-CCU", "Kwanza Sul": "AO-CUS", "Malanje": "AO-MAL"},
    "ARM": {"Syunik": "AM-SU", "Vayots Dzor": "AM-VD", "Yerevan": "AM-ER"},
    "AZE": {"Aghdam": "AZ-AGM", "Fizuli": "AZ-FUZ", "Lachin": "AZ-LAC", "Baku": "AZ-BA"},
    "BDI": {"Bujumbura-Mairie": "BI-BM"},
    "BFA": {"Centre Nord": "BF-05", "East": "BF-08"},
    "BIH": {"FBiH": "BA-BIH", "Brcko District": "BA-BRC", "Federation of BiH": "BA-BIH"},
    "CAF": {"Nana-Gribizi": "CF-KB", "Ombella M’Poko": "CF-MP", "Kémo": "CF-KG"},
    "CMR": {"Extrême-Nord": "CM-EN", "Nord": "CM-NO", "Adamawa": "CM-AD", "Northwest": "CM-NW"},
    "COD": {"North Kivu": "CD-NK", "Sud Kivu": "CD-SK", "Kasai Oriental": "CD-KE"},
    "COL": {"Bogotá, D.C.": "CO-DC", "Norte Santander": "CO-NSA"},
    "EGY": {"Matrouh": "EG-MT", "Le Caire": "EG-C", "North Sinai": "EG-SIN"},
    "ERI": {"Gash-Barka": "ER-GB", "Northern Red Sea": "ER-SK"},
    "ETH": {"Tigray": "ET-TI", "SNNPR": "ET-SN", "Benishangul Gumuz": "ET-BE"},
    "GEO": {"Kakheti": "GE-KA", "Samegrelo-Upper Svaneti": "GE-SZ"},
    "GNB": {"Bolama": "GW-BL"},
    "HRV": {"Sisak-Moslavina": "HR-03", "Ličko-senjska": "HR-09", "Zadar County": "HR-13"},
    "IRN": {"West Azerbaijan": "IR-04", "Kurdistan": "IR-12"},
    "IRQ": {
        "Ninewa": "IQ-NI",
        "Nineveh": "IQ-NI",
        "Erbil": "IQ-AR",
        "Duhok": "IQ-DA",
        "Salah al-Din": "IQ-SD",
        "Basra": "IQ-BA",
        "Al-Anbar": "IQ-AN",
        "Sulaymaniyah": "IQ-SU",
        "Thi-Qar": "IQ-DQ",
    },
    "JOR": {"Zarqa": "JO-AZ", "Amman": "JO-AM", "Ma'an": "JO-MN"},
    "KHM": {"Battambang": "KH-2", "Banteay Meanchey": "KH-1", "Oddar Meanchey": "KH-22"},
    "LAO": {"Xieng Khouang": "LA-XI", "Vientiane Capital": "LA-VT", "Vientiane Province": "LA-VI"},
    "LBN": {"Mount Lebanon": "LB-JL", "Nabatieh": "LB-NA", "Liban-Sud": "LB-JA"},
    "LBY": {"Benghazi": "LY-BA", "Sirte": "LY-SR", "Tripoli": "LY-TB"},
    "LKA": {"Mullaitivu": "LK-45", "Northern": "LK-4", "Moneragala": "LK-82"},
    "MMR": {"Karen State": "MM-13", "Rakhine State": "MM-16", "Irrawaddy": "MM-07"},
    "MOZ": {"Maputo Province": "MZ-L", "Cidade de Maputo": "MZ-MPM"},
    "MRT": {"Hodh Ech-Chargui": "MR-01", "Guidimagha": "MR-10"},
    "NER": {"Tillabery": "NE-6", "Agades": "NE-1"},
    "NGA": {"FCT": "NG-FC", "Borno State": "NG-BO"},
    "PAK": {"KPK": "PK-KP", "AJK": "PK-JK"},
    "PHL": {"BARMM": "PH-14", "Region XII": "PH-12"},
    "PSE": {"Khan Younis": "PS-KYS", "Deir al-Balah": "PS-DEB"},
    "SDN": {"Gedarif": "SD-GD", "Darfour-Nord": "SD-DN", "Blue Nile State": "SD-NB"},
    "SOM": {
        "Lower Shabelle": "SO-SH",
        "Middle Juba": "SO-JD",
        "Banadir": "SO-BN",
        "Hiran": "SO-HI",
    },
    "SRB": {"South Bačka": "RS-06", "Pčinja": "RS-24"},
    "SSD": {"Northern Bahr el-Ghazal": "SS-BN", "CES": "SS-EC", "Unity State": "SS-UY"},
    "SYR": {
        "Aleppo": "SY-HL",
        "Alep": "SY-HL",
        "Deir-ez-Zor": "SY-DY",
        "Rural Damascus": "SY-RD",
        "Damascus": "SY-DI",
        "Al-Hasakeh": "SY-HA",
        "As-Sweida": "SY-SU",
        "Dar’a": "SY-DR",
    },
    "TCD": {"N'Djamena": "TD-ND", "Bahr el-Ghazal": "TD-BG"},
    "TJK": {"GBAO": "TJ-GB", "DRS": "TJ-RA", "Sughd Region": "TJ-SU"},
    "TUR": {"Sirnak": "TR-73", "Diyarbakir": "TR-21"},
    "UKR": {
        "Kharkiv": "UA-63",
        "Kharkivska": "UA-63",
        "Kherson region": "UA-65",
        "Odessa": "UA-51",
        "Zaporizhzhia oblast": "UA-23",
        "Kyiv City": "UA-30",
        "Kyiv oblast": "UA-32",
        "AR Crimea": "UA-43",
    },
    "VNM": {"Da Nang": "VN-DN", "Thua Thien Hue": "VN-26", "Binh Dinh": "VN-31"},
    "YEM": {
        "Hodeidah": "YE-HU",
        "Al-Hudaydah": "YE-HU",
        "Ta’izz": "YE-TA",
        "Taiz": "YE-TA",
        "Sana'a": "YE-SN",
        "Sana'a City": "YE-SA",
        "Sa'ada": "YE-SD",
        "Ma'rib": "YE-MA",
        "Marib": "YE-MA",
        "Al Dhale'e": "YE-DA",
        "Lahj": "YE-LA",
    },
}


def _declared() -> dict[str, list[str]]:
    with SPELLINGS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len({row["iso_3166_2"] for row in rows}) == len(rows), "a unit has two lines"
    return {row["iso_3166_2"]: row["aliases"].split("|") for row in rows}


DECLARED = _declared()


COUNTRIES = sorted({code[:2] for code in DECLARED})


def test_every_line_names_a_unit_that_iso_lists():
    """A misspelt code would be a line that silently does nothing."""
    assert [code for code in DECLARED if pycountry.subdivisions.get(code=code) is None] == []


def test_no_country_with_an_areas_file_has_lines():
    """An areas file replaces the ISO names, and with them these spellings."""
    for path in SPELLINGS.parent.glob("???.csv"):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            country = pycountry.countries.get(alpha_3=path.stem)
            assert country and next(csv.reader(lines)) == AREA_COLUMNS
        assert not [code for code in DECLARED if code.startswith(f"{country.alpha_2}-")]


def test_aliases_are_clean_and_say_more_than_the_iso_name():
    """An alias that folds to the ISO name, or to one before it, is no alias."""
    for code, aliases in DECLARED.items():
        assert all(alias and alias == " ".join(alias.split()) for alias in aliases), code
        names = (pycountry.subdivisions.get(code=code).name, *aliases)
        assert len({fold_name(name) for name in names}) == len(names), code


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_alias_means_one_unit_of_its_country(country):
    """Neither another unit of any level, nor a code, nor the country bears the same name."""
    bearers = defaultdict(set)
    bearers[fold_name(pycountry.countries.get(alpha_2=country).name)].add(country)
    for unit in pycountry.subdivisions.get(country_code=country):
        for name in (unit.name, unit.code, *DECLARED.get(unit.code, ())):
            bearers[fold_name(name)].add(unit.code)
    aliases = [a for code, names in DECLARED.items() if code[:2] == country for a in names]
    assert {a: bearers[fold_name(a)] for a in aliases if len(bearers[fold_name(a)]) > 1} == {}


@pytest.mark.parametrize(
    ("country", "printed", "code"),
    [(country, name, code) for country, names in PRINTED.items() for name, code in names.items()],
)
def test_the_spelling_of_a_report_finds_its_unit(country, printed, code):
    """English and French names of UN and NGO reports reach the one unit they mean."""
    found = load_areas(country).find(printed)
    assert [code in area.aliases for area in found] == [True]


@pytest.mark.parametrize(
    ("country", "name"), [("LAO", "Vientiane"), ("HRV", "Zagreb"), ("AZE", "Lankaran")]
)
def test_a_name_that_two_units_share_is_declared_for_neither(country, name):
    """The capital and the province around it are told apart by the source, not by a guess."""
    assert load_areas(country).find(name) == []
