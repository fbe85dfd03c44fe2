"""What the letters of a text column tell at once, before any cell is looked at.

An expression costs 40 ns a cell; looking the bytes of all cells up in a table costs one a byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

#: The first bytes of everything that Python calls white space.
_FIRST_OF_BLANKS = [*range(0x09, 0x0E), *range(0x1C, 0x21), 0xC2, 0xE1, 0xE2, 0xE3]


@dataclass(frozen=True, slots=True)
class Form:
    """How plain cells of a type are written: their letters, how many at most, an expression.

    A cell of these letters that a cast takes is one that the expression matches, or as good.
    """

    letters: str
    longest: int
    expression: str


def bytes_of(cells: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The bytes of all cells one after the other, and where each begins and the last ends."""
    import numpy as np

    _, offsets, data = cells.buffers()
    bounds = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    if data is None:
        return np.zeros(0, np.uint8), bounds - bounds[0]
    return np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]], bounds - bounds[0]


@cache
def _blanks() -> np.ndarray[Any, Any]:
    import numpy as np

    blank = np.zeros(256, bool)
    blank[_FIRST_OF_BLANKS] = True
    return blank


@cache
def _others(letters: str) -> np.ndarray[Any, Any]:
    """Which bytes are none of some letters."""
    import numpy as np

    other = np.ones(256, bool)
    other[list(letters.encode())] = False
    return other


def may_begin_blank(cells: pa.Array) -> bool:
    """False only where no cell can be white space: none begins with any, none is empty."""
    import numpy as np

    codes, bounds = bytes_of(cells)
    if not len(codes):
        return bool(len(cells) > cells.null_count)
    starts = bounds[:-1]
    if cells.null_count or starts[-1] == bounds[-1]:
        lengths = np.diff(bounds)
        if int(np.count_nonzero(lengths == 0)) > cells.null_count:
            return True
        starts = starts[lengths > 0]
    elif not bool((starts[1:] > starts[:-1]).all()):
        return True
    return bool(_blanks()[codes[starts]].any())


def odd_cells(cells: pa.Array, form: Form) -> np.ndarray[Any, Any] | None:
    """The places of cells with other letters than a form's; null where letters do not settle it."""
    import numpy as np

    codes, bounds = bytes_of(cells)
    if not form.letters or not len(cells):
        return None
    strange = np.flatnonzero(_others(form.letters)[codes])
    odd = np.unique(np.searchsorted(bounds, strange, "right") - 1) if len(strange) else strange
    lengths = np.diff(bounds)
    lengths[odd] = 0
    if lengths.max() > form.longest or ("." in form.letters and not _points_inside(codes, bounds)):
        return None
    return odd


def _points_inside(codes: np.ndarray[Any, Any], bounds: np.ndarray[Any, Any]) -> bool:
    """True where a digit stands on both sides of every decimal point, in the same cell."""
    import numpy as np

    points = np.flatnonzero(codes == ord("."))
    if not len(points):
        return True
    if points[0] == 0 or points[-1] == len(codes) - 1:
        return False
    at_edge = np.zeros(len(codes) + 1, bool)
    at_edge[bounds] = True
    if at_edge[points].any() or at_edge[points + 1].any():
        return False
    digit = np.zeros(256, bool)
    digit[list(b"0123456789")] = True
    return bool(digit[codes[points - 1]].all() and digit[codes[points + 1]].all())


def only(places: np.ndarray[Any, Any], length: int) -> pa.Array:
    """A mask that is true at some places."""
    import numpy as np
    import pyarrow as pa

    mask = np.zeros(length, bool)
    mask[places] = True
    bits = pa.py_buffer(np.packbits(mask, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), length, [None, bits])
