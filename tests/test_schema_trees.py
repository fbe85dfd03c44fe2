"""Parsed schemas in the user's cache: the same tree, whatever becomes of the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtool import schema_trees
from mtool.errors import UsageError


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of trees, in a cache of its own."""
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    return tmp_path / "cache" / "trees"


def test_a_schema_is_parsed_once(tmp_path, kept, monkeypatch):
    """The second reading gives the same tree without YAML; a changed file is parsed again."""
    path = tmp_path / "a.yaml"
    path.write_text("name: a\ncolumns:\n  é: {dtype: str, nullable: true}\n", encoding="utf-8")
    first = schema_trees.read_tree(path)
    with monkeypatch.context() as patched:
        patched.setattr(schema_trees, "_parsed", None)
        assert schema_trees.read_tree(path) == first
    path.write_text("name: b\ncolumns: {}\n", encoding="utf-8")
    assert schema_trees.read_tree(path)["name"] == "b"


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff"])
def test_a_damaged_cache_is_done_without(tmp_path, kept, damage):
    """What is no tree is parsed again."""
    path = tmp_path / "a.yaml"
    path.write_text("name: a\n", encoding="utf-8")
    schema_trees.read_tree(path)
    (only,) = kept.iterdir()
    only.write_bytes(damage)
    assert schema_trees.read_tree(path) == {"name": "a"}


def test_what_json_would_change_is_not_kept(tmp_path, kept):
    """A date and a key that is a number stay what YAML made of them."""
    path = tmp_path / "a.yaml"
    path.write_text("columns: {a: {checks: {isin: [2020-01-01]}}}\n", encoding="utf-8")
    assert schema_trees.read_tree(path) == schema_trees.read_tree(path)
    assert not kept.exists()


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, kept):
    """A file where the folder should be is no error."""
    kept.parent.mkdir()
    kept.write_text("")
    path = tmp_path / "a.yaml"
    path.write_text("name: a\n", encoding="utf-8")
    assert schema_trees.read_tree(path) == {"name": "a"}


def test_a_schema_that_is_not_utf8_is_refused(tmp_path, kept):
    """One sentence names the file."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"name: \xe9\n")
    with pytest.raises(UsageError, match=r"a\.yaml: the schema cannot be read"):
        schema_trees.read_tree(path)
