"""Arrow arrays from Python values and back without `pa.array`, which imports pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def texts(values: Sequence[str | None]) -> pa.Array:
    """Texts, null where the value is."""
    import numpy as np
    import pyarrow as pa

    encoded = [b"" if value is None else value.encode() for value in values]
    ends = np.zeros(len(values) + 1, np.int32)
    ends[1:] = np.cumsum([len(one) for one in encoded], dtype=np.int64)
    buffers = [_validity(values), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def figures(values: Sequence[float | int | None], whole: bool) -> pa.Array:
    """64-bit whole numbers or floats, null where the value is."""
    import numpy as np
    import pyarrow as pa

    kind, dtype = (pa.int64(), np.int64) if whole else (pa.float64(), np.float64)
    numbers = np.array([0 if value is None else value for value in values], dtype)
    buffers = [_validity(values), pa.py_buffer(numbers)]
    return pa.Array.from_buffers(kind, len(values), buffers)


def flags(values: Sequence[bool | None]) -> pa.Array:
    """Truth values, null where the value is."""
    import numpy as np
    import pyarrow as pa

    bits = np.packbits(np.array([bool(v) for v in values], bool), bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [_validity(values), pa.py_buffer(bits)])


def _validity(values: Sequence[Any]) -> pa.Buffer:
    import numpy as np
    import pyarrow as pa

    return pa.py_buffer(
        np.packbits(np.array([v is not None for v in values], bool), bitorder="little")
    )


def where(mask: pa.Array) -> np.ndarray[Any, Any]:
    """The positions where a mask is true; null is not."""
    import numpy as np
    import pyarrow.compute as pc

    places = pc.indices_nonzero(mask)
    return np.frombuffer(places.buffers()[1], np.uint64)[: len(places)].astype(np.int64)


def positions(places: np.ndarray[Any, Any]) -> pa.Array:
    """Positions as an index for `take`."""
    import numpy as np
    import pyarrow as pa

    numbers = np.ascontiguousarray(places, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def null_where(mask: pa.Array, cells: pa.Array) -> pa.Array:
    """The cells, null where the mask is true."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(mask, pa.nulls(1, cells.type)[0], cells)


def kept_where(mask: pa.Array, cells: pa.Array) -> pa.Array:
    """The cells where the mask is true, null elsewhere."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(mask, cells, pa.nulls(1, cells.type)[0])
