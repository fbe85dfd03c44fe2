"""What a step found, as plain data that goes between processes, and the findings made of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mtool.checks import RULES
from mtool.engines.plan import Plan
from mtool.model import Finding, Locator, Number

if TYPE_CHECKING:
    import pyarrow as pa

    from mtool.engines.ragged import Ragged

Place = Callable[[int, str], Locator]

#: What Pandera's built-in checks expect, for people.
EXPECTED = {
    "equal_to": "{0}",
    "not_equal_to": "anything but {0}",
    "greater_than": "more than {0}",
    "greater_than_or_equal_to": "{0} or more",
    "less_than": "less than {0}",
    "less_than_or_equal_to": "{0} or less",
    "in_range": "a value from {0}",
    "isin": "one of {0}",
    "notin": "none of {0}",
    "str_matches": "text that matches {0}",
    "str_contains": "text that contains {0}",
    "str_startswith": "text that starts with {0}",
    "str_endswith": "text that ends with {0}",
    "str_length": "text of the length {0}",
}
KINDS = {"Int64": "a whole number", "Float64": "a number", "boolean": "true or false"}


@dataclass(frozen=True, slots=True)
class Figures:
    """Both numbers of a rule about parts and wholes, and the row's label."""

    stated: Number
    computed: Number
    label: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The rows where one rule failed for one column, in order; the column is empty for the row.

    `rows` are what a `Place` is asked with: physical lines, or positions in a frame.
    """

    rule: str
    column: str
    rows: Sequence[int]
    values: Sequence[str | None]
    figures: Sequence[Figures | None] = ()
    twins: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one batch gave: failures, ragged rows, and the columns that later steps need.

    `across` holds, by key name, the columns of unique keys; `grouped` those of grouped rules.
    """

    rows: int
    lines: Sequence[int]
    failed: tuple[Failed, ...] = ()
    ragged: tuple[Ragged, ...] = ()
    across: Mapping[str, pa.RecordBatch] = field(default_factory=dict)
    grouped: pa.RecordBatch | None = None


def findings_of(plan: Plan, failed: Iterable[Failed], place: Place) -> list[Finding]:
    """Findings in a fixed order: types by column, then by rule and column; rows in order."""
    order = {column.name: at for at, column in enumerate(plan.columns)}
    parts = list(failed)
    types = sorted((f for f in parts if f.rule == "type"), key=lambda f: order[f.column])
    others = sorted((f for f in parts if f.rule != "type"), key=lambda f: (f.rule, f.column))
    wrong = {f.column: set(f.rows) for f in types}
    others = [
        _without(f, wrong[f.column]) if f.rule == "not_null" and f.column in wrong else f
        for f in others
    ]
    found: list[Finding] = []
    for part in (*types, *others):
        found += _findings(plan, part, place)
    return found


def _without(failed: Failed, rows: set[int]) -> Failed:
    """A cell of the wrong type is not empty: one finding, not two."""
    left = [row for row in failed.rows if row not in rows]
    return replace(failed, rows=left, values=[None] * len(left))


def class_of(rule: str) -> str:
    """The class of a rule's findings: that of mtool's own rules, else `structure`."""
    return RULES[rule].class_ if rule in RULES else "structure"


def _findings(plan: Plan, failed: Failed, place: Place) -> list[Finding]:
    expected, cure = _words(plan, failed.rule, failed.column)
    named = RULES.get(failed.rule)
    blamed = failed.column or (named.column if named else "")
    found = []
    for at, (row, value) in enumerate(zip(failed.rows, failed.values, strict=True)):
        finding = Finding(
            rule=failed.rule,
            class_=class_of(failed.rule),  # type: ignore[arg-type]
            severity="error",
            message=_message(failed.rule, blamed, value, expected),
            locator=place(row, blamed),
            value=value,
            suggestion=cure,
        )
        figures = failed.figures[at] if failed.figures else None
        if figures:
            finding = _with_figures(finding, figures)
        if failed.twins:
            place_of_twin = place(failed.twins[at], "")
            here = place_of_twin.path == finding.locator.path
            twin = place_of_twin.in_source() if here else str(place_of_twin)
            finding = replace(finding, message=f"the same key as {twin}: expected {expected}")
        found.append(finding)
    return found


def _message(rule: str, column: str, value: str | None, expected: str) -> str:
    if rule == "type":
        return f"{column}: {value!r} is not {expected}"
    said = f"{column}: " if column else ""
    found = f"{value!r}; " if value is not None else ""
    return f"{said}{found}expected {expected}"


def _with_figures(finding: Finding, figures: Figures) -> Finding:
    """Say both numbers of a rule about parts and wholes, and which row they are of."""
    rule = RULES[finding.rule]
    says = rule.says.format(stated=f"{figures.stated:,}", computed=f"{figures.computed:,}")
    return replace(
        finding,
        verdict="contradicted",
        message=f"{figures.label}: {says}; expected {rule.expected}" if figures.label else says,
        stated=figures.stated,
        computed=figures.computed,
        difference=whole_if_so(figures.stated - figures.computed),
    )


def as_word(value: Any) -> str:
    """One typed value as a finding says it: days ISO, the rest as Python prints it; no minus zero."""
    if isinstance(value, float) and value == 0:
        return str(abs(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def whole_if_so(number: Number) -> Number:
    """A whole number as an int, so that it reads as one."""
    return int(number) if float(number).is_integer() else float(number)


def _words(plan: Plan, rule: str, column: str) -> tuple[str, str]:
    """What a rule expects, and how to mend a failure."""
    written = ""
    if column in plan.by_name:
        written = next((s.written for s in plan.by_name[column].steps if s.rule == rule), "")
    if rule in RULES:
        known = RULES[rule]
        return known.expected.format(name=written), known.cure.format(name=written)
    if rule == "type":
        kind = KINDS.get(plan.by_name[column].dtype, "a date (YYYY-MM-DD)")
        return kind, f"write {kind}"
    fixed = {
        "not_null": ("a value; the cell is empty", "fill the cell in"),
        "duplicate": ("a value that stands once", "take one of the two rows out"),
        "duplicate_key": (
            f"one row per {', '.join(plan.key)}",
            "take one of the rows out, or tell them apart (two tables of different definition "
            "need different constants in the passport)",
        ),
    }
    if rule in fixed:
        return fixed[rule]
    return EXPECTED.get(rule, rule).format(written), "correct the cell"
