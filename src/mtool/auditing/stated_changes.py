"""Changes that a cell of a table puts into words: `16 % increase from 114`."""

from __future__ import annotations

from collections.abc import Iterator

from mtool.auditing.change_words import DOWN, UP
from mtool.auditing.dimensions import categories
from mtool.auditing.figures import Figure, FigureTable
from mtool.auditing.quantities import Quantity, find_quantities
from mtool.auditing.sentences import tokenize
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.terms import terms
from mtool.auditing.total_labels import TotalLabel, total_label
from mtool.auditing.verdicts import judge_change
from mtool.model import Finding
from mtool.printed_numbers import LONGEST

_BASES = {"from", "than", "on", "de", "aux", "a", "contre"}


def check_stated_changes(figures: FigureTable) -> Iterator[Finding]:
    """Compute each change that a cell states, from its base to the total of the same record.

    The total is the row called so, or killed and injured together where none is printed.
    """
    for r, row in enumerate(figures.rows):
        for c, text in enumerate(row.cells):
            if "%" not in text or len(text) > LONGEST or c not in figures.numeric:
                continue
            change = _read(text)
            total = _total_of_record(figures, r, c) if change else None
            if change is not None and total is not None and total.value is not None:
                yield _finding(figures, (r, c), change, float(total.value))


def _read(text: str) -> tuple[Quantity, Quantity, int] | None:
    """The percentage, the base and the direction; null when the cell says anything else."""
    tokens = tokenize(text)
    found = find_quantities(tokens)
    said = {t.word for t in tokens}
    direction = 1 if said & UP else -1 if said & DOWN else 0
    percents = [q for q in found if q.kind == "percent"]
    counts = [q for q in found if q.kind == "count" and tokens[q.start - 1].word in _BASES]
    if len(percents) != 1 or len(counts) != 1 or not direction or counts[0].value <= 0:
        return None
    return percents[0], counts[0], direction


def _total_of_record(figures: FigureTable, row: int, column: int) -> Figure | None:
    """The one total in the same column among rows that share the first label, if several do."""
    key = figures.labels(row)[:1] if len(figures.labels(row)) > 2 else []
    rows = [
        r for r in range(len(figures.rows)) if figures.labels(r)[: len(key)] == key and r != row
    ]
    totals = [r for r in rows if _is_total(figures.labels(r)) and figures.figure(r, column).value]
    if len(totals) == 1:
        return figures.figure(totals[0], column)
    parts = {
        outcome: [r for r in rows if categories(figures.labels(r)[-1]).get("outcome") == outcome]
        for outcome in ("killed", "injured")
    }
    own = {
        o: [r for r in found if not _is_cumulative(figures.labels(r))] for o, found in parts.items()
    }
    if totals or any(len(found) != 1 for found in own.values()):
        return None
    values = [figures.figure(found[0], column).value for found in own.values()]
    if any(value is None for value in values):
        return None
    total = tidy_number(sum(value or 0 for value in values))
    return Figure(show(total), total, float(total), float(total))


def _is_total(labels: list[str]) -> bool:
    if not labels or _is_cumulative(labels):
        return False
    bare = total_label(labels[-1]) in (TotalLabel.BARE, TotalLabel.GRAND)
    return bare or terms(labels[-1]) == {"casualty"}


def _is_cumulative(labels: list[str]) -> bool:
    said = terms(" ".join(labels)) | set(" ".join(labels).lower().replace("_", " ").split())
    return bool(said & {"since", "previous", "prev", "cumulative", "depuis"})


def _finding(
    figures: FigureTable,
    cell: tuple[int, int],
    change: tuple[Quantity, Quantity, int],
    total: float,
) -> Finding:
    percent, base, direction = change
    computed = (total - base.value) / base.value * 100
    verdict = judge_change(percent, computed, direction)
    contradicted = verdict == "contradicted"
    text = figures.rows[cell[0]].cells[cell[1]]
    stated = direction * percent.value
    return Finding(
        rule="percentage",
        class_="source" if contradicted else "note",
        severity="error" if contradicted else "info",
        message=(
            f'"{text}": from {show(tidy_number(base.value))} to {show(tidy_number(total))} '
            f"is {computed:+.1f} %."
        ),
        locator=figures.locate(*cell),
        verdict=verdict,
        quote=text,
        stated=tidy_number(stated),
        computed=tidy_number(round(computed, 4)),
        difference=tidy_number(round(stated - computed, 4)),
        value=text,
    )
