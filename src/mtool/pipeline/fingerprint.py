"""What a derivation depends on besides its inputs: the code, the libraries, the settings."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from mtool import __version__
from mtool.workspace import Workspace

#: The settings that change what is derived.
SETTINGS_THAT_COUNT = ("country", "quarantine")


def fingerprint(content: Mapping[str, Any]) -> str:
    """One SHA-256 for plain values, whatever their order."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def code_fingerprint() -> str:
    """One SHA-256 for mtool's own modules and the versions of the libraries it stands on."""
    digest = hashlib.sha256(__version__.encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    digest.update(json.dumps(_libraries()).encode())
    return digest.hexdigest()


def _libraries() -> dict[str, str]:
    """Library → version, of those that mtool's own metadata names and that are installed."""
    try:
        required = metadata.requires("mtool") or []
    except metadata.PackageNotFoundError:
        return {}
    found = {}
    for requirement in required:
        name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return dict(sorted(found.items()))


def basis_of(workspace: Workspace, plan_name: str) -> str:
    """One SHA-256 for everything but the files that decides what a run publishes."""
    settings = {name: workspace.config[name] for name in SETTINGS_THAT_COUNT}
    return fingerprint({"code": code_fingerprint(), "settings": settings, "plan": plan_name})
