"""Passports: strict, commented by people, never written over."""

from __future__ import annotations

import pytest

from mtool.errors import UsageError
from mtool.model import Source
from mtool.passport import (
    Acknowledgement,
    Passport,
    TableRecipe,
    accept,
    acknowledge,
    read_passport,
    write_passport,
)

GOOD = """\
version: 1
source:
  id: report  # the id everybody uses
  published: 2023-11
sha256: abc
status: inferred
tables:
  - id: t1
    schema: incidents
    columns:
      Region: area
      2017..2022: {wide: year, measure: incidents}
    missing: {"NA": not_reported, "no": not_known}
"""


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "report.txt.passport.yaml"
    file.write_text(GOOD, encoding="utf-8")
    return file


def test_every_scalar_is_text(path):
    """`no` is not false and `2023-11` is not a date."""
    passport = read_passport(path)
    assert passport.source.published == "2023-11"
    assert passport.tables[0].missing == {"NA": "not_reported", "no": "not_known"}


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("columns:", "colums:", "line 10: unknown key 'colums' in table; did you mean 'columns'?"),
        ("status: inferred", "status: fine", "status 'fine'; expected one of"),
        ("version: 1", "version: 2", "version: 1 expected"),
        ("wide: year", "wid: year", "unknown key 'wid'"),
        ("id: report", "name: report", "unknown key 'name'"),
        ("tables:\n", "tables: [\n", "not valid YAML"),
        ("sha256: abc", "sha256: abc\nsha256: abc", "not valid YAML"),
    ],
)
def test_what_is_wrong_is_named(path, good, bad, said):
    """A typo is one sentence with the line and the cure."""
    path.write_text(GOOD.replace(good, bad), encoding="utf-8")
    with pytest.raises(UsageError) as error:
        read_passport(path)
    assert said in str(error.value)
    assert path.name in str(error.value)


def test_a_written_passport_reads_back(tmp_path):
    """What was inferred is what is obeyed."""
    recipe = TableRecipe("t1", columns={"Année": {"column": "year"}}, missing={"019": "not_known"})
    passport = Passport(Source("x", title="Tuée: #1 – «é»"), "abc", tables=(recipe,))
    path = tmp_path / "x.passport.yaml"
    write_passport(path, passport)
    read = read_passport(path)
    assert read.tables == (recipe,)
    assert read.source.title == "Tuée: #1 – «é»"


def test_an_existing_passport_is_never_written_over(path):
    """A person's work is safe from a second ingest."""
    with pytest.raises(FileExistsError):
        write_passport(path, read_passport(path))
    assert path.read_text(encoding="utf-8") == GOOD


def test_a_decision_keeps_comments(path):
    """Accepting and acknowledging change what they say and nothing else."""
    accept(path)
    acknowledge(path, Acknowledgement("control_total_row", "line 9, column 2", "9", "8", "typo"))
    text = path.read_text(encoding="utf-8")
    assert "# the id everybody uses" in text
    read = read_passport(path)
    assert read.status == "reviewed"
    assert read.acknowledged[0].reason == "typo"
