"""A delimited file → blocks of whole records, and the physical line each record begins on.

A quote is special at the start of a field only, as in the standard library's csv. Blocks whose
records are a line each are counted, not read; those with line ends inside quotes are read quote by
quote; those that are written in neither way (a lone carriage return, a quote inside a field) are
read record by record.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from mtool import progress
from mtool.errors import UnreadableInput

if TYPE_CHECKING:
    import numpy as np

#: Large enough that the overhead of a block does not count, small enough that several do not.
BLOCK_BYTES = 4 << 20
#: A record longer than this is a quote that never closes.
LONGEST_RECORD = 64 << 20
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


Bytes = bytes | memoryview
#: What is held and the bytes that follow it, in one piece; what is held alone at the end.
More = Callable[[Bytes], Bytes]


class NotUtf8(UnreadableInput):
    """Bytes that are no UTF-8 in a file of which nobody said otherwise."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is written; an empty `quote` stands for none."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records as UTF-8 bytes; `line` is the physical line of the first, from 1.

    `lines` counts its physical lines. An irregular block is to be read record by record.
    `marks` are those of its bytes and perhaps of some after them.
    """

    data: Bytes
    line: int
    lines: int
    is_irregular: bool
    marks: _Marks | None = field(default=None, compare=False)


class Record(NamedTuple):
    """One record read on its own: its cells, and how many lines it stands below the first."""

    cells: list[str]
    line: int


def read_blocks(path: Path, layout: Layout, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """Cut a file into blocks of whole records.

    Raises `UnreadableInput` for bytes that are not of the encoding, and for a quote that does not
    close within 64 million bytes.
    """
    with _opened(path) as file:
        if _is_utf8(layout.encoding):
            found = _blocks(_reading(file, size), layout, path, 1)
        else:
            found = blocks_of(_utf8(file, layout.encoding, path, size), layout, path)
        total = progress.file_size(path)
        yield from progress.through(found, f"reading {path.name}", total, lambda b: len(b.data))


def blocks_of(
    pieces: Iterable[bytes], layout: Layout, path: Path, line: int = 1
) -> Iterator[Block]:
    """Cut UTF-8 bytes that begin with a record, on a line of a file, into blocks."""
    left = iter(pieces)
    return _blocks(lambda held: bytes(held) + next(left, b""), layout, path, line)


def _reading(file: IO[bytes], size: int) -> More:
    """Read what follows behind what is held, into one buffer: a copy less of every byte."""

    spare = _Spare()

    def more(held: Bytes) -> Bytes:
        at_start = not file.tell()
        data = spare.at_least(len(held) + size)
        data[: len(held)] = held
        whole = memoryview(data)
        found = file.readinto(whole[len(held) : len(held) + size])  # type: ignore[attr-defined]
        start = len(codecs.BOM_UTF8) * (at_start and data.startswith(codecs.BOM_UTF8))
        return whole[start : len(held) + found]

    return more


class _Spare:
    """Buffers that are filled again once nobody looks at their bytes any more.

    Memory of this size, asked for anew, is given page by page, which costs as much as reading.
    """

    def __init__(self) -> None:
        self._buffers: list[bytearray] = []

    def at_least(self, size: int) -> bytearray:
        """A buffer that is free, of this size or a little more."""
        for buffer in self._buffers:
            if len(buffer) >= size and _is_free(buffer):
                return buffer
        buffer = bytearray(size + size // 8)
        self._buffers = [one for one in self._buffers if not _is_free(one)] + [buffer]
        return buffer


def _is_free(buffer: bytearray) -> bool:
    try:
        buffer.append(0)  # Python refuses it while a view of the buffer exists
    except BufferError:
        return False
    buffer.pop()
    return True


def _blocks(more: More, layout: Layout, path: Path, line: int) -> Iterator[Block]:
    held: Bytes = b""
    search = _Search()
    while len(data := more(held)) > len(held):
        held = data
        block = _whole_records(held, line, layout, search)
        if block:
            held = bytes(held[len(block.data) :])
            line += block.lines
            yield block
        elif len(held) > LONGEST_RECORD:
            raise UnreadableInput(
                f"{path}, line {line}: no record ends within {LONGEST_RECORD >> 20} MB; look for "
                f"a quote ({layout.quote}) that opens there and does not close"
            )
    if held:
        last = _Marks(held, layout, search)
        yield Block(held, line, _count_lines(held), last.irregular, last)


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror})") from None


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")


def _utf8(file: IO[bytes], encoding: str, path: Path, size: int) -> Iterator[bytes]:
    """The bytes of a file as UTF-8 without a byte order mark; UTF-8 itself passes untouched."""
    if _is_utf8(encoding):
        data = file.read(size).removeprefix(codecs.BOM_UTF8)
        while data:
            yield data
            data = file.read(size)
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    start = True
    while True:
        data = file.read(size)
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeError as error:
            raise UnreadableInput(f"{path}: is not {encoding} ({error})") from None
        if text:
            yield (text.removeprefix("\ufeff") if start else text).encode()
            start = False
        if not data:
            return


class _Search:
    """Finds a byte in pieces of a file; one answer per byte is kept in memory that is used again.

    Memory of this size, asked for anew, is given page by page, which costs as much as the search.
    """

    def __init__(self) -> None:
        import numpy as np

        self._is = np.empty(0, bool)

    def places(self, codes: np.ndarray[Any, Any], mark: str) -> np.ndarray[Any, Any]:
        """The places of a one-byte mark."""
        import numpy as np

        if len(self._is) < len(codes):
            self._is = np.empty(len(codes) + len(codes) // 8, bool)
        found = self._is[: len(codes)]
        np.equal(codes, ord(mark), out=found)
        return np.flatnonzero(found)


class _Marks:
    """Where the line ends and quotes of some bytes stand, found once."""

    def __init__(self, data: Bytes, layout: Layout, search: _Search) -> None:
        import numpy as np

        self.codes = np.frombuffer(data, np.uint8)
        self.newlines = search.places(self.codes, "\n")
        self.ends = self.newlines
        self.irregular = self._has_lone_returns(data)
        if layout.quote and _holds(data, layout.quote.encode()):
            quotes = search.places(self.codes, layout.quote)
            self.ends = self.newlines[np.searchsorted(quotes, self.newlines) % 2 == 0]
            self.irregular = self.irregular or self._has_stray(quotes, layout)

    def _has_lone_returns(self, data: Bytes) -> bool:
        import numpy as np

        if not _holds(data, b"\r"):
            return False
        returns = int(np.count_nonzero(self.codes == ord("\r"))) - int(self.codes[-1] == ord("\r"))
        preceding = self.codes[self.newlines[self.newlines > 0] - 1]
        return returns != int(np.count_nonzero(preceding == ord("\r")))

    def _has_stray(self, quotes: np.ndarray[Any, Any], layout: Layout) -> bool:
        """True where a quote that would open stands inside a field."""
        import numpy as np

        opening = quotes[0::2]
        allowed = np.zeros(256, bool)
        allowed[list(f"{layout.delimiter}{layout.quote}\n".encode())] = True
        return not bool(allowed[self.codes[opening[opening > 0] - 1]].all())


def _holds(data: Bytes, mark: bytes) -> bool:
    whole: Any = data.obj if isinstance(data, memoryview) else data
    return mark in whole


def _whole_records(held: Bytes, line: int, layout: Layout, search: _Search) -> Block | None:
    """The records that are surely whole, as a block; null where none is."""
    marks = _Marks(held, layout, search)
    if marks.irregular:
        begins = [record.line for record in records(held, layout)]
        lines = _LINE.findall(bytes(held).decode("utf-8", "surrogateescape"))
        whole = "".join(lines[: begins[-1]] if begins else []).encode("utf-8", "surrogateescape")
        return Block(whole, line, _count_lines(whole), True) if whole else None
    if not len(marks.ends):
        return None
    cut = int(marks.ends[-1]) + 1
    lines_whole = int(marks.newlines.searchsorted(cut))
    return Block(memoryview(held)[:cut], line, lines_whole, False, marks)


def _count_lines(given: Bytes) -> int:
    """The physical lines of some bytes, ended as in Windows, Unix or old Mac files."""
    data = bytes(given)
    ends = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    return ends + (not data.endswith((b"\n", b"\r")))


def record_lines(block: Block, layout: Layout) -> array[int]:
    """The physical line of each record of a regular block; a blank line is no record."""
    import numpy as np

    marks = block.marks or _Marks(block.data, layout, _Search())
    codes = marks.codes[: len(block.data)]
    ends = marks.ends[: marks.ends.searchsorted(len(codes))]
    if not len(ends) or ends[-1] + 1 < len(codes):
        ends = np.append(ends, len(codes))
    starts = np.concatenate([[0], ends[:-1] + 1])
    length = ends - starts
    windows = (length == 1) & (codes[np.minimum(starts, len(codes) - 1)] == ord("\r"))
    is_record = (length > 0) & ~windows
    lines = block.line + np.searchsorted(marks.newlines, starts[is_record])
    return array("q", lines.astype(np.int64).tobytes())


def records(data: Bytes, layout: Layout) -> list[Record]:
    """Every record of some bytes, blank lines left out, as the standard library reads them."""
    lines = io.StringIO(bytes(data).decode("utf-8", "surrogateescape"), newline="")
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_RECORD * 2))
    reader = csv.reader(
        lines,
        delimiter=layout.delimiter,
        quotechar=layout.quote or None,
        quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
    )
    found, line = [], 0
    for cells in reader:
        if cells:
            found.append(Record(cells, line))
        line = reader.line_num
    return found


def read_header(path: Path, layout: Layout) -> tuple[str, ...]:
    """The first record that is not blank. Raises `UnreadableInput` where there is none."""
    data, found = b"", list[Record]()
    with _opened(path) as file:
        for part in _utf8(file, layout.encoding, path, 1 << 16):
            data += part
            found = records(data, layout)
            if len(found) > 1 or len(data) > LONGEST_RECORD:
                break
    if not found:
        raise UnreadableInput(f"{path}: no header: the file holds no record")
    try:
        "".join(found[0].cells).encode()
    except UnicodeEncodeError as error:
        raise NotUtf8(not_text(path, Block(data, 1, 0, False), error)) from None
    return tuple(found[0].cells)


def whole_text(path: Path, layout: Layout) -> bytes:
    """A small file as UTF-8. Raises `UnreadableInput` for bytes that are not of the encoding."""
    with _opened(path) as file:
        data = b"".join(_utf8(file, layout.encoding, path, BLOCK_BYTES))
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise NotUtf8(not_text(path, Block(data, 1, 0, False), error)) from None
    return data


def not_text(path: Path, block: Block, error: Exception) -> str:
    """Say where the first bytes of a block that are no UTF-8 stand."""
    try:
        bytes(block.data).decode()
    except UnicodeDecodeError as wrong:
        before = wrong.object[: wrong.start]
        line = block.line + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
        byte = wrong.object[wrong.start : wrong.start + 1].hex().upper()
        return f"{path}, line {line}: 0x{byte} is not UTF-8; name the encoding with --encoding"
    return f"{path}: cannot be read ({str(error).splitlines()[0]})"
