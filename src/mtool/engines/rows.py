"""The steps of a plan over rows of the standard library's csv: for files that are read at once.

Nothing is imported that takes longer than a small file does.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mtool.checks import RULES
from mtool.engines.blocks import Record, records, whole_text
from mtool.engines.cell_text import matching, read_day, read_figure, read_flag
from mtool.engines.failures import Failed, Figures, Outcome, as_word, whole_if_so
from mtool.engines.group_rules import failing_rows
from mtool.engines.plan import COMPARISONS, ColumnPlan, FrameStep, Plan, Step
from mtool.engines.ragged import Ragged
from mtool.engines.request import Request
from mtool.engines.row_rules import ROW_RULES

_SIGNS = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
Columns = dict[str, list[Any]]


def check_rows(request: Request) -> list[Outcome]:
    """The outcome of a whole small file, keys and grouped rules included.

    Raises `UnreadableInput` for bytes that are not of the encoding.
    """
    data = whole_text(request.file, request.layout)
    found = records(data, request.layout)[1:]
    width = len(request.header)
    ragged = tuple(Ragged(r.line + 1, width, len(r.cells)) for r in found if len(r.cells) != width)
    rows = [record for record in found if len(record.cells) == width]
    failed = _failures(request, rows)
    lines = [row.line + 1 for row in rows]
    placed = [
        Failed(
            f.rule,
            f.column,
            [lines[row] for row in f.rows],
            f.values,
            f.figures,
            [lines[row] for row in f.twins],
        )
        for f in failed
    ]
    return [Outcome(len(rows), lines, tuple(placed), ragged)]


def _failures(request: Request, rows: Sequence[Record]) -> list[Failed]:
    plan = request.plan
    failed: list[Failed] = []
    columns: Columns = {}
    for name in request.wanted:
        column, at = plan.by_name[name], request.header.index(name)
        columns[name] = _typed(column, [row.cells[at] for row in rows], failed)
        failed += _of_column(plan, column, columns[name])
    for column in plan.columns:
        columns.setdefault(column.name, [None] * len(rows))
    return failed + _of_whole_rows(plan, columns)


def check_columns(plan: Plan, given: Mapping[str, list[Any]]) -> list[Failed]:
    """What a plan does not allow in rows that stand in columns, numbered from 0.

    Figures are numbers or text, everything else is text; null is `None`, blank text counts as null.
    """
    failed: list[Failed] = []
    columns: Columns = {}
    for column in plan.columns:
        columns[column.name] = _typed_values(column, given[column.name], failed)
        failed += _of_column(plan, column, columns[column.name])
    return failed + _of_whole_rows(plan, columns)


def _typed_values(column: ColumnPlan, values: list[Any], failed: list[Failed]) -> list[Any]:
    """The values in the column's type; only text has to be read."""
    if not any(isinstance(value, str) for value in values):
        return values
    return _typed(column, ["" if value is None else str(value) for value in values], failed)


def _of_whole_rows(plan: Plan, columns: Columns) -> list[Failed]:
    """Failures of keys, and of rules that look at several columns."""
    failed: list[Failed] = []
    for name, names in plan.keys.items():
        failed += _duplicates(name, [columns[one] for one in names])
    for step in plan.rules:
        failed += _of_groups(step, columns) if step.grouped else _of_rows(step, columns)
    return failed


def _typed(column: ColumnPlan, cells: list[str], failed: list[Failed]) -> list[Any]:
    """The cells in the column's type, null where they are blank or wrong; what is wrong noted."""
    reads: dict[str, Callable[[str], Any]] = {
        "str": str,
        "boolean": read_flag,
        "Int64": lambda text: read_figure(text, whole=True),
        "Float64": lambda text: read_figure(text, whole=False),
    }
    read = reads.get(column.dtype, read_day)
    known = {text: read(text) if text.strip() else None for text in dict.fromkeys(cells)}
    bad = {text for text, value in known.items() if value is None and text.strip()}
    rows = [row for row, text in enumerate(cells) if text in bad]
    if rows:
        failed.append(Failed("type", column.name, rows, [cells[row] for row in rows]))
    return [known[text] for text in cells]


def _of_column(plan: Plan, column: ColumnPlan, values: list[Any]) -> list[Failed]:
    failed = []
    empty = [row for row, value in enumerate(values) if value is None]
    if empty and not column.nullable:
        failed.append(Failed("not_null", column.name, empty, [None] * len(empty)))
    for step in column.steps:
        rows = _failing(plan, column, step, values)
        if rows:
            words = [as_word(values[row]) for row in rows]
            failed.append(Failed(step.rule, column.name, rows, words))
    return failed


def _failing(plan: Plan, column: ColumnPlan, step: Step, values: list[Any]) -> list[int]:
    if not step.native:
        import pandas as pd

        from mtool.engines.through_pandera import failing_values

        series = pd.Series(values, dtype=column.dtype)
        return [int(row) for row in failing_values(plan, column, step, series)]
    passes = _test(step)
    known = {value: passes(value) for value in dict.fromkeys(values) if value is not None}
    return [row for row, value in enumerate(values) if not known.get(value, True)]


def _test(step: Step) -> Callable[[Any], bool]:
    """What one value must be."""
    given = step.arguments
    if step.rule in RULES:
        fits = RULES[step.rule].fits
        assert fits is not None
        return fits(*given.values())
    first = next(iter(given.values()))
    if step.rule in COMPARISONS:
        compare = _SIGNS[COMPARISONS[step.rule]]
        return lambda value: bool(compare(value, first))
    if step.rule == "in_range":
        low = operator.ge if given.get("include_min", True) else operator.gt
        high = operator.le if given.get("include_max", True) else operator.lt
        return lambda v: bool(low(v, given["min_value"]) and high(v, given["max_value"]))
    if step.rule == "isin":
        return set(first).__contains__
    if step.rule == "notin":
        return lambda value: value not in set(first)
    return _text_test(step.rule, given)


def _text_test(rule: str, given: Mapping[str, Any]) -> Callable[[str], bool]:
    if rule in ("str_matches", "str_contains"):
        return matching(rule, given["pattern"])
    if rule == "str_startswith":
        return lambda text: text.startswith(given["string"])
    if rule == "str_endswith":
        return lambda text: text.endswith(given["string"])
    exact, low, high = (given.get(name) for name in ("exact_value", "min_value", "max_value"))
    if exact is not None:
        return lambda text: len(text) == exact
    return lambda text: (low or 0) <= len(text) and (high is None or len(text) <= high)


def _duplicates(name: str, columns: list[list[Any]]) -> list[Failed]:
    same: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(*columns, strict=True)):
        if key != (None,) * len(columns):
            same[key].append(row)
    twins = sorted(
        (row, rows[1] if row == rows[0] else rows[0])
        for rows in same.values()
        if len(rows) > 1
        for row in rows
    )
    if not twins:
        return []
    rows = [row for row, _ in twins]
    if not name:
        others = [other for _, other in twins]
        return [Failed("duplicate_key", "", rows, [None] * len(rows), twins=others)]
    return [Failed("duplicate", name, rows, [as_word(columns[0][row]) for row in rows])]


def _of_rows(step: FrameStep, columns: Columns) -> list[Failed]:
    rule, judge = RULES[step.rule], ROW_RULES[step.rule]
    needed = {name: columns[name] for name in step.needs}
    rows, figures = [], []
    for row, cells in enumerate(zip(*needed.values(), strict=True)):
        numbers = judge(dict(zip(needed, cells, strict=True)), step.needs)
        if numbers is not None:
            rows.append(row)
            figures.append(_figures(numbers, row, columns) if rule.figures else None)
    if not rows:
        return []
    blamed = columns.get(rule.column)
    values = [None if blamed is None or blamed[r] is None else as_word(blamed[r]) for r in rows]
    return [Failed(step.rule, "", rows, values, figures)]


def _figures(numbers: tuple[Any, Any], row: int, columns: Columns) -> Figures:
    subjects = (columns[name][row] for name in ("operator", "admin1_name") if name in columns)
    label = next((subject for subject in subjects if subject), "")
    return Figures(whole_if_so(numbers[0]), whole_if_so(numbers[1]), label)


def _of_groups(step: FrameStep, columns: Columns) -> list[Failed]:
    found = failing_rows(step.rule, columns)
    if not found:
        return []
    blamed = columns[RULES[step.rule].column]
    rows = [row for row, _, _ in found]
    figures: list[Figures | None] = [_figures((a, b), row, columns) for row, a, b in found]
    return [Failed(step.rule, "", rows, [as_word(blamed[row]) for row in rows], figures)]
