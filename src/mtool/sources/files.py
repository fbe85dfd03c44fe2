"""Local files: looked at before anything is written, copied into `data/raw` as they are."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Document, Source
from mtool.readers import HEAD_BYTES, ReadOptions, find_reader
from mtool.whole_files import staged, sync_file, sync_folder
from mtool.workspace import Workspace, sha256_of

#: Formats whose parsers could crash, hang or swell, and the size from which any file is read apart.
RISKY = {"pdf", "docx", "spreadsheet", "html"}
LARGE = 5_000_000


def check_readable(path: Path) -> bytes:
    """Return the first bytes of a file; one clear sentence when there is nothing to read."""
    try:
        if path.is_dir():
            raise UnreadableInput(f"{path}: a folder; name a file in it")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        raise UnreadableInput(f"{path}: no such file") from None
    except PermissionError:
        raise UnreadableInput(f"{path}: no permission to read it") from None
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read: {error.strerror or error}") from None
    if not head:
        raise UnreadableInput(f"{path}: the file is empty (0 bytes)")
    return head


def read_document(path: Path, source: Source, options: ReadOptions | None = None) -> Document:
    """Read any file that a reader claims; places in it are named by `source.path`."""
    head = check_readable(path)
    reader = find_reader(path, head)
    if reader.name in RISKY or path.stat().st_size > LARGE:
        from mtool.readers.isolation import read_isolated

        document = read_isolated(reader.name, path, source, options or ReadOptions())
    else:
        document = reader.read(path, source, options or ReadOptions())
    return _named(document, source.path or str(path))


def _named(document: Document, name: str) -> Document:
    """Name every place by the path the user knows, whatever file the reader opened."""
    return replace(
        document,
        tables=tuple(replace(t, locator=replace(t.locator, path=name)) for t in document.tables),
        paragraphs=tuple(
            replace(p, locator=replace(p.locator, path=name)) for p in document.paragraphs
        ),
        findings=tuple(
            replace(f, locator=replace(f.locator, path=name)) for f in document.findings
        ),
    )


def source_id_of(path: Path) -> str:
    """A source's id from its file name: lower case letters, digits and `_`."""
    plain = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "source"


def own_date(path: Path) -> str:
    """The file's own date (last change), ISO, UTC: the edition where nothing better is known."""
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date().isoformat()


def copy_to_raw(path: Path, workspace: Workspace, name: str = "") -> tuple[Path, bool]:
    """Copy a file into `data/raw`; return where it stands and whether it is new.

    `name` is the name to give it, with folders, where its own will not do. The same bytes are never
    stored twice. Another edition under the same name stands beside the old one, told apart by the
    first letters of its hash. A `datapackage.json` is copied with the files it names, as one zip
    file.
    """
    if path.name == "datapackage.json":
        from mtool.readers.datapackage import packed

        with packed(path) as whole:
            return copy_to_raw(whole, workspace)
    if path.absolute().is_relative_to(workspace.raw):
        return path.absolute(), False
    digest = sha256_of(path)
    for known in workspace.raw_files():
        if known.stat().st_size == path.stat().st_size and sha256_of(known) == digest:
            return known, False
    target = workspace.raw / (name or path.name)
    if target.exists():
        target = target.with_name(f"{target.stem}.{digest[:8]}{target.suffix}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with staged(target) as new:
        shutil.copy2(path, new)
        sync_file(new)
    sync_folder(target.parent)
    return target, True


def read_options(written: Mapping[str, str]) -> ReadOptions:
    """The options that a passport records, typed."""
    return ReadOptions(
        encoding=written.get("encoding") or None,
        fix_mojibake=written.get("fix_mojibake") == "true",
        delimiter=written.get("delimiter") or None,
    )


@contextmanager
def local_copy(path: Path) -> Iterator[Path]:
    """The file itself; for `-`, what standard input gives, kept in a temporary file meanwhile."""
    if str(path) != "-":
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="mtool-", suffix=".txt") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield Path(file.name)
