"""Bytes of a text file → characters, with a finding for everything that had to be assumed.

In this order: a byte order mark; strict UTF-8; the encoding the user names; Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from mtool.errors import UnreadableInput, UsageError
from mtool.model import Finding, Locator
from mtool.readers import ReadOptions
from mtool.readers.mojibake import review_mojibake

#: The longer marks first: that of UTF-32 begins with that of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BYTES_LOOKED_AT = 65_536
_BYTES_NAMED = 5
_LINE_END = re.compile(r"\r\n|\r|\n")
#: Control characters no text editor writes; tab, line ends, form feed, escape and Ctrl-Z it may.
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_NOT_PLAIN = re.compile(r"[^\x00-\x7f]")

Decoded = tuple[str, tuple[Finding, ...]]


def split_lines(text: str) -> list[str]:
    """Return the physical lines of `text` without their ends (Windows, Unix or old Mac).

    A form feed or a vertical tab ends no line, so that line numbers are those of an editor.
    """
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def decode(data: bytes, path: Path, options: ReadOptions) -> Decoded:
    """Return the characters of a text file and what had to be assumed to read them.

    Line ends are kept as they are; a byte order mark is not part of the text.
    Raises `UnreadableInput` for an empty file, NUL bytes and binary data, `UsageError` for an
    encoding that does not exist.
    """
    if not data:
        raise UnreadableInput(
            f"{path}: the file is empty (0 bytes): expected text. "
            "Fetch or export the file again, and look whether the transfer was cut off"
        )
    named = codec_named(options.encoding)
    text, findings = _characters(data, path, named)
    _refuse_binary(text, path)
    text, repairs = review_mojibake(text, path, options.fix_mojibake)
    return text, findings + repairs


def codec_named(name: str | None) -> str | None:
    """The codec a user names with --encoding; raises UsageError when there is none."""
    if name is None:
        return None
    try:
        found = codecs.lookup(name)
        if found.decode(b"")[0] != "":
            raise LookupError(name)
    except Exception:  # a codec may refuse in any way it likes; all of them mean the same
        raise UsageError(
            f"{name!r} is not a text encoding: expected a name such as utf-8, cp1252, "
            "iso-8859-15, utf-16-le or mac-roman"
        ) from None
    return found.name


def _characters(data: bytes, path: Path, named: str | None) -> Decoded:
    for mark, codec in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], path, codec, len(mark)), overruled(
                named, codec, path
            )
    if b"\0" in data:
        if named is None:
            _refuse_nul(data, path)
        return _strictly(data, path, str(named)), ()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if named is not None and named != "utf-8":
            return _strictly(data, path, named), ()
        return _windows_1252(data, path, error)
    return text, () if text.isascii() else overruled(named, "utf-8", path)


def _strictly(data: bytes, path: Path, codec: str, skipped: int = 0) -> str:
    try:
        text = data.decode(codec)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        raise UnreadableInput(
            f"{path}: byte {start + skipped} ({hex_of(data[start : start + 1])}), "
            f"line {_line_of(data, start)}: is not {codec}; the file is damaged or in another "
            "encoding, which --encoding NAME would declare"
        ) from None
    nul = text.find("\0")
    if nul >= 0:
        offset = len(text[:nul].encode(codec)) + skipped
        line = len(_LINE_END.findall(text, 0, nul)) + 1
        raise UnreadableInput(
            f"{path}: NUL character at byte {offset}, line {line}: "
            f"this is not text in {codec}; export the file again, or declare another --encoding"
        )
    return text


def overruled(named: str | None, codec: str, path: Path) -> tuple[Finding, ...]:
    """A finding when the bytes prove another encoding than the one the user named."""
    if named is None or named == codec or named.removesuffix("-sig") == codec:
        return ()
    if codec.startswith(named):  # utf-16 named, utf-16-le found
        return ()
    return (
        Finding(
            rule="encoding_overruled",
            class_="note",
            severity="warning",
            message=f"read as {codec}, which its bytes prove, and not as {named} as asked",
            locator=Locator(path=str(path)),
            value=codec,
            suggestion="leave --encoding out, or convert the file",
        ),
    )


def _windows_1252(data: bytes, path: Path, first: UnicodeDecodeError) -> Decoded:
    """Read what is not UTF-8 as Windows-1252: the whole file, or single bytes of a mixed one."""
    wrong: list[int] = []
    mixed = _mostly_utf8(data, wrong)
    if mixed is not None:
        text, codec = mixed, "UTF-8, and those bytes as Windows-1252"
    else:
        wrong = [found.start() for found in _NOT_ASCII.finditer(data)]
        codec = "Windows-1252 (cp1252)"
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as error:
            raise UnreadableInput(
                f"{path}: byte {error.start} ({hex_of(data[error.start : error.start + 1])}), "
                f"line {_line_of(data, error.start)}: is neither UTF-8 nor Windows-1252; "
                "declare the encoding with --encoding NAME (mac-roman, cp850, cp1256 and so on)"
            ) from None
    if text.endswith("\ufffd"):
        codec += " (the last character is cut off: so may the file be)"
    line = _line_of(data, first.start)
    named = ", ".join(
        f"{hex_of(data[at : at + 1])} in line {_line_of(data, at)}" for at in wrong[:_BYTES_NAMED]
    )
    more = f" and {len(wrong) - _BYTES_NAMED} more" if len(wrong) > _BYTES_NAMED else ""
    finding = Finding(
        rule="encoding_assumed",
        class_="note",
        severity="warning",
        message=f"not UTF-8 at {named}{more}; read as {codec}",
        locator=Locator(path=str(path), line=line),
        value="utf-8+cp1252" if mixed is not None else "cp1252",
        suggestion="look at these lines, and declare the encoding with --encoding NAME",
    )
    return text, (finding,)


def _mostly_utf8(data: bytes, wrong: list[int]) -> str | None:
    """Return the text of a UTF-8 file with stray bytes, noting them in `wrong`; null for others.

    French Windows-1252 text may hold a pair that happens to be UTF-8 (`É»`): only a file with
    more true sequences than strays counts.
    """

    def stray(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        wrong.extend(range(error.start, error.end))
        if error.reason == "unexpected end of data":
            return "\ufffd", error.end
        return data[error.start : error.end].decode("cp1252", "replace"), error.end

    codecs.register_error("mtool-stray", stray)
    text = data.decode("utf-8", "mtool-stray")
    true_sequences = len(_NOT_PLAIN.findall(text)) - len(wrong)
    return text if true_sequences > len(wrong) else None


def _refuse_nul(data: bytes, path: Path) -> None:
    offset = data.index(b"\0")
    where = f"{path}: NUL byte at offset {offset}, line {_line_of(data, offset)}"
    head = data[:_BYTES_LOOKED_AT]
    for codec, nuls in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if len(head) >= 4 and nuls.count(0) > len(nuls) * 0.6 and head.count(0) == nuls.count(0):
            raise UnreadableInput(
                f"{where}: this looks like {codec.upper()} without a byte order mark; "
                f"if so, say --encoding {codec}"
            )
    raise UnreadableInput(
        f"{where}: expected text, and text holds no NUL; the file is binary or damaged. "
        "Export it again as text, or give it the file extension of its format"
    )


def _refuse_binary(text: str, path: Path) -> None:
    head = text[:_BYTES_LOOKED_AT]
    controls = _CONTROLS.findall(head)
    if len(controls) > max(2, len(head) // 100):
        raise UnreadableInput(
            f"{path}: expected text, but {len(controls)} of its first {len(head)} characters are "
            f"control characters (the first is {hex_of(controls[0].encode())}); the file is binary "
            "or damaged. Export it again as text, or give it the file extension of its format"
        )


def _line_of(data: bytes, offset: int) -> int:
    """The physical line, from 1, of a byte in an encoding that keeps ASCII line ends."""
    before = data[:offset]
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")


def hex_of(byte: bytes) -> str:
    """One byte as people write it: 0xE9."""
    return f"0x{byte.hex().upper()}"
