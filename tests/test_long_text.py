"""The encoding of a file too large to decode at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtool.errors import UnreadableInput, UsageError
from mtool.readers import ReadOptions, long_text
from mtool.readers.encoding import decode
from mtool.readers.long_text import Encoding, find_encoding

TEXT = "Région;Tués\nSégou;4\nMénaka;5\n" * 40


def encoding_of(folder: Path, data: bytes, named: str | None = None) -> Encoding:
    path = folder / "a.csv"
    path.write_bytes(data)
    return find_encoding(path, ReadOptions(named))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of seven bytes cut through characters and line ends."""
    monkeypatch.setattr(long_text, "_CHUNK", 7)


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
        (b"plain\n", "utf-8"),
    ],
)
def test_codec(tmp_path: Path, data: bytes, codec: str) -> None:
    """Each encoding is found, and decodes to what reading at once gives."""
    found = encoding_of(tmp_path, data)
    assert found.codec == codec
    at_once, findings = decode(data, tmp_path / "a.csv", ReadOptions())
    assert data[found.skipped :].decode(found.codec, found.errors) == at_once
    assert [f.rule for f in found.findings] == [f.rule for f in findings]


def test_stray_bytes_of_a_utf8_file(tmp_path: Path) -> None:
    """A few Windows-1252 bytes in a UTF-8 file are read as such, and the first line is named."""
    data = TEXT.encode() + b"Gao\x92s;6\n"
    found = encoding_of(tmp_path, data)
    assert data.decode(found.codec, found.errors).endswith("Gao’s;6\n")
    assert found.findings[0].value == "utf-8+cp1252"
    assert "0x92" in found.findings[0].message
    assert found.findings[0].locator.line == 121


def test_named_encoding_is_used_where_the_bytes_allow_it(tmp_path: Path) -> None:
    """A declared encoding comes before the guess, and after what the bytes prove."""
    assert encoding_of(tmp_path, TEXT.encode("mac-roman"), "mac-roman").codec == "mac-roman"
    proved = encoding_of(tmp_path, TEXT.encode(), "mac-roman")
    assert (proved.codec, proved.findings[0].rule) == ("utf-8", "encoding_overruled")


@pytest.mark.parametrize(
    ("data", "named", "said"),
    [
        (b"a,b\n1,\0\n", None, "NUL byte at offset 6"),
        (b"caf\x81\n", None, "cp1252"),
        (b"caf\xe9\n", "ascii", "near byte 3"),
        (b"\xff\xfe\x41\x00\x00\x00", None, "NUL character"),
    ],
)
def test_what_is_no_text(tmp_path: Path, data: bytes, named: str | None, said: str) -> None:
    """Bytes that no encoding explains are refused with their place."""
    with pytest.raises(UnreadableInput, match=said):
        encoding_of(tmp_path, data, named)


def test_unknown_encoding(tmp_path: Path) -> None:
    """An encoding that does not exist is a mistake of the user."""
    with pytest.raises(UsageError):
        encoding_of(tmp_path, b"a\n", "utf-9")


def test_line_of_mojibake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrongly decoded text deep in the file is named by its line."""
    monkeypatch.setattr(long_text, "_CHUNK", 120)
    broken = "Ménaka".encode().decode("cp1252")
    found = encoding_of(tmp_path, ("plain\n" * 30 + f"{broken} and more text\n").encode())
    assert [(f.rule, f.locator.line) for f in found.findings] == [("mojibake", 31)]
