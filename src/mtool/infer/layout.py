"""A table of a published layout → recipe: nothing is inferred but what the layout leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mtool.areas import fold_name
from mtool.column_words import first_match
from mtool.infer.columns import Column, date_order_of
from mtool.infer.surroundings import Context
from mtool.layouts import Layout, rules_of
from mtool.model import RawTable
from mtool.passport import TableRecipe

KIND_UNKNOWN = (
    "0.5 (neither the sheet nor the file says which kind of event is counted; say `event_type` "
    "under `constants`)"
)


def recipe_of_layout(
    placed: TableRecipe,
    layout: Layout,
    table: RawTable,
    columns: Sequence[Column],
    context: Context,
) -> TableRecipe:
    """Lay a layout's rules into `placed`, which says which table it is.

    The order of day and month is what the dates prove, else the layout's. Where a file counts one
    kind of event and no name says which, the recipe waits.
    """
    rules = rules_of(layout, table)
    for column in columns:
        rule = rules[column.key]
        if rule.get("column") == "event_date":
            rule["date_order"] = date_order_of(column.texts) or rule["date_order"]
    kinds = layout.counts_one_kind
    kind = context.first(lambda words: first_match(kinds, fold_name(words))) if kinds else None
    return replace(
        placed,
        layout=layout.name,
        schema=layout.schema,
        columns=rules,
        codes=layout.codes,
        constants={"event_type": kind} if kind else {},
        missing=layout.missing,
        confidence=KIND_UNKNOWN if kinds and not kind else placed.confidence,
        reasons=(f"the columns are those of the layout {layout.name}: {layout.title}",),
    )
