"""A workspace: a folder with `mtool.toml` or `data/raw`, and where its files stand."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mtool.config import Config, load_config
from mtool.errors import UsageError
from mtool.shipped import shipped_schemas

PASSPORT_SUFFIX = ".passport.yaml"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders of one workspace. Paths in findings and manifests are relative to `root`."""

    root: Path
    config: Config

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def clean(self) -> Path:
        return self.root / "data" / "clean"

    @property
    def state(self) -> Path:
        """Run logs, locks and staging: nothing here is a result."""
        return self.root / ".mtool"

    def make_state(self) -> Path:
        """The state folder, made if need be; nothing in it is ever committed."""
        self.state.mkdir(parents=True, exist_ok=True)
        ignore = self.state / ".gitignore"
        if not ignore.is_file():
            ignore.write_text("*\n", encoding="utf-8")
        return self.state

    @property
    def schema_folders(self) -> tuple[Path, ...]:
        """The workspace's own schemas, which override shipped ones of the same name."""
        folder = self.root / "schemas"
        own = folder.is_dir() and folder.resolve() != shipped_schemas().resolve()
        return (folder,) if own else ()

    def raw_files(self) -> Iterator[Path]:
        """Every raw file, sorted by path; passports and hidden files are not raw files."""
        for path in sorted(self.raw.rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(self.raw).parts)
            if path.is_file() and not hidden and not path.name.endswith(PASSPORT_SUFFIX):
                yield path

    def relative(self, path: Path) -> str:
        """A path as findings show it: relative to the root where it is inside, with slashes."""
        absolute = path.absolute()
        if absolute.is_relative_to(self.root):
            return absolute.relative_to(self.root).as_posix()
        return str(path)


def find_workspace(given: Path | None = None) -> Workspace:
    """Open the workspace named, or of `MTOOL_WORKSPACE`, or walking up from the current folder.

    Raises `UsageError` where there is none.
    """
    found = find_workspace_if_any(given)
    if found is None:
        raise UsageError(
            f"{Path.cwd()}: no workspace here or above (a folder with mtool.toml or data/raw); "
            "make one with: mtool init"
        )
    return found


def find_workspace_if_any(given: Path | None = None) -> Workspace | None:
    """The same for what works without a workspace too: null where none is named and none found.

    A workspace that is named and missing, or whose settings are wrong, raises `UsageError` all
    the same.
    """
    variable = os.environ.get("MTOOL_WORKSPACE")
    named = given or (Path(variable) if variable else None)
    if named is not None:
        if not named.is_dir():
            raise UsageError(
                f"{named}: not a folder; a workspace is one (make it with: mtool init {named})"
            )
        return open_folder(named)
    here = Path.cwd()
    folder = next((folder for folder in (here, *here.parents) if _is_workspace(folder)), None)
    return open_folder(folder) if folder else None


def open_folder(root: Path) -> Workspace:
    """Open a folder as a workspace, whatever is in it."""
    absolute = root.resolve()
    return Workspace(absolute, load_config(absolute))


def _is_workspace(folder: Path) -> bool:
    return (folder / "mtool.toml").is_file() or (folder / "data" / "raw").is_dir()


def sha256_of_folder(folder: Path) -> str:
    """One SHA-256 for the names and contents of every file in a folder."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{sha256_of(path)}\0".encode())
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
