"""What was derived from each raw file, kept in the state folder until something it depends on changes.

Plain JSON and Arrow, each checked by its SHA-256: a damaged entry counts as none.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.derive import Derived
from mtool.model import Checked, ControlTotal, Finding, Locator, Report, Source
from mtool.passport import Acknowledgement, Correction, Passport, TableRecipe, passport_path
from mtool.pipeline.fingerprint import code_fingerprint, fingerprint
from mtool.shipped import shipped_schemas
from mtool.workspace import Workspace, sha256_of, sha256_of_folder

if TYPE_CHECKING:
    import pandas as pd

Kept = tuple[Derived, tuple[Finding, ...]]


class DerivedCache:
    """The kept results of a workspace; one entry per raw file, of the latest key only."""

    def __init__(
        self, workspace: Workspace, audit: tuple[str, ...] = (), *, fresh: bool = False
    ) -> None:
        """`audit` are the rules that block; with `fresh`, results are kept but none is read."""
        self.workspace = workspace
        self.audit = audit
        self.fresh = fresh
        self.folder = workspace.state / "derived"

    @cached_property
    def _schemas(self) -> list[str]:
        return [*map(sha256_of_folder, (shipped_schemas(), *self.workspace.schema_folders))]

    def key(self, raw: Path, sha256: str) -> str:
        """What the result depends on: file, passport, schemas, code, audits that block."""
        return fingerprint(
            {
                "path": self.workspace.relative(raw),
                "file": sha256,
                "passport": sha256_of(passport_path(raw)),
                "schemas": self._schemas,
                "code": code_fingerprint(),
                "audit": self.audit,
            }
        )

    def _entry(self, raw: Path) -> Path:
        name = hashlib.sha256(self.workspace.relative(raw).encode()).hexdigest()
        return self.folder / name[:32]

    def passport(self, raw: Path) -> Passport | None:
        """The passport as it was read for the kept result; null where the file is another now."""
        described = self._described(raw)
        known = (described.get("code"), described.get("passport_sha256"))
        if known != (code_fingerprint(), sha256_of(passport_path(raw))):
            return None
        return _passport(described["passport"])

    def knows(self, raw: Path, sha256: str) -> bool:
        """True when a result for exactly these inputs is kept."""
        return not self.fresh and self._described(raw).get("key") == self.key(raw, sha256)

    def _described(self, raw: Path) -> dict[str, Any]:
        try:
            text = (self._entry(raw) / "derived.json").read_text(encoding="utf-8")
            described: dict[str, Any] = json.loads(text)
        except (OSError, ValueError):
            return {}
        return described

    def read(self, raw: Path, sha256: str, passport: Passport) -> Kept | None:
        """The kept result and what held the source back; null where there is none."""
        if not self.knows(raw, sha256):
            return None
        described, entry = self._described(raw), self._entry(raw)
        try:
            frames = {n: _frame(entry / file, d) for n, (file, d) in described["frames"].items()}
        except OSError:
            return None
        return (
            Derived(
                passport,
                frames,
                {name: frozenset(rows) for name, rows in described["unsound"].items()},
                tuple(map(_total, described["control_totals"])),
                Report(
                    tuple(map(_finding, described["findings"])), Checked(**described["checked"])
                ),
            ),
            tuple(map(_finding, described["held"])),
        )

    def write(self, raw: Path, sha256: str, kept: Kept) -> None:
        """Keep a result in the place of the one before it."""
        derived, held = kept
        entry = self._entry(raw)
        staged = entry.with_name(f".{entry.name}.new")
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        frames = {}
        for at, (name, frame) in enumerate(derived.frames.items()):
            frame.to_feather(staged / f"{at}.arrow", compression="zstd")
            frames[name] = (f"{at}.arrow", sha256_of(staged / f"{at}.arrow"))
        described = {
            "key": self.key(raw, sha256),
            "code": code_fingerprint(),
            "passport_sha256": sha256_of(passport_path(raw)),
            "passport": asdict(derived.passport),
            "frames": frames,
            "unsound": {name: sorted(map(int, rows)) for name, rows in derived.unsound.items()},
            "control_totals": [asdict(total) for total in derived.control_totals],
            "findings": [finding.as_json() for finding in derived.report],
            "checked": asdict(derived.report.checked),
            "held": [finding.as_json() for finding in held],
        }
        text = json.dumps(described, ensure_ascii=False, default=_plain)
        (staged / "derived.json").write_text(text, encoding="utf-8")
        shutil.rmtree(entry, ignore_errors=True)
        staged.rename(entry)

    def prune(self) -> None:
        """Take away what was kept for raw files that are gone, and what was left unfinished."""
        entries = {self._entry(raw).name for raw in self.workspace.raw_files()}
        for path in self.folder.glob("*"):
            if path.name not in entries:
                shutil.rmtree(path, ignore_errors=True)


def _frame(path: Path, digest: str) -> pd.DataFrame:
    """A kept frame; `OSError` where it is gone or damaged."""
    import pandas as pd

    if sha256_of(path) != digest:
        raise OSError(f"{path}: damaged")
    return pd.read_feather(path)


def _passport(plain: dict[str, Any]) -> Passport:
    tables = tuple(
        TableRecipe(**t | {"candidates": tuple(t["candidates"]), "reasons": tuple(t["reasons"])})
        for t in plain["tables"]
    )
    return Passport(
        **plain
        | {
            "source": Source(**plain["source"]),
            "tables": tables,
            "corrections": tuple(Correction(**c) for c in plain["corrections"]),
            "acknowledged": tuple(Acknowledgement(**a) for a in plain["acknowledged"]),
        }
    )


def _plain(number: Any) -> Any:
    """A number of numpy's as Python's own."""
    return number.item()


def _finding(plain: dict[str, Any]) -> Finding:
    return Finding(
        **{name: value for name, value in plain.items() if name not in ("class", "locator")},
        class_=plain["class"],
        locator=Locator(**plain["locator"]),
    )


def _total(plain: dict[str, Any]) -> ControlTotal:
    addends = tuple((Locator(**place), value) for place, value in plain["addends"])
    return ControlTotal(**plain | {"addends": addends, "locator": Locator(**plain["locator"])})
