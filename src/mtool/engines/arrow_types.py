"""A column of cells → the type its schema asks for, and the cells that are not of it.

Plain cells are cast at once; the few others are read one by one, each text once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mtool.engines.arrow_days import days
from mtool.engines.arrow_letters import Form, may_begin_blank, odd_cells, only
from mtool.engines.arrow_values import (
    figures,
    flags,
    kept_where,
    null_where,
    positions,
    where,
)
from mtool.engines.cell_text import BLANK, read_figure, read_flag
from mtool.engines.plan import ColumnPlan

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

WHOLE = Form("0123456789-", 18, r"^-?[0-9]{1,18}$")
DECIMAL = Form("0123456789-.", 18, r"^-?[0-9]{1,15}(?:\.[0-9]{1,20})?$")
FLAG = Form("", 0, r"^$")


def typed_column(column: ColumnPlan, cells: pa.Array) -> tuple[pa.Array, np.ndarray[Any, Any]]:
    """The cells in the column's type, null where they are empty or wrong; and which are wrong.

    Days are `date32`; a typed timestamp stays one. Blank text is empty.
    """
    import pyarrow as pa

    from mtool.engines.scan import as_text

    cells = cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells
    kept = _already(column.dtype, cells)
    if kept is not None:
        return kept
    given = cells if pa.types.is_string(cells.type) else as_text(cells)
    if column.dtype == "str":
        return without_blanks(given), _nowhere()
    if column.dtype.startswith("datetime"):
        typed, odd = days(given)
        return typed, odd[_not_blank(given.take(positions(odd)))] if len(odd) else odd
    if column.dtype == "boolean":
        return _read(given, FLAG, pa.bool_(), lambda t: flags([read_flag(one) for one in t]))
    whole = column.dtype == "Int64"
    kind = pa.int64() if whole else pa.float64()
    return _read(
        given,
        WHOLE if whole else DECIMAL,
        kind,
        lambda t: figures([read_figure(one, whole) for one in t], whole),
    )


def _already(dtype: str, cells: pa.Array) -> tuple[pa.Array, np.ndarray[Any, Any]] | None:
    """Cells that need no reading: of a typed Parquet file, or of a frame."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = cells.type
    if dtype.startswith("datetime") and (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        return cells, _nowhere()
    if dtype == "boolean" and pa.types.is_boolean(kind):
        return cells, _nowhere()
    if dtype == "Int64" and pa.types.is_integer(kind) and kind != pa.uint64():
        return cells.cast(pa.int64()), _nowhere()
    if dtype == "Float64" and (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        numbers = cells.cast(pa.float64(), safe=False)
        numbers = null_where(pc.is_nan(numbers), numbers)
        endless = pc.is_inf(numbers)
        return null_where(endless, numbers), where(endless)
    return None


def _nowhere() -> np.ndarray[Any, Any]:
    import numpy as np

    return np.zeros(0, np.int64)


def without_blanks(cells: pa.Array) -> pa.Array:
    """Text with null for what is only white space."""
    import pyarrow.compute as pc

    if not may_begin_blank(cells):
        return cells
    blank = pc.match_substring_regex(cells, BLANK)
    return null_where(blank, cells) if pc.any(blank).as_py() else cells


def _not_blank(cells: pa.Array) -> np.ndarray[Any, Any]:
    import pyarrow.compute as pc

    return where(pc.is_valid(without_blanks(cells)))


def _read(
    cells: pa.Array, form: Form, kind: pa.DataType, read: Callable[[list[str]], pa.Array]
) -> tuple[pa.Array, np.ndarray[Any, Any]]:
    """Cast what is plain, read the distinct others, and say which could not be read."""
    import pyarrow.compute as pc

    typed, odd = _cast(cells, form, kind)
    if not len(odd):
        return typed, odd
    left = without_blanks(cells.take(positions(odd))).dictionary_encode()
    values = read(left.dictionary.to_pylist()).take(left.indices)
    bad = where(pc.and_(pc.is_valid(left), pc.is_null(values)))
    return pc.replace_with_mask(typed, only(odd, len(cells)), values), odd[bad]


def _cast(cells: pa.Array, form: Form, kind: pa.DataType) -> tuple[pa.Array, np.ndarray[Any, Any]]:
    """Plain cells in their type, and the places of the others, which are null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    odd = odd_cells(cells, form)
    if odd is not None:
        try:
            typed = null_where(only(odd, len(cells)), cells) if len(odd) else cells
            return typed.cast(kind), odd
        except pa.ArrowInvalid:
            pass  # a cell has the letters of its kind in an order that makes none
    is_plain = pc.match_substring_regex(cells, form.expression)
    return kept_where(is_plain, cells).cast(kind), where(pc.invert(is_plain))
