"""Printed rows → long rows: totals set aside, corrections applied, columns of figures stacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mtool.areas import find_country, fold_name, load_areas
from mtool.model import Finding, Row
from mtool.passport import Correction
from mtool.recipes import column_keys, expand_columns
from mtool.tidy.figures import read_figures, typed_figures
from mtool.tidy.reading import TableReading

if TYPE_CHECKING:
    import pandas as pd

#: What a rule may say about a column of figures besides its measure: columns of the tidy row.
ATTRIBUTES = (
    "period",
    "year",
    "month",
    "area",
    "operator",
    "role",
    "sex",
    "age_group",
    "civilian_status",
    "device_type",
)
SET_ASIDE = ("ignore", "control_total")

Rules = Mapping[str, Mapping[str, str]]


def melt(reading: TableReading) -> pd.DataFrame:
    """One tidy row per printed row and group of figure columns that share their attributes.

    Out: the described columns as text, the measures as figures, `value_status`, `qualifier`,
    `source_cell`, and `_row`, `_group` for finding a cell again.
    """
    import pandas as pd

    rules = expand_columns(reading.recipe.columns)
    reading.body = _without_headings(reading, _corrected(reading, _without_totals(reading)), rules)
    keys = column_keys(reading.table.header)
    _report_ignored(reading, rules)
    cells = pd.DataFrame([row.cells for row in reading.body], columns=keys, dtype="str")
    identity = _identity(cells, rules)
    groups = _groups(rules)
    if not groups:
        if "source_cell" not in identity:
            identity["source_cell"] = [reading.cell_name(row, None) for row in reading.body]
        return identity.assign(_row=range(len(cells)), _group=0)
    numbers = read_figures(reading, cells, rules)
    parts = []
    for number, (attributes, columns) in enumerate(groups.items()):
        measures = {rules[key]["measure"]: key for key in columns}
        reading.groups.append({measure: keys.index(key) for measure, key in measures.items()})
        part = identity.assign(_row=range(len(cells)), _group=number, **dict(attributes))
        for measure, key in measures.items():
            part[measure] = numbers[key]
        if "source_cell" not in part:
            part["source_cell"] = _cell_names(reading, reading.groups[-1])
        parts.append(part)
    stacked = pd.concat(parts, ignore_index=True)
    stacked = stacked.sort_values(["_row", "_group"], kind="stable").reset_index(drop=True)
    return typed_figures(reading, stacked)


def _report_ignored(reading: TableReading, rules: Rules) -> None:
    """Say which printed columns have no place in the tidy rows."""
    unused = [
        key
        for key in column_keys(reading.table.header)
        if rules.get(key, {"column": "ignore"}).get("column") == "ignore"
    ]
    if unused:
        message = f"columns not used: {', '.join(unused)}"
        where = replace(reading.table.locator, table=reading.table.id)
        reading.blame(Finding("columns_ignored", "note", "info", message, where))


def label_of(cells: Sequence[str]) -> str:
    """The first cell with anything in it: what a row calls itself."""
    return next((cell for cell in cells if cell.strip()), "")


def _without_totals(reading: TableReading) -> list[Row]:
    declared = reading.recipe.control_totals.get("row", "").split(" | ")
    labels = {fold_name(part) for part in declared if part}
    return [row for row in reading.table.body if fold_name(label_of(row.cells)) not in labels]


def _corrected(reading: TableReading, body: list[Row]) -> list[Row]:
    """Apply a curator's corrections; one whose cell no longer says `from` is a finding."""
    waiting = {c.where: c for c in reading.passport.corrections}
    if not waiting:
        return body
    corrected = []
    for row in body:
        cells = list(row.cells)
        for at, cell in enumerate(cells):
            correction = waiting.get(reading.cell_name(row, at))
            if correction:
                cells[at] = _correct(reading, correction, cell, row, at)
        corrected.append(replace(row, cells=tuple(cells)))
    return corrected


def _correct(
    reading: TableReading, correction: Correction, cell: str, row: Row, column: int
) -> str:
    where = reading.table.locate(row, column)
    if cell == correction.original:
        message = f"{cell!r} read as {correction.to!r}: {correction.reason}"
        reading.blame(Finding("correction_applied", "note", "info", message, where, value=cell))
        return correction.to
    reading.blame(
        Finding(
            "correction_stale",
            "structure",
            "error",
            f"the source says {cell!r}, not {correction.original!r} as the correction expects",
            where,
            value=cell,
            suggestion="take the correction out of the passport if the source has been mended",
        )
    )
    return cell


def _without_headings(reading: TableReading, body: list[Row], rules: Rules) -> list[Row]:
    """Leave out blank rows, and rows of a lone label that heads a section and names no place."""
    keys = column_keys(reading.table.header)
    figures = [keys.index(key) for key, rule in rules.items() if "measure" in rule]
    if not figures:
        return [row for row in body if any(cell.strip() for cell in row.cells)]
    kept = []
    for row in body:
        label = label_of(row.cells)
        filled = sum(bool(cell.strip()) for cell in row.cells)
        if (
            filled > 1
            or (filled == 1 and label in (row.cells[at] for at in figures))
            or (filled == 1 and _names_place(reading, label))
        ):
            kept.append(row)
        elif filled == 1:
            where = reading.table.locate(row)
            message = f"{label!r} stands alone in its row: read as the heading of a section"
            reading.blame(Finding("section_row", "note", "info", message, where, value=label))
    return kept


def _names_place(reading: TableReading, label: str) -> bool:
    code = reading.recipe.constants.get("location_code")
    if code:
        return bool(load_areas(code, reading.folders).find(label))
    return find_country(label) is not None


def _identity(cells: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The columns that describe a row, under their tidy names, as stripped text."""
    named = {key: rule["column"] for key, rule in rules.items() if "column" in rule}
    kept = {key: name for key, name in named.items() if name not in SET_ASIDE}
    identity = cells[list(kept)].rename(columns=kept).loc[:, lambda f: ~f.columns.duplicated()]
    return identity.apply(lambda column: column.str.strip())


def _groups(rules: Rules) -> dict[tuple[tuple[str, str], ...], list[str]]:
    """Attributes of figure columns → the columns that share them; a `wide` one is its header."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for key, rule in rules.items():
        if "measure" not in rule:
            continue
        attributes = {name: rule[name] for name in ATTRIBUTES if name in rule}
        if "wide" in rule:
            attributes["period"] = key
        groups.setdefault(tuple(sorted(attributes.items())), []).append(key)
    return groups


def _cell_names(reading: TableReading, columns: Mapping[str, int]) -> list[str]:
    if len(columns) == 1:
        only = next(iter(columns.values()))
        return [reading.cell_name(row, only) for row in reading.body]
    return [
        "; ".join(f"{measure}={reading.cell_name(row, at)}" for measure, at in columns.items())
        for row in reading.body
    ]
