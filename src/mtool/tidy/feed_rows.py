"""One batch of a feed, tidied as any table is, without a Python object per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

from mtool.model import Row
from mtool.recipes import column_keys, expand_columns
from mtool.tidy import Tidied, tidied
from mtool.tidy.melt import report_ignored, stacked, without_headings
from mtool.tidy.reading import TableReading

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

#: A line number that stands in no other part of a cell's name.
PROBE = 987_654_321


@dataclass(frozen=True)
class FeedRows(Sequence[Row]):
    """Rows of a batch, each made when somebody looks at it; `lines` are their places."""

    columns: pa.RecordBatch
    lines: Sequence[int]

    def __len__(self) -> int:
        return int(self.columns.num_rows)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        cells = tuple(column[at].as_py() or "" for column in self.columns.columns)
        return Row(cells, int(self.lines[at]))


@dataclass
class FeedReading(TableReading):
    """A `TableReading` whose cells are named all at once."""

    def cell_names(self, column: int | None) -> list[str]:
        """The names of the cells of a column, or of the rows."""
        assert isinstance(self.body, FeedRows)
        before, after = self.cell_name(Row((), PROBE), column).split(str(PROBE))
        return [f"{before}{line}{after}" for line in self.body.lines]


def tidy_batch(reading: FeedReading, rows: FeedRows, *, opens: bool) -> tuple[Tidied, FeedRows]:
    """Tidy one batch, and the printed rows that were kept; columns not used are said of the first."""
    rules = expand_columns(reading.recipe.columns)
    reading.body = rows
    reading.body = kept = _without_headings(reading, rows)
    if opens:
        report_ignored(reading, rules)
    cells = FeedCells(kept.columns, column_keys(reading.table.header))
    return tidied(reading, stacked(reading, cells, rules)), kept


class FeedCells(dict[str, list[str]]):
    """The printed cells of a batch by column, each column made when it is asked for."""

    def __init__(self, columns: pa.RecordBatch, keys: Sequence[str]) -> None:
        super().__init__()
        self._columns, self._places = columns, {key: at for at, key in enumerate(keys)}

    def __missing__(self, key: str) -> list[str]:
        column = self._columns.column(self._places[key]).fill_null("").dictionary_encode()
        words = column.dictionary.to_pylist()
        cells: list[str] = list(map(words.__getitem__, column.indices.to_pylist()))
        self[key] = cells
        return cells


def _without_headings(reading: FeedReading, rows: FeedRows) -> FeedRows:
    """Leave out blank rows and headings of sections, as in any table; only sparse rows are looked at."""
    import numpy as np

    sparse = np.flatnonzero(_filled(rows.columns) <= 1).tolist()
    if not sparse:
        return rows
    rules = expand_columns(reading.recipe.columns)
    kept = {row.place for row in without_headings(reading, [rows[at] for at in sparse], rules)}
    aside = {at for at in sparse if int(rows.lines[at]) not in kept}
    places = np.array([at for at in range(len(rows)) if at not in aside], dtype=np.int64)
    return FeedRows(rows.columns.take(places), [int(rows.lines[at]) for at in places])


def _filled(columns: pa.RecordBatch) -> np.ndarray[Any, Any]:
    """How many cells of each row hold more than blanks; counting stops to matter at two."""
    import numpy as np
    import pyarrow.compute as pc

    filled = np.zeros(columns.num_rows, np.int16)
    for column in columns.columns:
        given = pc.fill_null(pc.match_substring_regex(column, r"\S"), False)
        filled += given.to_numpy(zero_copy_only=False)
        if filled.min(initial=2) > 1:
            break
    return filled


def with_proofs(reading: FeedReading, proofs: dict[str, dict[str, str]]) -> FeedReading:
    """The reading with what the whole file proves about its columns written into the recipe."""
    rules = expand_columns(reading.recipe.columns)
    told = {key: proofs.get(key, {}) | rule for key, rule in rules.items()}
    return replace(reading, recipe=replace(reading.recipe, columns=told))
