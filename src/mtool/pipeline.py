"""The steps in order: read the raw files, derive, stage, publish `data/clean` as one unit.

A source that mtool cannot trust keeps its last good rows; a source that contradicts itself is
published as printed, its findings beside it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mtool import __version__
from mtool.clean import (
    Clean,
    read_findings,
    read_rows,
    read_sources,
    source_row,
    total_row,
    write_clean,
)
from mtool.errors import ExitCode, MtoolError, UsageError
from mtool.model import Checked, Document, Finding, Locator, Report, Source
from mtool.passport import Passport, TableRecipe, passport_path, read_passport
from mtool.schemas import schema_names
from mtool.shipped import shipped_schemas
from mtool.twice import find_reported_twice
from mtool.workspace import PASSPORT_SUFFIX, Workspace, sha256_of, sha256_of_folder

if TYPE_CHECKING:
    import pandas as pd

    from mtool.derive import Derived

#: Below this, a table waits for a person.
CONFIDENCE_NEEDED = 0.7
#: The entry of a manifest's inputs that stands for the schemas that come with mtool.
SHIPPED = "(mtool)/schemas"


@dataclass(frozen=True)
class Outcome:
    """What a run did. `failures` are sources that could not be read at all, with their code."""

    report: Report
    datasets: dict[str, int] = field(default_factory=dict)
    changed: bool = True
    failures: tuple[tuple[str, ExitCode], ...] = ()
    kept: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def ingest(workspace: Workspace, paths: Iterable[Path], schema: str = "") -> Outcome:
    """Copy files into `data/raw`, write passports where there are none, and derive everything.

    Every file is read before anything is written; an unreadable one raises `UnreadableInput`.
    `schema` is the one that a person says the tables fit.
    """
    from mtool.sources.files import copy_to_raw, own_date, read_document, source_id_of

    looked_at = []
    for path in paths:
        source = Source(source_id_of(path), path=workspace.relative(path))
        looked_at.append((path, read_document(path, source)))
    for path, document in looked_at:
        raw, _ = copy_to_raw(path, workspace)
        if not passport_path(raw).exists():
            write_first_passport(workspace, raw, document, (own_date(path), schema))
    return derive_workspace(workspace, force=True)


def write_first_passport(
    workspace: Workspace, raw: Path, document: Document, told: tuple[str, str]
) -> Passport:
    """Infer a passport and write it beside the raw file."""
    from mtool.passport import write_passport

    passport = infer_passport(workspace, raw, document, told)
    write_passport(passport_path(raw), passport)
    return passport


def infer_passport(
    workspace: Workspace, raw: Path, document: Document, told: tuple[str, str]
) -> Passport:
    """Everything that can be worked out about a file, spelled out.

    `told` is the file's own date, for its edition, and the schema asked for or empty.
    """
    from mtool.infer import context_of, infer_recipe

    edition, schema = told
    recipes = []
    for table in document.tables:
        country = workspace.config["country"]
        context = context_of(document, table, country, workspace.schema_folders, schema)
        recipes.append(infer_recipe(table, context))
    recipes = _without_mtools_own_sheets(document, recipes)
    unsure = any(float(r.confidence.partition(" ")[0] or 1) < CONFIDENCE_NEEDED for r in recipes)
    waiting = any(not r.schema and not r.ignore for r in recipes)
    source = document.source
    published = source.published
    return Passport(
        source=replace(source, path="", sha256=""),
        sha256=sha256_of(raw),
        status="needs_review" if unsure or waiting else "inferred",
        edition="" if published else edition,
        tables=tuple(recipes),
    )


def _without_mtools_own_sheets(document: Document, recipes: list[TableRecipe]) -> list[TableRecipe]:
    """In a workbook that mtool wrote, the sheets beside the datasets are not figures of a source."""
    from mtool.infer import COUNTED_COLUMN, is_tidy

    if not any(COUNTED_COLUMN in table.header for table in document.tables):
        return recipes
    return [
        recipe
        if is_tidy(recipe)
        else replace(recipe, ignore="a sheet that mtool export xlsx wrote beside the datasets")
        for recipe in recipes
    ]


# Deriving -------------------------------------------------------------------------------------


def derive_workspace(workspace: Workspace, *, force: bool = False, accept: bool = False) -> Outcome:
    """Derive `data/clean` from `data/raw` and publish it, unless nothing has changed.

    Passports that need review are not published, unless `accept` says so for this run.
    """
    _recover(workspace.clean)
    empty = not workspace.raw.is_dir() or not any(workspace.raw_files())
    if empty and not (workspace.clean / "manifest.json").is_file():
        raise UsageError(f"{workspace.raw}: no raw files yet; add one with: mtool ingest FILE")
    if not force and not accept:
        standing = _standing(workspace)
        if standing:
            return standing
    sources = list(derive_sources(workspace))
    clean, outcome = _assemble(workspace, sources, accept=accept)
    changed = _publish(workspace, clean)
    _log(workspace, outcome)
    return replace(outcome, changed=changed)


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


def _standing(workspace: Workspace) -> Outcome | None:
    """The outcome that stands, when inputs, code and published files are those of the manifest."""
    from mtool.datasets import read_manifest

    manifest = read_manifest(workspace)
    if manifest.get("mtool") != __version__ or manifest.get("inputs") != inputs_of(workspace):
        return None
    for dataset in manifest["datasets"].values():
        path = workspace.clean / dataset["path"]
        if not path.is_file() or sha256_of(path) != dataset["sha256"]:
            return None
    findings = tuple(read_findings(workspace.clean / "findings.csv"))
    report = Report(findings, Checked(**manifest["checked"]))
    rows = {name: dataset["rows"] for name, dataset in manifest["datasets"].items()}
    return Outcome(report, rows, changed=False)


@dataclass(frozen=True)
class SourceResult:
    """One raw file: what was derived, or why it could not be."""

    raw: Path
    passport: Passport | None = None
    derived: Derived | None = None
    failure: MtoolError | None = None


def derive_sources(workspace: Workspace, *, write: bool = True) -> Iterator[SourceResult]:
    """Derive every raw file in turn; one that fails does not keep the others from being read.

    A file without a passport gets one written beside it, unless `write` is false.
    """
    seen: dict[tuple[str, str], str] = {}
    for raw in workspace.raw_files():
        passport = None
        try:
            passport = _passport_of(workspace, raw, write=write)
            key = identity_of(passport)
            if key in seen:
                raise UsageError(
                    f"{workspace.relative(passport_path(raw))}: source {key[0]} of edition "
                    f"{key[1] or '(none)'} is also {seen[key]}; give one another id or edition"
                )
            seen[key] = workspace.relative(raw)
            yield SourceResult(raw, passport, _derive(workspace, raw, passport))
        except MtoolError as failure:
            yield SourceResult(raw, passport, failure=failure)


def _passport_of(workspace: Workspace, raw: Path, *, write: bool) -> Passport:
    path = passport_path(raw)
    if path.is_file():
        return read_passport(path)
    from mtool.sources.files import own_date, read_document, source_id_of

    source = Source(source_id_of(raw), path=workspace.relative(raw))
    document = read_document(raw, source)
    if write:
        return write_first_passport(workspace, raw, document, (own_date(raw), ""))
    return infer_passport(workspace, raw, document, (own_date(raw), ""))


def _derive(workspace: Workspace, raw: Path, passport: Passport) -> Derived:
    from mtool.derive import derive_source
    from mtool.feed import derive_feed
    from mtool.sources.files import read_document, read_options

    source = replace(passport.source, path=workspace.relative(raw))
    extra = [*_changed_bytes(raw, source, passport)]
    derived = derive_feed(raw, source, passport, workspace.schema_folders)
    if derived is None:
        document = read_document(raw, source, read_options(passport.options))
        derived = derive_source(document, passport, workspace.schema_folders)
        extra += _nothing_found(document, passport)
    if not extra:
        return derived
    report = Report((*derived.report.findings, *extra), derived.report.checked)
    return replace(derived, report=report)


def _changed_bytes(raw: Path, source: Source, passport: Passport) -> Iterator[Finding]:
    if passport.sha256 and passport.sha256 != sha256_of(raw):
        yield Finding(
            "file_changed",
            "note",
            "info",
            "the file is not byte for byte the one its passport was written for; its layout is",
            Locator(path=source.path),
            suggestion="write the new sha256 into the passport once you have looked",
        )


def _nothing_found(document: Document, passport: Passport) -> Iterator[Finding]:
    if not document.tables and not passport.tables and passport.status != "reviewed":
        yield Finding(
            "no_tables",
            "structure",
            "error",
            "no table was found in the file",
            Locator(path=document.source.path),
            suggestion="if that is right, accept the passport: mtool review --accept "
            f"{document.source.path}",
        )


def _assemble(
    workspace: Workspace, results: list[SourceResult], *, accept: bool
) -> tuple[Clean, Outcome]:
    """Put the sources together: trusted rows, last good rows of the others, and every finding."""
    parts: dict[str, list[pd.DataFrame]] = {}
    rejected: dict[str, list[pd.DataFrame]] = {}
    findings: list[Finding] = []
    checked = Checked()
    kept, failures, sources, totals = [], [], [], []
    for result in results:
        path = workspace.relative(result.raw)
        if result.failure or result.derived is None or result.passport is None:
            assert result.failure is not None
            failures.append((str(result.failure), result.failure.exit_code))
            findings.append(_failure_finding(result.failure, path))
            before = [row for row in read_sources(workspace) if row["path"] == path]
            sources += before
            totals += _last_totals(workspace, before)
            for row in before:
                kept += _keep_last_good(workspace, (row["id"], row["edition"]), parts)
            continue
        derived, passport = result.derived, result.passport
        findings += derived.report.findings
        if _waits(passport) and not accept:
            findings.append(_review_finding(path))
        checked += derived.report.checked
        sources.append(source_row(passport, path, sha256_of(result.raw)))
        totals += [total_row(passport.source.id, total) for total in derived.control_totals]
        if derived.trusted and (accept or not _waits(passport)):
            _add(parts, derived.frames)
        elif _quarantines(workspace, passport):
            _add(
                parts,
                {n: f.drop(index=list(derived.unsound[n])) for n, f in derived.frames.items()},
            )
            _add(
                rejected, {n: f.loc[sorted(derived.unsound[n])] for n, f in derived.frames.items()}
            )
        else:
            kept += _keep_last_good(workspace, identity_of(passport), parts)
    frames = _concatenated(parts)
    files = {(row["id"], row["edition"]): row["path"] for row in sources}
    findings += find_reported_twice(frames, files)
    schemas = {n: p for n, p in schema_names(workspace.schema_folders).items() if n in frames}
    report = Report(tuple(findings), checked)
    clean = Clean(
        frames,
        schemas,
        tuple(sources),
        tuple(totals),
        report,
        inputs_of(workspace),
        _concatenated(rejected),
    )
    rows = {name: len(frame) for name, frame in sorted(frames.items())}
    names = tuple(row["id"] for row in sources)
    return clean, Outcome(report, rows, True, tuple(failures), tuple(kept), names)


def _failure_finding(failure: MtoolError, path: str) -> Finding:
    return Finding("unreadable", "structure", "error", str(failure), Locator(path=path))


def _review_finding(path: str) -> Finding:
    return Finding(
        "needs_review",
        "structure",
        "error",
        "the passport was inferred with doubt: nothing of this source is published",
        Locator(path=path),
        suggestion=f"look at {path}{PASSPORT_SUFFIX}, mend it, then: mtool review --accept {path}",
    )


def _waits(passport: Passport) -> bool:
    return passport.status == "needs_review"


def _quarantines(workspace: Workspace, passport: Passport) -> bool:
    return (passport.quarantine == "true") or (
        passport.quarantine == "" and workspace.config.quarantine
    )


def _add(parts: dict[str, list[pd.DataFrame]], frames: dict[str, pd.DataFrame]) -> None:
    for name, frame in frames.items():
        if len(frame):
            parts.setdefault(name, []).append(frame)


def _concatenated(parts: dict[str, list[pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    import pandas as pd

    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


def identity_of(passport: Passport) -> tuple[str, str]:
    """What tells a source from others: its id and its edition."""
    return passport.source.id, passport.edition or passport.source.published


def _last_totals(workspace: Workspace, sources: list[dict[str, str]]) -> list[dict[str, str]]:
    """The control totals that were published for these sources."""
    path = workspace.clean / "control_totals.csv"
    ids = {row["id"] for row in sources}
    if not ids or not path.is_file():
        return []
    return [row for row in read_rows(path) if row["source_ref"].partition("[")[0] in ids]


def _keep_last_good(
    workspace: Workspace, identity: tuple[str, str], parts: dict[str, list[pd.DataFrame]]
) -> list[str]:
    """Take a source's rows of the last publication; its id when there were any."""
    from mtool.datasets import dataset_names, load_dataset

    source, edition = identity
    found = False
    for name in dataset_names(workspace):
        frame, _ = load_dataset(workspace, name)
        mine = (frame["source_id"] == source) & (frame["edition"].fillna("") == edition)
        if mine.any():
            _add(parts, {name: frame[mine]})
            found = True
    return [source] if found else []


# Publishing -----------------------------------------------------------------------------------


def _publish(workspace: Workspace, clean: Clean) -> bool:
    """Replace `data/clean` as one unit; false when the new bytes are those already there."""
    parent = workspace.clean.parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".clean-", dir=parent) as staging:
        staged = Path(staging) / "clean"
        staged.mkdir()
        write_clean(clean, staged, __version__)
        if _same_files(staged, workspace.clean):
            return False
        _swap(staged, workspace.clean)
    return True


def _same_files(new: Path, old: Path) -> bool:
    if not old.is_dir():
        return False
    names = {p.name for p in new.iterdir()}
    if names != {p.name for p in old.iterdir()}:
        return False
    return all((new / n).read_bytes() == (old / n).read_bytes() for n in names)


def _swap(new: Path, current: Path) -> None:
    """Two renames; a run that was killed between them is put right by the next one."""
    old = _set_aside(current)
    if current.exists():
        current.rename(old)
    new.rename(current)
    shutil.rmtree(old, ignore_errors=True)


def _set_aside(current: Path) -> Path:
    return current.with_name(f".{current.name}-before")


def _recover(current: Path) -> None:
    """Bring the last good state back, or clear it away, where a publication was cut short."""
    old = _set_aside(current)
    if old.is_dir() and not current.exists():
        old.rename(current)
    shutil.rmtree(old, ignore_errors=True)


def _log(workspace: Workspace, outcome: Outcome) -> None:
    """One line per run, with the time; kept out of `data/clean`, which must not depend on it."""
    workspace.state.mkdir(exist_ok=True)
    (workspace.state / ".gitignore").write_text("*\n", encoding="utf-8")
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "mtool": __version__,
        "rows": outcome.datasets,
        "findings": len(outcome.report.findings),
        "failures": [message for message, _ in outcome.failures],
        "kept_last_good": list(outcome.kept),
    }
    with (workspace.state / "runs.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")


def forget(workspace: Workspace, name: str) -> list[str]:
    """Take a source (its id, or its path) out of the workspace; return the files moved aside.

    Nothing is destroyed: the raw file and passport go to `.mtool/forgotten`.
    """
    found = [raw for raw in workspace.raw_files() if is_named(workspace, raw, name)]
    if not found:
        known = ", ".join(sorted({workspace.relative(raw) for raw in workspace.raw_files()}))
        raise UsageError(f"no source {name!r} in this workspace; there are: {known}")
    aside = workspace.state / "forgotten" / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside.mkdir(parents=True, exist_ok=True)
    moved = []
    for raw in found:
        for path in (raw, passport_path(raw)):
            if path.is_file():
                shutil.move(path, aside / path.name)
                moved.append(workspace.relative(path))
    return moved


def is_named(workspace: Workspace, raw: Path, name: str) -> bool:
    """True when `name` is the raw file's path or name, or its source's id."""
    path = passport_path(raw)
    if workspace.relative(raw) == name or raw.name == name or Path(name).absolute() == raw:
        return True
    return path.is_file() and read_passport(path).source.id == name


def passports(workspace: Workspace) -> Iterator[tuple[Path, Passport]]:
    """Every raw file that has a passport, with it."""
    for raw in workspace.raw_files():
        if passport_path(raw).is_file():
            yield raw, read_passport(passport_path(raw))
