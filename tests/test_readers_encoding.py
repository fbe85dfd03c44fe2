"""Bytes to characters: byte order marks, the order of encodings, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtool.errors import UnreadableInput, UsageError
from mtool.readers import ReadOptions
from mtool.readers.encoding import decode, split_lines

PATH = Path("report.txt")
PLAIN = ReadOptions()
NASTY = Path(__file__).parent / "nasty"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_with_or_without_a_mark_is_read_without_a_finding(codec: str) -> None:
    """A byte order mark decides, and is no part of the text."""
    assert decode("Ménaka – 5\n".encode(codec), PATH, PLAIN) == ("Ménaka – 5\n", ())


def test_named_encoding_is_used_where_the_bytes_are_not_utf8() -> None:
    """What a person names is believed, without a finding."""
    options = ReadOptions(encoding="mac-roman")
    assert decode("Ménaka".encode("mac-roman"), PATH, options) == ("Ménaka", ())


def test_named_encoding_that_the_bytes_contradict_is_overruled_aloud() -> None:
    """Valid UTF-8 is read as such whatever was named, and a finding says so."""
    text, findings = decode("Ménaka".encode(), PATH, ReadOptions(encoding="cp1252"))
    assert text == "Ménaka"
    assert [finding.rule for finding in findings] == ["encoding_overruled"]


def test_windows_1252_names_its_bytes_and_lines() -> None:
    """Assuming Windows-1252 is a warning with the bytes and their physical lines."""
    text, (finding,) = decode("a\r\nMénaka\r\n«x»".encode("cp1252"), PATH, PLAIN)
    assert text == "a\r\nMénaka\r\n«x»"
    assert finding.severity == "warning"
    assert "0xE9 in line 2" in finding.message
    assert "0xAB in line 3" in finding.message
    assert finding.locator.line == 2


def test_french_pair_that_happens_to_be_utf8_stays_windows_1252() -> None:
    """`É»` in Windows-1252 is one UTF-8 letter: the rest of the file outvotes it."""
    text, _ = decode("«CAFÉ», é, à".encode("cp1252"), PATH, PLAIN)
    assert text == "«CAFÉ», é, à"


def test_stray_byte_in_a_utf8_file_leaves_the_rest_intact() -> None:
    """Two files pasted together are read each in its own encoding, with a warning."""
    data = "Ménaka, Ségou, Côte\n".encode() + "Gao é\n".encode("cp1252")
    text, (finding,) = decode(data, PATH, PLAIN)
    assert text == "Ménaka, Ségou, Côte\nGao é\n"
    assert finding.locator.line == 2


def test_file_cut_off_inside_a_character_is_said_to_be() -> None:
    """The half character becomes a visible gap, never a wrong letter."""
    text, (finding,) = decode("Ménaka, Ségou, é".encode()[:-1], PATH, PLAIN)
    assert text == "Ménaka, Ségou, \ufffd"
    assert "cut off" in finding.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"Gao\n3\x002", "NUL byte at offset 5, line 2"),
        ("Gao;3".encode("utf-16-le"), "--encoding utf-16-le"),
        ("Gao;3".encode("utf-16-be"), "--encoding utf-16-be"),
        (b"Gao\nM\x81naka", "byte 5 (0x81), line 2"),
        (b"\x7fELF\x01\x02\x03\x04" * 40, "control characters"),
        (b"\xff\xfeG", "is not utf-16-le"),
    ],
)
def test_what_is_not_text_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    """The message names the place and the cure, and holds no line break."""
    with pytest.raises(UnreadableInput) as caught:
        decode(data, PATH, PLAIN)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_utf16_without_a_mark_is_read_when_it_is_named() -> None:
    """The cure that the message offers works."""
    data = (NASTY / "text-utf16-without-mark.txt").read_bytes()
    text, findings = decode(data, PATH, ReadOptions(encoding="utf-16-le"))
    assert "Ménaka\t32" in text
    assert findings == ()


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "zlib"])
def test_encoding_that_does_not_exist_is_wrong_use(name: str) -> None:
    """Neither an unknown name nor a codec that is no text encoding passes."""
    with pytest.raises(UsageError, match="not a text encoding"):
        decode(b"x", PATH, ReadOptions(encoding=name))


def test_named_encoding_that_does_not_fit_names_the_byte() -> None:
    """A wrong declaration is not papered over."""
    with pytest.raises(UnreadableInput, match=r"byte 1 \(0xE9\), line 1"):
        decode(b"M\xe9naka", PATH, ReadOptions(encoding="ascii"))


def test_mojibake_is_offered_a_repair_and_left_alone() -> None:
    """Wrongly decoded text is a warning with the repaired word; the text stays."""
    text, (finding,) = decode("a\nMÃ©naka;3".encode(), PATH, PLAIN)
    assert text == "a\nMÃ©naka;3"
    assert (finding.rule, finding.severity, finding.locator.line) == ("mojibake", "warning", 2)
    assert finding.suggestion is not None
    assert "Ménaka" in finding.suggestion


def test_mojibake_is_repaired_on_request_and_said() -> None:
    """The repair touches the broken lines only, and is a finding."""
    options = ReadOptions(fix_mojibake=True)
    text, (finding,) = decode("Ségou\nMÃ©naka;3\r\nSÃO".encode(), PATH, options)
    assert text == "Ségou\nMénaka;3\r\nSÃO"
    assert finding.rule == "mojibake_repaired"


def test_letters_that_only_look_like_mojibake_are_left() -> None:
    """Portuguese and Danish capitals are words, not damage."""
    assert decode("SÃO PAULO, Århus, Â".encode(), PATH, PLAIN)[1] == ()


def test_lines_are_those_of_an_editor() -> None:
    """Windows, Unix and old Mac ends count once; form feeds and NEL end no line."""
    assert split_lines("a\r\nb\rc\n\nd\fe\x85f\u2028g\n") == ["a", "b", "c", "", "d\fe\x85f\u2028g"]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_utf8_text_survives(text: str) -> None:
    """Decoding what was encoded gives the text back."""
    if text[0] != "\ufeff":
        assert decode(text.encode(), PATH, PLAIN)[0] == text


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_give_text_or_one_sentence(data: bytes) -> None:
    """No other exception leaves the decoder."""
    try:
        text, _ = decode(data, PATH, PLAIN)
    except UnreadableInput as error:
        text = str(error)
    assert "\0" not in text
