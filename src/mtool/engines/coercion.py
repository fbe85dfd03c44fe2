"""A frame's columns → the types of a plan: vectorised, each distinct text read once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mtool.engines.cell_text import read_day, read_figure, read_flag
from mtool.engines.failures import Failed
from mtool.engines.plan import ColumnPlan, Plan

if TYPE_CHECKING:
    import pandas as pd


def coerced(frame: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, list[Failed]]:
    """The frame in its declared types, and the cells that were not of them; those are null."""
    typed = frame.copy(deep=False).reset_index(drop=True)
    failed = []
    for column in plan.columns:
        if column.name not in typed:
            continue
        given = typed[column.name]
        typed[column.name], bad = _typed(given, column)
        rows = [int(row) for row in bad.to_numpy().nonzero()[0]]
        if rows:
            failed.append(Failed("type", column.name, rows, [str(given[row]) for row in rows]))
    return typed, failed


def _typed(values: pd.Series, column: ColumnPlan) -> tuple[pd.Series, pd.Series]:
    """The column in its type, and which cells were not of it; blank text is null."""
    import pandas as pd

    good = pd.Series(False, index=values.index)
    numeric = pd.api.types.is_numeric_dtype(values) and column.dtype != "str"
    if column.dtype == "str":
        text = values.astype("str")
        return text.mask(text.str.strip() == ""), good
    if column.dtype.startswith("datetime") and pd.api.types.is_datetime64_any_dtype(values):
        return values.astype(column.dtype), good
    if column.dtype == "Int64" and numeric:
        whole = values.isna() | (values % 1 == 0)
        return values.where(whole).astype("Int64"), ~whole
    if column.dtype in ("Float64", "boolean") and numeric:
        return values.astype(column.dtype), good
    return _read(values, column, _reader(column.dtype))


def _reader(dtype: str) -> Callable[[str], Any]:
    if dtype in ("Int64", "Float64"):
        return lambda text: read_figure(text, dtype == "Int64")
    return read_flag if dtype == "boolean" else read_day


def _read(
    values: pd.Series, column: ColumnPlan, read: Callable[[str], Any]
) -> tuple[pd.Series, pd.Series]:
    import pandas as pd

    texts = values.astype("str")
    given = texts.notna() & (texts.str.strip() != "")
    known = {text: read(text) for text in texts[given].unique()}
    found = [
        known.get(text) if is_given else None for text, is_given in zip(texts, given, strict=True)
    ]
    bad = given & pd.Series([value is None for value in found], index=values.index, dtype=bool)
    if column.dtype.startswith("datetime"):
        days = pd.to_datetime(pd.Series(found, index=values.index, dtype="str"), format="%Y-%m-%d")
        return days.astype(column.dtype), bad
    return pd.Series(pd.array(found, dtype=column.dtype), index=values.index), bad
