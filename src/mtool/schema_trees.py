"""The YAML of a schema as a tree, kept in the user's cache so that YAML is parsed once.

The folder is harmless to delete; a tree that cannot be read is parsed again, and a cache that cannot
be written is done without.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from mtool import __version__
from mtool.errors import UsageError
from mtool.nesting import nested_too_deep


def read_tree(path: Path) -> dict[str, Any]:
    """What a schema's file says, unchecked; `UsageError` where it is no mapping in YAML."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the schema cannot be read: {error}") from None
    place = _place(content)
    with contextlib.suppress(OSError, ValueError):
        known = json.loads(place.read_bytes())
        if isinstance(known, dict):
            return known
    tree = _parsed(path, text)
    _keep(place, tree)
    return tree


def _place(content: bytes) -> Path:
    """Where the tree of a schema is kept: named by what it follows from."""
    import platformdirs

    digest = hashlib.sha256(__version__.encode() + b"\0" + content).hexdigest()
    return Path(platformdirs.user_cache_dir("mtool", appauthor=False)) / "trees" / f"{digest}.json"


def _keep(place: Path, tree: dict[str, Any]) -> None:
    """Keep a tree that JSON gives back as it was; dates and keys that are numbers are not."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        text = json.dumps(tree)
        if repr(json.loads(text)) != repr(tree):
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, staged = tempfile.mkstemp(dir=place.parent, suffix=".new")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(staged).replace(place)


def _parsed(path: Path, text: str) -> dict[str, Any]:
    import yaml

    fastest: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class StrictLoader(fastest):  # type: ignore[misc]
        """PyYAML keeps the last of two equal keys silently; this one refuses."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[str] = set()
            for key, _ in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key.value, str):
                    raise UsageError(f"{path}, line {line}: a key is a word, not a list or mapping")
                if key.value in seen:
                    raise UsageError(f"{path}, line {line}: the key {key.value!r} stands twice")
                seen.add(key.value)
            mapping: dict[Any, Any] = super().construct_mapping(node, deep)
            return mapping

    try:
        if nested_too_deep(text):
            raise UsageError(f"{path}: nested deeper than any schema is")
        tree = yaml.load(text, StrictLoader)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = str(getattr(error, "problem", None) or error).split("\n")[0]
        raise UsageError(f"{path}{line}: not valid YAML: {problem}") from None
    except ValueError as error:
        raise UsageError(f"{path}: not valid YAML: {error}; put text in quotes") from None
    if not isinstance(tree, dict):
        raise UsageError(f"{path}: a schema is a mapping with 'columns:'")
    return tree
