"""Control totals: found by what tables declare, reconciled with the figures they claim to sum."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from mtool.auditing.dimensions import categories, must_partition
from mtool.auditing.figures import FigureTable, read_figures
from mtool.auditing.sums import Sum, check_sum, show
from mtool.auditing.total_labels import TotalLabel, named_words, total_label
from mtool.auditing.total_readings import (
    Reading,
    column_readings,
    declared_columns,
    declared_rows,
    is_addend,
    mixes_breakdowns,
    named_after_header,
    names_members,
    row_readings,
    shared_dimension,
)
from mtool.auditing.undeclared_totals import undeclared_totals
from mtool.auditing.unsummed import TotalLine, total_line, why_no_sum
from mtool.auditing.wording import words
from mtool.model import ControlTotal, Finding, RawTable

Cell = tuple[int, int]
_MAY_DECLARE = re.compile("tot|su[mb]|som|sous|all|ens|tou", re.IGNORECASE)
#: Breakdowns that leave out those whose category nobody recorded.
_OFTEN_UNRECORDED = {"status", "age"}


@dataclass(frozen=True, slots=True)
class DeclaredTotal:
    """A total cell with the cells it claims to sum, under the reading that fits the table best.

    `certain` is false where the words alone do not say that these cells make up the whole.
    """

    direction: Literal["row", "column", "grand"]
    cell: Cell
    addends: tuple[Cell, ...]
    reading: str
    certain: bool = True

    @property
    def line(self) -> tuple[str, int]:
        """The row or the column whose totals this is one of."""
        return self.direction, self.cell[1 if self.direction == "column" else 0]


def find_control_totals(table: RawTable) -> list[ControlTotal]:
    """Find the totals a table declares by a row label or a header, in English or French.

    In: string cells as printed. Out: one control total per total cell and direction, with the
    printed places and values of its addends; null where a cell is no number.
    Totals without a word are not among them; `reconcile` reports those as information.
    """
    if not _declares_any(table):
        return []
    figures = read_figures(table)
    return [_as_control_total(figures, total) for total in declared_totals(figures)]


def total_rows(table: RawTable) -> list[int]:
    """The body rows (from 0) that are totals of other rows, never to be counted again."""
    if not _declares_any(table):
        return []
    return sorted(
        {t.cell[0] for t in declared_totals(read_figures(table)) if t.direction != "column"}
    )


def total_columns(table: RawTable) -> list[int]:
    """The columns (from 0) that are totals of other columns."""
    if not _declares_any(table):
        return []
    return sorted(
        {t.cell[1] for t in declared_totals(read_figures(table)) if t.direction == "column"}
    )


def reconcile(table: RawTable) -> list[Finding]:
    """Check each reported total against the rows or columns it claims to sum.

    In: string cells as printed. A total is a row or column that the header or label declares.
    Out: one finding per total cell, `supported` or `contradicted`, with stated, computed and
    difference. Missing addends make it `unverifiable`, unless the known ones alone exceed the
    total; rounding of the printed precision is allowed for. Totals that only their numbers give
    away are reported as information.
    """
    figures = read_figures(table)
    totals = declared_totals(figures) if _declares_any(table) else []
    by_cell: dict[Cell, list[DeclaredTotal]] = {}
    for total in totals:
        by_cell.setdefault(total.cell, []).append(total)
    lines = _lines(figures, totals)
    findings = [
        finding
        for found in by_cell.values()
        if (finding := _finding_of_cell(figures, found, lines)) is not None
    ]
    return findings + undeclared_totals(figures, {c for t in totals for c in (t.cell, *t.addends)})


def declared_totals(figures: FigureTable) -> list[DeclaredTotal]:
    """Every declared total cell under the reading its table's own arithmetic prefers."""
    return [*_row_totals(figures), *_column_totals(figures)]


def _declares_any(table: RawTable) -> bool:
    """A cheap look before figures are read: does any label or header say total?"""
    if any(total_label(part) for cell in table.header for part in cell.split(" / ")):
        return True
    return any(
        total_label(cell)
        for row in table.body
        for cell in row.cells
        if cell[:1].isalpha() and _MAY_DECLARE.search(cell)
    )


def _row_totals(figures: FigureTable) -> Iterator[DeclaredTotal]:
    declared = _without_members(figures, declared_rows(figures))
    for row, kind in declared.items():
        kind = _kind_in_context(figures, row, kind)
        readings = row_readings(figures, row, {**declared, row: kind})
        columns = [c for c in figures.added if figures.figure(row, c).value is not None]
        chosen = _best(readings, partial(_row_sums, figures, row, columns))
        if chosen is None:
            continue
        labels = [figures.label(r) for r in chosen.members]
        fitting = _fitting(_row_sums(figures, row, columns, chosen.members))
        if mixes_breakdowns(labels) and not fitting:
            continue
        certain = _may_fall_short(labels)
        for column in columns:
            if kind is TotalLabel.NAMED and not (
                fitting * 2 >= len(columns) > 0
                or named_after_header(figures, row, column)
                or names_members(figures)
            ):
                continue
            cells = tuple((r, column) for r in chosen.members)
            yield DeclaredTotal("row", (row, column), cells, chosen.name, not certain)


def _without_members(
    figures: FigureTable, declared: dict[int, TotalLabel]
) -> dict[int, TotalLabel]:
    """`Total E&P` among donors is one of them when the table's total is right only with it."""
    named = [r for r, kind in declared.items() if kind is TotalLabel.NAMED]
    whole = [r for r, kind in declared.items() if kind in (TotalLabel.BARE, TotalLabel.GRAND)]
    if not named or len(whole) != 1:
        return declared
    plain = [r for r in range(len(figures.rows)) if r not in declared and is_addend(figures, r)]
    members = [r for r in (*plain, *named) if r < whole[0]]
    columns = [c for c in figures.added if figures.figure(whole[0], c).value is not None]
    with_named = _row_sums(figures, whole[0], columns, members)
    without = _row_sums(figures, whole[0], columns, [r for r in members if r in plain])
    if _fitting(with_named) * 2 <= len(columns) or _fitting(without) >= _fitting(with_named):
        return declared
    return {r: kind for r, kind in declared.items() if kind is not TotalLabel.NAMED}


def _kind_in_context(figures: FigureTable, row: int, kind: TotalLabel) -> TotalLabel:
    """`Total Mopti` below rows of a section `Mopti` is that section's subtotal."""
    if kind is not TotalLabel.NAMED:
        return kind
    nouns = named_words(figures.label(row))
    for above in range(row - 1, -1, -1):
        cells = figures.rows[above].cells[:1] if figures.label_columns else ()
        is_group = figures.is_section(above) or len(figures.label_columns) > 1
        if nouns and is_group and cells and nouns == set(words(cells[0])):
            return TotalLabel.SUB
    return kind


def _row_sums(
    figures: FigureTable, row: int, columns: Sequence[int], members: Sequence[int]
) -> list[Sum | None]:
    return [
        check_sum(figures.figure(row, c), [figures.figure(r, c) for r in members]) for c in columns
    ]


def _column_totals(figures: FigureTable) -> Iterator[DeclaredTotal]:
    declared = declared_columns(figures)
    rows = [
        r for r in range(len(figures.rows)) if not figures.is_section(r) and is_addend(figures, r)
    ]
    for column, kind in declared.items():
        stated = [r for r in rows if figures.figure(r, column).value is not None]
        readings = column_readings(figures, column, declared)
        chosen = _best(readings, partial(_column_sums, figures, stated, column))
        if chosen is None:
            continue
        sums = _column_sums(figures, stated, column, chosen.members)
        if not _column_is_total(figures, chosen, kind, sums):
            continue
        labels = [figures.header(c) for c in chosen.members]
        for row in stated:
            cells = tuple((row, c) for c in chosen.members)
            yield DeclaredTotal(
                "column", (row, column), cells, chosen.name, not _may_fall_short(labels)
            )


def _column_sums(
    figures: FigureTable, rows: Sequence[int], column: int, members: Sequence[int]
) -> list[Sum | None]:
    return [
        check_sum(figures.figure(r, column), [figures.figure(r, c) for c in members]) for r in rows
    ]


def _column_is_total(
    figures: FigureTable, reading: Reading, kind: TotalLabel, sums: Sequence[Sum | None]
) -> bool:
    """Do words and arithmetic together say that this column sums those?

    `Total staff` beside staff by role is a measure unless every row adds up; `Total` beside
    columns of one dimension is a sum even where no row does.
    """
    headers = [figures.header(c) for c in reading.members]
    fitting, failing = (
        _fitting(sums),
        sum(s is not None and s.verdict == "contradicted" for s in sums),
    )
    telling = sum(s is not None and s.fits and bool(s.stated) for s in sums)
    dimension = shared_dimension(headers)
    if mixes_breakdowns(headers):
        return failing == 0 and telling > 1
    if dimension and must_partition(
        dimension, {categories(h).get(dimension, "unknown") for h in headers}
    ):
        return True
    if kind is not TotalLabel.NAMED:
        return dimension is not None or failing == 0 or fitting >= failing
    if any(total_label(header) for header in headers):
        return failing == 0 and telling > 1
    if dimension:
        return fitting >= failing and fitting > 0
    return failing == 0 and telling > 1


def _best(
    readings: Sequence[Reading], sums_of: Callable[[Sequence[int]], Sequence[Sum | None]]
) -> Reading | None:
    """The reading that fits most cells; of equals the nearest, then the likeliest by position."""
    best, best_score = None, (-1, 0, 0.0)
    for reading in readings:
        sums = [s for s in sums_of(reading.members) if s is not None]
        failing = sum(s.verdict == "contradicted" for s in sums)
        score = (_fitting(sums), -failing, -float(sum(abs(s.difference) for s in sums)))
        if best is None or score > best_score:
            best, best_score = reading, score
    return best


def _fitting(sums: Sequence[Sum | None]) -> int:
    return sum(s is not None and s.fits for s in sums)


def _may_fall_short(labels: Sequence[str]) -> bool:
    """Civilians and soldiers need not add up to all casualties: some are of unknown status."""
    dimension = shared_dimension(labels)
    if dimension not in _OFTEN_UNRECORDED:
        return False
    members = {categories(label).get(dimension, "unknown") for label in labels}
    return not must_partition(dimension, members)


def _as_control_total(figures: FigureTable, total: DeclaredTotal) -> ControlTotal:
    row, column = total.cell
    found = _sum_of(figures, total)
    stated = figures.figure(row, column)
    return ControlTotal(
        label=figures.label(row),
        column=figures.header(column),
        stated=stated.value,
        addends=tuple((figures.locate(r, c), figures.figure(r, c).value) for r, c in total.addends),
        locator=figures.locate(row, column),
        tolerance=found.tolerance if found else 0.0,
    )


def _sum_of(figures: FigureTable, total: DeclaredTotal) -> Sum | None:
    return check_sum(figures.figure(*total.cell), [figures.figure(r, c) for r, c in total.addends])


def _lines(
    figures: FigureTable, totals: Sequence[DeclaredTotal]
) -> dict[tuple[str, int], TotalLine]:
    """The totals of each total row and each total column, with their sums."""
    sums: dict[tuple[str, int], list[Sum]] = {}
    for total in totals:
        found = _sum_of(figures, total)
        if found is not None:
            sums.setdefault(total.line, []).append(found)
    return {key: total_line(figures, key[0], found) for key, found in sums.items()}


def _finding_of_cell(
    figures: FigureTable, totals: list[DeclaredTotal], lines: dict[tuple[str, int], TotalLine]
) -> Finding | None:
    """One finding per total cell; a corner may be reached down its column and along its row.

    A corner that one direction confirms is right: the other direction then only repeats an error
    that is reported where it was made.
    """
    order = {"supported": 0, "unverifiable": 1, "contradicted": 2}
    checked = []
    for total in totals:
        found = _sum_of(figures, total)
        if found is not None:
            checked.append((total, found, _doubt(figures, total, found, lines[total.line])))
    if not checked:
        return None
    checked.sort(key=lambda each: 1 if each[2] else order[each[1].verdict])
    total, found, doubt = checked[0]
    if len(totals) > 1:
        total = replace(total, direction="grand")
    return _finding(figures, total, (found, doubt), [s for _, s, _ in checked[1:]])


def _doubt(figures: FigureTable, total: DeclaredTotal, found: Sum, line: TotalLine) -> str:
    """Why a sum that does not fit proves nothing; empty for one that does."""
    if found.verdict != "contradicted":
        return ""
    if not total.certain and found.difference > 0:
        return "the categories need not cover everyone"
    return why_no_sum(figures, line, total.cell, total.addends, found)


def _finding(
    figures: FigureTable, total: DeclaredTotal, result: tuple[Sum, str], others: list[Sum]
) -> Finding:
    row, column = total.cell
    found, doubt = result
    verdict = "unverifiable" if doubt else found.verdict
    contradicted = verdict == "contradicted"
    label, header = figures.label(row), figures.header(column)
    where = f"{label}, {header}" if header else label
    return Finding(
        rule=f"control_total_{total.direction}",
        class_="source" if contradicted else "note",
        severity="error" if contradicted else "info",
        message=f"{where}: {_sentence(total, found, doubt)}{_also(others, found)}",
        locator=figures.locate(row, column),
        verdict=verdict,
        stated=found.stated,
        computed=found.computed,
        difference=None if found.missing and not contradicted else found.difference,
        value=figures.figure(row, column).text,
    )


def _sentence(total: DeclaredTotal, found: Sum, doubt: str) -> str:
    stated, computed = show(found.stated), show(found.computed)
    start = f"the source says {stated}; {total.reading} give {found.shown} = {computed}"
    if doubt:
        return f"{start}; {doubt}."
    if found.missing:
        missing = f"{start}, with {found.missing} of {len(total.addends)} addends missing"
        if found.verdict == "contradicted":
            return f"{missing}; the known ones alone exceed the total."
        return f"{missing}, which must then make up {show(found.difference)}."
    if found.verdict == "contradicted":
        return f"{start}, a difference of {show(found.difference)}."
    if found.stated != found.computed:
        how = "within rounding" if found.fits else "which its qualifiers leave open"
        return f"{start}, {how}."
    return f"{start}."


def _also(others: list[Sum], found: Sum) -> str:
    if not others:
        return ""
    other = others[0]
    if other.fits:
        return " The other direction agrees."
    return f" The other direction gives {other.shown} = {show(other.computed)}."
