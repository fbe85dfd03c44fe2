"""The steps of a plan over rows of the standard library's csv: for files that are read at once.

Nothing is imported that takes longer than a small file does.
"""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mtool.checks import RULES
from mtool.engines.blocks import records, whole_text
from mtool.engines.cell_text import read_day, read_figure, read_flag
from mtool.engines.expressions import matching
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
Columns = dict[str, Sequence[Any]]
#: Rules that all values pass where the least and the most of them do.
ENDS_TELL = {*COMPARISONS, "in_range"} - {"equal_to", "not_equal_to"}
#: Lines that are figures as every language writes them, and short enough to be exact.
PLAIN_WHOLE = re.compile(r"^-?[0-9]{1,18}$", re.MULTILINE)
PLAIN_DECIMAL = re.compile(r"^-?[0-9]{1,15}(?:\.[0-9]{1,20})?$", re.MULTILINE)


def check_rows(request: Request) -> list[Outcome]:
    """The outcome of a whole small file, keys and grouped rules included.

    Raises `UnreadableInput` for bytes that are not of the encoding.
    """
    data = whole_text(request.file, request.layout)
    found = records(data, request.layout)[1:]
    width = len(request.header)
    ragged = tuple(Ragged(r.line + 1, width, len(r.cells)) for r in found if len(r.cells) != width)
    rows = [record for record in found if len(record.cells) == width] if ragged else found
    columns = list(zip(*(row.cells for row in rows), strict=True)) or [()] * width
    failed = _failures(request, columns, len(rows))
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


def _failures(request: Request, cells: Sequence[Sequence[str]], rows: int) -> list[Failed]:
    plan = request.plan
    failed: list[Failed] = []
    columns: Columns = {}
    for name in request.wanted:
        column, at = plan.by_name[name], request.header.index(name)
        columns[name] = _typed(column, cells[at], failed)
        failed += _of_column(plan, column, columns[name])
    for column in plan.columns:
        columns.setdefault(column.name, [None] * rows)
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


def _typed_values(column: ColumnPlan, values: list[Any], failed: list[Failed]) -> Sequence[Any]:
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


def _typed(column: ColumnPlan, cells: Sequence[str], failed: list[Failed]) -> Sequence[Any]:
    """The cells in the column's type, null where they are blank or wrong; what is wrong noted."""
    known = _known(column.dtype, set(cells))
    bad = {text for text, value in known.items() if value is None and text.strip()}
    if bad:
        rows = [row for row, text in enumerate(cells) if text in bad]
        failed.append(Failed("type", column.name, rows, [cells[row] for row in rows]))
    if column.dtype == "str" and None not in known.values():
        return cells
    return list(map(known.__getitem__, cells))


def _known(dtype: str, words: set[str]) -> dict[str, Any]:
    """What each distinct cell says in a type; null where it is blank, or nothing of the type."""
    if dtype == "str":
        return {text: text if text.strip() else None for text in words}
    if dtype in ("Int64", "Float64"):
        return _known_figures(dtype == "Int64", words)
    read = read_flag if dtype == "boolean" else read_day
    return {text: read(text) if text.strip() else None for text in words}


def _known_figures(whole: bool, words: set[str]) -> dict[str, Any]:
    """As `_known`; plain figures, which most are, are found by one expression for all of them."""
    plain, one = (PLAIN_WHOLE, int) if whole else (PLAIN_DECIMAL, float)
    figures = set(plain.findall("\n".join(words)))
    known: dict[str, Any] = dict(zip(figures, map(one, figures), strict=True))
    for text in words - figures:
        known[text] = read_figure(text, whole) if text.strip() else None
    return known


def _of_column(plan: Plan, column: ColumnPlan, values: Sequence[Any]) -> list[Failed]:
    failed = []
    distinct = set(values)
    if None in distinct and not column.nullable:
        empty = [row for row, value in enumerate(values) if value is None]
        failed.append(Failed("not_null", column.name, empty, [None] * len(empty)))
    distinct.discard(None)
    for step in column.steps:
        rows = _failing(plan, column, step, values, distinct)
        if rows:
            words = [as_word(values[row]) for row in rows]
            failed.append(Failed(step.rule, column.name, rows, words))
    return failed


def _failing(
    plan: Plan, column: ColumnPlan, step: Step, values: Sequence[Any], distinct: set[Any]
) -> list[int]:
    if not step.native:
        import pandas as pd

        from mtool.engines.through_pandera import failing_values

        series = pd.Series(values, dtype=column.dtype)
        return [int(row) for row in failing_values(plan, column, step, series)]
    passes = _test(step)
    if step.rule in ENDS_TELL and distinct and passes(min(distinct)) and passes(max(distinct)):
        return []
    wrong = {value for value in distinct if not passes(value)}
    return [row for row, value in enumerate(values) if value in wrong] if wrong else []


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


def _duplicates(name: str, columns: list[Sequence[Any]]) -> list[Failed]:
    keys = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
    if len(set(keys)) == len(keys):
        return []
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
