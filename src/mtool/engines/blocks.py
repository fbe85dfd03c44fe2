"""A delimited file → blocks of whole records, and the physical line each record begins on.

A quote is special at the start of a field only, as in the standard library's csv. Blocks whose
records are a line each are counted, not read; those with line ends inside quotes are read quote by
quote; those that are written in neither way (a lone carriage return, a quote inside a field) are
read record by record.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mtool.errors import UnreadableInput

if TYPE_CHECKING:
    import numpy as np

#: Large enough that the overhead of a block does not count, small enough that several do not.
BLOCK_BYTES = 8 << 20
#: A record longer than this is a quote that never closes.
LONGEST_RECORD = 64 << 20
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is written; an empty `quote` stands for none."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records as UTF-8 bytes; `line` is the physical line of the first, from 1."""

    data: bytes
    line: int
    lines: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record read on its own: its cells, and how many lines it stands below the first."""

    cells: list[str]
    line: int


def read_blocks(path: Path, layout: Layout, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """Cut a file into blocks of whole records.

    Raises `UnreadableInput` for bytes that are not of the encoding, and for a quote that does not
    close within 64 million bytes.
    """
    held, line = b"", 1
    with _opened(path) as file:
        for data in _utf8(file, layout.encoding, path, size):
            held = held + data if held else data
            cut = last_record_end(held, layout)
            if cut:
                block = Block(held[:cut], line, count_lines(held[:cut]))
                held = held[cut:]
                line += block.lines
                yield block
            elif len(held) > LONGEST_RECORD:
                raise UnreadableInput(
                    f"{path}, line {line}: no record ends within {LONGEST_RECORD >> 20} MB; look for "
                    f"a quote ({layout.quote}) that opens there and does not close"
                )
    if held:
        yield Block(held, line, count_lines(held))


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read ({error.strerror})") from None


def _utf8(file: IO[bytes], encoding: str, path: Path, size: int) -> Iterator[bytes]:
    """The bytes of a file as UTF-8 without a byte order mark; UTF-8 itself passes untouched."""
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig"):
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


def count_lines(data: bytes) -> int:
    """The physical lines of some bytes, ended as in Windows, Unix or old Mac files."""
    ends = data.count(b"\n")
    if b"\r" in data:
        ends += data.count(b"\r") - data.count(b"\r\n")
    return ends + (not data.endswith((b"\n", b"\r")))


def last_record_end(data: bytes, layout: Layout) -> int:
    """Where the last record that is surely whole ends; 0 where none does."""
    if is_irregular(data, layout):
        begins = [record.line for record in records(data, layout)]
        lines = _LINE.findall(data.decode("utf-8", "surrogateescape"))
        whole = lines[: begins[-1]] if begins else []
        return sum(len(line.encode("utf-8", "surrogateescape")) for line in whole)
    if not layout.quote or layout.quote.encode() not in data:
        return data.rfind(b"\n") + 1
    ends = _record_ends(data, layout)
    return int(ends[-1]) + 1 if len(ends) else 0


def is_irregular(data: bytes, layout: Layout) -> bool:
    """True where a carriage return ends lines alone, or a quote stands inside an unquoted field."""
    if b"\r" in data:
        cut = data.endswith(b"\r")
        if data.count(b"\r") - cut != data.count(b"\r\n"):
            return True
    if not layout.quote or layout.quote.encode() not in data:
        return False
    import numpy as np

    codes = np.frombuffer(data, np.uint8)
    opening = np.flatnonzero(codes == ord(layout.quote))[0::2]
    before = codes[opening[opening > 0] - 1]
    allowed = np.zeros(256, bool)
    allowed[list(f"{layout.delimiter}{layout.quote}\n".encode())] = True
    return not bool(allowed[before].all())


def _record_ends(data: bytes, layout: Layout) -> np.ndarray[Any, Any]:
    """The places of the line ends outside quotes, in regular data."""
    import numpy as np

    codes = np.frombuffer(data, np.uint8)
    newlines = np.flatnonzero(codes == ord("\n"))
    if layout.quote:
        quotes = np.flatnonzero(codes == ord(layout.quote))
        newlines = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    return newlines


def record_lines(block: Block, layout: Layout) -> np.ndarray[Any, Any]:
    """The physical line of each record of a regular block; a blank line is no record."""
    import numpy as np

    codes = np.frombuffer(block.data, np.uint8)
    ends = _record_ends(block.data, layout)
    if not len(ends) or ends[-1] + 1 < len(codes):
        ends = np.append(ends, len(codes))
    starts = np.concatenate([[0], ends[:-1] + 1])
    newlines = np.flatnonzero(codes == ord("\n"))
    length = ends - starts
    windows = (length == 1) & (codes[np.minimum(starts, len(codes) - 1)] == ord("\r"))
    lines: np.ndarray[Any, Any] = block.line + np.searchsorted(newlines, starts)
    lines = lines[(length > 0) & ~windows]
    return lines


def records(data: bytes, layout: Layout) -> list[Record]:
    """Every record of some bytes, blank lines left out, as the standard library reads them."""
    lines = _LINE.findall(data.decode("utf-8", "surrogateescape"))
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
