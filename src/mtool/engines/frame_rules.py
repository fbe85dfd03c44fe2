"""Rules between columns, on a frame of only the columns they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mtool.checks import RULES, Rule
from mtool.engines.failures import Failed, Figures, as_word, whole_if_so
from mtool.engines.plan import Plan

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def frame_failures(
    plan: Plan, rules: Iterable[str], columns: Mapping[str, pa.Array], rows: int
) -> list[Failed]:
    """The failures of rules between Arrow columns; a column that is not there is null."""
    named = list(rules)
    frame = typed_frame(plan, named, columns, rows)
    return [failed for rule in named for failed in rule_failures(RULES[rule], frame)]


def rule_failures(rule: Rule, frame: pd.DataFrame) -> list[Failed]:
    """The rows of a typed frame, numbered from 0, that fail one rule: one failure or none."""
    import pandas as pd

    fails = ~rule.passes(frame).to_numpy(bool)
    rows = [int(row) for row in fails.nonzero()[0]]
    if not rows:
        return []
    blamed = frame.get(rule.column)
    values = [None] * len(rows) if blamed is None else list(map(_word, blamed.iloc[rows]))
    if rule.figures is None:
        return [Failed(rule.name, "", rows, values)]
    both = rule.figures(frame).loc[rows]
    subjects = [frame[name].iloc[rows] for name in ("operator", "admin1_name") if name in frame]
    figures: list[Figures | None] = []
    for at, (stated, computed) in enumerate(zip(both["stated"], both["computed"], strict=True)):
        label = next((s.iloc[at] for s in subjects if not pd.isna(s.iloc[at])), "")
        known = not (pd.isna(stated) or pd.isna(computed))
        figures.append(
            Figures(whole_if_so(stated), whole_if_so(computed), str(label)) if known else None
        )
    return [Failed(rule.name, "", rows, values, figures)]


def _word(value: Any) -> str | None:
    import pandas as pd

    return None if pd.isna(value) else as_word(value)


def typed_frame(
    plan: Plan, rules: Iterable[str], columns: Mapping[str, pa.Array], rows: int
) -> pd.DataFrame:
    """A frame, typed as the schema says, of the columns that some rules and their labels read."""
    import pandas as pd

    needs = {name for step in plan.rules if step.rule in set(rules) for name in step.needs}
    needs |= {"operator", "admin1_name", *(RULES[rule].column for rule in rules)}
    index = pd.RangeIndex(rows)
    frame = {}
    for column in plan.columns:
        if column.name not in needs:
            continue
        if column.name not in columns:
            frame[column.name] = pd.Series(pd.NA, index=index, dtype=column.dtype)
            continue
        values = pd.arrays.ArrowExtensionArray(columns[column.name])
        frame[column.name] = pd.Series(values, index=index).astype(column.dtype)
    return pd.DataFrame(frame, index=index)
