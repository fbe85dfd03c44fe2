"""Bytes of a web page → a tree, safely: no network, no entities of its own, no bombs."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mtool.errors import UnreadableInput, UsageError
from mtool.model import Finding, Locator
from mtool.readers import ReadOptions
from mtool.readers.encoding import decode

_HEAD_BYTES = 4_096
_META = re.compile(
    rb"<meta\b[^>]{0,400}?charset\s{0,4}=\s{0,4}[\"']?([\w.:-]{1,40})", re.IGNORECASE
)
_XML = re.compile(rb"^\s{0,20}<\?xml\b[^>]{0,200}?encoding\s{0,4}=\s{0,4}[\"']([\w.:-]{1,40})")
#: Browsers read these as Windows-1252 (WHATWG Encoding Standard).
_AS_WINDOWS = {"iso8859-1", "ascii", "latin-1"}
_END = "mtool-end-of-page"
#: The parser drops what follows these tags, as pages glued together have it.
_ENDS_OF_PAGE = re.compile(r"</(?:body|html)[ \t]{0,20}>", re.IGNORECASE)
_TABLE_TAGS = re.compile(r"<(/?)table\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """The tree of a page, and what had to be assumed to read it."""

    root: Any
    findings: tuple[Finding, ...]


def open_page(path: Path, options: ReadOptions) -> Page:
    """Decode and parse a page.

    The encoding is that of a byte order mark; else UTF-8 where the bytes are; else the one asked
    for; else the one the page declares; else Windows-1252 with a finding.
    Raises UnreadableInput for what is no page, or is nested or swollen beyond the parser's limits.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror or error})") from None
    text, findings = _decoded(data, path, options)
    root, at_end = _parsed(text, path)
    if not at_end or _ends_inside_a_table(text):
        findings = (*findings, _cut_off(path))
    return Page(root, findings)


def _decoded(data: bytes, path: Path, options: ReadOptions) -> tuple[str, tuple[Finding, ...]]:
    declared = None if options.encoding else _declared(data)
    if declared is None:
        return decode(data, path, options)
    try:
        text, findings = decode(data, path, replace(options, encoding=_codec(declared)))
    except (UnreadableInput, UsageError):
        text, findings = decode(data, path, options)
        wrong = f"the page declares the encoding {declared}, which its bytes are not"
        return text, (*findings, _encoding_finding(path, wrong, declared))
    kept = tuple(finding for finding in findings if finding.rule != "encoding_overruled")
    if len(kept) == len(findings):
        return text, findings
    wrong = f"the page declares the encoding {declared}, but its bytes are valid UTF-8 and read so"
    return text, (*kept, _encoding_finding(path, wrong, declared))


def _declared(data: bytes) -> str | None:
    head = data[:_HEAD_BYTES]
    found = _META.search(head) or _XML.match(head)
    return found[1].decode("ascii", "replace") if found else None


def _codec(declared: str) -> str:
    """The codec a browser uses for a declared name: a page that can say so is not UTF-16."""
    try:
        codec = codecs.lookup(declared).name
    except LookupError:
        return declared
    if codec.startswith(("utf-16", "utf-32")):
        return "utf-8"
    return "cp1252" if codec in _AS_WINDOWS else codec


def _encoding_finding(path: Path, message: str, declared: str) -> Finding:
    return Finding(
        rule="encoding_declared_wrongly",
        class_="note",
        severity="warning",
        message=message,
        locator=Locator(path=str(path)),
        value=declared,
        suggestion="look at accented letters, and name the encoding with --encoding NAME",
    )


def _parsed(text: str, path: Path) -> tuple[Any, bool]:
    """Return the tree, and whether the parser got to the end of the page outside any tag."""
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    data = f'{_ENDS_OF_PAGE.sub(" ", text)}<br id="{_END}">'.encode("utf-8", "replace")
    root: Any
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        root = None
    fatal = next((error for error in parser.error_log if error.level_name == "FATAL"), None)
    if fatal is not None:
        raise UnreadableInput(_beyond_limits(path, fatal.message))
    if root is None:
        raise UnreadableInput(f"{path}: holds no HTML element (expected a saved web page)")
    end = next((element for element in root.iter("br") if element.get("id") == _END), None)
    return root, end is not None


def _beyond_limits(path: Path, message: str) -> str:
    if "depth" in message:
        return (
            f"{path}: its elements are nested more than 256 deep, as no report is; "
            "save the page again, or copy its tables into a spreadsheet"
        )
    return (
        f"{path}: one tag or text in it is longer than 10 million characters, as embedded pictures "
        "may be; save the page without pictures"
    )


def _ends_inside_a_table(text: str) -> bool:
    tags = [found[1] for found in _TABLE_TAGS.finditer(text)]
    return bool(tags) and not tags[-1] and tags.count("") > tags.count("/")


def _cut_off(path: Path) -> Finding:
    return Finding(
        rule="page_cut_off",
        class_="structure",
        severity="warning",
        message="the page ends inside a table, a tag or a comment: what follows is missing",
        locator=Locator(path=str(path)),
        suggestion="fetch the page again and compare its size",
    )
