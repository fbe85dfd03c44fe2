"""The schemas, vocabularies and areas that come with mtool, in a wheel or in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mtool.errors import UsageError


@cache
def shipped_schemas() -> Path:
    """Return the folder of shipped schemas: inside the installed package, else of the checkout."""
    package = Path(__file__).parent
    for folder in (package / "schemas", package.parent.parent / "schemas"):
        if (folder / "incidents.yaml").is_file():
            return folder
    raise UsageError(f"{package}: the schemas that come with mtool are missing; install it again")
