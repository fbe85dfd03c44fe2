"""Figures summed per subject over Arrow batches: large CSV and Parquet, only the columns needed.

The text of each key becomes a small number, the numbers of all keys one, and NumPy adds by it.
Without pandas: pyarrow's own grouping imports it, which costs more than adding a million rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.engines.sums import (
    BILLION,
    Question,
    Record,
    Running,
    Subject,
    Tally,
    condition,
    not_as_written,
    speaks_of,
)
from mtool.guarded_text import unguarded

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Codes = tuple[np.ndarray[Any, Any], list[str | None]]

#: Rows from which a batch is added on its own: texts are looked at once per batch.
ROWS_AT_ONCE = 50_000
#: Above this, the numbers of subjects are made dense before they are used as addresses.
WIDEST = 4_000_000
#: The unit of time whose ISO text has so many letters.
UNITS = {4: "Y", 7: "M"}


def sum_batches(path: Path, question: Question) -> list[Record]:
    """`engines.sums.sum_file` for files of any size."""
    import pyarrow as pa

    tally = Tally(question)
    try:
        add_batches(tally, _batches(path, question), guarded=path.suffix == ".csv")
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise not_as_written(path, str(error).split("\n")[0]) from None
    return tally.records()


def add_batches(tally: Tally, batches: Iterable[pa.RecordBatch], *, guarded: bool) -> None:
    """Add the rows of batches; `guarded` where their text is that of canonical CSV."""
    for batch in _gathered(batches):
        _add(tally, _Batch(batch, tally.question, guarded=guarded))


def _batches(path: Path, question: Question) -> Iterator[pa.RecordBatch]:
    from mtool.engines.sums_files import csv_batches, parquet_batches

    return (csv_batches if path.suffix == ".csv" else parquet_batches)(path, question)


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Small batches put together, so that each distinct text is looked at once for many rows."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= ROWS_AT_ONCE:
            yield from _one(waiting)
            waiting = []
    if waiting:
        yield from _one(waiting)


def _one(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    import pyarrow as pa

    if len(batches) == 1:
        return batches
    together = pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()
    whole: list[pa.RecordBatch] = together.to_batches()
    return whole


class _Batch:
    """One batch with the rows that fulfil every condition marked, and its columns as numbers."""

    def __init__(self, batch: pa.RecordBatch, question: Question, *, guarded: bool) -> None:
        self.batch = batch
        self.question = question
        self.guarded = question.guarded if guarded else frozenset()
        self.kept = self._kept()

    def _kept(self) -> np.ndarray[Any, Any] | None:
        """Positions of the rows selected; null for all."""
        import numpy as np

        if not self.question.where:
            return None
        fulfilled = np.ones(self.batch.num_rows, bool)
        for name, text in self.question.where:
            fits = condition(name, text, self.question)
            codes, texts = self._coded(name)
            fulfilled &= np.array([t is not None and fits(t) for t in texts], bool)[codes]
        return np.flatnonzero(fulfilled)

    def _coded(self, name: str, cut: int | None = None) -> Codes:
        """Every row's number, and the printed text of each, null among them where a cell is."""
        import numpy as np
        import pyarrow as pa

        column = self.batch.column(name)
        if column.null_count == len(column):
            return np.zeros(len(column), np.int32), [None]
        if pa.types.is_dictionary(column.type):
            texts: list[str | None] = column.dictionary.to_pylist()
            column = column.indices
            codes = _values(column)
        elif pa.types.is_date32(column.type):
            codes, texts = _days(_values(column), UNITS.get(cut or 10, "D"))
        elif pa.types.is_boolean(column.type):
            codes, texts = _values(column.cast(pa.uint8())), ["false", "true"]
        else:
            distinct, codes = np.unique(_values(column), return_inverse=True)
            texts = [f"{value:.15g}" for value in distinct.tolist()]
        given = _given(column)
        if given is None:
            return codes, texts
        return np.where(given, codes, len(texts)), [*texts, None]

    def key(self, name: str) -> Codes:
        """The rows' numbers of a key, and the text of each number: unguarded and cut."""
        import numpy as np

        cut = self.question.cut.get(name)
        codes, printed = self._coded(name, cut)
        known: dict[str | None, int] = {}
        numbers = []
        for text in printed:
            if text is not None and name in self.guarded:
                text = unguarded(text)
            numbers.append(known.setdefault((text or "")[:cut] or None, len(known)))
        codes = self._selected(codes)
        if numbers == list(range(len(numbers))):
            return codes, list(known)
        return np.array(numbers, np.int32)[codes], list(known)

    def figures(self, name: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The rows' figures, 0 where there is none, and which are there."""
        import numpy as np

        column = self.batch.column(name)
        values, given = _values(column), _given(column)
        if given is None:
            given = np.ones(len(values), bool)
        return self._selected(np.where(given, values, 0)), self._selected(given)

    def speaking(self, words: str, measure: str) -> np.ndarray[Any, Any] | None:
        """Which rows have a status or qualifier about the measure; null where none has."""
        import numpy as np

        if words not in self.question.dtypes:
            return None
        codes, texts = self._coded(words)
        about = np.array([speaks_of(text, measure) for text in texts], bool)
        return self._selected(about[codes]) if about.any() else None

    def _selected(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return values if self.kept is None else values[self.kept]

    @property
    def rows(self) -> int:
        """How many rows are selected."""
        return self.batch.num_rows if self.kept is None else len(self.kept)


def _values(column: pa.Array) -> np.ndarray[Any, Any]:
    """The memory of a column of numbers, without pyarrow's own way there, which imports pandas."""
    import numpy as np

    kind = np.dtype(
        {"double": "float64", "date32[day]": "int32"}.get(said := str(column.type), said)
    )
    start = column.offset
    return np.frombuffer(column.buffers()[1], kind)[start : start + len(column)]


def _given(column: pa.Array) -> np.ndarray[Any, Any] | None:
    """Which cells are not null; null where all are."""
    import numpy as np

    bits = column.buffers()[0]
    if bits is None or not column.null_count:
        return None
    start = column.offset
    flags = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
    return flags[start : start + len(column)].astype(bool)


def _days(values: np.ndarray[Any, Any], unit: str) -> Codes:
    """Days since 1970 as numbers from the first day, month or year on, and the ISO text of each."""
    import numpy as np

    if not len(values):
        return values, []
    units = values.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64)
    first = int(units.min())
    named = np.arange(first, int(units.max()) + 1).astype(f"datetime64[{unit}]")
    texts: list[str | None] = np.datetime_as_string(named).tolist()
    return units - first, texts


def _add(tally: Tally, batch: _Batch) -> None:
    """Add a batch to the subjects it speaks of."""
    import numpy as np

    if not batch.rows:
        return
    places, subjects = _subjects(batch)
    size = len(subjects)
    rows = np.bincount(places, minlength=size)
    running = [tally.of(subject, int(n)) for subject, n in zip(subjects, rows, strict=True)]
    for at, measure in enumerate(tally.question.measures):
        mine = [sums[at] for sums in running]
        _add_measure(mine, batch, (measure, places))


def _add_measure(mine: list[Running], batch: _Batch, what: tuple[str, Any]) -> None:
    import numpy as np

    measure, places = what
    size = len(mine)
    values, given = batch.figures(measure)
    whole = np.floor(values)
    parts = np.rint((values - whole) * BILLION)
    missing, limited = (batch.speaking(w, measure) for w in ("value_status", "qualifier"))
    for name, weights in (
        ("whole", whole),
        ("billionths", parts if parts.any() else None),
        ("figures", given),
        ("missing", None if missing is None else missing & ~given),
        ("limited", limited),
    ):
        if weights is None:
            continue
        for sums, more in zip(mine, np.bincount(places, weights, size).tolist(), strict=True):
            setattr(sums, name, getattr(sums, name) + int(more))


def _subjects(batch: _Batch) -> tuple[np.ndarray[Any, Any], list[Subject]]:
    """Every row's place in the list of the batch's subjects, and that list."""
    import numpy as np

    keys = [batch.key(name) for name in batch.question.keys]
    combined = np.zeros(batch.rows, np.int64)
    width = 1
    for codes, texts in keys:
        if len(texts) == 1:
            continue
        if width * len(texts) > WIDEST:
            seen, combined = np.unique(combined, return_inverse=True)
            width = len(seen)
        combined = combined * len(texts) + codes
        width *= len(texts)
    first, places = _numbered(combined, width)
    columns = [[texts[code] for code in codes[first].tolist()] for codes, texts in keys]
    return places, list(zip(*columns, strict=True)) if columns else [()]


def _numbered(
    combined: np.ndarray[Any, Any], width: int
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """One row of each number, and the numbers made dense."""
    import numpy as np

    if width > WIDEST:
        _, first, places = np.unique(combined, return_index=True, return_inverse=True)
        return first, places
    row_of = np.full(width, -1, np.int64)
    row_of[combined] = np.arange(len(combined))
    present = np.flatnonzero(row_of >= 0)
    dense = np.zeros(width, np.int64)
    dense[present] = np.arange(len(present))
    return row_of[present], dense[combined]
