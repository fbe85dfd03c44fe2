"""One way of counting: one row, three rows, in English and in French."""

from __future__ import annotations

import ast
import re

import pytest

from conftest import ROOT
from mtool.language import NOUNS, counted, translated, use_language

PACKAGE = ROOT / "src" / "mtool"


@pytest.fixture
def in_french():
    """Everything is said in French during the test."""
    use_language("fr")
    yield
    use_language("en")


def test_a_count_agrees_with_its_noun():
    """None and many take the plural in English, one does not."""
    assert [counted(n, "row") for n in (0, 1, 2, 1246)] == [
        "0 rows",
        "1 row",
        "2 rows",
        "1,246 rows",
    ]
    assert counted(1, "part or series") == "1 part or series"
    assert counted(2, "part or series") == "2 parts and series"


@pytest.mark.parametrize("noun", NOUNS)
def test_french_counts_none_and_one_alike(noun, in_french):
    """`0 ligne`, `1 ligne`, `2 lignes`: the noun after none is the one after one."""
    none, one, many = (translated(counted(n, noun)) for n in (0, 1, 1246))
    assert none.removeprefix("0 ") == one.removeprefix("1 ")
    assert many.startswith("1\N{NARROW NO-BREAK SPACE}246 ")
    assert many.split(" ", 1)[1] != one.removeprefix("1 ")


def test_words_before_a_noun_are_not_taken_for_a_count(in_french):
    """`{} rows` is made of figures only: a name that ends with the word stays as it is."""
    assert translated("merged rows") == "merged rows"
    assert translated("12 rows") == "12 lignes"


def test_what_the_command_line_says_is_counted_in_this_way():
    """No sentence of a command has a figure straight before a noun in the plural."""
    plural = re.compile(rf"^ (?:{'|'.join(sorted(NOUNS.values(), key=len, reverse=True))})\b")
    found = []
    for path in sorted((PACKAGE / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.JoinedStr):
                continue
            after = zip(node.values, node.values[1:], strict=False)
            found += [
                f"{path.name}: {ast.unparse(node)}"
                for value, text in after
                if isinstance(value, ast.FormattedValue)
                and isinstance(text, ast.Constant)
                and plural.match(str(text.value))
            ]
    several = [
        # More than one by the condition above it, or a total of which some are named.
        "{agree} of {len(totals)} control totals",
        "the largest of {len(tables)} tables",
        "{len(traced)} of {given} figures",
    ]
    assert not [said for said in found if not any(known in said for known in several)]


def test_a_table_of_one_row_is_said_so(tmp_path):
    """From the command line: one table, one row."""
    from conftest import run_mtool

    (tmp_path / "one.csv").write_text("Region,2020,2021\nMopti,1,2\n", encoding="utf-8")
    assert "(1 row × 3 columns" in run_mtool("tables", "one.csv", cwd=tmp_path).out
    assert (
        "1 ligne × 3 colonnes" in run_mtool("--lang", "fr", "tables", "one.csv", cwd=tmp_path).out
    )
    checked = run_mtool("audit", "one.csv", cwd=tmp_path).err
    assert "looked at 1 table, 0 control totals" in checked
