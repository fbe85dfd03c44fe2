"""Checks that have no vectorised form of mtool's own: run by pandera, on the column they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mtool.engines.plan import ColumnPlan, Plan, Step
from mtool.errors import UsageError
from mtool.schemas import load_schema

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa


def failing_cells(
    plan: Plan, column: ColumnPlan, step: Step, cells: pa.Array
) -> np.ndarray[Any, Any]:
    """The positions of typed cells that fail a check, as pandera says."""
    import pandas as pd

    values = pd.Series(pd.arrays.ArrowExtensionArray(cells)).astype(column.dtype)
    return failing_values(plan, column, step, values)


def failing_values(
    plan: Plan, column: ColumnPlan, step: Step, values: pd.Series
) -> np.ndarray[Any, Any]:
    """The positions of a typed series that fail a check. Raises `UsageError` where it breaks."""
    contract = load_schema(plan.path).pandera()
    check = next(c for c in contract.columns[column.name].checks if c.name == step.rule)
    given = values.dropna()
    try:
        passed = check(given).check_output
        fails = ~passed.reindex(values.index, fill_value=True).to_numpy(bool)
    except Exception as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(
            f"{plan.path}: column {column.name}: {step.rule} {step.written} cannot be applied to "
            f"{column.dtype} ({said})"
        ) from None
    failing: np.ndarray[Any, Any] = fails.nonzero()[0]
    return failing
