"""Schemas: Pandera's dialect, strictly."""

from __future__ import annotations

import pytest

from mtool.errors import UsageError
from mtool.schemas import load_schema, load_vocabulary, schema_names

SHIPPED = [
    "casualties",
    "contamination",
    "events",
    "incidents",
    "land_release",
    "staffing",
    "treaty_events",
]


def test_the_shipped_schemas_are_all_there():
    """The seven tables of the field."""
    assert set(SHIPPED) <= set(schema_names())


@pytest.mark.parametrize("name", SHIPPED)
def test_pandera_reads_the_same_schema(name):
    """The YAML is Pandera's own dialect: its loader gives the same columns, key and checks."""
    schema = load_schema(name)
    contract = schema.pandera()
    assert list(contract.columns) == list(schema.columns)
    assert list(contract.unique) == list(schema.key)
    assert len(contract.checks) == len(schema.checks)
    for column in schema.columns.values():
        assert len(contract.columns[column.name].checks) == len(column.checks)
        assert column.description


@pytest.mark.parametrize("name", SHIPPED)
def test_every_vocabulary_named_exists(name):
    """A column's codes are explained in English and French."""
    for column in load_schema(name).columns.values():
        if column.vocabulary:
            terms = load_vocabulary(column.vocabulary)
            assert all(term.label_en and term.label_fr for term in terms.values())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("strikt: true", "unknown key 'strikt' in schema; did you mean 'strict'?"),
        ("columns: {a: {dtyp: str}}", "unknown key 'dtyp' in column a"),
        ("columns: {a: {dtype: text}}", "dtype 'text'; expected one of"),
        ("columns: {a: {checks: {in_rang: {}}}}", "unknown key 'in_rang'"),
        ("columns: {a: {}}\nunique: [b]", "'b' is not a column"),
        ("columns: {}", "checks nothing"),
        ("columns: {a: {}}\ncolumns: {b: {}}", "stands twice"),
    ],
)
def test_a_misspelt_key_is_refused(tmp_path, line, said):
    """Pandera would ignore it, and check nothing."""
    path = tmp_path / "own.yaml"
    path.write_text(f"name: own\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_schema(str(path))
    assert said in str(error.value)


def test_an_unknown_schema_names_the_nearest():
    """A typo in a name is answered with the right one."""
    with pytest.raises(UsageError, match="did you mean 'incidents'"):
        load_schema("incident")


def test_a_workspaces_own_schema_wins(tmp_path):
    """A file of the same name in the workspace's folder stands for the shipped one."""
    own = tmp_path / "incidents.yaml"
    own.write_text("name: incidents\ncolumns: {only: {dtype: str}}\n", encoding="utf-8")
    assert list(load_schema("incidents", (tmp_path,)).columns) == ["only"]
