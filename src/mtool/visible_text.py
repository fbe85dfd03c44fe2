"""Text for a terminal or a log: what would steer it instead of being read is made visible."""

from __future__ import annotations

import re

#: Controls of a terminal (C0, DEL, C1), separators of lines, marks that reorder or hide text, and halves of a
#: character (Unicode Technical Report 36; CVE-2021-42574).
_STEERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_STEERS_A_LINE = re.compile(f"{_STEERS.pattern}|[\t\n]")
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    """The text with every control character as an escape such as `\\x1b`; its lines and tabs stay."""
    return text if text.isascii() and text.isprintable() else _STEERS.sub(_escape, text)


def visible_line(text: str) -> str:
    """The same for what must stay on one line: a file name, a sentence, an entry of a log."""
    return text if text.isascii() and text.isprintable() else _STEERS_A_LINE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return _NAMED.get(found[0]) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
