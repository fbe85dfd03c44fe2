"""Dataset → findings: types first, then everything its schema asks, one finding per rule and cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mtool.engines.failures import Failed, Place, class_of, findings_of
from mtool.engines.local import joined
from mtool.errors import UsageError
from mtool.model import Checked, Finding, Locator, Report, parse_place
from mtool.schemas import Schema
from mtool.tidy.columns import Columns, as_frame

if TYPE_CHECKING:
    import pandas as pd

    from mtool.engines.plan import Plan


#: Up to here, plain Python is done before Arrow and pandas are imported.
FEW_ROWS = 5_000


@dataclass(frozen=True)
class Validated:
    """Checked rows and their report. `unsound` are the rows a structure finding speaks of."""

    rows: int
    report: Report
    unsound: frozenset[int]
    typed: Callable[[], pd.DataFrame]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows typed as the schema says; a cell of the wrong type is null."""
        return self.typed()


def nothing_to_validate(report: Report) -> Validated:
    """A report on a table that gave no rows."""

    def no_frame() -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame()

    return Validated(0, report, frozenset(), no_frame)


def validate_rows(columns: Columns, schema: Schema, place: Place) -> Validated:
    """Check tidy rows that stand in plain columns, as `validate_frame` checks a frame.

    Few rows are checked without pandas; their frame is made when somebody asks for it.
    """
    if columns.length > FEW_ROWS:
        return validate_frame(as_frame(columns, schema), schema, place=place)
    from mtool.engines.plan_cache import plan_of_schema
    from mtool.engines.rows import check_columns

    plan = plan_of_schema(schema)
    failed = check_columns(plan, {name: columns[name] for name in columns})

    def typed() -> pd.DataFrame:
        from mtool.engines.coercion import coerced

        return coerced(as_frame(columns, schema), plan)[0]

    return Validated(*_judged(plan, failed, columns.length, place), typed)


def _judged(
    plan: Plan, failed: list[Failed], rows: int, place: Place
) -> tuple[int, Report, frozenset[int]]:
    unsound = {row for f in failed if class_of(f.rule) == "structure" for row in f.rows}
    checked = Checked(tables=1, rows=rows, checks=plan.checks * bool(rows))
    findings = tuple(findings_of(plan, joined(failed), place))
    return rows, Report(findings, checked), frozenset(unsound)


def validate_frame(
    frame: pd.DataFrame,
    schema: Schema,
    path: str = "",
    place: Place | None = None,
    engine: str = "local",
) -> Validated:
    """Check tidy rows against their schema.

    In: the columns of the schema, dates as ISO text, figures as numbers or text.
    `place` tells where a row's column stands; without it, `source_cell` does.
    Out: the frame typed as the schema says, and every failure in one pass. A cell of the wrong
    type is null in the typed frame. Raises `UsageError` for a schema that checks nothing, and
    for rows without a column it requires.
    """
    from mtool.engines import local, reference
    from mtool.engines.coercion import coerced
    from mtool.engines.plan_cache import plan_of_schema

    if place is None:

        def place(at: int, column: str) -> Locator:
            return _locate(frame, at, column, path)

    plan = plan_of_schema(schema)
    absent = [c.name for c in plan.columns if c.required and c.name not in frame]
    if absent:
        raise UsageError(f"the rows have no column {absent[0]!r}, which {schema.name} requires")
    typed, failed = coerced(frame, plan)
    judge = reference.frame_failures if engine == "reference" else local.frame_failures
    failed += judge(typed, plan)
    return Validated(*_judged(plan, failed, len(typed), place), lambda: typed)


def _locate(frame: pd.DataFrame, at: int, column: str, path: str) -> Locator:
    """The place in the source of a tidy row's cell; of the row where the cell has none."""
    if "source_cell" not in frame:
        return Locator(path=path or None)
    printed: dict[str, str] = {}
    for part in str(frame["source_cell"].iloc[at]).split("; "):
        measure, equals, place = part.partition("=")
        printed[measure if equals else ""] = place if equals else part
    where = parse_place(printed.get(column) or next(iter(printed.values())))
    table = None
    if "source_ref" in frame and "[" in str(frame["source_ref"].iloc[at]):
        table = str(frame["source_ref"].iloc[at]).rpartition("[")[2].rstrip("]")
    return replace(where, path=path or None, table=table)


def grouped(findings: Sequence[Finding]) -> Mapping[tuple[str, str, str], list[Finding]]:
    """Findings by (severity, rule, file) in order of first appearance, for people."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.severity, finding.rule, finding.locator.path or "")
        groups.setdefault(key, []).append(finding)
    return groups
