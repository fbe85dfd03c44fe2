"""Compressed bytes, unpacked little by little, so that a bomb is stopped while it is small."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from mtool.errors import UnreadableInput

GZIP = b"\x1f\x8b"
#: What is unpacked may be this many times the packed size, once it is not small any more.
MOST_SWELLING = 200
SMALL_BYTES = 20_000_000
_CHUNK = 1 << 16
_EITHER_HEADER = 32 + zlib.MAX_WBITS


def unpacked_chunks(packed: Iterable[bytes], encoding: str, where: str) -> Iterator[bytes]:
    """The bytes that a `Content-Encoding` stands for, in pieces of bounded size.

    Raises `UnreadableInput` for a bomb, damaged or unfinished data, or another encoding.
    """
    if encoding.lower() in ("", "identity"):
        yield from packed
        return
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        raise UnreadableInput(f"{where}: sent packed as {encoding!r}; gzip was asked for")
    yield from _inflated(packed, where)


def _inflated(packed: Iterable[bytes], where: str) -> Iterator[bytes]:
    engine = zlib.decompressobj(_EITHER_HEADER)
    read = written = 0
    try:
        for chunk in packed:
            read += len(chunk)
            waiting = chunk
            while waiting:
                if engine.eof:  # another gzip member follows, as `cat a.gz b.gz` makes them
                    engine = zlib.decompressobj(_EITHER_HEADER)
                data = engine.decompress(waiting, _CHUNK)
                waiting = engine.unconsumed_tail or engine.unused_data
                written += len(data)
                if written > SMALL_BYTES and written > MOST_SWELLING * read:
                    raise UnreadableInput(
                        f"{where}: unpacks to more than {MOST_SWELLING} times its size, as bombs "
                        "do; nothing of it was kept"
                    )
                yield data
    except zlib.error as error:
        raise UnreadableInput(
            f"{where}: damaged compressed data ({error}); fetch it again"
        ) from None
    if read and not engine.eof:
        raise UnreadableInput(f"{where}: the compressed data ends too soon; fetch it again")


def unpack(source: Path, target: Path, encoding: str, cap: tuple[int, str]) -> None:
    """Write the unpacked bytes of a file; `cap` is the most bytes and what to call the source."""
    most, where = cap
    with source.open("rb") as file, target.open("wb") as out:
        written = 0
        for chunk in unpacked_chunks(iter(lambda: file.read(_CHUNK), b""), encoding, where):
            written += len(chunk)
            if written > most:
                raise too_large(where, most)
            out.write(chunk)


def too_large(where: str, most: int) -> UnreadableInput:
    """The sentence for a file over its cap."""
    return UnreadableInput(
        f"{where}: larger than {most:,} bytes; if that is right, raise max_bytes of the source or "
        "of mtool.toml"
    )
