"""Which kind of workbook a file is, by its content, and its visible sheets one after another."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Finding, FormMark
from mtool.readers.packages import carried_along, check_package
from mtool.readers.spreadsheet.form_marks import form_mark
from mtool.readers.spreadsheet.ole import chains_end
from mtool.readers.spreadsheet.plain import is_large_sheet
from mtool.readers.spreadsheet.sheets import Sheet

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_BINARY_WORKBOOK = "xl/workbook.bin"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD = 4096
_AGAIN = "fetch it again, or save it again as .xlsx"

#: Errors whose texts say what is wrong with the file, rather than with the parser.
_SPEAKING = ("XMLSyntaxError", "XLRDError", "CompDocError", "CalamineError", "ValueError")

_OOXML = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.12"
_BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
_OLD = "application/vnd.ms-excel"
_OPEN = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass
class Sheets:
    """The visible sheets of a workbook, read one at a time.

    `findings` is complete once `sheets` has been gone through. `form` is the mark of a data-entry
    form, null for any other workbook.
    """

    media_type: str
    sheets: Iterator[Sheet]
    findings: list[Finding] = field(default_factory=list)
    form: FormMark | None = None


def open_sheets(path: Path) -> Sheets:
    """Open a workbook of any kind; UnreadableInput says what is wrong with a file that is none."""
    head = _head(path)
    if not head:
        raise UnreadableInput(f"{path}: the file is empty (0 bytes); {_AGAIN}")
    if head.startswith(_OLE):
        return _old_workbook(path)
    if not head.startswith(_ZIP):
        raise UnreadableInput(f"{path}: {_what_it_is(head)}")
    unchecked = check_package(path, is_large_sheet)
    findings = carried_along(path)
    with zipfile.ZipFile(path) as package:
        names = {name.casefold() for name in package.namelist()}
    is_open = "content.xml" in names or path.suffix.lower() == ".ods"
    if is_open or _BINARY_WORKBOOK in names:
        check_package(path)
    sheets = _of_package(path, names, is_open=is_open, findings=findings, unchecked=unchecked)
    with _one_sentence(path):
        sheets.form = form_mark(path)
    return sheets


def _of_package(
    path: Path,
    names: set[str],
    *,
    is_open: bool,
    findings: list[Finding],
    unchecked: Sequence[str],
) -> Sheets:
    if is_open:
        from mtool.readers.spreadsheet.ods import read_ods

        return Sheets(_OPEN, _guarded(path, read_ods, findings), findings)
    if _BINARY_WORKBOOK in names:
        from mtool.readers.spreadsheet.xlsb import read_xlsb

        return Sheets(_BINARY, _guarded(path, read_xlsb, findings), findings)
    if any(name.startswith("word/") for name in names):
        raise UnreadableInput(f"{path}: a Word document, not a workbook; rename it to .docx")
    from mtool.readers.spreadsheet.xlsx import read_xlsx

    has_macros = "xl/vbaproject.bin" in names
    reader = partial(read_xlsx, unchecked=unchecked)
    return Sheets(_MACROS if has_macros else _OOXML, _guarded(path, reader, findings), findings)


def _old_workbook(path: Path) -> Sheets:
    data = path.read_bytes()
    if _ENCRYPTED in data:
        raise UnreadableInput(
            f"{path}: the workbook is protected by a password; open it in Excel or LibreOffice, "
            "save it without a password, and read it again"
        )
    if not chains_end(data):
        raise UnreadableInput(
            f"{path}: the workbook is damaged (its sectors run in a circle, or are cut off); "
            "fetch it again"
        )
    from mtool.readers.spreadsheet.xls import read_xls

    findings: list[Finding] = []
    return Sheets(_OLD, _guarded(path, read_xls, findings), findings)


def _guarded(
    path: Path, reader: Callable[[Path, list[Finding]], Iterator[Sheet]], findings: list[Finding]
) -> Iterator[Sheet]:
    with _one_sentence(path):
        yield from reader(path, findings)


@contextmanager
def _one_sentence(path: Path) -> Iterator[None]:
    """Turn whatever a damaged workbook does to a parser into one sentence."""
    try:
        yield
    except UnreadableInput as error:
        told = str(error)
        raise UnreadableInput(told if told.startswith(str(path)) else f"{path}: {told}") from None
    except MemoryError:
        raise UnreadableInput(f"{path}: the workbook needs more memory than there is") from None
    except Exception as error:  # parsers raise anything at all on damaged files
        raise UnreadableInput(
            f"{path}: the workbook is damaged{_reason(error)}; open it in Excel or LibreOffice and "
            "save it again, or fetch it again"
        ) from None


def _reason(error: Exception) -> str:
    """What the parser said, in brackets, where it says it to people."""
    said = str(error).partition("\n")[0][:200]
    return f" ({said})" if type(error).__name__ in _SPEAKING and said else ""


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror or error})") from None


def _what_it_is(head: bytes) -> str:
    """What a file with the name of a workbook is instead, and what to do about it."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return "a web page with the name of a workbook; rename it to .html"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "an XML spreadsheet of 2003; open it in Excel or LibreOffice and save it as .xlsx"
    if start.startswith(b"%pdf-"):
        return "a PDF with the name of a workbook; rename it to .pdf"
    if b"\0" not in head and all(byte >= 32 or byte in b"\t\r\n\f" for byte in head):
        return "plain text with the name of a workbook; rename it to .csv or .txt"
    return f"not a workbook (neither a zip package nor an Excel file inside); {_AGAIN}"
