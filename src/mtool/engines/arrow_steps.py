"""The steps of a plan over one batch of Arrow columns: pure, and the same in any process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mtool.checks import RULES
from mtool.engines.arrow_types import typed_column
from mtool.engines.arrow_values import figures, kept_where, positions, texts, where
from mtool.engines.expressions import matching, re2_expression
from mtool.engines.failures import Failed, Outcome, as_word
from mtool.engines.frame_rules import frame_failures
from mtool.engines.plan import COMPARISONS, ColumnPlan, Plan, Step
from mtool.engines.scan import Batch

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_KERNELS = {
    "==": "equal",
    "!=": "not_equal",
    ">": "greater",
    ">=": "greater_equal",
    "<": "less",
    "<=": "less_equal",
}


def check_batch(plan: Plan, batch: Batch) -> Outcome:
    """Everything a plan asks of one batch on its own, and the columns it asks of all together.

    A column that the batch lacks is null throughout.
    """
    typed, failed = typed_cells(plan, batch)
    return check_typed(plan, typed, failed, batch)


def typed_cells(plan: Plan, batch: Batch) -> tuple[dict[str, pa.Array], list[Failed]]:
    """The columns of a batch in the types of the plan, and the cells that are not of them."""
    cells = dict(zip(batch.columns.schema.names, batch.columns.columns, strict=True))
    typed: dict[str, pa.Array] = {}
    failed: list[Failed] = []
    for column in plan.columns:
        if column.name not in cells:
            continue
        typed[column.name], bad = typed_column(column, cells[column.name])
        if len(bad):
            wrong = cells[column.name].take(positions(bad))
            failed.append(Failed("type", column.name, bad.tolist(), _as_words(wrong)))
    return typed, failed


def check_typed(
    plan: Plan, typed: Mapping[str, pa.Array], failed: list[Failed], batch: Batch
) -> Outcome:
    """As `check_batch`, of columns that have their types already."""

    for column in plan.columns:
        if column.name in typed:
            failed += column_failures(plan, column, typed[column.name])
    alone = [step.rule for step in plan.rules if not step.grouped]
    if alone:
        failed += frame_failures(plan, alone, typed, batch.columns.num_rows)
    lines = batch.lines
    placed = [
        Failed(f.rule, f.column, [lines[row] for row in f.rows], f.values, f.figures)
        for f in failed
    ]
    across = {name: _columns(typed, names, batch) for name, names in plan.keys.items()}
    grouped = {name for step in plan.rules if step.grouped for name in step.needs}
    kept = _columns(typed, sorted(grouped | labels(plan)), batch) if grouped else None
    rows = batch.columns.num_rows
    kept_across: dict[str, pa.RecordBatch] = across
    return Outcome(rows, lines, tuple(placed), batch.ragged, kept_across, kept)


def labels(plan: Plan) -> set[str]:
    """The columns that name a row in the findings of rules about parts and wholes."""
    return {"operator", "admin1_name"} & set(plan.by_name)


def _columns(typed: Mapping[str, pa.Array], names: Sequence[str], batch: Batch) -> pa.RecordBatch:
    import pyarrow as pa

    rows = batch.columns.num_rows
    columns = [typed[name] if name in typed else texts([None] * rows) for name in names]
    return pa.RecordBatch.from_arrays(columns, names=list(names))


def column_failures(plan: Plan, column: ColumnPlan, cells: pa.Array) -> list[Failed]:
    """The nulls and values of one typed column that its plan does not allow."""
    import pyarrow.compute as pc

    failed = []
    if not column.nullable and cells.null_count:
        rows = where(pc.is_null(cells)).tolist()
        failed.append(Failed("not_null", column.name, rows, [None] * len(rows)))
    for step in column.steps:
        rows = _failing(plan, column, step, cells)
        if len(rows):
            values = _as_words(cells.take(positions(rows)))
            failed.append(Failed(step.rule, column.name, rows.tolist(), values))
    return failed


def _failing(plan: Plan, column: ColumnPlan, step: Step, cells: pa.Array) -> np.ndarray[Any, Any]:

    if not step.native:
        from mtool.engines.through_pandera import failing_cells

        return failing_cells(plan, column, step, cells)
    if step.rule in RULES:
        fits = RULES[step.rule].fits
        assert fits is not None
        return _misfits(fits(*step.arguments.values()), cells)
    if "pattern" in step.arguments:
        return _not_matching(step.rule, step.arguments["pattern"], cells)
    return _where_not(_passes(step, cells))


def _misfits(fits: Callable[[str], bool], cells: pa.Array) -> np.ndarray[Any, Any]:
    """Judge each distinct text once."""
    import pyarrow.compute as pc

    words = cells.dictionary_encode().dictionary.to_pylist()
    wrong = [word for word in words if not fits(word)]
    return where(pc.is_in(cells, value_set=texts(wrong), skip_nulls=True) if wrong else _no(cells))


def _not_matching(rule: str, pattern: str, cells: pa.Array) -> np.ndarray[Any, Any]:
    """Texts that do not match as Python's `re` has it; Arrow's expressions where they are the same."""
    import pyarrow.compute as pc

    expression = re2_expression(rule, pattern)
    if expression is None:
        return _misfits(matching(rule, pattern), cells)
    return _where_not(pc.match_substring_regex(cells, expression))


def _where_not(passes: pa.Array) -> np.ndarray[Any, Any]:
    """The positions where a truth value is false; most columns have none."""
    import pyarrow.compute as pc

    return where(pc.invert(passes) if passes.false_count else passes.slice(0, 0))


def _no(cells: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.is_valid(cells.slice(0, 0))


def _passes(step: Step, cells: pa.Array) -> pa.Array:
    """One truth value per cell, null where the cell is; or none, where every cell passes."""
    import pyarrow.compute as pc

    given = step.arguments
    if step.rule in COMPARISONS:
        return _compared(COMPARISONS[step.rule], cells, next(iter(given.values())))
    if step.rule == "in_range":
        if _ends_pass(step, cells):
            return _no(cells)
        low = _compared(">=" if given.get("include_min", True) else ">", cells, given["min_value"])
        high = _compared("<=" if given.get("include_max", True) else "<", cells, given["max_value"])
        return pc.and_(low, high)
    if step.rule in ("isin", "notin"):
        listed = pc.is_in(cells, value_set=_values(next(iter(given.values())), cells.type))
        if step.rule == "isin" and listed.true_count + cells.null_count == len(cells):
            return _no(cells)
        inside = listed if step.rule == "isin" else pc.invert(listed)
        return kept_where(pc.is_valid(cells), inside)
    return _text_passes(step, cells)


def _ends_pass(step: Step, cells: pa.Array) -> bool:
    """True where the least and the most of the figures are within a range; false where in doubt."""
    import pyarrow as pa
    import pyarrow.compute as pc

    given = step.arguments
    if not (pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type)):
        return False
    ends = pc.min_max(cells)
    least, most = ends["min"].as_py(), ends["max"].as_py()
    if least is None:
        return True
    low, high = given["min_value"], given["max_value"]
    above = least > low or (least == low and given.get("include_min", True))
    below = most < high or (most == high and given.get("include_max", True))
    return bool(above and below)


def _text_passes(step: Step, cells: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    given = step.arguments
    if step.rule == "str_startswith":
        return pc.starts_with(cells, str(given["string"]))
    if step.rule == "str_endswith":
        return pc.ends_with(cells, str(given["string"]))
    length = pc.utf8_length(cells)
    if given.get("exact_value") is not None:
        return _compared("==", length, given["exact_value"])
    low, high = given.get("min_value"), given.get("max_value")
    least = _compared(">=", length, 0 if low is None else low)
    return least if high is None else pc.and_(least, _compared("<=", length, high))


def _compared(sign: str, cells: pa.Array, value: Any) -> pa.Array:
    import pyarrow.compute as pc

    kernel = getattr(pc, _KERNELS[sign])
    return kernel(cells, _values([value], cells.type)[0])


def _values(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """The arguments of a step in the type of the column."""
    import pyarrow as pa

    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        whole = pa.types.is_integer(kind)
        return _figures_of(tuple(int(v) if whole else v for v in values), whole, kind)
    return _texts_of(tuple(str(v) for v in values), kind)


@lru_cache(256)
def _figures_of(values: tuple[float, ...], whole: bool, kind: pa.DataType) -> pa.Array:
    return figures(values, whole).cast(kind)


@lru_cache(256)
def _texts_of(values: tuple[str, ...], kind: pa.DataType) -> pa.Array:
    return texts(values).cast(kind)


def _as_words(cells: pa.Array) -> list[str | None]:
    """Values as a finding says them: as pandas prints the typed cell, days ISO."""
    return [None if value is None else as_word(value) for value in cells.to_pylist()]
