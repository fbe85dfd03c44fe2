"""Cells that are days, YYYY-MM-DD → `date32`, all of a column at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from mtool.engines.arrow_letters import bytes_of, only
from mtool.engines.cell_text import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

FIRST_YEAR, LAST_YEAR = int(FIRST_DAY[:4]), int(LAST_DAY[:4])
_FORM = "YYYY-MM-DD"


def days(cells: pa.Array) -> tuple[pa.Array, np.ndarray[Any, Any]]:
    """The days of a text column, null where a cell is none; and the places of texts that are none.

    A day exists in the calendar and lies in a year that a nanosecond timestamp can hold.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    codes, bounds = bytes_of(cells)
    full = np.flatnonzero(np.diff(bounds) == len(_FORM))
    if len(full) * len(_FORM) == len(codes):
        letters = codes.reshape(-1, len(_FORM))
    else:
        letters = codes[bounds[full, None] + np.arange(len(_FORM))]
    numbers, exist = _numbered(letters)
    found = np.zeros(len(cells), np.int32)
    found[full] = numbers
    is_day = np.zeros(len(cells), bool)
    is_day[full] = exist
    given = ~np.frombuffer(_bytes_mask(pc.is_null(cells)), bool) if cells.null_count else True
    is_day &= given
    valid = only(np.flatnonzero(is_day), len(cells)).buffers()[1]
    typed = pa.Array.from_buffers(pa.date32(), len(cells), [valid, pa.py_buffer(found)])
    return typed, np.flatnonzero(given & ~is_day)


def _bytes_mask(mask: pa.Array) -> Any:
    import pyarrow as pa

    return mask.cast(pa.uint8()).buffers()[1]


def _numbered(letters: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Rows of ten letters as days since 1970, and which of them are days at all."""
    import numpy as np

    figures = (letters - ord("0")).T
    is_form = (letters[:, 4] == ord("-")) & (letters[:, 7] == ord("-"))
    for at, letter in enumerate(_FORM):
        if letter != "-":
            is_form &= figures[at] <= 9
    first, second, third, fourth, _, *rest = figures.astype(np.int32)
    year = first * 1000 + second * 100 + third * 10 + fourth
    month, day = rest[0] * 10 + rest[1], rest[3] * 10 + rest[4]
    is_form &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
    months = np.where(is_form, (year - FIRST_YEAR) * 12 + month - 1, 0)
    starts = _months()
    numbers = starts[months] + day - 1
    return numbers, is_form & (day >= 1) & (numbers < starts[months + 1])


@cache
def _months() -> np.ndarray[Any, Any]:
    """The first day of each month, as days since 1970; one more month at the end."""
    import numpy as np

    first, last = f"{FIRST_YEAR}-01", f"{LAST_YEAR + 1}-02"
    months = np.arange(first, last, dtype="datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int32)
