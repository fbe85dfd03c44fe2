"""Regular expressions of schemas: the answers of Python's `re`, and none that takes for ever."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import run_mtool
from mtool.engines.expressions import is_tame, matching, may_take_for_ever, re2_expression

SCHEMA = """\
schema_type: dataframe
name: bomb
title: Bomb
metadata:
  measures: []
columns:
  code:
    title: Code
    description: A code of some kind.
    dtype: str
    nullable: false
    checks:
      str_matches: '{}'
"""
#: Expressions that backtrack, and a text on which each would take longer than anybody waits.
BOMBS = {
    "(a+)+$": "a" * 40 + "!",
    "^(a|a)*$": "a" * 60 + "!",
    "^(\\w+\\s?)*$": "word " * 20 + "!" + "w" * 30 + "!",
    "^([a-z0-9]+)*@": "a" * 60,
    "^a*a*a*a*a*b": "a" * 2_000,
}
#: The same where RE2 has no answer.
REFUSED = [
    "^(?=a)(a+)+$",
    r"^(a+)+\1$",
    r"(?!x)(a|aa)+$",
    "(?i)(.*)*x",
    "(?=a)a*a*a*b",
    "(?=a)(a?){30}a{30}",
    "(?=a)(a{1,50}){1,50}$",
]


@pytest.mark.parametrize("pattern", BOMBS)
def test_a_bomb_that_re2_can_do(pattern: str, tmp_path: Path) -> None:
    """The cell is found not to match, as if it were any other."""
    assert not is_tame(pattern)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "bomb.yaml").write_text(SCHEMA.format(pattern))
    (tmp_path / "a.csv").write_text(f"code\n{BOMBS[pattern]}\n")
    done = run_mtool("validate", "a.csv", "--schema", "bomb", cwd=tmp_path)
    assert done.code == 1, done
    assert "str_matches" in done.out
    assert not matching("str_matches", pattern)(BOMBS[pattern])


@pytest.mark.parametrize("pattern", REFUSED)
def test_a_bomb_that_nothing_can_do(pattern: str, tmp_path: Path) -> None:
    """The schema is refused in one sentence that names file, column and expression."""
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "bomb.yaml").write_text(SCHEMA.format(pattern))
    (tmp_path / "a.csv").write_text("code\naaa\n")
    done = run_mtool("validate", "a.csv", "--schema", "bomb", cwd=tmp_path)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "bomb.yaml: column code: str_matches:" in done.err
    assert "could take for ever" in done.err


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{3}$",
        r"^\d{4}-\d{2}$",
        r"(?=.*\d)(?=.*[A-Z]).{8,}",
        r"(?i)^yes|no$",
        r"^\S+(?<!\.)$",
        r"^(?:ML|BF)\d+(?:-\d+)?$",
        r"\b[A-Z]+\b",
        r"^(ab|cd){1,3}(?!x)$",
    ],
)
def test_what_people_write_is_taken(pattern: str) -> None:
    """Ordinary expressions, with look-around and flags, are not mistaken for bombs."""
    assert not may_take_for_ever(pattern)


LETTERS = st.text(st.sampled_from(list("aZ09_ .-\t\n\x1c\x85\xa0é٣²Ⅳ一ा\u2028")), max_size=8)
PARTS = st.sampled_from(
    [r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "a", "0", ".", r"\.", r"[\w.-]", r"[^\d]", r"[^\s0]"]
)
ENDS = st.sampled_from(["", "*", "+", "?", "{1,2}"])


@given(st.lists(st.tuples(PARTS, ENDS), min_size=1, max_size=4), st.booleans(), LETTERS)
def test_re2_answers_as_python_does(
    parts: list[tuple[str, str]], to_the_end: bool, text: str
) -> None:
    """Letters, digits and blanks of every script, line ends, and where a match may begin."""
    import pyarrow.compute as pc

    pattern = "".join(part + end for part, end in parts) + ("$" if to_the_end else "")
    for rule, find in (("str_matches", re.match), ("str_contains", re.search)):
        expression = re2_expression(rule, pattern)
        assert expression is not None
        found = pc.match_substring_regex(text, expression).as_py()
        assert found == (find(pattern, text) is not None), (pattern, expression)
