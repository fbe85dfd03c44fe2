"""Zip archives of several files: opened member by member, nothing written outside a folder."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from mtool.errors import UnreadableInput
from mtool.model import Finding, Locator
from mtool.readers import BY_EXTENSION, find_reader
from mtool.readers.packages import MOST_MEMBERS
from mtool.sources import Fetched, Fetching, Wanted
from mtool.sources.content import TEXTS
from mtool.sources.unpacking import MOST_SWELLING, SMALL_BYTES, too_large

ZIP = b"PK\x03\x04"
_CHUNK = 1 << 20
#: Letters that some file systems do not allow in names.
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f]')


def is_archive(path: Path, head: bytes) -> bool:
    """True for a zip file that is no Office document."""
    return (
        head.startswith(ZIP)
        and find_reader(Path("x"), head).name == "text"
        and path.suffix.lower() not in BY_EXTENSION
    )


def is_hidden(name: str) -> bool:
    """True for a file that its own system hides, or that lies in a hidden folder."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def is_wanted(name: str) -> bool:
    """True for a file that could hold tables or a report, by its name; hidden files never do."""
    known = PurePosixPath(name).suffix.lower() in (*BY_EXTENSION, *TEXTS)
    return known and not is_hidden(name)


def left_out(where: str, names: Iterable[str]) -> tuple[Finding, ...]:
    """A finding about files that were passed over, hidden ones aside; none where there are none."""
    seen = [name for name in names if not is_hidden(name)]
    if not seen:
        return ()
    more = f" and {len(seen) - 3} more" if len(seen) > 3 else ""
    return (
        Finding(
            "files_left_out",
            "note",
            "warning",
            f"left out, as no table or report by name: {', '.join(seen[:3])}{more}",
            Locator(path=where),
            suggestion="name a file by itself if you want it read",
        ),
    )


def members(path: Path, fetching: Fetching, wanted: Wanted) -> Iterator[Fetched]:
    """Unpack the tables and reports of an archive into the staging folder, nested names kept.

    Raises `UnreadableInput` for an archive that reaches outside, swells, is encrypted or damaged.
    """
    where, most = wanted.called, fetching.most_bytes(wanted)
    try:
        with zipfile.ZipFile(path) as archive:
            files = [m for m in archive.infolist() if not m.is_dir()]
            names = _safe_names(where, files)
            passed_over = left_out(where, (n for n in names if not is_wanted(n)))
            chosen = [(m, n) for m, n in zip(files, names, strict=True) if is_wanted(n)]
            if not chosen:
                raise UnreadableInput(f"{where}: no table or report in the archive")
            for number, (member, name) in enumerate(chosen):
                target = fetching.staging / f"{path.name}-{number}{PurePosixPath(name).suffix}"
                most -= _unpack(archive, member, target, (most, where))
                yield Fetched(name, target, several=True, findings=() if number else passed_over)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError) as error:
        raise UnreadableInput(f"{where}: the zip archive is damaged ({error})") from None


def _safe_names(where: str, files: list[zipfile.ZipInfo]) -> list[str]:
    if len(files) > MOST_MEMBERS:
        raise UnreadableInput(
            f"{where}: {len(files):,} files in one archive (at most {MOST_MEMBERS:,} are opened)"
        )
    names = [_safe_name(where, member) for member in files]
    folded = [name.casefold() for name in names]
    for name in names:
        if folded.count(name.casefold()) > 1:
            raise UnreadableInput(
                f"{where}: {name!r} is in the archive twice; nothing was unpacked"
            )
    return names


def _safe_name(where: str, member: zipfile.ZipInfo) -> str:
    """The name of a member as a relative path; one that leads outside is refused."""
    written = member.filename.replace("\\", "/")
    parts = PurePosixPath(written).parts
    outside = written.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", written)
    if outside or stat.S_ISLNK(member.external_attr >> 16):
        raise UnreadableInput(
            f"{where}: {member.filename!r} in the archive leads outside of it; nothing was unpacked"
        )
    if member.flag_bits & 0x1:
        raise UnreadableInput(
            f"{where}: {member.filename!r} in the archive is encrypted; unpack it yourself first"
        )
    return _NOT_IN_NAMES.sub("_", "/".join(part for part in parts if part != "."))


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, cap: tuple[int, str]
) -> int:
    """Write one member, counting what really comes out; return how much it was."""
    most, where = cap
    written = 0
    with archive.open(member) as packed, target.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            written += len(chunk)
            if written > most:
                raise too_large(where, most)
            if written > SMALL_BYTES and written > MOST_SWELLING * max(member.compress_size, 1):
                raise UnreadableInput(
                    f"{where}: {member.filename!r} in the archive unpacks to more than "
                    f"{MOST_SWELLING} times its size, as zip bombs do; nothing was kept"
                )
            out.write(chunk)
    return written
