"""The container of old Office files: chains of sectors, which in a damaged file may never end."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence

_HEADER = 512
_IN_HEADER = 109
_LARGEST_SECTOR = 20


def chains_end(data: bytes) -> bool:
    """True when every chain of sectors comes to an end; xlrd follows those that do not for ever.

    MS-CFB 2.1: each entry of the two allocation tables names the sector that follows.
    """
    power = int.from_bytes(data[30:32], "little")
    if len(data) < _HEADER or not 7 <= power <= _LARGEST_SECTOR:
        return False
    size = 1 << power
    table = _table(data, size, _table_sectors(data, size))
    if _has_circle(table):
        return False
    first = int.from_bytes(data[60:64], "little", signed=True)
    short_table = _table(data, size, _chain(table, first))
    return not _has_circle(short_table)


def _table_sectors(data: bytes, size: int) -> list[int]:
    """The sectors of the main allocation table: named in the header, and in a chain after it."""
    sectors = list(_numbers(data[76:_HEADER]))
    following = int.from_bytes(data[68:72], "little", signed=True)
    seen: set[int] = set()
    while following >= 0 and following not in seen and _offset(following, size) < len(data):
        seen.add(following)
        *more, following = _numbers(_sector(data, size, following)) or [-1]
        sectors.extend(more)
    return [sector for sector in sectors if sector >= 0]


def _table(data: bytes, size: int, sectors: Sequence[int]) -> array[int]:
    table = array("i")
    for sector in sectors:
        table.extend(_numbers(_sector(data, size, sector)))
    return table


def _chain(table: Sequence[int], first: int) -> list[int]:
    chain: list[int] = []
    while 0 <= first < len(table):
        chain.append(first)
        first = table[first]
    return chain


def _has_circle(table: Sequence[int]) -> bool:
    """True when following the entries from anywhere comes back to where it has been."""
    done = bytearray(len(table))
    for start in range(len(table)):
        walked: list[int] = []
        at = start
        while 0 <= at < len(table) and not done[at]:
            done[at] = 2
            walked.append(at)
            at = table[at]
        if 0 <= at < len(table) and done[at] == 2:
            return True
        for place in walked:
            done[place] = 1
    return False


def _offset(sector: int, size: int) -> int:
    return _HEADER + sector * size


def _sector(data: bytes, size: int, sector: int) -> bytes:
    return data[_offset(sector, size) : _offset(sector + 1, size)]


def _numbers(data: bytes) -> array[int]:
    numbers = array("i")
    numbers.frombytes(data[: len(data) // 4 * 4])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
