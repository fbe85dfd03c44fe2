"""Damage to files, as transport and faulty programs do it: to bytes, to parts, to XML."""

from __future__ import annotations

import copy
import io
import random
import zipfile
from collections.abc import Callable

PLANTED = (
    b"<td>", b"</td>", b"<tr>", b"</table>", b"<table>", b"<sup>", b"<!--", b"<script>", b'"', b"<",
    b"rowspan=0", b"colspan=99999999", b"&#0;", b"&#xD800;", b"&nosuch;", b"\x00", b"\xff\xfe",
    b"<w:tc/>", b"</w:p>", b'<w:gridSpan w:val="-1"/>', b"<w:vMerge/>", b"<w:tbl>", b"]]>",
    b'<w:fldChar w:fldCharType="begin"/>', b'<w:footnoteReference w:id="99"/>', b"<![CDATA[",
    b'<mergeCell ref="A1:XFD1048576"/>', b'<c r="XFD1048576"><v>1</v></c>', b' r="0"', b' s="9999"',
    b"<<", b">>", b"endobj", b"endstream", b" 0 R", b"/Length -1", b"/Kids [1 0 R]", b"99999999999",
    b"(", b"[", b"|", b"+---+", b";", b"\r", b'""""', b"\\begin{tabular}", b"\xe2\x82",
)  # fmt: skip
ODD_VALUES = ("-1", "", "99999999999", "x", "0", "A1:XFD1048576", "true")
Damage = Callable[[bytes, random.Random], bytes]


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The same file with something wrong; packages are mostly damaged inside."""
    if data.startswith(b"PK") and rng.random() < 0.8:
        return _damaged_package(data, rng)
    return _damaged_bytes(data, rng)


def _damaged_bytes(data: bytes, rng: random.Random) -> bytes:
    """One to five small damages, or one large."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        if not data:
            return data
        data = rng.choice(DAMAGES)(data, rng)
    return data


def _flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 20)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _swapped(data: bytes, rng: random.Random) -> bytes:
    a, b, c = sorted(rng.randrange(len(data) + 1) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _doubled(data: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:b] + data[a:b] + data[b:]


def _lost(data: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:a] + data[b:]


def _planted(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(PLANTED) + data[at:]


DAMAGES: tuple[Damage, ...] = (_flipped, _cut, _swapped, _doubled, _lost, _planted)


def _damaged_package(data: bytes, rng: random.Random) -> bytes:
    """Damage, drop or swap parts of a package and pack it again."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    # The parts that hold the text are hit most often.
    name = rng.choice([n for n in parts if n.endswith(".xml")] + _longest(parts) * 6)
    kind = rng.random()
    if kind < 0.05:
        del parts[name]
    elif kind < 0.1:
        other = rng.choice(list(parts))
        parts[name], parts[other] = parts[other], parts[name]
    elif kind < 0.6 and parts[name].startswith(b"<?xml"):
        parts[name] = _rearranged(parts[name], rng)
    else:
        parts[name] = _damaged_bytes(parts[name], rng)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for part, content in parts.items():
            changed.writestr(zipfile.ZipInfo(part), content)
    return out.getvalue()


def _longest(parts: dict[str, bytes]) -> list[str]:
    return sorted((n for n in parts if n.endswith(".xml")), key=lambda n: len(parts[n]))[-2:]


def _rearranged(content: bytes, rng: random.Random) -> bytes:
    """Move, double, drop or alter elements of an XML part, so that it stays well-formed."""
    from lxml import etree

    root = etree.fromstring(content)
    for _ in range(rng.randint(1, 12)):
        elements = [e for e in root.iter("*") if e.getparent() is not None]
        if not elements:
            break
        _changed_element(rng.choice(elements), rng.choice(elements), rng)
    return etree.tostring(root, encoding="UTF-8", standalone=True)


def _changed_element(one, other, rng: random.Random) -> None:  # type: ignore[no-untyped-def]
    kind = rng.randrange(5)
    if kind == 0:
        one.getparent().remove(one)
    elif kind == 1:
        one.addnext(copy.deepcopy(one))
    elif kind == 2 and other is not one and other not in one.iterancestors():
        one.append(other)
    elif kind == 3:
        one.tag = other.tag
    elif one.attrib:
        one.set(rng.choice(list(one.attrib)), rng.choice(ODD_VALUES))
