"""Printed rows → long rows: totals set aside, corrections applied, columns of figures stacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mtool.areas import find_country, fold_name, load_areas
from mtool.guarded_text import unguarded
from mtool.model import Finding, Row
from mtool.passport import Correction
from mtool.printed_numbers import read_number
from mtool.recipes import column_keys, expand_columns
from mtool.tidy.coding import choices_taken
from mtool.tidy.columns import Columns, by_word
from mtool.tidy.figures import read_figures, type_figures
from mtool.tidy.reading import TableReading

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
SET_ASIDE = ("ignore", "control_total", "unknown")

Rules = Mapping[str, Mapping[str, str]]


def melt(reading: TableReading) -> Columns:
    """One tidy row per printed row and group of figure columns that share their attributes.

    Out: the described columns as text, the measures as figures, `value_status`, `qualifier`,
    `source_cell`, and `_row`, `_group` for finding a cell again.
    """
    rules = expand_columns(reading.recipe.columns)
    reading.body = without_headings(reading, _corrected(reading, _without_totals(reading)), rules)
    keys = column_keys(reading.table.header)
    report_ignored(reading, rules)
    return stacked(reading, _cells_by_column(reading.body, keys), rules)


def stacked(reading: TableReading, cells: Mapping[str, list[str]], rules: Rules) -> Columns:
    """`melt` of rows whose cells stand in columns: each group of figures below the other."""
    keys = column_keys(reading.table.header)
    identity = _identity(reading, cells, rules)
    groups = _groups(reading, rules)
    rows = range(len(reading.body))
    if not groups:
        if "source_cell" not in identity:
            identity["source_cell"] = reading.cell_names(None)
        return Columns({**identity, "_row": list(rows), "_group": [0] * len(rows)}, len(rows))
    numbers = read_figures(reading, cells, rules)
    parts = []
    for number, (attributes, measures) in enumerate(groups.items()):
        reading.groups.append({measure: keys.index(key) for measure, key in measures.items()})
        part: dict[str, Sequence[Any]] = {**identity, "_row": rows, "_group": [number] * len(rows)}
        part |= {name: [value] * len(rows) for name, value in attributes}
        part |= {measure: numbers[key] for measure, key in measures.items()}
        if "source_cell" not in part:
            part["source_cell"] = _cell_names(reading, reading.groups[-1])
        parts.append(part)
    columns = _interleaved(parts, len(rows))
    type_figures(reading, columns)
    return columns


def _cells_by_column(body: Sequence[Row], keys: list[str]) -> dict[str, list[str]]:
    return {
        key: [row.cells[at] if at < len(row.cells) else "" for row in body]
        for at, key in enumerate(keys)
    }


def _interleaved(parts: list[dict[str, Sequence[Any]]], rows: int) -> Columns:
    """Row 0 of every group, then row 1 of every group: the order in which a reader meets them."""
    if len(parts) == 1:
        return Columns({name: list(values) for name, values in parts[0].items()}, rows)
    names = dict.fromkeys(name for part in parts for name in part)
    nothing = [None] * rows
    values = {
        name: [
            value
            for row in zip(*(part.get(name, nothing) for part in parts), strict=True)
            for value in row
        ]
        for name in names
    }
    return Columns(values, rows * len(parts))


def report_ignored(reading: TableReading, rules: Rules) -> None:
    """Say which printed columns have no place in the tidy rows, but where the passport says why."""
    unused = [
        (at, key)
        for at, key in enumerate(column_keys(reading.table.header))
        if rules.get(key, {"column": "ignore"}).get("column") in ("ignore", "unknown")
    ]
    where = replace(reading.table.locator, table=reading.table.id)
    unused = [(at, key) for at, key in unused if not rules.get(key, {}).get("reason")]
    first = reading.body[:200]
    figures = [key for at, key in unused if _holds_figures(first, at)]
    others = [key for _, key in unused if key not in figures]
    for names, severity in ((figures, "warning"), (others, "info")):
        if names:
            message = f"columns not used: {', '.join(names)}"
            cure = "say in the passport what they are, or `ignore` them"
            reading.blame(
                Finding("columns_ignored", "note", severity, message, where, suggestion=cure)  # type: ignore[arg-type]
            )
    for key, rule in rules.items():
        if rule.get("column") == "unknown":
            message = f"the schema {reading.schema.name} has no column {key!r}"
            cure = "rename the column, or take it out"
            reading.blame(
                Finding("unknown_column", "structure", "error", message, where, suggestion=cure)
            )


def _holds_figures(rows: Sequence[Row], column: int) -> bool:
    texts = [row.cells[column] for row in rows if row.cells[column].strip()]
    return bool(texts) and 2 * sum(read_number(text) is not None for text in texts) > len(texts)


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


def without_headings(reading: TableReading, body: list[Row], rules: Rules) -> list[Row]:
    """Leave out blank rows, and rows of a lone label that heads a section and names no place."""
    keys = column_keys(reading.table.header)
    figures = [keys.index(key) for key, rule in rules.items() if "measure" in rule]
    if not figures or reading.table.form:
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


def _identity(
    reading: TableReading, cells: Mapping[str, list[str]], rules: Rules
) -> dict[str, list[str]]:
    """The columns that describe a row, under their tidy names, as stripped text.

    In a table that mtool wrote as CSV, the apostrophes that guard text are taken off again.
    """
    keys = column_keys(reading.table.header)
    kept: dict[str, str] = {}
    for key, rule in rules.items():
        name = rule.get("column", "ignore")
        if name not in SET_ASIDE and name not in kept.values():
            kept[key] = name
            reading.described[name] = keys.index(key)
    identity = {name: by_word(cells[key], str.strip) for key, name in kept.items()}
    for key, name in kept.items():
        if "choices" in rules[key]:
            identity[name] = choices_taken(reading, cells, rules[key]["choices"])
        if "blank" in rules[key]:
            identity[name] = ["" if t == rules[key]["blank"] else t for t in identity[name]]
    if "source_ref" in identity and reading.table.locator.line is not None:
        return {name: list(map(unguarded, texts)) for name, texts in identity.items()}
    return identity


def _groups(
    reading: TableReading, rules: Rules
) -> dict[tuple[tuple[str, str], ...], dict[str, str]]:
    """Attributes of figure columns → measure → column; the period of a `wide` one is its header.

    Two columns of one measure and the same attributes cannot be told apart: a finding, and the
    first stands.
    """
    keys = column_keys(reading.table.header)
    groups: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for key, rule in rules.items():
        if rule.get("measure") not in reading.schema.columns:
            continue
        attributes = {name: rule[name] for name in ATTRIBUTES if name in rule}
        if "wide" in rule:
            attributes["period"] = reading.table.header[keys.index(key)]
        measures = groups.setdefault(tuple(sorted(attributes.items())), {})
        first = measures.setdefault(rule["measure"], key)
        if first != key:
            _blame_twice(reading, rule["measure"], (first, key))
    return groups


def _blame_twice(reading: TableReading, measure: str, columns: tuple[str, str]) -> None:
    first, second = columns
    at = column_keys(reading.table.header).index(second)
    place = reading.place_of(0, at) if reading.body else reading.table.locator
    reading.blame(
        Finding(
            "measure_twice",
            "structure",
            "error",
            f"the columns {first!r} and {second!r} are both read as {measure}, and nothing tells "
            "them apart",
            place,
            value=second,
            suggestion="say in the passport what tells them apart (period, sex, role, "
            "device_type …), or `ignore` one of them",
        ),
        range(len(reading.body)),
    )


def _cell_names(reading: TableReading, columns: Mapping[str, int]) -> list[str]:
    """`B4`, or `killed=B4; injured=C4` where a row has several figures."""
    if len(columns) == 1:
        return reading.cell_names(next(iter(columns.values())))
    named = [[f"{m}={name}" for name in reading.cell_names(at)] for m, at in columns.items()]
    return ["; ".join(names) for names in zip(*named, strict=True)]
