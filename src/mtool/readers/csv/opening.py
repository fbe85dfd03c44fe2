"""A delimited file → its decoded lines: at once when it is small, as a stream when it is large."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Finding
from mtool.readers import ReadOptions
from mtool.readers.csv.lines import TextLines
from mtool.readers.encoding import decode
from mtool.readers.long_text import find_encoding

SMALL_BYTES = 16_000_000
_HEAD = 1_000_000
_WINDOW = 65_536
_WINDOWS = 8


def open_lines(path: Path, options: ReadOptions) -> tuple[TextLines, tuple[Finding, ...]]:
    """Return the lines of a file and what had to be assumed to decode them.

    Raises UnreadableInput as `decode` does, and for a line of more than 64 million bytes.
    """
    try:
        status = path.stat()
        if status.st_size <= SMALL_BYTES:
            text, findings = decode(path.read_bytes(), path, options)
            return TextLines(path, text, _codec_of(findings)), findings
        encoding = find_encoding(path, options)
    except IsADirectoryError:
        raise UnreadableInput(f"{path}: is a folder; expected a file") from None
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror})") from None
    lines = TextLines(
        path,
        codec=encoding.codec,
        errors=encoding.errors,
        skipped=encoding.skipped,
        repaired=options.fix_mojibake,
        state=(status.st_size, status.st_mtime_ns),
    )
    return lines, encoding.findings


def _codec_of(findings: Sequence[Finding]) -> str:
    assumed = (f.value for f in findings if f.rule.startswith("encoding") and f.value)
    return next(assumed, "utf-8")


def sample_of(lines: TextLines) -> list[str]:
    """Lines from the whole of a text to judge it by: all of a small one, windows of a large one."""
    size = 0 if lines.text is not None else lines.path.stat().st_size
    if size <= _HEAD:
        return list(lines.read())
    sample = _whole_lines(lines, lines.skipped, _HEAD, cut_start=False)
    for number in range(1, _WINDOWS + 1):
        start = _HEAD + max(0, size - _HEAD - _WINDOW) * number // _WINDOWS
        sample += _whole_lines(lines, start - (start - lines.skipped) % 4, _WINDOW, cut_start=True)
    return sample


def _whole_lines(lines: TextLines, start: int, size: int, *, cut_start: bool) -> list[str]:
    """The lines that lie whole in a window of the file; the first may be the end of a record."""
    with lines.path.open("rb") as file:
        file.seek(start)
        text = file.read(size).decode(lines.codec, "replace")
    found = list(TextLines(lines.path, text).read())
    return found[1 if cut_start else 0 : -1]
