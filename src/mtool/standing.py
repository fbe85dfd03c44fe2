"""Whether what stands in `data/clean` still holds: same inputs, same code, files untouched."""

from __future__ import annotations

from mtool import __version__
from mtool.clean import read_findings
from mtool.datasets import read_manifest
from mtool.model import Checked, Report
from mtool.passport import passport_path
from mtool.shipped import shipped_schemas
from mtool.workspace import Workspace, sha256_of, sha256_of_folder

#: The entry of a manifest's inputs that stands for the schemas that come with mtool.
SHIPPED = "(mtool)/schemas"


def inputs_of(workspace: Workspace) -> dict[str, str]:
    """Path → SHA-256 of everything a derivation depends on: raw files, passports, schemas."""
    paths = [*workspace.raw_files()]
    paths += [p for raw in paths if (p := passport_path(raw)).is_file()]
    for folder in workspace.schema_folders:
        paths += sorted(p for p in folder.rglob("*") if p.is_file())
    if (workspace.root / "mtool.toml").is_file():
        paths.append(workspace.root / "mtool.toml")
    hashes = {workspace.relative(path): sha256_of(path) for path in paths}
    return hashes | {SHIPPED: sha256_of_folder(shipped_schemas())}


def standing_report(workspace: Workspace) -> tuple[Report, dict[str, int]] | None:
    """The report and the rows of each dataset that stand; null where a derivation is due."""
    manifest = read_manifest(workspace)
    if manifest.get("mtool") != __version__ or manifest.get("inputs") != inputs_of(workspace):
        return None
    for dataset in manifest["datasets"].values():
        path = workspace.clean / dataset["path"]
        if not path.is_file() or sha256_of(path) != dataset["sha256"]:
            return None
    findings = tuple(read_findings(workspace.clean / "findings.csv"))
    report = Report(findings, Checked(**manifest["checked"]))
    return report, {name: dataset["rows"] for name, dataset in manifest["datasets"].items()}
