"""What may stand in mtool's way here: the environment, the workspace, and on request its sources."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from mtool.errors import MtoolError
from mtool.language import counted
from mtool.workspace import Workspace, find_workspace_if_any

#: Extra → what it is for, and a module that only it brings.
EXTRAS = {
    "pdf": ("tables of PDF reports", "pypdfium2"),
    "docx": ("tables of Word files", "docx"),
    "stats": ("trends and their tests", "scipy"),
    "cluster": ("large files on several processes or machines", "dask"),
    "charts": ("charts", "vl_convert"),
    "duckdb": ("DuckDB files and queries", "duckdb"),
    "geo": ("coordinates of other systems", "pyproj"),
    "gsheets": ("private Google Sheets", "gspread"),
    "keyring": ("secrets in the system's keyring", "keyring"),
    "lineage": ("provenance as PROV-JSON", "prov"),
    "metrics": ("metrics for Prometheus", "prometheus_client"),
    "postgres": ("loading into PostgreSQL", "psycopg"),
    "remote": ("object stores such as S3", "fsspec"),
}
#: Less free space than this is a warning: a run needs room for the next state beside the last.
LITTLE_SPACE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing that was looked at. `state` is good, note, warning or failed; `cure` says what to do.

    Only `failed` stands in the way of a run.
    """

    what: str
    state: str
    detail: str
    cure: str = ""


def examine(folder: Path | None = None, *, network: bool = False) -> list[Examined]:
    """Look at everything; sources are asked over the network only where that is wanted.

    `data/clean` is only hashed; what a probe of locks writes is removed again. Wrong settings are
    a failure in the list, not an exception.
    """
    found = list(_environment())
    try:
        workspace = find_workspace_if_any(folder)
    except MtoolError as error:
        return [*found, Examined("settings", "failed", str(error), "correct the settings")]
    if workspace is None:
        said = "no workspace here or above"
        return [*found, Examined("workspace", "note", said, "make one with: mtool init")]
    found += [*_folders(workspace), *_locks(workspace), *_clean(workspace), *_settings(workspace)]
    return [*found, *_reached(workspace)] if network else found


def _environment() -> Iterator[Examined]:
    from mtool import __version__

    yield Examined("mtool", "good", __version__)
    yield Examined("python", "good", f"{sys.version.split()[0]} at {sys.executable}")
    names = ("pandas", "pandera", "pyarrow", "lxml", "openpyxl", "httpx")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    yield Examined("libraries", "good", versions)
    for extra, (purpose, module) in EXTRAS.items():
        if util.find_spec(module):
            yield Examined(f"extra {extra}", "good", purpose)
        else:
            cure = f'pip install "mtool[{extra}]"'
            yield Examined(f"extra {extra}", "note", f"not installed; for {purpose}", cure)
    yield _encoding()


def _encoding() -> Examined:
    import locale

    names = {sys.getfilesystemencoding(), sys.stdout.encoding or "utf-8"}
    said = f"{locale.setlocale(locale.LC_CTYPE)}; {', '.join(sorted(names))}"
    if all(name.lower().replace("-", "") == "utf8" for name in names):
        return Examined("encoding", "good", said)
    return Examined("encoding", "warning", f"{said}: names and words may not show", "PYTHONUTF8=1")


def _folders(workspace: Workspace) -> Iterator[Examined]:
    yield Examined("workspace", "good", str(workspace.root))
    wanted = {"data/raw": workspace.raw, "data/clean": workspace.clean, ".mtool": workspace.state}
    for name, folder in wanted.items():
        nearest = next(p for p in (folder, *folder.parents) if p.exists())
        may = os.access(nearest, os.R_OK | os.W_OK | os.X_OK)
        if may and nearest.is_dir():
            said = "may be written" if nearest == folder else "not there yet, may be made"
            yield Examined(name, "good", said)
        else:
            cure = "give the user who runs mtool the right to read and write there"
            yield Examined(name, "failed", f"{nearest}: may not be read or written", cure)
    free = shutil.disk_usage(workspace.root).free
    yield Examined(
        "disk",
        "good" if free >= LITTLE_SPACE else "warning",
        f"{free / 1e9:.1f} GB free",
        "" if free >= LITTLE_SPACE else "free some space: a run needs room for the next state",
    )


def _locks(workspace: Workspace) -> Iterator[Examined]:
    """Whether the file system has locks; a workspace at work has proved it."""
    from mtool.errors import LockHeld
    from mtool.pipeline.locks import only_run

    is_new = not workspace.state.exists()
    try:
        with only_run(workspace):
            yield Examined("locks", "good", "the file system has them; nobody is at work")
    except LockHeld:
        yield Examined("locks", "note", "another mtool is at work in this workspace")
    except MtoolError as error:
        yield Examined("locks", "failed", str(error), "move the workspace to another file system")
    if is_new:
        shutil.rmtree(workspace.state, ignore_errors=True)


def _clean(workspace: Workspace) -> Iterator[Examined]:
    from mtool.pipeline.verify import verify

    looked_at = verify(workspace)
    bad = [item for item in looked_at if item.failed]
    for item in bad:
        yield Examined("data", "failed", f"{item.path}: {item.state} {item.detail}", "mtool verify")
    if not bad:
        said = f"whole: {counted(len(looked_at), 'file or state')}" if looked_at else "nothing yet"
        yield Examined("data", "good" if looked_at else "note", said)


def _settings(workspace: Workspace) -> Iterator[Examined]:
    from mtool.pipeline.run_plan import read_plan
    from mtool.sources.declared import declared_sources

    for what, read in (
        ("sources", lambda: declared_sources(workspace.config)),
        ("runs", lambda: read_plan(workspace)),
    ):
        try:
            read()
            yield Examined(what, "good", "their settings are right")
        except MtoolError as error:
            yield Examined(what, "failed", str(error), "correct mtool.toml")


def _reached(workspace: Workspace) -> Iterator[Examined]:
    from mtool.sources.declared import declared_sources
    from mtool.sources.reachable import host_of, unreachable

    try:
        wanted = declared_sources(workspace.config)
    except MtoolError:
        return
    for one in wanted:
        host = host_of(one.uri)
        if host is None:
            yield Examined(f"source {one.id}", "note", "not asked: its address names no web host")
            continue
        why = unreachable(*host, workspace.config)
        state, said = ("failed", why) if why else ("good", f"{host[0]} answers")
        yield Examined(f"source {one.id}", state, said)
