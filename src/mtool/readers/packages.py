"""Zip packages (.docx, .xlsx, .ods …): looked over before any parser opens them.

Bombs, damaged members, encrypted files and XML with a DOCTYPE or an entity are refused in one
sentence. What a package carries besides text (macros, links, embedded files) is never followed.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Finding, Locator

MOST_MEMBERS = 10_000
MOST_BYTES = 2_000_000_000
#: A member may swell more than this only while it stays small.
MOST_SWELLING = 200
SMALL_BYTES = 20_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 20
_AGAIN = "save the file again from the program that wrote it"
_ENCODING = re.compile(rb"encoding=[\"']([A-Za-z0-9._:-]{1,40})")
_PLAIN_ENCODING = re.compile(
    rb"(?i)utf-?8|utf-?16(?:le|be)?|(?:us-)?ascii|iso-?8859-\d+|windows-125\d"
)
_DECLARATIONS = ("<!DOCTYPE", "<!ENTITY")
_IN_BYTES = tuple(word.encode() for word in _DECLARATIONS)
_IN_WIDE_BYTES = tuple(
    word.encode(code) for word in _DECLARATIONS for code in ("utf-16-le", "utf-16-be")
)
_CARRIED = {
    "macros": ("vbaproject.bin", "/scripts/", "basic/"),
    "links to other files": ("externallinks/",),
    "embedded files": ("/embeddings/", "/activex/", "object 1/"),
}


def check_package(
    path: Path, later: Callable[[zipfile.ZipInfo], bool] = lambda _: False
) -> list[str]:
    """Refuse a zip package that is damaged, encrypted, a bomb, or declares a DOCTYPE or an entity.

    Members that `later` names are not looked into: their names are returned, and `check_member`
    must be called before any parser opens them. Raises UnreadableInput with one sentence that says
    what to do.
    """
    with _opened(path) as package:
        members = package.infolist()
        _check_sizes(path, members)
        _check_kinds(path, members)
        waiting = [member.filename for member in members if later(member)]
        for member in members:
            if member.filename not in waiting:
                check_member(path, package, member.filename)
    return waiting


def check_member(path: Path, package: zipfile.ZipFile, name: str) -> None:
    """Refuse a member of a package that is damaged or declares a DOCTYPE or an entity."""
    if name.lower().endswith((".xml", ".rels", ".vml")):
        _check_xml(path, package, package.getinfo(name))


def carried_along(path: Path) -> list[Finding]:
    """Name what a checked package carries and mtool does not follow, one note for each kind."""
    with _opened(path) as package:
        names = [name.lower() for name in package.namelist()]
        linked = any(_links_out(package, name) for name in package.namelist() if _is_links(name))
    found = {
        kind
        for kind, parts in _CARRIED.items()
        if any(part in f"/{name}" for name in names for part in parts)
    }
    if linked:
        found.add("links to other files")
    return [
        Finding(
            rule="package_extras",
            class_="note",
            severity="info",
            message=f"the file carries {kind}, which were not opened",
            locator=Locator(path=str(path)),
        )
        for kind in _CARRIED
        if kind in found
    ]


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        with path.open("rb") as file:
            head = file.read(len(_OLE))
        if head == _OLE:
            raise UnreadableInput(
                f"{path}: an older or password-protected Office file; open it in an office program "
                "and save it again without a password as .docx, .xlsx or .ods"
            )
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, RuntimeError, ValueError, struct.error) as error:
        raise UnreadableInput(
            f"{path}: not a readable zip package ({error}); the file is damaged or is not what its "
            "name says: fetch it again, or save it again from the program that wrote it"
        ) from None
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror or error})") from None


def _check_sizes(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise UnreadableInput(
            f"{path}: {len(members):,} files in one package (at most {MOST_MEMBERS:,} are opened)"
        )
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        raise UnreadableInput(
            f"{path}: unpacks to {total:,} bytes (at most {MOST_BYTES:,} are unpacked)"
        )
    for member in members:
        swelling = member.file_size / max(member.compress_size, 1)
        if member.file_size > SMALL_BYTES and swelling > MOST_SWELLING:
            raise UnreadableInput(
                f"{path}: {member.filename!r} inside unpacks to {swelling:,.0f} times its size, "
                f"as zip bombs do; {_AGAIN}"
            )


def _check_kinds(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse what readers of zip files understand differently, or not at all."""
    names: set[str] = set()
    for member in members:
        inside = f"{path}: {member.filename!r} inside"
        if member.flag_bits & 0x1:
            raise UnreadableInput(f"{inside} is encrypted; save the file without a password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableInput(f"{inside} is packed in a way office files are not; {_AGAIN}")
        if member.filename in names:
            raise UnreadableInput(f"{inside} is there twice, so its content is in doubt; {_AGAIN}")
        names.add(member.filename)


def _check_xml(path: Path, package: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read a member through, which also proves its checksum, and look for declarations."""
    before = b""
    try:
        for chunk in _chunks(package, member):
            window = before + chunk
            if not before:
                _check_encoding(path, member, window[:200])
            if _declares(window):
                raise UnreadableInput(
                    f"{path}: {member.filename!r} inside declares a DOCTYPE or an entity, which no "
                    f"office program writes; {_AGAIN}"
                )
            before = window[-40:]
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError) as error:
        raise UnreadableInput(
            f"{path}: {member.filename!r} inside is damaged ({error}); fetch the file again"
        ) from None


def _declares(window: bytes) -> bool:
    """True where a declaration stands in some bytes, whatever their encoding."""
    if any(word in window for word in _IN_BYTES):
        return True
    return b"\0" in window and any(word in window for word in _IN_WIDE_BYTES)


def _check_encoding(path: Path, member: zipfile.ZipInfo, head: bytes) -> None:
    """Encodings in which a declaration could hide from a search of its bytes are refused."""
    declared = _ENCODING.search(head.replace(b"\0", b""))
    if declared and not _PLAIN_ENCODING.fullmatch(declared[1]):
        name = declared[1].decode("ascii", "replace")
        raise UnreadableInput(
            f"{path}: {member.filename!r} inside has the encoding {name} (expected UTF-8); {_AGAIN}"
        )


def _chunks(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(member) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _is_links(name: str) -> bool:
    return name.lower().endswith(".rels")


def _links_out(package: zipfile.ZipFile, name: str) -> bool:
    """True when a relation leads to a file outside, web addresses of hyperlinks aside."""
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        relations = fromstring(package.read(name))
    except (ParseError, ValueError):
        return False
    return any(
        relation.get("TargetMode") == "External"
        and not relation.get("Type", "").endswith("/hyperlink")
        for relation in relations
    )
