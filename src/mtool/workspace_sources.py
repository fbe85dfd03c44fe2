"""Which sources a workspace has: raw files with their passports, and what names them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mtool.errors import UnreadableInput, UsageError, nearest
from mtool.passport import Passport, passport_path, read_passport
from mtool.workspace import Workspace


def identity_of(passport: Passport) -> tuple[str, str]:
    """What tells a source from others: its id and its edition."""
    return passport.source.id, passport.edition or passport.source.published


def is_named(workspace: Workspace, raw: Path, name: str) -> bool:
    """True when `name` is the raw file's path or name, or its source's id."""
    path = passport_path(raw)
    if workspace.relative(raw) == name or raw.name == name or Path(name).absolute() == raw:
        return True
    return path.is_file() and read_passport(path).source.id == name


def no_source(workspace: Workspace, name: str) -> UsageError:
    """The error for a name that is no source of the workspace."""
    files = (workspace.relative(raw) for raw in workspace.raw_files())
    names = sorted({passport.source.id for _, passport in passports(workspace)})
    return UsageError(f"no source {name!r} in this workspace; {nearest(name, [*names, *files])}")


def refuse_misspelt(workspace: Workspace, target: str) -> None:
    """Raise for what is no file but nearly the name of a source or a dataset of the workspace."""
    known = list(passports(workspace))
    schemas = {recipe.schema for _, passport in known for recipe in passport.tables}
    hint = nearest(target, sorted(schemas | {passport.source.id for _, passport in known}))
    if hint.startswith("did"):
        raise UnreadableInput(f"{target}: no such file; {hint}")


def passports(workspace: Workspace) -> Iterator[tuple[Path, Passport]]:
    """Every raw file that has a passport, with it."""
    for raw in workspace.raw_files():
        if passport_path(raw).is_file():
            yield raw, read_passport(passport_path(raw))
