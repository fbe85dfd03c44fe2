"""Printed figures → numbers, why one is missing, and the words that limit it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mtool.column_words import SQUARE_METRES
from mtool.model import Finding
from mtool.printed_numbers import PrintedNumber, decimal_mark, read_number
from mtool.recipes import column_keys
from mtool.tidy.columns import Columns, by_word
from mtool.tidy.reading import TableReading

Rules = Mapping[str, Mapping[str, str]]


def read_figures(
    reading: TableReading, cells: Mapping[str, list[str]], rules: Rules
) -> dict[str, list[PrintedNumber | None]]:
    """Each column of figures as `PrintedNumber`s, areas in m²; null where a cell is no number.

    A text is read once however often it stands; the decimal mark is the recipe's, else what any
    figure of the table proves.
    """
    figures = {
        k: rule for k, rule in rules.items() if rule.get("measure") in reading.schema.columns
    }
    proved = decimal_mark(text for key in figures for text in dict.fromkeys(cells[key]))
    read = {}
    for key, rule in figures.items():
        if rule["measure"].endswith("_m2") and rule.get("unit") not in SQUARE_METRES:
            _blame_unit(reading, key)
        factor = SQUARE_METRES.get(rule.get("unit", ""), 1)
        known: dict[str, PrintedNumber | None] = {}
        for text in dict.fromkeys(cells[key]):
            number = _read(reading, text, rule.get("decimal") or proved)
            known[text] = _scaled(number, factor) if number and factor != 1 else number
        read[key] = [known[text] for text in cells[key]]
        bad = [text for text, number in known.items() if number is None]
        if bad:
            _blame_texts(reading, cells, key, bad)
    return read


def _blame_unit(reading: TableReading, key: str) -> None:
    column = column_keys(reading.table.header).index(key)
    reading.blame(
        Finding(
            "unit_unknown",
            "structure",
            "error",
            f"{key!r} is an area, and neither the header nor the title says in which unit",
            reading.place_of(0, column) if reading.body else reading.table.locator,
            value=key,
            suggestion="say `unit: m2`, `unit: ha` or `unit: km2` for the column in the passport",
        ),
        range(len(reading.body)),
    )


def _read(reading: TableReading, text: str, mark: Any) -> PrintedNumber | None:
    declared = reading.recipe.missing.get(text.strip())
    return PrintedNumber(None, status=declared) if declared else read_number(text, mark)


def _scaled(number: PrintedNumber, factor: int) -> PrintedNumber:
    scaled = {
        name: round(value * factor, 6)
        for name in ("value", "low", "high")
        if (value := getattr(number, name)) is not None
    }
    return replace(number, **scaled)


def _blame_texts(
    reading: TableReading, cells: Mapping[str, list[str]], key: str, bad: list[str]
) -> None:
    column = column_keys(reading.table.header).index(key)
    for at, text in enumerate(cells[key]):
        if text in bad:
            reading.findings.append(
                Finding(
                    "not_a_number",
                    "structure",
                    "error",
                    f"{text!r} is not a number",
                    reading.place_of(at, column),
                    value=text,
                    suggestion="correct the source, or declare the text under `missing` or in "
                    "`corrections` of the passport",
                )
            )


def type_figures(reading: TableReading, columns: Columns) -> None:
    """Printed numbers → plain figures, `value_status` and `qualifier`.

    A count that is not whole, and a mark that may be for thousands or for decimals in a column
    that allows both, are structure findings.
    """
    statuses: dict[str, list[str | None]] = {}
    qualifiers: dict[str, list[str | None]] = {}
    for measure in [m for m in reading.schema.measures if m in columns]:
        numbers = columns[measure]
        asked = _asked(reading, columns, measure)
        unread = {at for at, number in enumerate(numbers) if number is None and asked[at]}
        statuses[measure] = _by_number(numbers, _status)
        for at in unread:
            statuses[measure][at] = "unreadable"
        qualifiers[measure] = _by_number(numbers, _qualifier)
        reading.unsound.update(unread)
        columns[measure] = _checked(reading, columns, measure, numbers)
    for name, words in (("value_status", statuses), ("qualifier", qualifiers)):
        found = _joined(reading, columns, words)
        given = columns[name] if name in columns else [None] * columns.length
        columns[name] = [said or read for said, read in zip(given, found, strict=True)]


def _asked(reading: TableReading, columns: Columns, measure: str) -> list[bool]:
    """Rows of a group that has a column for the measure, as opposed to rows stacked beside."""
    having = {number for number, printed in enumerate(reading.groups) if measure in printed}
    if len(having) == len(reading.groups):
        return [True] * columns.length
    return [group in having for group in columns["_group"]]


def _by_number(
    numbers: list[PrintedNumber | None], answer: Callable[[PrintedNumber | None], str | None]
) -> list[str | None]:
    """What `answer` gives for each number; equal texts are one number, which is asked once."""
    known = {id(number): answer(number) for number in {id(n): n for n in numbers}.values()}
    return [known[id(number)] for number in numbers]


def _status(number: PrintedNumber | None) -> str | None:
    if number is None:
        return None
    return "range" if number.qualifier == "range" else number.status


def _qualifier(number: PrintedNumber | None) -> str | None:
    if number is None:
        return None
    return f"{number.low}..{number.high}" if number.qualifier == "range" else number.qualifier


def _checked(
    reading: TableReading,
    columns: Columns,
    measure: str,
    numbers: list[PrintedNumber | None],
) -> list[int | float | None]:
    values = [None if number is None else number.value for number in numbers]
    if reading.schema.columns[measure].dtype == "Int64":
        fractional = [at for at, value in enumerate(values) if value is not None and value % 1]
        message = f"{measure} is a count, and the printed figure is not a whole number"
        _blame_rows(reading, columns, fractional, ("not_whole", message, measure))
        left_out = set(fractional)
        return [
            None if value is None or at in left_out else int(value)
            for at, value in enumerate(values)
        ]
    ambiguous = [at for at, number in enumerate(numbers) if number and number.ambiguous]
    message = f"{measure}: the mark in the printed figure may be for thousands or for decimals"
    _blame_rows(reading, columns, ambiguous, ("number_ambiguous", message, measure))
    return [None if value is None else float(value) for value in values]


def _blame_rows(
    reading: TableReading, columns: Columns, which: list[int], what: tuple[str, str, str]
) -> None:
    rule, message, measure = what
    for at in which:
        column = reading.groups[columns["_group"][at]][measure]
        row = reading.body[columns["_row"][at]]
        reading.blame(
            Finding(
                rule,
                "structure",
                "error",
                message,
                reading.table.locate(row, column),
                value=row.cells[column],
                suggestion="say `decimal: ','` or `decimal: '.'` for the column in the passport",
            ),
            [at],
        )


def _joined(
    reading: TableReading, columns: Columns, words: Mapping[str, list[str | None]]
) -> list[str | None]:
    """The word itself where a row has one measure, else `killed=not_known; injured=range`."""
    alone = [len(printed) == 1 for printed in reading.groups]

    def said(row: tuple[Any, ...]) -> str | None:
        group, *given = row
        told = [
            str(word) if alone[group] else f"{measure}={word}"
            for measure, word in zip(words, given, strict=True)
            if word is not None
        ]
        return "; ".join(told) or None

    return by_word(list(zip(columns["_group"], *words.values(), strict=True)), said)
