"""The encoding of a text file too large to decode at once, found in one pass with little memory.

The order is that of `encoding.decode`: a byte order mark; strict UTF-8; the encoding the user
names; Windows-1252, for the whole file or, in a file that is mostly UTF-8, for stray bytes.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Finding, Locator
from mtool.readers import ReadOptions
from mtool.readers.encoding import BYTE_ORDER_MARKS, codec_named, hex_of, overruled
from mtool.readers.mojibake import review_mojibake

#: Name of the error handler under which stray bytes of a UTF-8 file are read as Windows-1252.
STRAYS = "mtool-windows-1252-strays"

_CHUNK = 1 << 20
LONGEST_LINE = 64 * _CHUNK
_BYTES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to open a text file as a stream: codec, error handler, bytes of the mark to skip."""

    codec: str
    errors: str = "strict"
    skipped: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Pass:
    """What decoding a whole file once came to."""

    codec: str
    nul_at: int | None = None
    wrong: list[str] = field(default_factory=list)
    strays: int = 0
    line: int = 1
    first_line: int = 0
    others: int = 0
    doubt: tuple[Finding, ...] = ()


def find_encoding(path: Path, options: ReadOptions) -> Encoding:
    """Find the encoding of a large file; every byte of it is looked at.

    Raises UnreadableInput for NUL bytes, for bytes that no encoding explains, and for a line of
    more than 64 million bytes; UsageError for an encoding that does not exist.
    """
    named = codec_named(options.encoding)
    with path.open("rb") as file:
        head = file.read(4)
    for mark, codec in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            found = _strictly(path, codec, len(mark), options)
            return replace(found, findings=overruled(named, codec, path) + found.findings)
    tried = _decode_through(path, Encoding("utf-8", STRAYS), options)
    if tried.nul_at is not None and named is None:
        raise UnreadableInput(
            f"{path}: NUL byte at offset {tried.nul_at:,}: expected text, and text holds no NUL; "
            "the file is binary, damaged, or UTF-16 without a mark (then say --encoding utf-16-le)"
        )
    if tried.nul_at is None and not tried.strays:
        asked = overruled(named, "utf-8", path) if tried.others else ()
        return Encoding("utf-8", findings=asked + tried.doubt)
    if named is not None and named != "utf-8":
        return _strictly(path, named, 0, options)
    mixed = tried.others > tried.strays
    said = _assumed(path, tried, mixed)
    if mixed:
        return Encoding("utf-8", STRAYS, 0, (said, *tried.doubt))
    return Encoding("cp1252", findings=(said, *_strictly(path, "cp1252", 0, options).findings))


def _strictly(path: Path, codec: str, skipped: int, options: ReadOptions) -> Encoding:
    encoding = Encoding(codec, "strict", skipped)
    decoded = _decode_through(path, encoding, options)
    if decoded.nul_at is not None:
        raise UnreadableInput(
            f"{path}: NUL character at or after byte {decoded.nul_at:,}: this is not text in "
            f"{codec}; export the file again, or declare another --encoding"
        )
    return replace(encoding, findings=decoded.doubt)


def _decode_through(path: Path, encoding: Encoding, options: ReadOptions) -> _Pass:
    """Decode the whole file piece by piece; note NULs, stray bytes and mojibake."""
    result = _Pass(encoding.codec)
    codecs.register_error(STRAYS, _stray_reader(result))
    decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
    offset, line, unbroken = encoding.skipped, 1, 0
    for chunk in _chunks(path, encoding.skipped):
        before, result.line = result.strays, line
        try:
            text = decoder.decode(chunk)
        except UnicodeError as error:
            place = offset + getattr(error, "start", 0)
            raise UnreadableInput(
                f"{path}: near byte {place:,}, line {line} or later: is not {encoding.codec}; the "
                "file is damaged or in another encoding, which --encoding NAME would declare"
            ) from None
        if result.nul_at is None and "\0" in text:
            result.nul_at = offset + max(chunk.find(b"\0"), 0)
        if not text.isascii():
            plain = len(text.encode("ascii", "ignore"))
            result.others += len(text) - plain - (result.strays - before)
            result.doubt = result.doubt or _mojibake(text, path, line, options.fix_mojibake)
        ends = text.count("\n") or text.count("\r")
        unbroken = 0 if ends else unbroken + len(chunk)
        line, offset = line + ends, offset + len(chunk)
        if unbroken > LONGEST_LINE:
            raise UnreadableInput(
                f"{path}, line {line}: more than {LONGEST_LINE:,} bytes without a line end: "
                "expected a text in lines; export it again with one record in a line"
            )
    return result


def _stray_reader(result: _Pass) -> Callable[[UnicodeError], tuple[str, int]]:
    def stray(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        wrong = error.object[error.start : error.end]
        if not result.strays:
            before = error.object[: error.start]
            result.first_line = result.line + (before.count(b"\n") or before.count(b"\r"))
        result.strays += len(wrong)
        if len(result.wrong) < _BYTES_NAMED:
            result.wrong.append(hex_of(wrong[:1]))
        return wrong.decode("cp1252", "replace"), error.end

    return stray


def _assumed(path: Path, tried: _Pass, mixed: bool) -> Finding:
    named = ", ".join(tried.wrong)
    more = f" and {tried.strays - len(tried.wrong):,} more" if tried.strays > _BYTES_NAMED else ""
    read_as = "UTF-8, and those bytes as Windows-1252" if mixed else "Windows-1252 (cp1252)"
    return Finding(
        rule="encoding_assumed",
        class_="note",
        severity="warning",
        message=f"not UTF-8 at {named}{more}, first in line {tried.first_line}; read as {read_as}",
        locator=Locator(path=str(path), line=tried.first_line),
        value="utf-8+cp1252" if mixed else "cp1252",
        suggestion="look at these lines, and declare the encoding with --encoding NAME",
    )


def _mojibake(text: str, path: Path, line: int, repair: bool) -> tuple[Finding, ...]:
    _, findings = review_mojibake(text, path, False)
    if not findings:
        return ()
    first = findings[0]
    at = replace(first.locator, line=line + (first.locator.line or 1) - 1)
    if repair:
        message = f'"{first.value}" and wrongly decoded text like it was repaired'
        return (Finding("mojibake_repaired", "note", "info", message, at, value=first.value),)
    message = f'"{first.value}" looks wrongly decoded; more lines may hold such text'
    return (replace(first, message=message, locator=at),)


def _chunks(path: Path, skipped: int = 0) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(skipped)
        while chunk := file.read(_CHUNK):
            yield chunk
