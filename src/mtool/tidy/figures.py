"""Printed figures → numbers, why one is missing, and the words that limit it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mtool.column_words import SQUARE_METRES
from mtool.model import Finding
from mtool.printed_numbers import PrintedNumber, decimal_mark, read_number
from mtool.recipes import column_keys
from mtool.tidy.reading import TableReading

if TYPE_CHECKING:
    import pandas as pd

Rules = Mapping[str, Mapping[str, str]]


def read_figures(reading: TableReading, cells: pd.DataFrame, rules: Rules) -> dict[str, pd.Series]:
    """Each column of figures as `PrintedNumber`s, areas in m²; null where a cell is no number.

    A text is read once however often it stands; the decimal mark is the recipe's, else what any
    figure of the table proves.
    """
    figures = {
        k: rule for k, rule in rules.items() if rule.get("measure") in reading.schema.columns
    }
    proved = decimal_mark(text for key in figures for text in cells[key].unique())
    read = {}
    for key, rule in figures.items():
        if rule["measure"].endswith("_m2") and rule.get("unit") not in SQUARE_METRES:
            _blame_unit(reading, key)
        factor = SQUARE_METRES.get(rule.get("unit", ""), 1)
        known: dict[str, PrintedNumber | None] = {}
        for text in cells[key].unique():
            number = _read(reading, text, rule.get("decimal") or proved)
            known[text] = _scaled(number, factor) if number and factor != 1 else number
        read[key] = cells[key].map(known)
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


def _blame_texts(reading: TableReading, cells: pd.DataFrame, key: str, bad: list[str]) -> None:
    column = column_keys(reading.table.header).index(key)
    for at in cells.index[cells[key].isin(bad)]:
        text = cells[key][at]
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


def typed_figures(reading: TableReading, frame: pd.DataFrame) -> pd.DataFrame:
    """Printed numbers → typed measures, `value_status` and `qualifier`.

    A count that is not whole, and a mark that may be for thousands or for decimals in a column
    that allows both, are structure findings.
    """
    import pandas as pd

    statuses = pd.DataFrame(index=frame.index)
    qualifiers = pd.DataFrame(index=frame.index)
    for measure in [m for m in reading.schema.measures if m in frame]:
        numbers = frame[measure]
        asked = _asked(reading, frame, measure)
        statuses[measure] = _column(numbers, _status).mask(asked & numbers.isna(), "unreadable")
        qualifiers[measure] = _column(numbers, _qualifier)
        reading.unsound.update(frame.index[asked & numbers.isna()])
        values = pd.to_numeric(_column(numbers, _value), errors="coerce")
        frame[measure] = _checked(reading, frame, measure, numbers, values)
    for name, words in (("value_status", statuses), ("qualifier", qualifiers)):
        found = _joined(reading, frame, words)
        if name in frame:
            given = frame[name].mask(frame[name] == "")
            found = given.where(given.notna(), found)
        frame[name] = found
    return frame


def _asked(reading: TableReading, frame: pd.DataFrame, measure: str) -> pd.Series:
    """Rows of a group that has a column for the measure, as opposed to rows stacked beside."""
    having = [number for number, columns in enumerate(reading.groups) if measure in columns]
    return frame["_group"].isin(having)


def _column(numbers: pd.Series, part: Callable[[PrintedNumber], Any]) -> pd.Series:
    """A part of each figure; asked of each object once, however often it stands."""
    import pandas as pd

    objects = numbers.tolist()
    names = list(map(id, objects))
    known = {
        name: part(number) if isinstance(number, PrintedNumber) else None
        for name, number in dict(zip(names, objects, strict=True)).items()
    }
    return pd.Series([known[name] for name in names], index=numbers.index, dtype=object)


def _value(number: PrintedNumber) -> float | None:
    return number.value


def _status(number: PrintedNumber) -> str | None:
    return "range" if number.qualifier == "range" else number.status


def _qualifier(number: PrintedNumber) -> str | None:
    if number.qualifier == "range":
        return f"{number.low}..{number.high}"
    return number.qualifier


def _checked(
    reading: TableReading,
    frame: pd.DataFrame,
    measure: str,
    numbers: pd.Series,
    values: pd.Series,
) -> pd.Series:
    dtype = reading.schema.columns[measure].dtype
    if dtype == "Int64":
        fractional = values.notna() & (values % 1 != 0)
        message = f"{measure} is a count, and the printed figure is not a whole number"
        _blame_rows(reading, frame, fractional, ("not_whole", message, measure))
        return values.mask(fractional).astype("Int64")
    ambiguous = numbers.map(lambda n: isinstance(n, PrintedNumber) and n.ambiguous).astype(bool)
    message = f"{measure}: the mark in the printed figure may be for thousands or for decimals"
    _blame_rows(reading, frame, ambiguous, ("number_ambiguous", message, measure))
    return values.astype("Float64")


def _blame_rows(
    reading: TableReading, frame: pd.DataFrame, which: pd.Series, what: tuple[str, str, str]
) -> None:
    rule, message, measure = what
    for at in frame.index[which]:
        column = reading.groups[frame["_group"][at]][measure]
        row = reading.body[frame["_row"][at]]
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


def _joined(reading: TableReading, frame: pd.DataFrame, words: pd.DataFrame) -> pd.Series:
    """The word itself where a row has one measure, else `killed=not_known; injured=range`."""
    import pandas as pd

    alone = [len(columns) == 1 for columns in reading.groups]
    joined = pd.Series(None, index=frame.index, dtype=object)
    single = frame["_group"].map(dict(enumerate(alone))).astype(bool)
    for measure in words:
        given = words[measure].notna()
        if not given.any():
            continue
        named = words[measure].where(single, f"{measure}=" + words[measure].astype("str"))
        both = given & joined.notna()
        joined = joined.mask(both, joined.astype("str") + "; " + named.astype("str"))
        joined = joined.mask(given & ~both, named)
    return joined
