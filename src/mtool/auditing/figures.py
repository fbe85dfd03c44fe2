"""A table's cells as figures with the interval that their printed precision leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import inf

from mtool.auditing.wording import word_set, words
from mtool.model import Locator, Number, RawTable, Row
from mtool.printed_numbers import PrintedNumber, decimal_mark, read_number

#: Words of a header whose figures are never summed: rates, codes, dates, places on earth.
_NOT_ADDED = word_set(
    """% percent percentage percentages pct per pourcentage share part proportion rate taux ratio
    average moyenne mean median mediane density densite rank rang latitude longitude lat lon lng
    code codes pcode id ids ref reference identifier identifiant index indice price prix cost
    depth profondeur score date dates page change variation evolution increase decrease growth
    croissance difference ecart cumulative cumul cumule cumulee cumules running age year annee
    annees yr serial sn"""
)
_YEARS_AS_LABELS = {"year", "annee", "an", "yr", "period", "periode", "date", "month", "mois"}
#: Units whose whole numbers are already rounded; people, incidents and devices are counted.
_MEASURED = word_set(
    """m2 km2 sqm ha hectare hectares km million millions thousand % percent tonnes kg usd"""
)
_AREA_UNITS = {"m2", "km2", "sqm", "ha", "hectares"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell as a number. `low` and `high` bound the true value; null `value`: no number.

    `missing` is true for a blank, a dash or `N/R`, and for text that is no number.
    """

    text: str
    value: Number | None
    low: float = -inf
    high: float = inf

    @property
    def missing(self) -> bool:
        return self.value is None and self.low == -inf

    @property
    def blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True)
class FigureTable:
    """A raw table with every cell read as a figure where its column holds figures.

    `numeric` are the columns (from 0) that hold figures; `added` those that a total may sum;
    `label_columns` the columns of text, years or codes that say what a row is about.
    """

    table: RawTable
    rows: tuple[Row, ...]
    figures: tuple[tuple[Figure | None, ...], ...]
    numeric: tuple[int, ...]
    added: tuple[int, ...]

    @cached_property
    def width(self) -> int:
        return max([len(self.table.header), *(len(row.cells) for row in self.rows)], default=0)

    @cached_property
    def label_columns(self) -> tuple[int, ...]:
        return tuple(c for c in range(self.width) if c not in self.numeric)

    def header(self, column: int) -> str:
        return self.table.header[column] if column < len(self.table.header) else ""

    def label(self, row: int) -> str:
        """What the row is about: its first label cell with a letter, or its first."""
        said = self.labels(row)
        return next(
            (text for text in said if any(ch.isalpha() for ch in text)), said[0] if said else ""
        )

    def labels(self, row: int) -> list[str]:
        """Every cell to the left of the figures that says something; the first cell otherwise."""
        cells = self.rows[row].cells
        first = self.numeric[0] if self.numeric else self.width
        columns = (
            [c for c in self.label_columns if c < first] or list(self.label_columns[:1]) or [0]
        )
        return [cells[c].strip() for c in columns if c < len(cells) and cells[c].strip()]

    def figure(self, row: int, column: int) -> Figure:
        line = self.figures[row]
        figure = line[column] if column < len(line) else None
        return figure or Figure("", None)

    def locate(self, row: int, column: int) -> Locator:
        return self.table.locate(self.rows[row], column)

    def is_section(self, row: int) -> bool:
        """A row that only names the rows below it: no figure, every other cell blank or the label.

        One blank figure beside the only label is a missing figure, not a section.
        """
        texts = [cell.strip() for cell in self.rows[row].cells]
        said = set(texts) - {""}
        figures = [texts[c] if c < len(texts) else "" for c in self.numeric]
        if len(said) != 1 or not figures:
            return False
        return all(figures) or (not any(figures) and self.width > 2)


def read_figures(table: RawTable) -> FigureTable:
    """Read a table's cells as figures, column by column.

    A column holds figures when most of its cells that say anything are numbers.
    """
    rows = tuple(table.body)
    width = max([len(table.header), *(len(row.cells) for row in rows)], default=0)
    columns = [_read_column(table, rows, c) for c in range(width)]
    numeric = tuple(c for c, column in enumerate(columns) if column is not None)
    if (
        numeric
        and numeric[0] == 0
        and (len(numeric) == width or _looks_like_label(table, columns[0]))
    ):
        numeric = numeric[1:]
    numeric = tuple(c for c in numeric if not _is_year_column(table, columns[c], c))
    kept = {c: column for c, column in enumerate(columns) if column is not None and c in numeric}
    lines = tuple(
        tuple(kept[c][r] if c in kept else None for c in range(width)) for r in range(len(rows))
    )
    added = tuple(c for c in numeric if not _is_never_added(table, columns[c] or [], c))
    return FigureTable(table, rows, lines, numeric, added)


def _read_column(table: RawTable, rows: tuple[Row, ...], column: int) -> list[Figure] | None:
    texts = [row.cells[column] if column < len(row.cells) else "" for row in rows]
    mark = decimal_mark(texts)
    header = words(table.header[column]) if column < len(table.header) else ()
    measured = bool(_MEASURED.intersection(header) or _AREA_UNITS.intersection(words(table.title)))
    parsed = [read_number(text, mark) for text in texts]
    said = [p for p, text in zip(parsed, texts, strict=True) if text.strip()]
    numbers = [p for p in said if p is not None and p.status is None]
    words_only = sum(p is None for p in said)
    all_missing = column > 0 and len(said) > 0 and all(p and p.status for p in said)
    if not all_missing and (not numbers or words_only > len(numbers)):
        return None
    decimals = any(p.decimals for p in numbers)
    return [
        figure_of(text, number, measured=measured or decimals)
        for text, number in zip(texts, parsed, strict=True)
    ]


def figure_of(text: str, number: PrintedNumber | None, *, measured: bool = False) -> Figure:
    """Give a printed number the interval that rounding and its qualifier leave open.

    Whole numbers are exact counts unless `measured` (areas, money, percent), then ± one half.
    """
    if number is None or number.status is not None:
        return Figure(text, None)
    slack = 0.5 * 10**-number.decimals if (number.decimals or measured or number.unit) else 0.0
    if number.value is None:
        return Figure(text, None, float(number.low or 0) - slack, float(number.high or 0) + slack)
    low, high = number.value - slack, number.value + slack
    match number.qualifier:
        case "at_least" | "more_than":
            high = inf
        case "at_most" | "less_than":
            low = 0.0
        case "about":
            low, high = number.value * 0.8, number.value * 1.2
    return Figure(text, number.value, low, high)


def _looks_like_label(table: RawTable, column: list[Figure] | None) -> bool:
    """A first column of years, codes or running numbers labels its rows."""
    header = set(words(table.header[0])) if table.header else set()
    if header & (_YEARS_AS_LABELS | _NOT_ADDED | {"no", "n", "nr", "num", "numero"}):
        return True
    values = [f.value for f in column or [] if f.value is not None]
    if len(values) < 2:
        return False
    years = all(isinstance(v, int) and 1900 <= v <= 2100 for v in values)
    running = values == list(range(int(values[0]), int(values[0]) + len(values))) and values[0] in (
        0,
        1,
    )
    return years or (running and not header)


def _is_year_column(table: RawTable, column: list[Figure] | None, number: int) -> bool:
    """A column headed `Year` that holds nothing but years says what its rows are about."""
    header = words(table.header[number]) if number < len(table.header) else ()
    values = [f.value for f in column or [] if f.value is not None]
    return bool(_YEARS_AS_LABELS.intersection(header) and values) and all(
        isinstance(v, int) and 1900 <= v <= 2100 for v in values
    )


def _is_never_added(table: RawTable, column: list[Figure], number: int) -> bool:
    header = words(table.header[number]) if number < len(table.header) else ()
    if _NOT_ADDED.intersection(header) or {"p", "code"} <= set(header):
        return True
    if len(header) == 1 and header[0] in {"no", "n", "num", "numero", "nr"}:
        return False
    said = [f for f in column if f.text.strip()]
    return bool(said) and sum("%" in f.text for f in said) * 2 > len(said)
