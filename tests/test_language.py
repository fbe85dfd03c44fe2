"""What people read is in their language; what programs read never changes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import run_mtool
from mtool.language import Catalogue, taken_from

ENTRIES = {
    "{} is not a number": "{} n'est pas un nombre",
    "{}: {}expected {}": "{0} : {1}attendu : {2}",
    "{} or more": "{} ou plus",
    "no such file": "fichier introuvable",
    "published {}": "{} publié",
}


@pytest.fixture
def french() -> Catalogue:
    return Catalogue("fr", ENTRIES)


@pytest.mark.parametrize(
    ("said", "translation"),
    [
        ("no such file", "fichier introuvable"),
        ("  no such file\n", "  fichier introuvable\n"),
        ("'12x' is not a number", "'12x' n'est pas un nombre"),
        ("killed: '-1'; expected 0 or more", "killed : '-1'; attendu : 0 ou plus"),
        ("published 1,246.5", "1\u202f246,5 publié"),
        ("no entry says this", "no entry says this"),
        ("ML05 is not a number", "ML05 n'est pas un nombre"),
    ],
)
def test_a_sentence_is_translated_with_what_was_put_into_it(french, said, translation):
    """Names stay, figures are written as the language does, sentences within are translated."""
    assert french.say(said) == translation


@given(st.text())
def test_any_text_comes_through(text):
    """What has no entry is shown as it is; braces and line ends break nothing."""
    said = f"{text!r} is not a number"
    assert Catalogue("fr", ENTRIES).say(said) == f"{text!r} n'est pas un nombre"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["--lang", "fr", "run"], ("fr", ["run"])),
        (["run", "--lang=fr", "-q"], ("fr", ["run", "-q"])),
        (["audit", "--", "--lang", "fr"], (None, ["audit", "--", "--lang", "fr"])),
        (["run", "--lang"], ("", ["run"])),
    ],
)
def test_lang_may_stand_anywhere(line, expected):
    """The language is taken off the line before the command reads it."""
    assert taken_from(line) == expected


def test_an_unknown_language_is_refused():
    """One sentence with the choices."""
    ended = run_mtool("summarize", "--lang", "de")
    assert (ended.code, ended.err) == (2, "mtool: --lang 'de'; expected one of en, fr\n")


def test_programs_read_the_same_in_every_language(sample):
    """JSON is the same whatever the language."""
    said = [
        json.loads(run_mtool("validate", "--format", "json", "--lang", code, cwd=sample).out)
        for code in ("en", "fr")
    ]
    assert said[0] == said[1]
