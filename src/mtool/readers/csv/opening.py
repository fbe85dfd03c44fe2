"""A delimited file → its decoded lines: at once when it is small, as a stream when it is large."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Finding
from mtool.readers import ReadOptions
from mtool.readers.csv.lines import TextLines
from mtool.readers.encoding import decode

SMALL_BYTES = 16_000_000
_SAMPLED = 1_000_000
_WINDOW = 65_536
_WINDOWS = 8
_CHUNK = 1 << 20
_LONGEST_LINE = 64 * _CHUNK


def open_lines(path: Path, options: ReadOptions) -> tuple[TextLines, tuple[Finding, ...]]:
    """Return the lines of a file and what had to be assumed to decode them.

    Raises UnreadableInput as `decode` does, and for a line of more than 64 million bytes.
    """
    try:
        size = path.stat().st_size
        if size <= SMALL_BYTES:
            data = path.read_bytes()
            text, findings = decode(data, path, options)
            return TextLines(path, text, _codec_of(findings)), findings
    except IsADirectoryError:
        raise UnreadableInput(f"{path}: is a folder; expected a file") from None
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror})") from None
    raise NotImplementedError


def _codec_of(findings: Sequence[Finding]) -> str:
    assumed = (f.value for f in findings if f.rule.startswith("encoding") and f.value)
    return next(assumed, "utf-8")


def sample_of(lines: TextLines) -> list[str]:
    """Lines from the whole of a text to judge it by: all of a small one."""
    if lines.text is not None:
        return list(lines.read())
    raise NotImplementedError
