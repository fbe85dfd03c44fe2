"""Dataset → findings: vectorised coercion, then Pandera, then one finding per rule and cell.

Pandera's own coercion retries value by value and its failure cases repeat a row per column; so
mtool coerces first and collapses what Pandera reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mtool.checks import RULES, Rule
from mtool.errors import UsageError
from mtool.model import Checked, Finding, Locator, Report, parse_place
from mtool.printed_numbers import read_number
from mtool.schemas import ColumnSpec, Schema

if TYPE_CHECKING:
    import pandas as pd

#: What Pandera's built-in checks expect, for people.
EXPECTED = {
    "equal_to": "{0}",
    "not_equal_to": "anything but {0}",
    "greater_than": "more than {0}",
    "greater_than_or_equal_to": "{0} or more",
    "less_than": "less than {0}",
    "less_than_or_equal_to": "{0} or less",
    "in_range": "a number in the range {0}",
    "isin": "one of {0}",
    "notin": "none of {0}",
    "str_matches": "text that matches {0}",
    "str_contains": "text that contains {0}",
    "str_startswith": "text that starts with {0}",
    "str_endswith": "text that ends with {0}",
    "str_length": "text of the length {0}",
}


@dataclass(frozen=True)
class Validated:
    """A typed frame and its report. `unsound` are the rows a structure finding speaks of."""

    frame: pd.DataFrame
    report: Report
    unsound: frozenset[int]


Place = Callable[[int, str], Locator]


def validate_frame(
    frame: pd.DataFrame, schema: Schema, path: str = "", place: Place | None = None
) -> Validated:
    """Check tidy rows against their schema.

    In: the columns of the schema, dates as ISO text, figures as numbers or text.
    `place` tells where a row's column stands; without it, `source_cell` does.
    Out: the frame typed as the schema says, and every failure in one pass. A cell of the wrong
    type is null in the typed frame. Raises `UsageError` for a schema that checks nothing.
    """
    if place is None:

        def place(at: int, column: str) -> Locator:
            return _locate(frame, at, column, path)

    typed, findings, unsound = _coerce(frame, schema, place)
    checks = count_checks(schema)
    if not checks:
        raise UsageError(f"{schema.path}: the schema {schema.name} has no checks")
    failures = _pandera_failures(typed, schema)
    for (rule, column), rows in failures.items():
        findings += _findings(typed, schema, (rule, column), rows, place)
        if _class_of(rule) == "structure":
            unsound |= {int(row) for row in rows}
    checked = Checked(tables=1, rows=len(typed), checks=checks * bool(len(typed)))
    return Validated(typed, Report(tuple(findings), checked), frozenset(unsound))


def count_checks(schema: Schema) -> int:
    """How many checks the schema makes of a frame: types, nulls, values, keys and rules."""
    of_columns = sum(
        1 + (not c.nullable) + len(c.checks) + c.unique for c in schema.columns.values()
    )
    return of_columns + len(schema.checks) + bool(schema.key)


# Types ------------------------------------------------------------------------------------------


def _coerce(
    frame: pd.DataFrame, schema: Schema, place: Place
) -> tuple[pd.DataFrame, list[Finding], set[int]]:
    typed = frame.copy(deep=False).reset_index(drop=True)
    findings: list[Finding] = []
    unsound: set[int] = set()
    for name, column in schema.columns.items():
        if name not in typed:
            continue
        typed[name], bad = _typed(typed[name], column)
        for at in typed.index[bad]:
            value = str(frame[name].iloc[at])
            findings.append(_type_finding(column, value, place(int(at), name)))
            unsound.add(int(at))
    return typed, findings, unsound


def _typed(values: pd.Series, column: ColumnSpec) -> tuple[pd.Series, pd.Series]:
    """The column in its declared type, and which cells were not of it."""
    import pandas as pd

    if column.dtype in ("Int64", "Float64") and not pd.api.types.is_numeric_dtype(values):
        given = values.notna() & (values.astype("str").str.strip() != "")
        known = {text: read_number(text) for text in values[given].unique()}
        numbers = values.map({t: n.value for t, n in known.items() if n and not n.qualifier})
        plain = pd.to_numeric(numbers, errors="coerce")
        whole = plain.isna() | (plain % 1 == 0) | (column.dtype == "Float64")
        return plain.where(whole).astype(column.dtype), given & (plain.isna() | ~whole)
    if column.dtype.startswith("datetime64"):
        days = pd.to_datetime(values, format="%Y-%m-%d", errors="coerce").astype(column.dtype)
        return days, values.notna() & days.isna()
    if column.dtype in ("Int64", "Float64", "boolean"):
        return values.astype(column.dtype), pd.Series(False, index=values.index)
    return values.astype("str"), pd.Series(False, index=values.index)


def _type_finding(column: ColumnSpec, value: str, where: Locator) -> Finding:
    kinds = {"Int64": "a whole number", "Float64": "a number", "boolean": "true or false"}
    expected = kinds.get(column.dtype, "a date (YYYY-MM-DD)")
    return Finding(
        rule="type",
        class_="structure",
        severity="error",
        message=f"{column.name}: {value!r} is not {expected}",
        locator=where,
        value=value,
        suggestion=f"write {expected}",
    )


# Pandera ----------------------------------------------------------------------------------------


def _pandera_failures(frame: pd.DataFrame, schema: Schema) -> dict[tuple[str, str], Sequence[int]]:
    """Failing rows by (rule, column); column empty for rules of the frame, -1 for no row."""
    from pandera.errors import SchemaErrors

    try:
        schema.pandera().validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return {}
    failures: dict[tuple[str, str], Sequence[int]] = {}
    cases = cases.assign(rule=cases["check"].astype(str).map(_rule_name))
    broken = cases[cases["failure_case"].astype(str).str.match(r"\w*(Error|Exception)\(")]
    if len(broken):
        raise AssertionError(
            f"check {broken['check'].iloc[0]} broke: {broken['failure_case'].iloc[0]}"
        )
    of_frame = cases["rule"].map(
        lambda r: r == "duplicate_key" or (r in RULES and RULES[r].of_frame)
    )
    cases["place"] = cases["column"].astype(str).mask(of_frame.astype(bool), "")
    for (rule, place), rows in cases.groupby(["rule", "place"], sort=True):
        index = rows["index"].dropna().astype(int).unique()
        named = str(rows["failure_case"].iloc[0]) if rule.endswith("_column") else place
        failures[(rule, named)] = sorted(index) if len(index) else [-1]
    return failures


PANDERA_NAMES = {
    "not_nullable": "not_null",
    "field_uniqueness": "duplicate",
    "multiple_fields_uniqueness": "duplicate_key",
    "column_in_schema": "unknown_column",
    "column_in_dataframe": "missing_column",
}


def _rule_name(check: str) -> str:
    name = check.split("(")[0]
    return "type" if name == "dtype" else PANDERA_NAMES.get(name, name)


def _class_of(rule: str) -> str:
    return RULES[rule].class_ if rule in RULES else "structure"


def _findings(
    frame: pd.DataFrame,
    schema: Schema,
    failed: tuple[str, str],
    rows: Sequence[int],
    place: Place,
) -> list[Finding]:
    rule, column = failed
    expected, cure = _words(rule, column, schema)
    named = RULES.get(rule)
    blamed = column or (named.column if named else "")
    findings = []
    for at in rows:
        finding = Finding(
            rule=rule,
            class_=_class_of(rule),  # type: ignore[arg-type]
            severity="error",
            message=_message(frame, at, blamed or column, expected),
            locator=place(at, blamed) if at >= 0 else Locator(),
            value=_value(frame, at, blamed),
            suggestion=cure,
        )
        if named and named.figures:
            finding = _with_figures(finding, frame, named, at)
        findings.append(finding)
    if rule == "duplicate_key":
        return [
            _with_twin(frame, schema, finding, (at, place))
            for finding, at in zip(findings, rows, strict=True)
        ]
    return findings


def _words(rule: str, column: str, schema: Schema) -> tuple[str, str]:
    """What a rule expects, and how to mend a failure."""
    if rule in RULES:
        known: Rule = RULES[rule]
        named = schema.columns[column].checks if column in schema.columns else {}
        argument = str(named.get(rule, "")) if known.argument else ""
        return known.expected.format(name=argument), known.cure.format(name=argument)
    fixed = {
        "not_null": ("a value; the cell is empty", "fill the cell in"),
        "duplicate": ("a value that stands once", "take one of the two rows out"),
        "duplicate_key": (
            f"one row per {', '.join(schema.key)}",
            "take one of the rows out, or tell them apart (two tables of different definition "
            "need different constants in the passport)",
        ),
        "unknown_column": (f"a column of the schema {schema.name}", "rename or ignore the column"),
        "missing_column": (f"the column {column}", "add the column"),
        "type": ("a value of the column's type", "correct the cell"),
    }
    if rule in fixed:
        return fixed[rule]
    checks = schema.columns[column].checks if column in schema.columns else {}
    return EXPECTED.get(rule, rule).format(checks.get(rule, "")), "correct the cell"


def _message(frame: pd.DataFrame, at: int, column: str, expected: str) -> str:
    value = _value(frame, at, column)
    said = f"{column}: " if column else ""
    found = f"{value!r}; " if value is not None else ""
    return f"{said}{found}expected {expected}"


def _value(frame: pd.DataFrame, at: int, column: str) -> str | None:
    if at < 0 or column not in frame:
        return None
    value = frame[column].iloc[at]
    if frame[column].isna().iloc[at]:
        return None
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def _with_figures(finding: Finding, frame: pd.DataFrame, rule: Rule, at: int) -> Finding:
    """Say both numbers of a rule about parts and wholes, and which row they are of."""
    assert rule.figures is not None
    figures = rule.figures(frame)
    stated, computed = (_number(figures.loc[at, name]) for name in ("stated", "computed"))
    if stated is None or computed is None:
        return finding
    subject = [_value(frame, at, name) for name in ("operator", "admin1_name") if name in frame]
    label = next((name for name in subject if name), "")
    says = rule.says.format(stated=f"{stated:,}", computed=f"{computed:,}")
    return replace(
        finding,
        verdict="contradicted",
        message=f"{label}: {says}; expected {rule.expected}" if label else says,
        stated=stated,
        computed=computed,
        difference=_number(stated - computed),
    )


def _number(value: Any) -> int | float | None:
    import pandas as pd

    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _with_twin(
    frame: pd.DataFrame, schema: Schema, finding: Finding, where: tuple[int, Place]
) -> Finding:
    """Name the other row of a duplicated key."""
    at, place = where
    key = [name for name in schema.key if name in frame]
    mine = frame[key].iloc[at]
    same = (frame[key].eq(mine) | (frame[key].isna() & mine.isna())).all(axis=1)
    others = [row for row in frame.index[same] if row != at]
    if not others:
        return finding
    twin = place(int(others[0]), "").in_source()
    return replace(
        finding,
        message=f"the same key as {twin}: expected {finding.message.partition('expected ')[2]}",
    )


def _locate(frame: pd.DataFrame, at: int, column: str, path: str) -> Locator:
    """The place in the source of a tidy row's cell; of the row where the cell has none."""
    if at < 0 or "source_cell" not in frame:
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
