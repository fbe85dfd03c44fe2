"""Zip packages are looked over before a parser sees them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from mtool.errors import UnreadableInput
from mtool.readers import packages
from mtool.readers.packages import carried_along, check_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return written(tmp_path, {"a.xml": "<a/>"})


def written(folder: Path, members: dict[str, str | bytes]) -> Path:
    path = folder / "some.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return path


def test_a_plain_package_passes(package: Path) -> None:
    """A package of XML parts is let through and carries nothing along."""
    check_package(package)
    assert carried_along(package) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DOCTYPE"),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "DOCTYPE"),
        ('<?xml version="1.0" encoding="UTF-7"?><a/>', "encoding UTF-7"),
        (b"<a>" + b"0" * 30_000_000 + b"</a>", "zip bombs"),
    ],
    ids=["entity", "doctype in UTF-16", "encoding that hides", "bomb"],
)
def test_hostile_parts_are_refused(tmp_path: Path, content: str | bytes, said: str) -> None:
    """Declarations, odd encodings and bombs are refused in one sentence that names the member."""
    path = written(tmp_path, {"word/document.xml": content})
    with pytest.raises(UnreadableInput, match=said) as refused:
        check_package(path)
    assert "word/document.xml" in str(refused.value)


def test_a_declaration_across_chunks_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A declaration that falls on the border of two reads is still seen."""
    monkeypatch.setattr(packages, "_CHUNK", 7)
    with pytest.raises(UnreadableInput, match="DOCTYPE"):
        check_package(written(tmp_path, {"a.xml": "<?xml?>   <!DOCTYPE a><a/>"}))


def test_a_damaged_member_is_refused(package: Path) -> None:
    """A checksum that does not hold is damage, not content."""
    damaged = bytearray(package.read_bytes())
    damaged[damaged.index(b"a.xml") + 6] ^= 0xFF
    package.write_bytes(damaged)
    with pytest.raises(UnreadableInput, match="damaged"):
        check_package(package)


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    """Readers disagree on which of two members counts, so neither does."""
    path = tmp_path / "twice.xlsx"
    with zipfile.ZipFile(path, "w") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr("a.xml", "<a/>")
        out.writestr("a.xml", "<b/>")
    with pytest.raises(UnreadableInput, match="twice"):
        check_package(path)


def test_an_old_office_file_names_the_cure(tmp_path: Path) -> None:
    """A .doc or a file with a password is told from a damaged one."""
    path = tmp_path / "old.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(UnreadableInput, match="password"):
        check_package(path)


def test_what_is_carried_along_is_named(tmp_path: Path) -> None:
    """Macros, embedded files and outside links are reported, hyperlinks are not."""
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="t/{kind}" Target="http://x" TargetMode="External"/>'
        "</Relationships>"
    )
    path = written(
        tmp_path,
        {
            "word/vbaProject.bin": b"x",
            "word/embeddings/a.xlsx": b"x",
            "word/_rels/document.xml.rels": links.format(kind="attachedTemplate"),
        },
    )
    check_package(path)
    messages = [finding.message for finding in carried_along(path)]
    assert [message.split(" carries ")[1].split(",")[0] for message in messages] == [
        "macros",
        "links to other files",
        "embedded files",
    ]
    plain = written(tmp_path, {"word/_rels/document.xml.rels": links.format(kind="hyperlink")})
    assert carried_along(plain) == []
