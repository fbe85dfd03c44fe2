"""Dataset → findings: types first, then everything its schema asks, one finding per rule and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mtool.engines.failures import Place, class_of, findings_of
from mtool.errors import UsageError
from mtool.model import Checked, Finding, Locator, Report, parse_place
from mtool.schemas import Schema

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Validated:
    """A typed frame and its report. `unsound` are the rows a structure finding speaks of."""

    frame: pd.DataFrame
    report: Report
    unsound: frozenset[int]


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
    unsound = {row for f in failed if class_of(f.rule) == "structure" for row in f.rows}
    findings = findings_of(plan, failed, place)
    checked = Checked(tables=1, rows=len(typed), checks=plan.checks * bool(len(typed)))
    return Validated(typed, Report(tuple(findings), checked), frozenset(unsound))


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
