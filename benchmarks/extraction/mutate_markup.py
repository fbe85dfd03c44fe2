"""Damage web pages and Word documents and read them: a document or one sentence, never a crash.

    python benchmarks/extraction/mutate_markup.py html|docx [COUNT] [FOLDER FOR WHAT WENT WRONG]

Files are damaged as bytes (flipped bits, cut ends, swapped, doubled and lost parts) and, inside
Word packages, as XML parts that are packed again.
"""

from __future__ import annotations

import copy
import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import render_docx
import render_html
from printed_tables import statistical_table

MARKUP = (
    b"<td>", b"</td>", b"<tr>", b"</table>", b"<table>", b"<sup>", b"<!--", b"<script>", b'"', b"<",
    b"rowspan=0", b"colspan=99999999", b"&#0;", b"&#xD800;", b"&nosuch;", b"\x00", b"\xff\xfe",
    b'<w:tc/>', b"</w:p>", b'<w:gridSpan w:val="-1"/>', b'<w:vMerge/>', b"<w:tbl>", b"]]>",
    b'<w:fldChar w:fldCharType="begin"/>', b'<w:footnoteReference w:id="99"/>', b"<![CDATA[",
)  # fmt: skip


def damaged(data: bytes, rng: random.Random) -> bytes:
    """One to five small damages, or one large."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        if not data:
            return data
        data = rng.choice((_flipped, _cut, _swapped, _doubled, _lost, _planted))(data, rng)
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
    return data[:at] + rng.choice(MARKUP) + data[at:]


def rearranged(content: bytes, rng: random.Random) -> bytes:
    """Move, double, drop or alter elements of an XML part, so that it stays well-formed."""
    from lxml import etree

    root = etree.fromstring(content)
    for _ in range(rng.randint(1, 12)):
        elements = [e for e in root.iter() if e.getparent() is not None]
        if not elements:
            break
        one, other = rng.choice(elements), rng.choice(elements)
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
            one.set(rng.choice(list(one.attrib)), rng.choice(("-1", "", "99999999999", "x", "0")))
    return etree.tostring(root, encoding="UTF-8", standalone=True)


def damaged_package(data: bytes, rng: random.Random) -> bytes:
    """Damage one part of a package and pack it again, or drop or rename a part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as changed:
        names = package.namelist()
        target = rng.choice([n for n in names if n.startswith("word/")] + ["word/document.xml"] * 8)
        for name in names:
            content = package.read(name)
            if name == target and rng.random() < 0.05:
                continue
            if name == target and rng.random() < 0.7 and content.startswith(b"<?xml"):
                content = rearranged(content, rng)
            elif name == target:
                content = _planted(content, rng) if rng.random() < 0.5 else damaged(content, rng)
            changed.writestr(name, content)
    return out.getvalue()


def cases(kind: str, count: int) -> Iterator[tuple[str, bytes]]:
    """`count` damaged files of one format, the same ones every time."""
    for number in range(count):
        rng = random.Random(number)
        table = statistical_table(rng)
        manner = number % 5
        if kind == "html":
            page = render_html.render_page([table], rng, render_html.MANNERS[manner])
            yield f"{number}.html", damaged(page.encode(), rng)
            continue
        with tempfile.NamedTemporaryFile(suffix=".docx") as file:
            render_docx.render_document([table], rng, render_docx.MANNERS[manner], Path(file.name))
            data = Path(file.name).read_bytes()
        change = damaged_package if rng.random() < 0.8 else damaged
        yield f"{number}.docx", change(data, rng)


def outcome(path: Path) -> str:
    """`tables`, `no tables`, `refused`, or the name of the error that must not be."""
    from mtool.errors import MtoolError
    from mtool.model import Source
    from mtool.readers import READERS, ReadOptions

    try:
        document = READERS[path.suffix[1:]].read(path, Source(id="x"), ReadOptions())
    except MtoolError as refused:
        return "refused" if "\n" not in str(refused) else "refused in several lines"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "tables" if document.tables else "no tables"


def main(kind: str, count: int, keep: Path | None) -> int:
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        for name, data in cases(kind, count):
            path = Path(folder) / name
            path.write_bytes(data)
            begun = time.perf_counter()
            result = outcome(path)
            slowest = max(slowest, (time.perf_counter() - begun, name))
            outcomes[result] += 1
            if result not in ("tables", "no tables", "refused"):
                print(name, result)
                if keep:
                    (keep / name).write_bytes(data)
    print(kind, dict(outcomes), f"slowest {slowest[0]:.2f} s ({slowest[1]})")
    return int(any(key not in ("tables", "no tables", "refused") for key in outcomes))


if __name__ == "__main__":
    sys.exit(
        main(
            sys.argv[1],
            int(sys.argv[2]) if len(sys.argv) > 2 else 500,
            Path(sys.argv[3]) if len(sys.argv) > 3 else None,
        )
    )
