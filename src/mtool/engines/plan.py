"""A Pandera schema → a plan: the same checks as plain data, for engines that never run pandera.

Pandera's own object is read once; what it says of columns, types, nulls, keys and checks becomes
steps. A step without a vectorised form goes through pandera itself, batch by batch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mtool.checks import NOT_FIGURES, RULES
from mtool.engines.expressions import may_take_for_ever
from mtool.errors import UsageError
from mtool.language import counted
from mtool.schemas import Schema

if TYPE_CHECKING:
    from pandera.pandas import Check, DataFrameSchema

COMPARISONS = {
    "equal_to": "==",
    "not_equal_to": "!=",
    "greater_than": ">",
    "greater_than_or_equal_to": ">=",
    "less_than": "<",
    "less_than_or_equal_to": "<=",
}
LISTS = {"isin": "allowed_values", "notin": "forbidden_values"}
TEXT_STEPS = ("str_matches", "str_contains", "str_startswith", "str_endswith", "str_length")
_LARGEST_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Step:
    """One check of a column. `written` is its argument as the schema writes it, for messages."""

    rule: str
    arguments: Mapping[str, Any]
    written: str = ""
    native: bool = True


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One column: how its cells are read, and what each must be."""

    name: str
    dtype: str
    nullable: bool
    required: bool
    unique: bool
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameStep:
    """One rule between columns; `grouped` where rows of all batches are judged together."""

    rule: str
    needs: tuple[str, ...]
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an engine needs to check tidy rows, and to word what it finds."""

    schema: str
    path: str
    strict: bool
    columns: tuple[ColumnPlan, ...]
    key: tuple[str, ...]
    measures: tuple[str, ...]
    rules: tuple[FrameStep, ...]

    @property
    def by_name(self) -> dict[str, ColumnPlan]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def checks(self) -> int:
        """How many checks it makes of a frame: types, nulls, values, keys and rules."""
        of_columns = sum(1 + (not c.nullable) + len(c.steps) + c.unique for c in self.columns)
        return of_columns + len(self.rules) + bool(self.key)

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """What must be unique over all rows, by name: each unique column, and `` for the key."""
        keys = {column.name: (column.name,) for column in self.columns if column.unique}
        return keys | ({"": self.key} if self.key else {})

    def needed(self) -> set[str]:
        """The columns that something is asked of; the others need not be read."""
        asked = {c.name for c in self.columns if not c.nullable or c.steps or c.dtype != "str"}
        of_keys = {name for names in self.keys.values() for name in names}
        labels = (
            {"operator", "admin1_name"} if any(RULES[s.rule].says for s in self.rules) else set()
        )
        known = {column.name for column in self.columns}
        return asked | of_keys | {n for s in self.rules for n in s.needs} | (labels & known)

    def as_json(self) -> dict[str, Any]:
        """Plain values that `plan_from_json` reads back."""
        return asdict(self)


def plan_from_json(data: Mapping[str, Any], path: str) -> Plan:
    """A plan from its JSON form. Raises KeyError or TypeError for anything else."""
    columns = [
        ColumnPlan(**{**c, "steps": tuple(Step(**step) for step in c["steps"])})
        for c in data["columns"]
    ]
    rules = [FrameStep(r["rule"], tuple(r["needs"]), r["grouped"]) for r in data["rules"]]
    tuples = {"columns": tuple(columns), "rules": tuple(rules), "path": path}
    named = {name: tuple(data[name]) for name in ("key", "measures")}
    return Plan(**{**data, **tuples, **named})


def compile_plan(schema: Schema) -> Plan:
    """Read Pandera's own object of a schema, once, into a plan.

    Raises `UsageError` for a schema that checks nothing, for a check whose argument is not of the
    column's type, and for a rule whose columns the schema does not have.
    """
    contract = _contract(schema)
    columns = []
    for name, column in contract.columns.items():
        spec = schema.columns[name]
        steps = [
            _step(schema, spec.dtype, name, check, str(spec.checks.get(check.name, "")))
            for check in column.checks
        ]
        columns.append(
            ColumnPlan(
                name, spec.dtype, column.nullable, column.required, column.unique, tuple(steps)
            )
        )
    rules = tuple(_frame_step(schema, str(check.name)) for check in contract.checks)
    plan = Plan(
        schema=schema.name,
        path=str(schema.path),
        strict=bool(contract.strict),
        columns=tuple(columns),
        key=tuple(contract.unique or ()),
        measures=schema.measures,
        rules=rules,
    )
    if not plan.checks:
        raise UsageError(f"{schema.path}: the schema {schema.name} has no checks")
    return plan


def _contract(schema: Schema) -> DataFrameSchema:
    """Pandera's own object; what it refuses is said in one sentence, not thrown."""
    for name, column in schema.columns.items():
        for rule in ("str_matches", "str_contains"):
            given = column.checks.get(rule)
            pattern = given.get("pattern") if isinstance(given, Mapping) else given
            if pattern is not None:
                _refuse_broken(f"{schema.path}: column {name}: {rule}", pattern)
    try:
        return schema.pandera()
    except UsageError:
        raise
    except Exception as error:
        said = (str(error) or type(error).__name__).splitlines()[0]
        raise UsageError(f"{schema.path}: pandera does not take a check of it: {said}") from None


def _frame_step(schema: Schema, name: str) -> FrameStep:
    rule = RULES.get(name)
    if rule is None or not rule.of_frame:
        raise UsageError(f"{schema.path}: {name!r} is no rule between columns; put it on a column")
    needs = rule.needs
    if name == "missing_says_why":
        figures = (c.name for c in schema.columns.values() if c.dtype in ("Int64", "Float64"))
        needs = (*(n for n in figures if n not in NOT_FIGURES), *needs)
    absent = [column for column in needs if column not in schema.columns]
    if absent:
        raise UsageError(
            f"{schema.path}: the rule {name} needs the column {absent[0]!r}, which is not in the schema"
        )
    return FrameStep(name, needs, rule.grouped)


def _step(schema: Schema, dtype: str, column: str, check: Check, written: str) -> Step:
    rule, arguments = str(check.name), dict(check.statistics or {})
    where = f"{schema.path}: column {column}: {rule}"
    if rule in RULES:
        if RULES[rule].of_frame:
            raise UsageError(f"{where} is a rule between columns; put it under the schema's checks")
        if dtype != "str":
            raise UsageError(f"{where} is for text, and the column is {dtype}")
        return Step(rule, arguments, str(arguments.get("name", "")))
    if rule in TEXT_STEPS and dtype != "str":
        raise UsageError(f"{where} is for text, and the column is {dtype}")
    plain = {name: _plain(value) for name, value in arguments.items()}
    if rule not in TEXT_STEPS:
        _refuse_other_kinds(where, dtype, plain)
    return Step(rule, plain, _in_words(plain, written), _is_native(rule, dtype, plain))


def _refuse_broken(where: str, pattern: Any) -> None:
    try:
        re.compile(pattern)
    except (re.error, TypeError) as error:
        raise UsageError(f"{where}: {pattern!r} is no regular expression ({error})") from None
    if may_take_for_ever(pattern):
        raise UsageError(
            f"{where}: {pattern!r} could take for ever on a text made for it; write it without "
            "repetitions in repetitions, or without look-around and references"
        )


def _in_words(arguments: Mapping[str, Any], written: str) -> str:
    """The argument of a check as people say it; as the schema writes it, where it is one."""
    if "min_value" in arguments and "max_value" in arguments:
        ends = [
            f"{arguments[name]}{'' if arguments.get(include, True) else ' (excluded)'}"
            for name, include in (("min_value", "include_min"), ("max_value", "include_max"))
            if arguments[name] is not None
        ]
        return " to ".join(ends)
    only = next(iter(arguments.values()), None)
    return ", ".join(map(str, only)) if isinstance(only, list) else written


def _plain(value: Any) -> Any:
    """An argument as JSON has it: dates as ISO text, collections as lists."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value
    return [_plain(one) for one in value]


_KINDS: dict[str, tuple[type, ...]] = {
    "Int64": (int, float),
    "Float64": (int, float),
    "boolean": (bool,),
}


def _refuse_other_kinds(where: str, dtype: str, arguments: Mapping[str, Any]) -> None:
    """A figure in a list of texts can never be met: the schema is wrong, not the data."""
    kinds = _KINDS.get(dtype, (str,))
    for name, given in arguments.items():
        for value in given if isinstance(given, list) else [given]:
            if name.startswith("include_"):
                continue
            fits = isinstance(value, kinds) and (dtype == "boolean" or not isinstance(value, bool))
            if not fits:
                cure = "; put it in quotes" if dtype == "str" else ""
                raise UsageError(f"{where}: {value!r} is not of the column's type, {dtype}{cure}")


def _is_native(rule: str, dtype: str, arguments: Mapping[str, Any]) -> bool:
    if rule in TEXT_STEPS:
        return True
    if dtype in ("Int64", "Float64"):
        return all(_is_exact(v, dtype) for v in _flat(arguments.values()))
    if dtype == "str":
        return rule in (*LISTS, "equal_to", "not_equal_to")
    if dtype.startswith("datetime"):
        days = all(isinstance(v, bool) or _is_day(v) for v in arguments.values())
        return rule not in LISTS and days
    return False


def _flat(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        yield from value if isinstance(value, list) else [value]


def _is_exact(value: Any, dtype: str) -> bool:
    """True where comparing with the number gives the same in Python, Arrow and pandas."""
    if dtype == "Int64" and isinstance(value, float) and not value.is_integer():
        return False
    return bool(-_LARGEST_EXACT <= value <= _LARGEST_EXACT)


def _is_day(value: Any) -> bool:
    from mtool.engines.cell_text import read_day

    return isinstance(value, str) and read_day(value) is not None


def explain(plan: Plan) -> list[tuple[str, str, str]]:
    """Every step for people: column, what is asked, and how it is run."""
    rows = []
    for column in plan.columns:
        kinds = [f"type {column.dtype}"] + ["no nulls"] * (not column.nullable)
        rows += [(column.name, kind, "native, per batch") for kind in kinds]
        for step in column.steps:
            how = "native" if step.native else "pandera"
            rows.append((column.name, f"{step.rule} {step.written}".strip(), f"{how}, per batch"))
    for name, columns in plan.keys.items():
        rows.append((name, f"unique {', '.join(columns)}", "native, across all batches"))
    for rule in plan.rules:
        how = "across all batches" if rule.grouped else "per batch"
        rows.append(("", f"{rule.rule} ({', '.join(rule.needs)})", f"native, {how}"))
    return rows


def described(plan: Plan) -> list[str]:
    """A plan in sentences: how many checks, which go through pandera, which wait for all rows."""
    through = [
        f"{column.name}: {step.rule} {step.written}".strip()
        for column in plan.columns
        for step in column.steps
        if not step.native
    ]
    waiting = [name or f"the key {', '.join(plan.key)}" for name in plan.keys]
    waiting += [step.rule for step in plan.rules if step.grouped]
    lines = [
        f"plan of {plan.schema}: {counted(plan.checks, 'check')}, {len(through)} through pandera"
    ]
    lines += [f"through pandera, batch by batch: {one}" for one in through]
    return lines + [f"across all batches: {', '.join(waiting)}"] * bool(waiting)
