"""Fetch what the command line names or `mtool.toml` declares into `data/raw`, with passports.

A declared source that cannot be had is a finding and keeps the files that it gave last time.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from mtool.credentials import redact
from mtool.errors import ExitCode, MtoolError, TryAgainLater, UnreadableInput
from mtool.model import Finding, Locator
from mtool.passport import Passport, passport_path, write_passport
from mtool.pipeline.fetched_passport import passport_of_fetched
from mtool.readers import find_reader
from mtool.sources import Fetched, Fetching, Record, SourceKind, Wanted, asked_for, find_source
from mtool.sources.declared import declared_sources, wanted_of
from mtool.sources.files import check_readable
from mtool.sources.landing import (
    land,
    read_records,
    record_of,
    records_of,
    write_records,
)
from mtool.workspace import Workspace

State = Literal["new", "changed", "unchanged", "offline", "failed"]
#: What a run that was killed left behind is cleared away after this many seconds.
_LEFT_BEHIND = 86_400


@dataclass(frozen=True)
class Intake:
    """What fetching did: the state of each source, what to tell, and which failures count."""

    states: tuple[tuple[str, State], ...] = ()
    findings: tuple[Finding, ...] = ()
    failures: tuple[tuple[str, ExitCode], ...] = ()

    def __add__(self, other: Intake) -> Intake:
        return Intake(
            self.states + other.states,
            self.findings + other.findings,
            self.failures + other.failures,
        )


def fetch_declared(workspace: Workspace, *, offline: bool = False) -> Intake:
    """Fetch every `[[source]]` entry; one that fails does not keep the others from being fetched.

    Raises `UsageError` for an entry that is wrong, and the first failure when nothing was ever
    fetched, so that there is nothing to work with.
    """
    intake, first = Intake(), None
    for wanted in declared_sources(workspace.config):
        try:
            intake += _take_in(workspace, wanted, offline=offline)
        except MtoolError as error:
            first = first or error
            intake += _failed(workspace, wanted, error)
    if first and not any(workspace.raw_files()):
        raise type(first)(redact(str(first)))
    return intake


def take_in(
    workspace: Workspace, uris: Iterable[str | Path], schema: str = "", *, offline: bool = False
) -> Intake:
    """Fetch or copy what the command line names; every file is read before any is written.

    `schema` is the one that a person says the tables fit.
    """
    intake = Intake()
    wanted = [replace(wanted_of(str(uri)), schema=schema) for uri in uris]
    with _staging(workspace) as staging:
        arrivals = []
        for number, one in enumerate(wanted):
            folder = _made(staging / str(number))
            arrivals.append(_arrive(workspace, one, folder, offline=offline))
        for arrival in arrivals:
            intake += _settle(workspace, arrival)
    return intake


def _take_in(workspace: Workspace, wanted: Wanted, *, offline: bool) -> Intake:
    with _staging(workspace) as staging:
        arrival = _arrive(workspace, wanted, staging, offline=offline)
        return _settle(workspace, arrival)


@dataclass(frozen=True)
class Arrival:
    """What one source gave, with the passport of what is new; nothing has landed yet."""

    wanted: Wanted
    before: dict[str, Record]
    fetched: tuple[tuple[Fetched, Passport | None], ...] = ()
    offline: bool = False


def _arrive(workspace: Workspace, wanted: Wanted, staging: Path, *, offline: bool) -> Arrival:
    """Fetch one source into the staging folder; read what has no passport and infer one."""
    kind = find_source(wanted.uri, wanted.kind)
    before = records_of(workspace, wanted)
    if not kind.is_local and (offline or workspace.config.is_on("offline")):
        if not before:
            raise TryAgainLater(
                f"{redact(wanted.called)}: offline, and nothing was fetched from it before"
            )
        return Arrival(wanted, before, offline=True)
    fetching = _fetching(workspace, wanted, before, staging)
    fetched = tuple(
        (one, passport_of_fetched(workspace, wanted, one))
        for one in _fetched(kind, wanted, fetching)
    )
    return Arrival(wanted, before, fetched)


def _fetched(kind: SourceKind, wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    """What the kind gives; no message that it raises holds a secret."""
    try:
        yield from kind.fetch(wanted, fetching)
    except MtoolError as error:
        error.args = tuple(redact(str(said)) for said in error.args)
        raise


def _fetching(
    workspace: Workspace, wanted: Wanted, before: dict[str, Record], staging: Path
) -> Fetching:
    same = {path: r for path, r in before.items() if r.asked == asked_for(wanted)}
    return Fetching(
        workspace.config,
        workspace.root if wanted.id else Path.cwd(),
        staging,
        workspace.make_state() / "partial",
        {record.name: record for record in same.values()},
        {record.name: workspace.root / path for path, record in same.items()},
    )


# Landing --------------------------------------------------------------------------------------


def _settle(workspace: Workspace, arrival: Arrival) -> Intake:
    """Land what arrived, write passports where there are none, remember what was fetched."""
    wanted, name = arrival.wanted, arrival.wanted.id or redact(arrival.wanted.uri)
    if arrival.offline:
        return Intake(states=((name, "offline"),))
    places = {record.name: path for path, record in arrival.before.items()}
    records: dict[str, Record] = {}
    for fetched, passport in arrival.fetched:
        if fetched.path is None:
            path = places[fetched.name]
            records[path] = arrival.before[path]
        else:
            _check_ending(arrival, fetched)
            known = places.get(fetched.name)
            path, record = _landed(workspace, wanted, (fetched, passport), known)
            records[path] = record
    findings = tuple(f for fetched, _ in arrival.fetched for f in fetched.findings)
    if not wanted.id and find_source(wanted.uri, wanted.kind).is_local:
        return Intake(findings=findings)
    write_records(workspace, read_records(workspace) | records)
    gone = tuple(_gone(wanted, path) for path in arrival.before if path not in records)
    return Intake(((name, _state(arrival.before, records)),), findings + gone)


def _landed(
    workspace: Workspace,
    wanted: Wanted,
    arrived: tuple[Fetched, Passport | None],
    known: str | None,
) -> tuple[str, Record]:
    fetched, passport = arrived
    raw = land(workspace, wanted, fetched, workspace.root / known if known else None)
    if passport is not None and not passport_path(raw).is_file():
        write_passport(passport_path(raw), passport)
    came = find_reader(raw, check_readable(raw)).name
    return workspace.relative(raw), record_of(wanted, fetched, raw, came)


def _check_ending(arrival: Arrival, fetched: Fetched) -> None:
    """A source of one file that comes in another format would stand there twice."""
    wanted = arrival.wanted
    if not wanted.id or fetched.several:
        return
    ending = PurePosixPath(fetched.name).suffix
    for path in arrival.before:
        if PurePosixPath(path).suffix.lower() != ending.lower():
            raise UnreadableInput(
                f"{wanted.called}: gave {PurePosixPath(path).name} before and gives {fetched.name} "
                f"now; take the old file out first: mtool forget {wanted.id}"
            )


def _state(before: dict[str, Record], records: dict[str, Record]) -> State:
    if not before:
        return "new"
    same = {path: r.sha256 for path, r in before.items()} == {
        path: r.sha256 for path, r in records.items()
    }
    return "unchanged" if same else "changed"


def _gone(wanted: Wanted, path: str) -> Finding:
    return Finding(
        "source_file_gone",
        "note",
        "warning",
        f"{wanted.called} does not give this file any more; the one fetched before is kept",
        Locator(path=path),
        suggestion=f"take it out with: mtool forget {path}",
    )


def _failed(workspace: Workspace, wanted: Wanted, error: MtoolError) -> Intake:
    """A source that could not be had: reported; its last files stay. Optional ones never fail a run."""
    said = redact(str(error))
    before = records_of(workspace, wanted)
    last = max((record.retrieved for record in before.values()), default="")
    kept = f"the data of {last[:10]} is kept" if last else "there is no earlier data of it"
    finding = Finding(
        "source_not_fetched",
        "note",
        "warning",
        f"{wanted.id}: {said} ({kept})",
        Locator(path=next(iter(before), None)),
    )
    failures = ((said, error.exit_code),) if wanted.required else ()
    return Intake(((wanted.id, "failed"),), (finding,), failures)


# Folders --------------------------------------------------------------------------------------


@contextmanager
def _staging(workspace: Workspace) -> Iterator[Path]:
    """An empty folder, gone afterwards; old ones of runs that were killed go, too."""
    state = workspace.make_state()
    for left in state.glob("fetching-*"):
        if time.time() - left.stat().st_mtime > _LEFT_BEHIND:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=state) as folder:
        yield Path(folder)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
