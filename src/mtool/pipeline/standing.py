"""Whether what stands in `data/clean` still holds: same inputs, same code, files untouched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mtool import __version__
from mtool.clean import read_findings
from mtool.datasets import read_manifest
from mtool.errors import ExitCode
from mtool.model import Checked, Report
from mtool.passport import passport_path
from mtool.pipeline.fingerprint import fingerprint
from mtool.pipeline.history import RunRecord, last_publisher
from mtool.pipeline.outcome import Outcome
from mtool.shipped import shipped_schemas
from mtool.workspace import Workspace, sha256_of, sha256_of_folder

#: The entry of a manifest's inputs that stands for the schemas that come with mtool.
SHIPPED = "(mtool)/schemas"


def inputs_of(workspace: Workspace, read: Mapping[Path, str] | None = None) -> dict[str, str]:
    """Path → SHA-256 of everything a derivation depends on: raw files, passports, schemas.

    `read` are raw files whose SHA-256 is known from when they were read; where it is empty, the
    file was never read and is no input.
    """
    known = read or {}
    raw = {
        path: known[path] if path in known else sha256_of(path)
        for path in workspace.raw_files()
        if known.get(path, "to be read")
    }
    paths = [p for path in raw if (p := passport_path(path)).is_file()]
    for folder in workspace.schema_folders:
        paths += sorted(p for p in folder.rglob("*") if p.is_file())
    if (workspace.root / "mtool.toml").is_file():
        paths.append(workspace.root / "mtool.toml")
    hashes = {workspace.relative(path): digest for path, digest in raw.items()}
    hashes |= {workspace.relative(path): sha256_of(path) for path in paths}
    return hashes | {SHIPPED: sha256_of_folder(shipped_schemas())}


def standing_outcome(workspace: Workspace, basis: str) -> Outcome | None:
    """The outcome that stands; null where a derivation is due.

    Due it is when inputs, code, settings or published files are not those of the last run. Failures
    of sources stand with it; those of exports and servers do not, because every run tries again.
    """
    manifest, last = read_manifest(workspace), last_publisher(workspace)
    inputs = inputs_of(workspace)
    if last and last.held_inputs == fingerprint(inputs):
        return replace(
            _published(workspace, manifest), notes=(_held_note(last),), restored=last.restored
        )
    if manifest.get("mtool") != __version__ or manifest.get("inputs") != inputs:
        return None
    same_run = not last or (last.basis, last.inputs) == (basis, fingerprint(inputs))
    if not same_run or not files_are_published(workspace, manifest):
        return None
    outcome = _published(workspace, manifest)
    if last is None:
        unreadable = any(f.rule == "unreadable" and not f.acknowledged for f in outcome.report)
        return None if unreadable else outcome
    told = {finding.message for finding in outcome.report if finding.rule == "unreadable"}
    failures = tuple((m, ExitCode(code)) for m, code in last.failures if m in told)
    return replace(outcome, failures=failures, kept=tuple(last.kept_last_good))


def _held_note(last: RunRecord) -> str:
    return (
        f"data/clean was rolled back to {last.restored} and stays so until an input changes; "
        "derive it again with: mtool run --force"
    )


def files_are_published(workspace: Workspace, manifest: Mapping[str, Any]) -> bool:
    """True when every dataset's file has the bytes that the manifest says."""
    for dataset in manifest["datasets"].values():
        path = workspace.clean / dataset["path"]
        if not path.is_file() or sha256_of(path) != dataset["sha256"]:
            return False
    return True


def _published(workspace: Workspace, manifest: Mapping[str, Any]) -> Outcome:
    findings = tuple(read_findings(workspace.clean / "findings.csv"))
    report = Report(findings, Checked(**manifest["checked"]))
    rows = {name: dataset["rows"] for name, dataset in manifest["datasets"].items()}
    return Outcome(report, rows, changed=False)
