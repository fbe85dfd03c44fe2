"""Plans kept in the user's cache, so that a later run imports neither pandas nor pandera.

The folder is harmless to delete; a plan that cannot be read is compiled again, and a cache that
cannot be written is done without.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mtool.engines.plan import Plan, compile_plan, plan_from_json
from mtool.schemas import Schema, find_schema, load_schema

#: What a plan follows from besides its schema; vocabularies and areas are read when it is run.
LIBRARIES = ("pandera", "pandas")


def plan_of(name: str, folders: Iterable[Path] = ()) -> Plan:
    """The plan of a schema, by name or path, from the cache where it is known.

    Raises `UsageError` as `load_schema` and `compile_plan` do.
    """
    path = find_schema(name, folders)
    return _cached(path) or _compiled(load_schema(str(path)))


def plan_of_schema(schema: Schema) -> Plan:
    """The plan of a schema that is loaded already."""
    return _cached(schema.path) or _compiled(schema)


def _cached(path: Path) -> Plan | None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        return plan_from_json(json.loads(_place(path).read_bytes()), str(path))
    return None


def _compiled(schema: Schema) -> Plan:
    plan = compile_plan(schema)
    with contextlib.suppress(OSError):
        place = _place(schema.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, staged = tempfile.mkstemp(dir=place.parent, suffix=".new")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(plan.as_json(), file)
        Path(staged).replace(place)
    return plan


def _place(path: Path) -> Path:
    """Where the plan of a schema is kept: named by everything it follows from."""
    from importlib.metadata import version

    import platformdirs

    import mtool
    from mtool import checks
    from mtool.engines import expressions, plan

    digest = hashlib.sha256(path.read_bytes())
    for source in (checks.__file__, plan.__file__, expressions.__file__):
        digest.update(Path(str(source)).read_bytes())
    digest.update(" ".join([mtool.__version__, *map(version, LIBRARIES)]).encode())
    folder = Path(platformdirs.user_cache_dir("mtool", appauthor=False))
    return folder / "plans" / f"{path.stem}.{digest.hexdigest()[:32]}.json"
