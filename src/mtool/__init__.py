"""mtool: a dataset toolkit for mine-action data.

`read_tables(path)`, `audit(path)` and `open_workspace()` are the library; the commands call nothing
that it does not have. Nothing heavy is imported until one of them is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["OpenWorkspace", "audit", "open_workspace", "read_tables"]

if TYPE_CHECKING:
    from mtool.library import OpenWorkspace, audit, open_workspace, read_tables


def __getattr__(name: str) -> Any:
    if name in __all__:
        from mtool import library

        return getattr(library, name)
    raise AttributeError(f"module 'mtool' has no attribute {name!r}")
