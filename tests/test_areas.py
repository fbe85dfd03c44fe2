"""Places: exact names, aliases, composites, changes over time."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtool.areas import countries_in, find_country, load_areas
from mtool.errors import UsageError

MALI = load_areas("MLI")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Segou", "ML04"),
        ("  ségou ", "ML04"),
        ("SÉGOU", "ML04"),
        ("Timbuktu", "ML06"),
        ("Koulikouro", "ML02"),
        ("Gao (includes Menaka)", "ML07+ML10"),
        ("Gao et Ménaka", "ML07+ML10"),
        ("Mopti and Segou", "ML04+ML05"),
        ("ML05", "ML05"),
    ],
)
def test_names_and_aliases_find_their_area(name, code):
    """Case, accents and blanks do not matter; other spellings are declared."""
    assert MALI.find_one(name).code == code


@pytest.mark.parametrize("name", ["Mopty", "Mop", "Gao (includes Bogus)", "", "Mopti and"])
def test_a_name_that_is_not_declared_matches_nothing(name):
    """There is no fuzzy match, only candidates for a message."""
    assert MALI.find(name) == []


def test_candidates_are_offered_for_a_misspelt_name():
    """The message of an unknown name can say what it may have meant."""
    assert MALI.candidates("Mopty") == ["Mopti"]


def test_gao_before_2016_is_todays_gao_and_menaka():
    """Figures of the undivided region are never given to a part of it."""
    assert MALI.find_one("Gao", level=1, day="2014-12-31").code == "ML07+ML10"
    assert MALI.find_one("Gao", level=1, day="2016-12-31").code == "ML07"


def test_no_code_is_invented_for_new_regions():
    """Taoudénit and the regions of 2023 have names and no P-code."""
    for name in ("Taoudénit", "Nioro", "Douentza"):
        assert MALI.find(name, level=1)[0].code == ""


def test_p_codes_agree_with_the_published_list(shared):
    """Every first-level and second-level P-code is the published one."""
    for file, code, name in (
        ("mali_adm1.csv", "pcode", "name"),
        ("mali_adm2.csv", "adm2_pcode", "adm2_name"),
    ):
        with (shared / "reference" / file).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if row[code]:
                    assert row[code] in {a.code for a in MALI.find(row[name])}


def test_a_country_without_an_areas_file_has_names_and_no_codes():
    """A table of Niger works on the first day."""
    niger = load_areas("NER")
    assert niger.find_one("Tillabery").name == "Tillabéri"
    assert all(area.code == "" for area in niger.areas if area.level == 1)


def test_an_unknown_country_code_is_refused():
    """The message says what a country code looks like."""
    with pytest.raises(UsageError, match="ISO 3166-1 alpha-3"):
        load_areas("XXX")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Niger and Nigeria", ["NER", "NGA"]),
        ("the Democratic Republic of the Congo", ["COD"]),
        ("Guinea-Bissau", ["GNB"]),
        ("République du Mali", ["MLI"]),
        ("we can use a car", []),
        ("mali_incidents_2022", ["MLI"]),
    ],
)
def test_countries_are_found_in_text(text, codes):
    """The longest name wins, and ordinary words are no codes."""
    assert countries_in(text) == codes


def test_french_country_names_are_known():
    """`Tchad` is Chad."""
    assert find_country("Tchad") == "TCD"


@given(st.sampled_from([a for a in MALI.areas if a.level == 1]), st.integers(0, 3))
def test_decoration_does_not_change_a_match(area, blanks):
    """Upper case and blanks around a name find the same areas."""
    decorated = " " * blanks + area.name.upper() + "\u00a0" * blanks
    assert MALI.find(decorated) == MALI.find(area.name)
