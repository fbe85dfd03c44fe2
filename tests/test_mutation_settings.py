"""What `make mutants` is told to mutate and to test with is there."""

from __future__ import annotations

import tomllib

import pytest

from conftest import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutation"]
EQUIVALENT = ROOT / "tools" / "mutation" / "equivalent.toml"


@pytest.mark.parametrize("name", SETTINGS["parts"])
def test_every_pattern_of_a_part_names_a_file(name):
    """A module that was renamed would else be measured no more, unsaid."""
    part = SETTINGS["parts"][name]
    for pattern in (*part["modules"], *part["tests"]):
        assert list(ROOT.glob(pattern)), pattern
    for test in part.get("without", ()):
        path, _, function = test.partition("::")
        assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8")


def test_every_equivalent_mutant_has_a_reason_and_a_function_that_is_there():
    """The list must not outlive what it speaks of."""
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    for group in listed:
        assert group["why"]
        for mutant in group["mutants"]:
            path, _, change = mutant.partition("::")
            function, _, change = change.partition(": ")
            source = (ROOT / path).read_text(encoding="utf-8")
            assert f"def {function.rpartition('.')[2]}(" in source, mutant
