"""Tidy rows being made, column by column, in plain Python: printed tables are small, pandas is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mtool.schemas import Schema

NUMBERS = ("Int64", "Float64", "boolean")


def by_word(values: Sequence[Any], answer: Callable[[Any], Any]) -> list[Any]:
    """What `answer` gives for each value, asked once for each distinct one."""
    distinct = set(values)
    if 2 * len(distinct) > len(values):
        return [answer(value) for value in values]
    known = {value: answer(value) for value in distinct}
    return list(map(known.__getitem__, values))


class Columns:
    """Named columns of one length. Null is `None`; a blank text is still text here."""

    def __init__(self, values: dict[str, list[Any]], length: int) -> None:
        self._values = values
        self.length = length

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> list[Any]:
        return self._values[name]

    def __setitem__(self, name: str, values: list[Any]) -> None:
        assert len(values) == self.length
        self._values[name] = values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def fill(self, name: str, value: Any) -> None:
        """One value for every row."""
        self._values[name] = [value] * self.length

    def map(self, name: str, known: Callable[[Any], Any]) -> list[Any]:
        """What `known` gives for each value, asked once for each distinct one; null stays null."""
        values = self._values[name]
        answers = {value: known(value) for value in dict.fromkeys(values) if value is not None}
        return [answers.get(value) for value in values]

    def distinct_texts(self, name: str) -> list[str]:
        """The texts of a column in order of appearance, without nulls and blanks."""
        return [text for text in dict.fromkeys(self._values[name]) if text]

    def rows_where(self, name: str, value: Any) -> list[int]:
        """The rows whose column holds the value."""
        return [at for at, found in enumerate(self._values[name]) if found == value]

    def groups(self, names: Iterable[str]) -> dict[tuple[Any, ...], list[int]]:
        """Rows by the values of several columns, in order of the values, nulls first."""
        found: dict[tuple[Any, ...], list[int]] = {}
        for at, key in enumerate(zip(*(self._values[name] for name in names), strict=True)):
            found.setdefault(key, []).append(at)
        return dict(sorted(found.items(), key=lambda item: [str(v or "") for v in item[0]]))


def in_schema_order(columns: Columns, schema: Schema) -> Columns:
    """Every column of the schema, in its order; absent ones null; blank text null."""
    ordered: dict[str, list[Any]] = {}
    for name, column in schema.columns.items():
        if name not in columns:
            ordered[name] = [None] * columns.length
        elif column.dtype in NUMBERS:
            ordered[name] = columns[name]
        else:
            ordered[name] = by_word(columns[name], _text_or_null)
    return Columns(ordered, columns.length)


def _text_or_null(value: Any) -> str | None:
    text = "" if value is None else str(value)
    return text if text.strip() else None


def as_frame(columns: Columns, schema: Schema) -> pd.DataFrame:
    """The same rows as a frame: figures `Int64` or `Float64`, everything else text."""
    import pandas as pd

    made = {}
    for name in columns:
        values = columns[name]
        text = str in set(map(type, values))
        dtype = schema.columns[name].dtype
        typed = dtype if dtype in NUMBERS and not text else "str"
        made[name] = pd.Series(values, dtype=typed)
    return pd.DataFrame(made, index=range(columns.length))


def as_batch(columns: Columns, schema: Schema) -> pa.RecordBatch:
    """The same rows as a batch of Arrow: figures as numbers, everything else text."""
    import pyarrow as pa

    kinds = {"Int64": pa.int64(), "Float64": pa.float64(), "boolean": pa.bool_()}
    made = {}
    for name in columns:
        values = columns[name]
        text = str in set(map(type, values))
        kind = pa.string() if text else kinds.get(schema.columns[name].dtype, pa.string())
        made[name] = pa.array(values, kind)
    return pa.RecordBatch.from_pydict(made)
