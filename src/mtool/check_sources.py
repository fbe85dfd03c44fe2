"""Validation of files, datasets and whole workspaces: nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtool import progress
from mtool.config import Config, load_config
from mtool.errors import UsageError
from mtool.model import Checked, Document, Finding, Locator, Report, Source
from mtool.readers import ReadOptions
from mtool.workspace import Workspace, find_workspace, find_workspace_if_any
from mtool.workspace_sources import refuse_misspelt

if TYPE_CHECKING:
    from mtool.derive import Derived
    from mtool.passport import Passport
    from mtool.pipeline.derive_sources import SourceResult
    from mtool.same_rows import RowsSeen


@dataclass(frozen=True, slots=True)
class FileRequest:
    """How a file outside a workspace is to be read and checked."""

    schema: str | None = None
    options: ReadOptions = ReadOptions()
    engine: str | None = None
    cluster: str | None = None


def validate_targets(
    targets: list[str], workspace: Path | None, request: FileRequest
) -> tuple[Report, str]:
    """Validate files and datasets, or the whole workspace; also what counts as a failure there.

    A target that is a dataset of the workspace is one; anything else is a file.
    """
    opened = find_workspace_if_any(workspace) if targets else find_workspace(workspace)
    if not targets:
        assert opened is not None
        return validate_workspace(opened), opened.config["fail_on"]
    report = Report()
    for target in progress.over(targets, lambda t: f"validating {t}", _size):
        if opened and not Path(target).exists() and target in _schemas_in_use(opened):
            report += validate_workspace(opened, target)
        elif Path(target).is_dir() and _engine(request, opened) == "cluster":
            report += validate_folder(Path(target), request, opened)
        else:
            if opened and target != "-" and not Path(target).exists():
                refuse_misspelt(opened, target)
            report += validate_file(Path(target), request, opened)
    return report, opened.config["fail_on"] if opened else "source"


def _size(target: str) -> float:
    return progress.file_size(Path(target))


def validate_file(path: Path, request: FileRequest, workspace: Workspace | None = None) -> Report:
    """Validate every table of one file; its passport decides when it has one.

    A file without tables, and one whose tables gave no rows, is an error, not a pass.
    """
    from mtool.sources.files import local_copy, read_document, source_id_of

    if request.engine and request.schema is None:
        raise UsageError("--engine needs --schema: it checks a tidy file by the schema named")
    with local_copy(path) as file:
        report = _tidy_report(file, path, request, workspace)
        if report is not None:
            return report
        source = Source(source_id_of(path), path=str(path))
        document = read_document(file, source, request.options)
        return _report_on(path, document, workspace, request.schema)


def validate_folder(folder: Path, request: FileRequest, workspace: Workspace | None) -> Report:
    """Validate the CSV and Parquet files of a folder as one table, on a cluster.

    Raises `UsageError` for a folder without such files, and for a file that is not tidy.
    """
    from mtool.engines import run_engine
    from mtool.engines.request import as_one_table
    from mtool.engines.tidy_file import SUFFIXES, tidy_request

    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not files:
        raise UsageError(f"{folder}: no CSV or Parquet file in this folder: nothing to check")
    folders = workspace.schema_folders if workspace else ()
    members = []
    for file in files:
        asked = request.schema and tidy_request(
            file, str(file), request.schema, folders, request.options
        )
        if not asked:
            raise _not_tidy(request, file)
        members.append(asked)
    address = request.cluster or _config(workspace)["cluster"]
    return run_engine("cluster", replace(as_one_table(members), cluster=address))


def _tidy_report(
    file: Path, path: Path, request: FileRequest, workspace: Workspace | None
) -> Report | None:
    """What an engine says of a file that is tidy by the schema asked for; null for any other."""
    from mtool.engines import run_engine
    from mtool.engines.blocks import NotUtf8
    from mtool.engines.tidy_file import tidy_request, with_encoding
    from mtool.sources.files import check_readable

    if request.schema is None:
        _refuse_engine(request, path)
        return None
    check_readable(file)
    folders = workspace.schema_folders if workspace else ()
    asked = tidy_request(file, str(path), request.schema, folders, request.options)
    engine = _engine(request, workspace)
    if asked is None:
        _refuse_engine(request, path)
        return None
    asked = replace(asked, cluster=request.cluster or _config(workspace)["cluster"])
    try:
        return run_engine(engine, asked)
    except NotUtf8:
        found = with_encoding(asked, request.options)
        return run_engine(engine, found) if found else None


def _config(workspace: Workspace | None) -> Config:
    return workspace.config if workspace else load_config(Path.cwd())


def _engine(request: FileRequest, workspace: Workspace | None) -> str:
    """The engine asked for; naming a cluster asks for its engine."""
    return request.engine or ("cluster" if request.cluster else _config(workspace)["engine"])


def _refuse_engine(request: FileRequest, path: Path) -> None:
    """An engine asked for by name is never passed over in silence."""
    if request.engine or request.cluster:
        raise _not_tidy(request, path)


def _not_tidy(request: FileRequest, path: Path) -> UsageError:
    schema = f"the schema {request.schema}" if request.schema else "a schema (name it: --schema)"
    return UsageError(
        f"{path}: not tidy by {schema}: an engine needs a CSV or Parquet file whose header has every "
        "column that the schema requires; leave --engine and --cluster out"
    )


def explained(request: FileRequest, workspace: Path | None) -> list[str]:
    """How the checks of the schema asked for are run, in words."""
    from mtool.engines.plan import described
    from mtool.engines.plan_cache import plan_of

    if request.schema is None:
        return []
    opened = find_workspace_if_any(workspace)
    plan = plan_of(request.schema, opened.schema_folders if opened else ())
    return [f"engine {_engine(request, opened)}", *described(plan)]


def _report_on(
    path: Path, document: Document, workspace: Workspace | None, schema: str | None
) -> Report:
    from mtool.counted_events import with_counts
    from mtool.derive import derive_source

    passport = passport_for(path, document, workspace, schema)
    folders = workspace.schema_folders if workspace else ()
    derived = derive_source(document, passport, folders)
    report = with_counts(derived, document.source.path, folders).report
    return report if document.tables else report + Report((_no_tables(path),))


def passport_for(
    path: Path, document: Document, workspace: Workspace | None, schema: str | None = None
) -> Passport:
    """The passport beside a file, unless a schema is asked for; else one worked out on the spot."""
    from mtool.passport import passport_path, read_passport

    known = passport_path(path)
    if known.is_file() and schema is None:
        return read_passport(known)
    return inferred(document, schema, workspace)


def inferred(document: Document, schema: str | None, workspace: Workspace | None) -> Passport:
    """A passport worked out on the spot, for a file that has none."""
    from mtool.infer import context_of, infer_recipe
    from mtool.passport import Passport

    default = (workspace.config if workspace else load_config(Path.cwd()))["country"]
    folders = workspace.schema_folders if workspace else ()
    recipes = []
    for table in document.tables:
        context = context_of(document, table, default, folders, schema or "")
        recipes.append(infer_recipe(table, context))
    return Passport(document.source, "", tables=tuple(recipes))


def _no_tables(path: Path) -> Finding:
    return Finding(
        "no_tables",
        "structure",
        "error",
        "no table was found: nothing was checked",
        Locator(path=str(path)),
        suggestion="look at the file with: mtool tables",
    )


def validate_workspace(workspace: Workspace, dataset: str | None = None) -> Report:
    """Derive every source in memory and report on it; on one dataset's tables if named."""
    from mtool.pipeline.derive_sources import derive_sources
    from mtool.same_rows import RowsSeen

    report, seen = Report(), RowsSeen()
    named = any(_names_sources(passport) for passport in _passports(workspace))
    for result in derive_sources(workspace, write=False):
        if result.failure:
            raise result.failure
        assert result.derived is not None
        if named:
            report += Report(_of_other_files(workspace, result, seen))
        if dataset is None:
            report += result.derived.report
        else:
            report += _of_dataset(result.derived, dataset)
    if not report.checked.rows and not report.findings:
        raise UsageError(f"{workspace.raw}: no raw files yet; add one with: mtool ingest FILE")
    return report


def _names_sources(passport: Passport) -> bool:
    """True for a file whose rows name their own source: an export of mtool's that was taken in."""
    return any({"column": "source_id"} in table.columns.values() for table in passport.tables)


def _of_other_files(
    workspace: Workspace, result: SourceResult, seen: RowsSeen
) -> tuple[Finding, ...]:
    from mtool.schemas import load_schema

    assert result.derived is not None
    path, frames = workspace.relative(result.raw), result.derived.frames
    schemas = {name: load_schema(name, workspace.schema_folders) for name in frames}
    return tuple(seen.take_in(path, frames, schemas)[1])


def _of_dataset(derived: Derived, dataset: str) -> Report:
    tables = {r.id for r in derived.passport.tables if dataset in r.feeds}
    if not tables:
        return Report()
    kept = tuple(f for f in derived.report if f.locator.table in tables)
    rows = len(derived.frames.get(dataset, ()))
    checked = replace(derived.report.checked, tables=len(tables), rows=rows)
    return Report(kept, checked if rows else Checked(tables=len(tables)))


def _schemas_in_use(workspace: Workspace) -> set[str]:
    recipes = (recipe for passport in _passports(workspace) for recipe in passport.tables)
    return {name for recipe in recipes for name in recipe.feeds}


def _passports(workspace: Workspace) -> Iterator[Passport]:
    from mtool.passport import passport_path, read_passport

    paths: Iterable[Path] = (passport_path(raw) for raw in workspace.raw_files())
    return (read_passport(path) for path in paths if path.is_file())
