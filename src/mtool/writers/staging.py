"""Nothing half-written is ever seen: a file is written under a hidden name, then renamed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A hidden path beside `out`: it becomes `out` when the block ends well, else it is removed."""
    new = out.with_name(f".{out.name}.new")
    new.unlink(missing_ok=True)
    try:
        yield new
        new.replace(out)
    finally:
        new.unlink(missing_ok=True)


def targets(names: Collection[str], out: Path, suffix: str) -> dict[str, Path]:
    """Where each dataset goes: the file `out` for one, else a file of its name in the folder `out`."""
    if len(names) == 1 and not out.is_dir() and out.suffix:
        return {next(iter(names)): out}
    out.mkdir(parents=True, exist_ok=True)
    return {name: out / f"{name}{suffix}" for name in names}
