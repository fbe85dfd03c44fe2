"""CSV as every program reads it: RFC 4180 with LF, a cell with a line end of any kind in quotes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO


class _WithLf:
    """Ends the rows of a writer that ends them with CR and LF, so that it quotes both in cells."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def write(self, row: str) -> int:
        return self.out.write(row.removesuffix("\r\n") + "\n")


def write_plain_csv(out: TextIO, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows to a text stream that leaves line ends alone; null is empty."""
    csv.writer(_WithLf(out), lineterminator="\r\n").writerows(rows)
