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


DELIMITED = {".csv", ".tsv", ".tab", ".psv"}
MARKUP = {".html", ".htm", ".xhtml"}
WORD = {".docx", ".docm", ".dotx"}

_ZIP_MEMBER = b"PK\x03\x04"
#: Bytes between the signature of a member and its name.
_BEFORE_NAME = 26
_KINDS_OF_ZIP = {
    b"xl/": "spreadsheet",
    b"word/": "word",
    b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet": "spreadsheet",
}


def _zip_kind(head: bytes) -> str:
    """Tell a zip package by the first of its members that says what it is; blank for others.

    Only names of members count: any letters may occur in packed data.
    """
    if not head.startswith(_ZIP_MEMBER):
        return ""
    for member in head.split(_ZIP_MEMBER)[1:]:
        for name, kind in _KINDS_OF_ZIP.items():
            if member[_BEFORE_NAME:].startswith(name):
                return kind
    return ""


def _suffix(path: Path) -> str:
    return path.suffix.lower()


def _is_spreadsheet(path: Path, head: bytes) -> bool:
    if _suffix(path) in {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xltx"}:
        return True
    return _suffix(path) not in WORD and _zip_kind(head) == "spreadsheet"


def _is_word(path: Path, head: bytes) -> bool:
    return not _is_spreadsheet(path, head) and (_suffix(path) in WORD or _zip_kind(head) == "word")


def _is_pdf(path: Path, head: bytes) -> bool:
    return head.lstrip()[:5] == b"%PDF-" or _suffix(path) == ".pdf"


def _is_html(path: Path, head: bytes) -> bool:
    if any((_is_pdf(path, head), _is_spreadsheet(path, head), _is_word(path, head))):
        return False
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    return start.startswith((b"<!doctype html", b"<html")) or _suffix(path) in MARKUP


def _is_text(path: Path, head: bytes) -> bool:
    return not any(claims(path, head) for claims in (_is_pdf, _is_spreadsheet, _is_word, _is_html))


def _is_delimited(path: Path, head: bytes) -> bool:
    return _is_text(path, head) and _suffix(path) in DELIMITED


def _is_prose(path: Path, head: bytes) -> bool:
    return _is_text(path, head) and _suffix(path) not in DELIMITED


READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        Reader("text", "text/plain", _is_prose, "mtool.readers.text"),
        Reader("csv", "text/csv", _is_delimited, "mtool.readers.csv"),
        Reader(
            "spreadsheet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _is_spreadsheet,
            "mtool.readers.spreadsheet",
        ),
        Reader("html", "text/html", _is_html, "mtool.readers.html"),
        Reader("pdf", "application/pdf", _is_pdf, "mtool.readers.pdf"),
        Reader(
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            _is_word,
            "mtool.readers.docx",
        ),
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
