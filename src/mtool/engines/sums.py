"""Figures summed per subject in one pass, at any size: the question, and the small-file scanner.

Files under `SMALL` are read by the standard library, so that a summary of them imports neither
pandas nor pyarrow; larger ones, and Parquet, by `engines.sums_arrow`. Both give the same records.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mtool.errors import UnreadableInput
from mtool.guarded_text import unguarded

#: Bytes up to which reading line by line is faster than importing pyarrow.
SMALL = 2_000_000
#: Figures with fractions are added in whole billionths, so that the order of rows changes nothing.
BILLION = 1_000_000_000
NUMBERS = ("Int64", "Float64")

Figure = int | float | None
Subject = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What to sum: `measures` per `keys`, over the rows where every column of `where` has its text.

    `cut` shortens the text of a key: days (`2022-03-01`) cut to 7 letters are months. `dtypes` are
    those of the schema.
    """

    keys: tuple[str, ...]
    measures: tuple[str, ...]
    dtypes: Mapping[str, str]
    where: tuple[tuple[str, str], ...] = ()
    cut: Mapping[str, int] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Every column that must be read, each once."""
        words = [name for name in ("value_status", "qualifier") if name in self.dtypes]
        named = (*self.keys, *self.measures, *(name for name, _ in self.where), *words)
        return list(dict.fromkeys(named))

    @property
    def guarded(self) -> frozenset[str]:
        """The columns of text, which canonical CSV guards with apostrophes."""
        plain = (*NUMBERS, "boolean")
        return frozenset(
            name
            for name, dtype in self.dtypes.items()
            if dtype not in plain and not dtype.startswith("datetime")
        )


@dataclass(frozen=True, slots=True)
class Sums:
    """One measure of a subject. `total` is null, not zero, where no row has a figure.

    `missing` counts the rows that say why they have none; `limited` those whose figure is limited
    by words such as "at least".
    """

    total: Figure
    figures: int
    missing: int
    limited: int


@dataclass(frozen=True, slots=True)
class Record:
    """The rows of one subject (key column → text, null where empty) put together."""

    subject: Mapping[str, str | None]
    rows: int
    sums: Mapping[str, Sums]


def to_15_digits(value: float) -> float:
    """A sum at the precision that canonical CSV keeps."""
    return float(f"{value:.15g}")


@dataclass(slots=True)
class Running:
    """A measure of one subject while it is being added up; `billionths` beside the whole part."""

    whole: int = 0
    billionths: int = 0
    figures: int = 0
    missing: int = 0
    limited: int = 0

    def add(self, value: float) -> None:
        """Add one figure exactly, to a billionth."""
        floor = math.floor(value)
        self.whole += floor
        self.billionths += round((value - floor) * BILLION)
        self.figures += 1

    def merge(self, other: Running) -> None:
        """Add what another has added up."""
        self.whole += other.whole
        self.billionths += other.billionths
        self.figures += other.figures
        self.missing += other.missing
        self.limited += other.limited

    def sums(self) -> Sums:
        """What came of it."""
        total = self.whole if not self.billionths else self._fraction()
        return Sums(total if self.figures else None, self.figures, self.missing, self.limited)

    def _fraction(self) -> Figure:
        scaled = self.whole * BILLION + self.billionths
        return scaled // BILLION if scaled % BILLION == 0 else to_15_digits(scaled / BILLION)


@dataclass
class Tally:
    """Subjects → how many rows they have and their measures, across batches."""

    question: Question
    rows: dict[Subject, int] = field(default_factory=dict)
    running: dict[Subject, tuple[Running, ...]] = field(default_factory=dict)

    def of(self, subject: Subject, rows: int) -> tuple[Running, ...]:
        """Count rows to a subject, and give its measures to add to."""
        self.rows[subject] = self.rows.get(subject, 0) + rows
        if subject not in self.running:
            self.running[subject] = tuple(Running() for _ in self.question.measures)
        return self.running[subject]

    def merge(self, other: Tally) -> None:
        """Add what another tally of the same question holds."""
        for subject, rows in other.rows.items():
            for mine, theirs in zip(self.of(subject, rows), other.running[subject], strict=True):
                mine.merge(theirs)

    def records(self) -> list[Record]:
        """One record per subject, in the order of their texts: that of the rows changes nothing."""
        keys, measures = self.question.keys, self.question.measures
        order = sorted(
            self.rows, key=lambda subject: [(text is not None, text) for text in subject]
        )
        return [
            Record(
                dict(zip(keys, subject, strict=True)),
                self.rows[subject],
                {
                    name: running.sums()
                    for name, running in zip(measures, self.running[subject], strict=True)
                },
            )
            for subject in order
        ]


@cache
def speaks_of(words: str | None, measure: str) -> bool:
    """True where a status or qualifier is about the measure: `injured=range`, or the word alone."""
    if not words:
        return False
    return "=" not in words or f"; {measure}=" in f"; {words}"


def sum_file(path: Path, question: Question) -> list[Record]:
    """One record per subject of a published dataset, CSV or Parquet, in one pass.

    Only the columns needed are kept. Raises `UnreadableInput` for a file that lacks one of them, or
    whose figures are no numbers: it is not as mtool wrote it.
    """
    if path.suffix == ".csv" and path.stat().st_size <= SMALL:
        return sum_lines(path, question)
    from mtool.engines.sums_arrow import sum_batches

    return sum_batches(path, question)


def sum_lines(path: Path, question: Question) -> list[Record]:
    """`sum_file` for canonical CSV, line by line with the standard library."""
    tally = Tally(question)
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        header = next(reader, [])
        _require(path, header, question)
        at = {name: header.index(name) for name in question.columns}
        try:
            _add_rows(tally, _selected(reader, at, question), at)
        except (ValueError, IndexError) as error:
            raise not_as_written(path, f"line {reader.line_num}: {error}") from None
    return tally.records()


def _require(path: Path, header: Sequence[str], question: Question) -> None:
    absent = [name for name in question.columns if name not in header]
    if absent:
        raise not_as_written(path, f"no column {', '.join(absent)}")


def not_as_written(path: Path, what: str) -> UnreadableInput:
    """The error for a published file that somebody changed."""
    return UnreadableInput(
        f"{path}: {what}; the file is not as mtool wrote it: derive it again with mtool run --force"
    )


def _selected(
    rows: Iterator[list[str]], at: Mapping[str, int], question: Question
) -> Iterator[list[str]]:
    """The rows that fulfil every condition."""
    wanted = [(at[name], condition(name, text, question)) for name, text in question.where]
    for row in rows:
        if all(fits(row[column]) for column, fits in wanted):
            yield row


def condition(name: str, text: str, question: Question) -> Callable[[str], bool]:
    """Whether a cell has the value asked for: numbers as numbers, text as it reads."""
    if question.dtypes.get(name) in NUMBERS:
        number = as_float(text)
        return lambda cell: bool(cell) and float(cell) == number
    if question.dtypes.get(name) == "boolean":
        return lambda cell: cell.casefold() == text.casefold()
    return lambda cell: bool(cell) and unguarded(cell) == text


def as_float(text: str) -> float:
    """The number that a condition names; one that equals nothing where it names none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _add_rows(tally: Tally, rows: Iterator[list[str]], at: Mapping[str, int]) -> None:
    question = tally.question
    read_key = cache(lambda name, cell: _key_text(name, cell, question))
    keys = [(name, at[name]) for name in question.keys]
    measures = [(name, at[name]) for name in question.measures]
    status, qualifier = at.get("value_status"), at.get("qualifier")
    for row in rows:
        subject = tuple(read_key(name, row[column]) for name, column in keys)
        why = row[status] if status is not None else ""
        words = row[qualifier] if qualifier is not None else ""
        running = tally.of(subject, 1)
        for sums, (name, column) in zip(running, measures, strict=True):
            if row[column]:
                sums.add(float(row[column]))
            elif speaks_of(why, name):
                sums.missing += 1
            sums.limited += speaks_of(words, name)


def _key_text(name: str, cell: str, question: Question) -> str | None:
    text = unguarded(cell) if name in question.guarded else cell
    return text[: question.cut.get(name)] or None


def row_records(frame: Any, measures: Sequence[str]) -> list[Record]:
    """A typed frame as records, one per row, its position as text under the key `row`."""
    texts = {name: _texts(frame[name]) for name in frame}
    figures = {name: frame[name].astype(object).tolist() for name in measures}
    given = {name: frame[name].notna().tolist() for name in measures}
    records = []
    for at in range(len(frame)):
        subject = {name: column[at] for name, column in texts.items()} | {"row": str(at)}
        sums = {}
        for name in measures:
            running = Running()
            if given[name][at]:
                running.add(figures[name][at])
            running.missing = int(
                not given[name][at] and speaks_of(subject.get("value_status"), name)
            )
            running.limited = int(speaks_of(subject.get("qualifier"), name))
            sums[name] = running.sums()
        records.append(Record(subject, 1, sums))
    return records


def _texts(column: Any) -> list[str | None]:
    if column.dtype.kind == "M":
        column = column.dt.strftime("%Y-%m-%d")
    missing = column.isna().tolist()
    return [
        None if absent or text == "" else str(text)
        for text, absent in zip(column.tolist(), missing, strict=True)
    ]
