"""The local engine: one streaming pass over a file, every core, only failing rows materialised."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mtool.engines.failures import Failed, Outcome, as_word, findings_of
from mtool.engines.plan import Plan
from mtool.engines.request import Request
from mtool.language import counted
from mtool.model import Checked, Finding, Report

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mtool.engines.keys import Keys
    from mtool.engines.ragged import Ragged

#: Below this size the standard library is done before Arrow is imported.
SMALL_BYTES = 10_000_000


def validate(request: Request) -> Report:
    """Check a tidy file against its plan.

    Raises `UnreadableInput` for a file that cannot be read to its end.
    """
    return report_on(request, _outcomes(request))


def _outcomes(request: Request) -> Iterable[Outcome]:
    if not request.is_parquet and request.file.stat().st_size < SMALL_BYTES:
        from mtool.engines.rows import check_rows

        return check_rows(request)
    from mtool.engines.arrow_steps import check_batch
    from mtool.engines.scan import scan

    opened = scan(request.file, request.wanted, request.layout, typed=True)
    return opened.map(partial(check_batch, request.plan))


def frame_failures(typed: pd.DataFrame, plan: Plan) -> list[Failed]:
    """The rows, numbered from 0, of a typed frame that its plan does not allow."""
    import pyarrow as pa

    from mtool.engines.arrow_steps import check_typed
    from mtool.engines.scan import Batch

    columns = {c.name: _array(typed[c.name]) for c in plan.columns if c.name in typed}
    rows = pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
    outcome = check_typed(plan, columns, [], Batch(rows, range(len(typed))))
    across = AcrossBatches(plan)
    across.add(outcome)
    return [*outcome.failed, *across.finish()]


def _array(values: pd.Series) -> pa.Array:
    import pyarrow as pa

    column = pa.array(values, from_pandas=True)
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return column.cast(pa.string()) if pa.types.is_large_string(column.type) else column


def report_on(request: Request, outcomes: Iterable[Outcome]) -> Report:
    """One report from the outcomes of all batches, in order, whoever made them."""
    plan, across = request.plan, AcrossBatches(request.plan)
    failed: list[Failed] = []
    findings: list[Finding] = list(request.findings)
    for outcome in outcomes:
        failed += outcome.failed
        findings += [_ragged(request, row) for row in outcome.ragged]
        across.add(outcome)
    failed += across.finish()
    findings += findings_of(plan, joined(failed), request.place)
    if not across.rows:
        findings.append(no_rows(request))
    checked = Checked(tables=1, rows=across.rows, checks=plan.checks * bool(across.rows))
    return Report(tuple(findings), checked)


def _ragged(request: Request, row: Ragged) -> Finding:
    kind = "long" if row.found > row.expected else "short"
    return Finding(
        f"row_too_{kind}",
        "structure",
        "error",
        f"the row has {counted(row.found, 'cell')} and the header {row.expected}; it was not checked",
        request.place(row.line, ""),
        suggestion="put cells that hold the delimiter into quotes"
        if kind == "long"
        else "add the missing cells or delimiters",
    )


def no_rows(request: Request) -> Finding:
    """The finding that a file was read and nothing in it was checked."""
    return Finding(
        "no_rows",
        "structure",
        "error",
        "the table gave no rows: nothing was checked",
        request.place(1, ""),
        suggestion="look at it with mtool tables",
    )


def joined(failed: Iterable[Failed]) -> list[Failed]:
    """The failures of all batches, one entry per rule and column."""
    parts: dict[tuple[str, str], list[Failed]] = {}
    for part in failed:
        parts.setdefault((part.rule, part.column), []).append(part)
    return [
        Failed(
            rule,
            column,
            [row for part in group for row in part.rows],
            [value for part in group for value in part.values],
            [f for part in group for f in part.figures],
            [twin for part in group for twin in part.twins],
        )
        for (rule, column), group in parts.items()
    ]


class AcrossBatches:
    """What no batch can tell alone: unique columns and keys, and rules that judge rows together."""

    def __init__(self, plan: Plan) -> None:
        from mtool.engines.keys import Keys

        self.plan = plan
        self.rows = 0
        self._keys = {name: Keys() for name in plan.keys}
        self._lines: list[Sequence[int]] = []
        self._grouped: list[pa.RecordBatch] = []

    def add(self, outcome: Outcome) -> None:
        """Take what the next batch, in order, has kept for the end."""
        for name, columns in outcome.across.items():
            self._keys[name].add(columns)
        if outcome.grouped is not None:
            self._grouped.append(outcome.grouped)
        lines = outcome.lines
        size = "I" if len(lines) and lines[-1] < 1 << 32 else "q"
        self._lines.append(lines if isinstance(lines, range) else array(size, lines))
        self.rows += outcome.rows

    def finish(self) -> list[Failed]:
        """The failures of all rows together, at their lines."""
        failed = [f for name, keys in self._keys.items() if (f := self._duplicates(name, keys))]
        return failed + self._of_groups()

    def _duplicates(self, name: str, keys: Keys) -> Failed | None:
        twins = keys.duplicates()
        if not twins:
            return None
        rows = self._places([twin.row for twin in twins])
        if name:
            values = [None if t.values[0] is None else as_word(t.values[0]) for t in twins]
            return Failed("duplicate", name, rows, values)
        others = self._places([twin.other for twin in twins])
        return Failed("duplicate_key", "", rows, [None] * len(rows), twins=others)

    def _of_groups(self) -> list[Failed]:
        rules = [step.rule for step in self.plan.rules if step.grouped]
        if not rules or not self.rows:
            return []
        import pyarrow as pa

        from mtool.engines.frame_rules import frame_failures

        table = pa.Table.from_batches(self._grouped).combine_chunks()
        columns = {name: table.column(name).chunk(0) for name in table.column_names}
        found = frame_failures(self.plan, rules, columns, self.rows)
        return [replace(part, rows=self._places(part.rows)) for part in found]

    def _places(self, rows: Sequence[int]) -> list[int]:
        """The lines of rows numbered over all batches."""
        from bisect import bisect_right
        from itertools import accumulate

        starts = [0, *accumulate(len(lines) for lines in self._lines)]
        found = []
        for row in rows:
            at = bisect_right(starts, row) - 1
            found.append(int(self._lines[at][row - starts[at]]))
        return found
