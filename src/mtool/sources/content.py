"""What bytes are, judged by themselves, and whether that is what was expected of a source."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from mtool.errors import UnreadableInput
from mtool.readers import BY_EXTENSION, HEAD_BYTES, find_reader
from mtool.sources.unpacking import GZIP

#: Endings of files of text, beside those that readers claim by name.
TEXTS = (".txt", ".text", ".md", ".tex", ".rst", ".log")
#: Media types → the ending that a file of that type should have.
ENDINGS = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.apache.parquet": ".parquet",
    "application/zip": ".zip",
    "text/plain": ".txt",
    "text/markdown": ".md",
}
#: Readers whose files are text: a web page among them is told by its tags only.
_ENDING_OF_READER = {
    "csv": ".csv",
    "text": ".txt",
    "html": ".html",
    "pdf": ".pdf",
    "docx": ".docx",
    "spreadsheet": ".xlsx",
    "parquet": ".parquet",
}
_BINARY = ("pdf", "docx", "parquet")
_SIGN_IN = re.compile(
    rb"(?i)<input[^>]+type=[\"']?password|<title>[^<]*(sign.?in|log.?in|connexion|authenti)"
)


def is_page(head: bytes) -> bool:
    """True for the beginning of a web page."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        start.startswith((b"<?xml", b"<!--")) and b"<html" in start
    )


def what_it_is(head: bytes) -> str:
    """Words for what bytes look like, for the person who expected something else."""
    if is_page(head):
        return "a sign-in page" if _SIGN_IN.search(head) else "a web page"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return "nothing (0 bytes)"
    if start.startswith((b"{", b"[")):
        return "JSON"
    if start.startswith(b"<"):
        return "XML"
    if start.startswith(b"%PDF-"):
        return "a PDF file"
    if start.startswith(b"PK\x03\x04"):
        return "a zip package"
    if start.startswith(GZIP):
        return "gzip data"
    return "binary data" if b"\0" in head[:4096] else "text"


def file_name(url: str, disposition: str = "") -> str:
    """The name of a file on the web: from its header, else the last part of its address."""
    written = re.search(r"filename\*=(?:UTF-8'[^']*')?([^;]+)", disposition, re.IGNORECASE)
    plain = re.search(r'filename="?([^";]+)', disposition, re.IGNORECASE)
    name = unquote(written[1]) if written else plain[1] if plain else ""
    name = name or unquote(PurePosixPath(urlsplit(url).path).name)
    return re.sub(r"[^\w.\- ]+", "_", name.strip().rpartition("/")[2]).strip(". ") or "download"


def ending_of(name: str, media_type: str, head: bytes) -> str:
    """The ending for a file: what its name says, else its media type, else its first bytes."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in BY_EXTENSION or suffix in (*TEXTS, ".zip"):
        return suffix
    if head.startswith(b"PK\x03\x04") and find_reader(Path("x"), head).name == "text":
        return ".zip"
    plain = media_type.partition(";")[0].strip().lower()
    by_content = find_reader(Path("x"), head).name
    if by_content != "text":
        return ENDINGS.get(plain, _ENDING_OF_READER[by_content])
    return ENDINGS.get(plain, ".txt")


def head_of(path: Path) -> bytes:
    """The first bytes of a file, as many as readers look at."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def check_expected(expected: str, name: str, head: bytes, where: str) -> str:
    """Return the reader's name for what came; raise `UnreadableInput` when another was expected.

    `expected` is a reader's name, or empty where any will do but a sign-in page.
    """
    came = find_reader(Path(name), head).name
    said = what_it_is(head)
    if said == "a sign-in page" and expected != "html":
        raise UnreadableInput(
            f"{where}: a sign-in page came instead of data; name the variables that hold the "
            "source's credentials, ask its owner for a public link, or declare "
            'format = "html" if the page itself is wanted'
        )
    if expected and expected != came:
        raise UnreadableInput(
            f"{where}: {said} came instead of {_article(expected)}; look at the address, or declare "
            f'format = "{came}" if that is right'
        )
    if said in ("JSON", "XML") and came in ("text", "csv"):
        raise UnreadableInput(f"{where}: {said} came, which holds no table that mtool reads")
    return came


def _article(reader: str) -> str:
    names = {"html": "a web page", "spreadsheet": "a spreadsheet", "text": "text", "csv": "CSV"}
    return names.get(reader, f"a {reader} file")


def expected_of(declared: str, name: str, before: str) -> str:
    """The reader expected: as declared, else as the name's ending says, else as last time."""
    return declared or BY_EXTENSION.get(PurePosixPath(name).suffix.lower(), "") or before
