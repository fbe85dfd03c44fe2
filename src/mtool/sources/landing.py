"""Where fetched bytes come to stand in `data/raw`, and what is remembered of them.

A source's file keeps its name, so that its passport stays; bytes that it replaces are kept under
`.mtool/replaced` by their SHA-256. What the next fetch needs to know is in `.mtool/fetched.json`;
without that file everything is fetched once more and nothing is lost.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from mtool.credentials import redact
from mtool.errors import UnreadableInput
from mtool.sources import Fetched, Record, Wanted, asked_for, find_source
from mtool.sources.content import file_name
from mtool.sources.files import copy_to_raw
from mtool.sources.local import fixed_part
from mtool.whole_files import staged, told_in_a_sentence
from mtool.workspace import Workspace, sha256_of

_FIELDS = {field.name for field in fields(Record)}


def read_records(workspace: Workspace) -> dict[str, Record]:
    """Path in the workspace → what is remembered of the file; empty when nothing is, or not readably."""
    try:
        return recorded(workspace)
    except UnreadableInput:
        return {}


def recorded(workspace: Workspace) -> dict[str, Record]:
    """The same; raises `UnreadableInput` where what is remembered cannot be read."""
    place = workspace.state / "fetched.json"
    if not place.is_file():
        return {}
    try:
        written = json.loads(place.read_text(encoding="utf-8"))
        return {
            path: Record(**{k: v for k, v in record.items() if k in _FIELDS})
            for path, record in written["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableInput(
            f"{workspace.relative(place)}: damaged; take it away, and everything is fetched anew"
        ) from None


def write_records(workspace: Workspace, records: Mapping[str, Record]) -> None:
    """Replace what is remembered, as a whole."""
    workspace.make_state()
    files = {path: asdict(record) for path, record in sorted(records.items())}
    text = json.dumps({"version": 1, "files": files}, indent=1, ensure_ascii=False) + "\n"
    staged = workspace.state / ".fetched.json.new"
    staged.write_text(text, encoding="utf-8", newline="\n")
    staged.replace(workspace.state / "fetched.json")


def records_of(workspace: Workspace, wanted: Wanted) -> dict[str, Record]:
    """The records of one source whose files still stand in `data/raw` as they were fetched."""
    return {
        path: record
        for path, record in read_records(workspace).items()
        if is_of(record, wanted) and _stands(workspace.root / path, record)
    }


def is_of(record: Record, wanted: Wanted) -> bool:
    """True for what was fetched from a source: by its id, or the same URI on the command line."""
    if wanted.id:
        return record.source == wanted.id
    return not record.source and record.url == redact(wanted.uri)


def _stands(path: Path, record: Record) -> bool:
    return (
        path.is_file() and path.stat().st_size == record.size and sha256_of(path) == record.sha256
    )


def record_of(wanted: Wanted, fetched: Fetched, raw: Path, file_format: str) -> Record:
    """What to remember of a file that has just landed."""
    return Record(
        source=wanted.id,
        kind=find_source(wanted.uri, wanted.kind).name,
        asked=asked_for(wanted),
        url=redact(wanted.uri),
        final_url=fetched.final_url,
        retrieved=datetime.now(UTC).isoformat(timespec="seconds"),
        sha256=sha256_of(raw),
        size=raw.stat().st_size,
        format=file_format,
        licence=wanted.licence,
        terms=wanted.terms,
        name=fetched.name,
        validator=dict(fetched.validator),
    )


def place_of(workspace: Workspace, wanted: Wanted, fetched: Fetched) -> Path:
    """Where a file of a source stands in `data/raw`; the same place every time."""
    name = PurePosixPath(fetched.name)
    if fetched.several:
        return workspace.raw / (wanted.id or _folder_of(wanted.uri)) / name
    if not wanted.id:
        return workspace.raw / name
    return workspace.raw / f"{wanted.id}{name.suffix.lower()}"


def _folder_of(uri: str) -> str:
    """The folder in `data/raw` for the files behind a URI: that of the folder or archive named."""
    if "://" in uri:
        return file_name(uri).partition(".")[0]
    named = fixed_part(Path(uri)) if glob.has_magic(uri) else Path(uri)
    absolute = named.expanduser().absolute()
    return absolute.stem if absolute.is_file() else absolute.name


def land(workspace: Workspace, wanted: Wanted, fetched: Fetched, known: Path | None) -> Path:
    """Put a fetched file into `data/raw` and return where it stands.

    `known` is where it stood before. A file of the command line that is new is copied as any
    local file is: beside another of its name, never over it.
    """
    assert fetched.path is not None
    if not wanted.id and known is None:
        place = place_of(workspace, wanted, fetched).relative_to(workspace.raw)
        raw, _ = copy_to_raw(fetched.path, workspace, place.as_posix())
        return raw
    target = known or place_of(workspace, wanted, fetched)
    with told_in_a_sentence(target=target):
        _replace(workspace, fetched.path, target)
        for ending, path in fetched.beside.items():
            _replace(workspace, path, target.with_name(f".{target.name}{ending}"))
    return target


def _replace(workspace: Workspace, path: Path, target: Path) -> None:
    """Put new bytes in the place of old ones, which are kept; unchanged bytes are left alone."""
    digest = sha256_of(path)
    if target.exists():
        before = sha256_of(target)
        if before == digest:
            return
        _keep(workspace, target, before)
    target.parent.mkdir(parents=True, exist_ok=True)
    with staged(target) as new:
        shutil.copy2(path, new)


def _keep(workspace: Workspace, old: Path, digest: str) -> None:
    kept = workspace.make_state() / "replaced" / f"{digest}{old.suffix}"
    kept.parent.mkdir(exist_ok=True)
    if not kept.exists():
        try:
            os.link(old, kept)
        except OSError:
            shutil.copy2(old, kept)
