"""Any table of a report: half of them of mine action, half of statistical offices."""

from __future__ import annotations

import random

from mine_action_tables import mine_action_table
from statistical_tables import policy_table, statistical_table
from truth import TrueTable


def report_table(rng: random.Random, lang: str = "en", columns: int = 0) -> TrueTable:
    """A table of figures; `columns`, where given, is the most columns after the first."""
    kind = mine_action_table if rng.random() < 0.5 else statistical_table
    return kind(rng, lang, columns)


def some_tables(rng: random.Random) -> list[TrueTable]:
    """The one to three tables of a document, numbered in order; now and then one of words."""
    made = []
    for number in range(rng.randint(1, 3)):
        words = rng.random() < 0.1
        table = policy_table(rng) if words else report_table(rng, rng.choice(("en", "fr")))
        word = "Tableau" if table.title.startswith("Tableau") else "Table"
        table.title = f"{word} {number + 1}: {table.title.split(maxsplit=2)[-1]}"
        made.append(table)
    return made
