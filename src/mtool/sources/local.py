"""What is on this machine: files, folders, globs, zip archives, standard input."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mtool.errors import UnreadableInput
from mtool.sources import Fetched, Fetching, Wanted
from mtool.sources.archives import is_archive, is_hidden, is_wanted, left_out, members
from mtool.sources.content import check_expected, ending_of, head_of
from mtool.sources.files import check_readable, own_date
from mtool.sources.unpacking import too_large
from mtool.workspace import PASSPORT_SUFFIX

STDIN = "-"
#: A folder that holds this file is one data package, not a folder of tables.
PACKAGE = "datapackage.json"
_CHUNK = 1 << 20


def fetch(wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    """The file, or each of the files in a folder, behind a glob or in an archive, sorted by name."""
    if wanted.uri == STDIN:
        yield _standard_input(wanted, fetching)
        return
    path = _path_of(wanted.uri, fetching.root)
    if (path / PACKAGE).is_file():
        yield _file(wanted, path / PACKAGE, PACKAGE)
    elif path.is_dir():
        yield from _in_folder(wanted, path)
    elif glob.has_magic(wanted.uri) and not path.exists():
        yield from _in_glob(wanted, path)
    elif is_archive(path, check_readable(path)):
        yield from members(path, fetching, wanted)
    else:
        yield _file(wanted, path, path.name)


def _path_of(uri: str, root: Path) -> Path:
    if uri.lower().startswith("file:"):
        return Path(url2pathname(urlsplit(uri).path))
    return root / Path(uri).expanduser()


def _file(wanted: Wanted, path: Path, name: str, *, several: bool = False) -> Fetched:
    head = check_readable(path)
    if wanted.format:
        check_expected(wanted.format, name, head, str(path))
    return Fetched(name, path, several=several, published=own_date(path))


def _in_folder(wanted: Wanted, folder: Path) -> Iterator[Fetched]:
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    names = [name for name in names if not name.endswith(PASSPORT_SUFFIX)]
    chosen = [name for name in names if is_wanted(name)]
    if not chosen:
        raise UnreadableInput(f"{folder}: no table or report in this folder")
    passed_over = left_out(wanted.called, (name for name in names if not is_wanted(name)))
    for number, name in enumerate(chosen):
        found = _file(wanted, folder / name, name, several=True)
        yield replace(found, findings=() if number else passed_over)


def _in_glob(wanted: Wanted, pattern: Path) -> Iterator[Fetched]:
    fixed = fixed_part(pattern)
    found = sorted(fixed.glob(pattern.relative_to(fixed).as_posix()))
    names = {path: path.relative_to(fixed).as_posix() for path in found if path.is_file()}
    files = {
        path: name
        for path, name in names.items()
        if not is_hidden(name) and not name.endswith(PASSPORT_SUFFIX)
    }
    if not files:
        raise UnreadableInput(f"{wanted.uri}: no file matches; look at the folder and the pattern")
    for path, name in files.items():
        yield _file(wanted, path, name, several=True)


def fixed_part(pattern: Path) -> Path:
    """The folder that a glob starts from: everything before the first `*`, `?` or `[`."""
    parts = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        parts.append(part)
    return Path(*parts) if parts else Path()


def _standard_input(wanted: Wanted, fetching: Fetching) -> Fetched:
    """What comes in, kept in a file whose ending its first bytes say."""
    target, most = fetching.staging / "standard_input", fetching.most_bytes(wanted)
    received = 0
    with target.open("wb") as out:
        while chunk := sys.stdin.buffer.read(_CHUNK):
            received += len(chunk)
            if received > most:
                raise too_large("standard input", most)
            out.write(chunk)
    if not received:
        raise UnreadableInput("standard input: nothing came (0 bytes)")
    named = target.with_suffix(ending_of(target.name, "", head_of(target)))
    target.rename(named)
    return Fetched(named.name, named)
