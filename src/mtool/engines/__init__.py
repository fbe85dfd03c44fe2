"""Engines: one plan, the same findings, from a file of any size.

Each is a module with `validate(request) -> Report`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mtool.errors import UsageError

if TYPE_CHECKING:
    from mtool.engines.request import Request
    from mtool.model import Report

ENGINES = {
    "cluster": "mtool.engines.cluster",
    "local": "mtool.engines.local",
    "reference": "mtool.engines.reference",
}


def run_engine(name: str, request: Request) -> Report:
    """Check a tidy file with the engine named. Raises `UsageError` for one that is not known."""
    if name not in ENGINES:
        raise UsageError(f"no engine named {name!r}; expected one of {', '.join(ENGINES)}")
    report: Report = import_module(ENGINES[name]).validate(request)
    return report
