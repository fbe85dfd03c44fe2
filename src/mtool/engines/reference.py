"""The reference engine: pandera itself, after mtool's own coercion, collapsed to failures.

Slow and whole in memory; what the other engines are proven against. Pandera's own coercion retries
value by value, and its failure cases repeat a row per column: neither reaches a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mtool.checks import RULES
from mtool.engines.coercion import coerced
from mtool.engines.failures import Failed, Outcome, as_word
from mtool.engines.frame_rules import rule_failures
from mtool.engines.local import report_on
from mtool.engines.plan import Plan
from mtool.engines.request import Request
from mtool.errors import UsageError
from mtool.model import Report
from mtool.schemas import load_schema

if TYPE_CHECKING:
    import pandas as pd

PANDERA_NAMES = {
    "not_nullable": "not_null",
    "field_uniqueness": "duplicate",
    "multiple_fields_uniqueness": "duplicate_key",
    "column_in_schema": "unknown_column",
    "column_in_dataframe": "missing_column",
}


def validate(request: Request) -> Report:
    """Check a whole tidy file with pandera. Raises as the local engine does."""
    import pandas as pd
    import pyarrow as pa

    from mtool.engines.scan import scan

    batches = list(scan(request.file, request.wanted, request.layout, typed=True))
    table = pa.Table.from_batches([batch.columns for batch in batches])
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    for column in request.plan.columns:
        if column.name not in frame:
            frame[column.name] = pd.Series(pd.NA, index=frame.index, dtype=column.dtype)
    ordered = frame[[column.name for column in request.plan.columns]]
    typed, failed = coerced(ordered, request.plan)
    failed += frame_failures(typed, request.plan)
    lines = [line for batch in batches for line in batch.lines]
    placed = [
        replace(f, rows=[lines[r] for r in f.rows], twins=[lines[r] for r in f.twins])
        for f in failed
    ]
    ragged = tuple(row for batch in batches for row in batch.ragged)
    return report_on(request, [Outcome(len(lines), lines, tuple(placed), ragged)])


def frame_failures(typed: pd.DataFrame, plan: Plan) -> list[Failed]:
    """The rows of a typed frame that pandera says fail, by rule and column.

    Raises `UsageError` for a check that breaks on the column's type.
    """
    failed = []
    for (rule, column), rows in _pandera_failures(typed, plan).items():
        if rule in RULES and RULES[rule].figures:
            failed += rule_failures(RULES[rule], typed)
            continue
        blamed = column or (RULES[rule].column if rule in RULES else "")
        values = [_value(typed, row, blamed) for row in rows]
        twins = _twins(typed, plan, rows) if rule == "duplicate_key" else []
        failed.append(Failed(rule, column, list(rows), values, twins=twins))
    return failed


def _pandera_failures(frame: pd.DataFrame, plan: Plan) -> dict[tuple[str, str], Sequence[int]]:
    """Failing rows by (rule, column); column empty for rules of the frame."""
    from pandera.errors import SchemaErrors

    try:
        load_schema(plan.path).pandera().validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return {}
    cases = cases.assign(rule=cases["check"].astype(str).map(_rule_name))
    broken = cases[
        cases["index"].isna()
        & cases["failure_case"].astype(str).str.match(r"\w*(Error|Exception)\(")
    ]
    if len(broken):
        first = broken.iloc[0]
        raise UsageError(f"{plan.path}: the check {first['check']} broke: {first['failure_case']}")
    of_frame = cases["rule"].map(
        lambda r: r == "duplicate_key" or (r in RULES and RULES[r].of_frame)
    )
    cases["place"] = cases["column"].astype(str).mask(of_frame.astype(bool), "")
    failures: dict[tuple[str, str], Sequence[int]] = {}
    for (rule, place), rows in cases.groupby(["rule", "place"], sort=True):
        found = sorted(int(row) for row in rows["index"].dropna().unique())
        if not found and rule not in ("duplicate", "duplicate_key"):
            raise UsageError(
                f"{plan.path}: the check {rule} of {place} failed for no row in particular"
            )
        failures[(rule, place)] = found
    return {where: found for where, found in failures.items() if found}


def _rule_name(check: str) -> str:
    name = check.split("(")[0]
    return "type" if name == "dtype" else PANDERA_NAMES.get(name, name)


def _value(frame: pd.DataFrame, row: int, column: str) -> str | None:
    import pandas as pd

    if column not in frame:
        return None
    value = frame[column].iloc[row]
    return None if pd.isna(value) else as_word(value)


def _twins(frame: pd.DataFrame, plan: Plan, rows: Sequence[int]) -> list[int]:
    """For each row of a duplicated key, the first other row that has it."""
    key = list(plan.key)
    numbers = frame.groupby(key, dropna=False, sort=False).ngroup()
    found = []
    for row in rows:
        same = numbers.index[numbers == numbers.iloc[row]]
        found.append(next(int(other) for other in same if other != row))
    return found
