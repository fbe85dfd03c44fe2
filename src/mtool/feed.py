"""Feeds: a large file of one row per event, derived batch by batch with memory that stays flat.

The rows and findings are those of `derive_source`; only a file whose recipe maps column to column
is read so, and any doubt about its form leaves it to the readers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.derive import Derived, acknowledged, without_echoes
from mtool.engines.blocks import Layout
from mtool.engines.request import Request
from mtool.engines.scan import Batch, Scan, scan
from mtool.errors import UnreadableInput, UsageError
from mtool.model import Finding, Locator, RawTable, Report, Row, Source
from mtool.passport import Passport, TableRecipe
from mtool.recipes import expand_columns
from mtool.schemas import Schema, load_schema
from mtool.tidy import layout_drift
from mtool.tidy.feed_rows import FeedReading, FeedRows, tidy_batch, with_proofs

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mtool.engines.failures import Outcome
    from mtool.engines.plan import Plan

#: Bytes from which a file is read as a feed.
LARGE = 5_000_000
ROWS_AT_ONCE = 65_536
DELIMITERS = (",", ";", "\t", "|")
SUFFIXES = (".csv", ".tsv", ".parquet")
#: What a rule of a column may say in a feed.
RULE_KEYS = {"column", "measure", "unit", "decimal", "date_order", "blank", "choices", "reason"}
#: Findings that speak of every row with one text; batches are put together.
OF_ALL_ROWS = re.compile(r" \((\d+) rows\)$")
#: Findings of single cells, which are all kept.
OF_CELLS = ("not_a_number", "not_whole", "number_ambiguous")
#: An order that no date proves and none disproves.
UNPROVED = "unproved"


@dataclass(frozen=True)
class Feed:
    """A file that is a feed: its recipe, and how to read it again."""

    path: str
    recipe: TableRecipe
    schema: Schema
    opened: Scan

    def table(self) -> RawTable:
        """The table as the reader would name it; its rows are in the batches."""
        place = (
            Locator(path=self.path, row=1)
            if self.opened.is_parquet
            else Locator(path=self.path, line=1)
        )
        return RawTable(self.recipe.id, self.opened.header, (), locator=place)


def derive_feed(
    raw: Path, source: Source, passport: Passport, folders: tuple[Path, ...] = ()
) -> Derived | None:
    """Derive a large feed; null for any other file, which `derive_source` reads.

    A file that turns out not to be UTF-8 is left to the readers, too.
    """
    if raw.stat().st_size < LARGE:
        return None
    feed = open_feed(raw, source, passport, folders)
    try:
        return derive_opened(feed, passport, folders) if feed else None
    except UnreadableInput:
        return None


def open_feed(
    raw: Path, source: Source, passport: Passport, folders: tuple[Path, ...] = ()
) -> Feed | None:
    """The file as a feed, where its passport maps one table column to column to events."""
    wanted = [recipe for recipe in passport.tables if not recipe.ignore]
    if len(passport.tables) != 1 or not wanted or not _is_one_to_one(wanted[0], passport):
        return None
    (recipe,) = wanted
    schema = load_schema(recipe.schema, folders)
    if "event_id" not in schema.columns or raw.suffix.lower() not in SUFFIXES:
        return None
    named = {"\\t": "\t", "tab": "\t"}.get(
        passport.options.get("delimiter", ""), passport.options.get("delimiter")
    )
    encoding = passport.options.get("encoding") or "utf-8"
    for delimiter in (named,) if named else DELIMITERS:
        try:
            opened = scan(raw, None, Layout(delimiter, encoding=encoding))
        except (UnreadableInput, UsageError):
            continue
        feed = Feed(source.path, recipe, schema, opened)
        if len(opened.header) > 1 and layout_drift(feed.table(), recipe) is None:
            return feed
    return None


def _is_one_to_one(recipe: TableRecipe, passport: Passport) -> bool:
    rules = expand_columns(recipe.columns).values()
    plain = all(set(rule) <= RULE_KEYS for rule in rules)
    mended = passport.corrections or recipe.control_totals or passport.options.get("fix_mojibake")
    return bool(recipe.schema) and plain and not mended


def derive_opened(feed: Feed, passport: Passport, folders: tuple[Path, ...] = ()) -> Derived | None:
    """Derive a feed; null for one without rows, and for what only a reader understands."""
    from mtool.engines.local import report_on
    from mtool.engines.plan_cache import plan_of_schema

    proofs = _proofs(feed)
    if proofs is None:
        return None
    plan = plan_of_schema(feed.schema)
    work = _Work(feed, plan, FeedReading(feed.table(), feed.recipe, feed.schema, passport, folders))
    work.reading = with_proofs(work.reading, proofs)
    request = _FeedRequest(
        feed.opened.path,
        feed.path,
        plan,
        tuple(plan.by_name),
        is_parquet=feed.opened.is_parquet,
        printed=work.place,
    )
    report = report_on(request, work.outcomes())
    if not work.rows:
        return None
    said = _together(work.findings)
    findings = [*said, *without_echoes(said, report.findings)]
    marked = acknowledged(findings, passport, feed.path)
    rows = frozenset(work.unsound | work.positions(report.findings))
    name = feed.recipe.schema
    said_of = Report(tuple(marked), report.checked)
    return Derived(passport, {name: work.frame()}, {name: rows}, (), said_of)


def _proofs(feed: Feed) -> dict[str, dict[str, str]] | None:
    """What the whole file proves: the order of its days, the decimal mark of its figures.

    Null for what only a reader understands: rows of another width, HXL tags below the header,
    figures that contradict each other, so that one batch could prove what the file does not.
    """
    from mtool.periods import date_order
    from mtool.printed_numbers import decimal_mark

    rules = expand_columns(feed.recipe.columns)
    days = [key for key, rule in rules.items() if rule.get("column") == "event_date"]
    figures = [key for key, rule in rules.items() if "measure" in rule]
    found: dict[str, set[str]] = {key: set() for key in (*days, *figures)}
    texts: list[set[str]] = list(found.values())
    for batch in replace(feed.opened, wanted=tuple(found) or feed.opened.header[:1]):
        if batch.ragged:
            return None
        for known, column in zip(texts, batch.columns.columns, strict=False):
            known.update(text for text in column.unique().to_pylist() if text)
    printed = {text for key in figures for text in found[key]}
    mark = decimal_mark(printed)
    if any(text.startswith("#") for known in texts for text in known):
        return None
    if mark is None and any(decimal_mark([text]) for text in printed):
        return None
    proofs = {key: {"date_order": date_order(found[key]) or UNPROVED} for key in days}
    return proofs | {key: {"decimal": mark} for key in figures if mark}


@dataclass
class _Work:
    """What the batches of a feed have given so far."""

    feed: Feed
    plan: Plan
    reading: FeedReading
    parts: list[pa.Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unsound: set[int] = field(default_factory=set)
    lines: list[Sequence[int]] = field(default_factory=list)
    rows: int = 0

    def outcomes(self) -> Iterator[Outcome]:
        """Tidy and check each batch in turn; its typed rows are kept, its findings too."""
        from mtool.engines.arrow_steps import check_typed, typed_cells

        for at, batch in enumerate(_gathered(self.feed.opened)):
            self.reading = replace(self.reading, findings=[], groups=[], unsound=set())
            rows = FeedRows(batch.columns, batch.lines)
            tidy, kept = tidy_batch(self.reading, rows, opens=at == 0)
            self.findings += tidy.findings
            self.unsound |= {self.rows + row for row in tidy.unsound}
            columns = _as_batch(tidy.frame)
            checked = Batch(columns, kept.lines, batch.ragged)
            typed, failed = typed_cells(self.plan, checked)
            yield check_typed(self.plan, typed, failed, checked)
            self._keep(typed, kept.lines)

    def _keep(self, typed: Mapping[str, pa.Array], lines: Sequence[int]) -> None:
        import pyarrow as pa

        columns = {name: _compact(cells) for name, cells in typed.items()}
        self.parts.append(pa.table(columns))
        self.lines.append(lines)
        self.rows += len(lines)

    def place(self, line: int, column: str) -> Locator:
        """The printed cell that a tidy column of a line came from, else the line."""
        printed = self.reading.printed_column(0, column)
        return self.reading.table.locate(Row((), line), printed)

    def positions(self, findings: Iterable[Finding]) -> set[int]:
        """The rows that structure findings of single cells speak of."""
        lines = {f.locator.line or f.locator.row for f in findings if f.class_ == "structure"}
        every = [int(line) for part in self.lines for line in part] if lines else []
        found = {bisect_left(every, line) for line in lines if line}
        return {at for at in found if at < len(every) and every[at] in lines}

    def frame(self) -> pd.DataFrame:
        """The typed rows; text that repeats is kept once, as categories."""
        import pandas as pd
        import pyarrow as pa

        table = _like_the_first(self.parts).unify_dictionaries()
        self.parts.clear()
        kinds = {
            pa.int64(): pd.Int64Dtype(),
            pa.float64(): pd.Float64Dtype(),
            pa.bool_(): pd.BooleanDtype(),
            pa.string(): pd.StringDtype("pyarrow", na_value=float("nan")),
        }
        frame = table.to_pandas(
            types_mapper=kinds.get, date_as_object=False, self_destruct=True, split_blocks=True
        )
        days = {
            n: c.dtype
            for n, c in self.feed.schema.columns.items()
            if c.dtype.startswith("datetime")
        }
        return frame.astype({name: dtype for name, dtype in days.items() if name in frame})


@dataclass(frozen=True)
class _FeedRequest(Request):
    """A request whose places are those of the printed columns."""

    printed: Callable[[int, str], Locator] = field(kw_only=True)

    def place(self, row: int, column: str) -> Locator:
        """The printed cell of a tidy column."""
        return self.printed(row, column)


def _gathered(opened: Iterable[Batch]) -> Iterator[Batch]:
    """Small batches put together, so that each distinct text is looked at once for many rows."""
    import pyarrow as pa

    waiting: list[Batch] = []

    def together() -> Batch:
        whole = pa.Table.from_batches([b.columns for b in waiting]).combine_chunks().to_batches()
        lines = [line for b in waiting for line in b.lines]
        ragged = tuple(row for b in waiting for row in b.ragged)
        return Batch(whole[0] if whole else waiting[0].columns, lines, ragged)

    for batch in opened:
        waiting.append(batch)
        if sum(b.columns.num_rows for b in waiting) >= ROWS_AT_ONCE:
            yield together()
            waiting = []
    if waiting:
        yield together()


def _as_batch(frame: pd.DataFrame) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_pandas(frame, preserve_index=False)


def _compact(cells: pa.Array) -> pa.Array:
    """Text that repeats as a dictionary: most columns of a feed have few words."""
    import pyarrow as pa

    if not (pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)):
        return cells
    cells = cells.cast(pa.string())
    coded = cells.dictionary_encode()
    return coded if 2 * len(coded.dictionary) < len(cells) else cells


def _like_the_first(parts: Sequence[pa.Table]) -> pa.Table:
    """One table; a column that is a dictionary in some parts only is one in none."""
    import pyarrow as pa

    plain = {f.name for part in parts for f in part.schema if pa.types.is_string(f.type)}
    alike = [
        pa.table(
            {
                name: column.cast(pa.string()) if name in plain else column
                for name, column in zip(part.column_names, part.columns, strict=True)
            }
        )
        for part in parts
    ]
    return pa.concat_tables(alike)


def _together(findings: Iterable[Finding]) -> list[Finding]:
    """One finding per rule and text over all batches, the first place and all rows counted."""
    kept: dict[tuple[str, str, str | None], Finding] = {}
    rows: dict[tuple[str, str, str | None], int] = {}
    cells: list[Finding] = []
    for finding in findings:
        if finding.rule in OF_CELLS:
            cells.append(finding)
            continue
        said = OF_ALL_ROWS.search(finding.message)
        key = (finding.rule, OF_ALL_ROWS.sub("", finding.message), finding.value)
        rows[key] = rows.get(key, 0) + (int(said[1]) if said else 1)
        kept.setdefault(key, finding)
    counted = []
    for key, finding in kept.items():
        many = rows[key] > 1 and (
            OF_ALL_ROWS.search(finding.message) or finding.rule == "unknown_area"
        )
        message = f"{key[1]} ({rows[key]} rows)" if many else finding.message
        counted.append(replace(finding, message=message))
    return cells + counted
