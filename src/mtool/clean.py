"""What stands in `data/clean`: datasets, control totals, sources, findings and the manifest."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool import progress
from mtool.errors import UnreadableInput
from mtool.model import ControlTotal, Finding, Locator, Report
from mtool.passport import SOURCE_KEYS, Passport
from mtool.plain_csv import write_plain_csv
from mtool.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from mtool.schemas import Schema

LOCATOR_FIELDS = tuple(field.name for field in fields(Locator))
FINDING_FIELDS = (
    "rule",
    "class",
    "severity",
    "acknowledged",
    "verdict",
    "message",
    *LOCATOR_FIELDS,
    "quote",
    "stated",
    "computed",
    "difference",
    "value",
    "suggestion",
)
SOURCE_FIELDS = (*SOURCE_KEYS, "path", "sha256", "status")
TOTAL_FIELDS = ("source_ref", "label", "column", "stated", "addends", "missing", "source_cell")
#: What the files beside the datasets hold.
FIELDS = {
    "sources.csv": SOURCE_FIELDS,
    "control_totals.csv": TOTAL_FIELDS,
    "findings.csv": FINDING_FIELDS,
}


def write_rows(path: Path, names: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write plain rows as UTF-8 CSV with LF; null is empty."""
    header = list(names)
    with path.open("w", encoding="utf-8", newline="") as file:
        write_plain_csv(file, [header, *([row.get(name) for name in header] for row in rows)])


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read rows written by `write_rows`; an absent file has none, a damaged one is refused."""
    if not path.is_file():
        return []
    with told_if_damaged(path), path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
        lacks = set(FIELDS.get(path.name, ())) - set(reader.fieldnames or ())
        if lacks or any(None in row or None in row.values() for row in rows):
            raise ValueError
    return rows


@contextmanager
def told_if_damaged(path: Path) -> Iterator[None]:
    """Tell of a published file that is not as mtool wrote it, by how it fails to be read."""
    try:
        yield
    except (ValueError, KeyError, TypeError, csv.Error, FileNotFoundError) as error:
        raise UnreadableInput(
            f"{path}: damaged, or not written by mtool; bring it back with: mtool run (where no "
            "state is kept, take data/clean away first)"
        ) from error


def read_sources(workspace: Workspace) -> list[dict[str, str]]:
    """The sources of `data/clean`, as `sources.csv` lists them."""
    return read_rows(workspace.clean / "sources.csv")


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding on one line, its locator's fields beside the others."""
    plain = finding.as_json()
    plain |= plain.pop("locator")
    plain["acknowledged"] = "true" if finding.acknowledged else "false"
    return plain


def write_findings(path: Path, findings: Iterable[Finding]) -> None:
    """Write findings as CSV, in the order given."""
    write_rows(path, FINDING_FIELDS, map(finding_row, findings))


def read_findings(path: Path) -> list[Finding]:
    """Read findings written by `write_findings`; an absent file has none."""
    rows = read_rows(path)
    with told_if_damaged(path):
        return [_finding(row) for row in rows]


def _finding(row: dict[str, str]) -> Finding:
    numbers = {n: float(row[n]) for n in ("stated", "computed", "difference") if row[n]}
    others: dict[str, Any] = {n: int(v) if v.is_integer() else v for n, v in numbers.items()}
    others |= {n: row[n] or None for n in ("quote", "value", "suggestion")}
    place: dict[str, Any] = {
        n: int(row[n]) if n in ("page", "line", "row", "column") else row[n]
        for n in LOCATOR_FIELDS
        if row[n]
    }
    return Finding(
        rule=row["rule"],
        class_=row["class"],  # type: ignore[arg-type]
        severity=row["severity"],  # type: ignore[arg-type]
        message=row["message"],
        locator=Locator(**place),
        verdict=row["verdict"] or None,  # type: ignore[arg-type]
        acknowledged=row["acknowledged"] == "true",
        **others,
    )


def source_row(passport: Passport, path: str, sha256: str) -> dict[str, str]:
    """A source as `sources.csv` lists it; `path` and `sha256` are of the file read."""
    known = asdict(passport.source) | {"path": path, "sha256": sha256}
    known |= {"edition": passport.edition or passport.source.published}
    known |= {"as_of": passport.as_of, "status": passport.status}
    return {name: known[name] for name in SOURCE_FIELDS}


def total_row(source_id: str, total: ControlTotal) -> dict[str, Any]:
    """A control total as `control_totals.csv` lists it."""
    return {
        "source_ref": f"{source_id}[{total.locator.table}]",
        "label": total.label,
        "column": total.column,
        "stated": total.stated,
        "addends": len(total.addends),
        "missing": sum(value is None for _, value in total.addends),
        "source_cell": total.locator.in_source(),
    }


@dataclass(frozen=True)
class Clean:
    """Everything that one derivation publishes."""

    frames: Mapping[str, pd.DataFrame]
    schemas: Mapping[str, Path]
    sources: tuple[dict[str, str], ...]
    totals: tuple[dict[str, Any], ...]
    report: Report
    inputs: Mapping[str, str]
    rejected: Mapping[str, pd.DataFrame]


def write_clean(clean: Clean, folder: Path, version: str) -> None:
    """Write `data/clean` into an empty folder; the same inputs give the same bytes."""
    from mtool.schemas import load_schema
    from mtool.writers.csv import write_csv

    datasets = {}
    frames = sorted(clean.frames.items())
    for name, frame in progress.over(frames, lambda f: f"writing {f[0]}", lambda f: len(f[1])):
        path = _write_dataset(frame, load_schema(str(clean.schemas[name])), folder / name)
        datasets[name] = {"path": path.name, "rows": len(frame), "sha256": _sha256(path)}
    for name, frame in sorted(clean.rejected.items()):
        write_csv(_without_categories(frame), folder / f"rejected_{name}.csv")
    write_rows(folder / "sources.csv", SOURCE_FIELDS, clean.sources)
    write_rows(folder / "control_totals.csv", TOTAL_FIELDS, clean.totals)
    write_findings(folder / "findings.csv", clean.report)
    counts = Counter(f.rule for f in clean.report)
    manifest = {
        "format_version": 1,
        "mtool": version,
        "inputs": dict(sorted(clean.inputs.items())),
        "schemas": {n: _sha256(p) for n, p in sorted(clean.schemas.items())},
        "datasets": datasets,
        "findings": dict(sorted(counts.items())),
        "acknowledged": sum(f.acknowledged for f in clean.report),
        "checked": asdict(clean.report.checked),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


def _write_dataset(frame: pd.DataFrame, schema: Schema, stem: Path) -> Path:
    """Write CSV that people can read, or Parquet where the rows are too many for that."""
    from mtool.large_datasets import is_large, write_parquet
    from mtool.writers.csv import in_canonical_order, write_csv

    frame = _without_categories(frame) if not is_large(len(frame)) else frame
    if is_large(len(frame)):
        path = stem.with_name(f"{stem.name}.parquet")
        write_parquet(frame, schema, path)
    else:
        path = stem.with_name(f"{stem.name}.csv")
        write_csv(in_canonical_order(frame, schema), path)
    return path


def _without_categories(frame: pd.DataFrame) -> pd.DataFrame:
    """Text that a large feed keeps as categories, as text."""
    return frame.astype(dict.fromkeys(frame.select_dtypes("category"), "str"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
