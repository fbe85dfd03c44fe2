"""Bytes → `Document`: one reader per family of formats, found by content before name.

A new format is one function, one line in `READERS` and one golden folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Document, Source

HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a user may say about a file; the passport records what was used.

    `encoding` is used for bytes that are not UTF-8; `fix_mojibake` repairs text such as `MÃ©naka`.
    """

    encoding: str | None = None
    fix_mojibake: bool = False
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """One family of formats. `claims` looks at the name and the first bytes only.

    `module` holds `read(path, source, options) -> Document` and is imported when needed.
    """

    name: str
    media_type: str
    claims: Callable[[Path, bytes], bool]
    module: str

    def read(self, path: Path, source: Source, options: ReadOptions) -> Document:
        document: Document = import_module(self.module).read(path, source, options)
        return document


#: File extensions → reader, where the contents alone do not say.
BY_EXTENSION = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".psv"), "csv"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".ods"), "spreadsheet"),
    **dict.fromkeys((".docx", ".docm", ".dotx", ".doc"), "docx"),
    ".pdf": "pdf",
    ".parquet": "parquet",
    **dict.fromkeys((".sqlite", ".sqlite3"), "sqlite"),
    ".duckdb": "duckdb",
}

#: Whole file names → reader.
BY_NAME = {"datapackage.json": "datapackage"}

ZIP_MEMBER = b"PK\x03\x04"
#: Bytes between the signature of a zip member and its name.
BYTES_BEFORE_NAME = 26
#: Beginnings of member names → the reader of the package.
PACKAGES = {
    b"xl/": "spreadsheet",
    b"word/": "docx",
    b"datapackage.json": "datapackage",
    b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet": "spreadsheet",
}


def _by_content(head: bytes) -> str | None:
    """The reader that the first bytes call for; null when they do not say."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if start.startswith(b"%pdf-"):
        return "pdf"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if head[8:12] == b"DUCK":
        return "duckdb"
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    return _by_first_member(head) if head.startswith(ZIP_MEMBER) else None


def _by_first_member(head: bytes) -> str | None:
    """Tell a zip package by the first member whose name says what it is.

    Only names of members count: any letters may occur in packed data.
    """
    names = (member[BYTES_BEFORE_NAME:] for member in head.split(ZIP_MEMBER)[1:])
    return next(
        (r for name in names for start, r in PACKAGES.items() if name.startswith(start)), None
    )


def _claims(reader: str) -> Callable[[Path, bytes], bool]:
    def claims(path: Path, head: bytes) -> bool:
        by_name = BY_NAME.get(path.name) or BY_EXTENSION.get(path.suffix.lower(), "text")
        return (_by_content(head) or by_name) == reader

    return claims


OFFICE = "application/vnd.openxmlformats-officedocument"
READERS: dict[str, Reader] = {
    name: Reader(name, media_type, _claims(name), f"mtool.readers.{name}")
    for name, media_type in (
        ("text", "text/plain"),
        ("csv", "text/csv"),
        ("spreadsheet", f"{OFFICE}.spreadsheetml.sheet"),
        ("html", "text/html"),
        ("pdf", "application/pdf"),
        ("docx", f"{OFFICE}.wordprocessingml.document"),
        ("parquet", "application/vnd.apache.parquet"),
        ("sqlite", "application/vnd.sqlite3"),
        ("duckdb", "application/vnd.duckdb"),
        ("datapackage", "application/zip"),
    )
}


def find_reader(path: Path, head: bytes) -> Reader:
    """Return the one reader that claims the file; two claiming it is a bug, none an error."""
    claiming = [reader for reader in READERS.values() if reader.claims(path, head)]
    if len(claiming) > 1:
        names = " and ".join(reader.name for reader in claiming)
        raise AssertionError(f"{path}: claimed by two readers, {names}")
    if not claiming:
        raise UnreadableInput(f"{path}: no reader for this kind of file")
    return claiming[0]
