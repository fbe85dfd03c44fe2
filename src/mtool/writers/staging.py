"""Where the datasets of an export go that are a file each."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path


def targets(names: Collection[str], out: Path, suffix: str) -> dict[str, Path]:
    """Where each dataset goes: the file `out` for one, else a file of its name in the folder `out`."""
    if len(names) == 1 and not out.is_dir() and out.suffix:
        return {next(iter(names)): out}
    out.mkdir(parents=True, exist_ok=True)
    return {name: out / f"{name}{suffix}" for name in names}
