"""A published file → Arrow batches of the columns that a sum needs: text as codes, nothing else read.

A row group of Parquet whose statistics say that a column has one text is not read for it; one that
holds no row asked for is not read at all. CSV without quotes is cut at its line ends.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.engines.sums import NUMBERS, Question, as_float, condition, not_as_written

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.csv as pv
    import pyarrow.parquet as pq

#: Bytes of CSV read at once: what fits the caches of a core.
BLOCK = 4_000_000
#: Rows of Parquet read at once, where a row group has more.
ROWS_AT_ONCE = 400_000


def is_number(name: str, question: Question) -> bool:
    """True for a column of figures."""
    return question.dtypes.get(name) in NUMBERS


# Parquet --------------------------------------------------------------------------------------


def parquet_batches(
    path: Path, question: Question, row_groups: Iterable[int] | None = None
) -> Iterator[pa.RecordBatch]:
    """The columns that a question needs of a Parquet file, or of some of its row groups.

    Row groups in which, by their statistics, no row fulfils the conditions are left out.
    """
    import pyarrow.parquet as pq

    text = [name for name in question.columns if not is_number(name, question)]
    with pq.ParquetFile(path, read_dictionary=text) as file:
        absent = [name for name in question.columns if name not in file.schema_arrow.names]
        if absent:
            raise not_as_written(path, f"no column {', '.join(absent)}")
        for at in range(file.num_row_groups) if row_groups is None else row_groups:
            facts = _facts(file, at, question)
            if _may_hold(facts, question):
                yield from _row_group(file, at, question, facts)


def _facts(file: pq.ParquetFile, at: int, question: Question) -> dict[str, Any]:
    """What the statistics of a row group say of the columns asked for."""
    group = file.metadata.row_group(at)
    places = {name: file.schema_arrow.names.index(name) for name in question.columns}
    found = {name: group.column(place).statistics for name, place in places.items()}
    return {name: said for name, said in found.items() if said is not None}


def _may_hold(facts: Mapping[str, Any], question: Question) -> bool:
    return all(
        name not in facts or _may_equal(facts[name], text, name, question)
        for name, text in question.where
    )


def _may_equal(said: Any, text: str, name: str, question: Question) -> bool:
    """False where the least and the greatest value of a column leave no room for the one asked for."""
    if not said.has_min_max:
        return not _is_empty(said)
    if is_number(name, question):
        return bool(said.min <= as_float(text) <= said.max)
    if question.dtypes.get(name) == "boolean":
        return True
    low, high = str(said.min), str(said.max)
    if low == high:
        return condition(name, text, question)(low)
    return low <= text <= high or low <= f"'{text}" <= high


def _is_empty(said: Any) -> bool:
    """True where every cell is null."""
    return bool(said.has_null_count and said.num_values == 0)


def _only_text(said: Any) -> tuple[str | None, ...]:
    """The one text that every cell holds, or null for cells that are all empty; else nothing."""
    if said.physical_type != "BYTE_ARRAY":
        return ()
    if _is_empty(said):
        return (None,)
    whole = said.has_min_max and said.has_null_count and said.null_count == 0
    return (said.min,) if whole and said.min == said.max else ()


def _row_group(
    file: pq.ParquetFile, at: int, question: Question, facts: Mapping[str, Any]
) -> Iterator[pa.RecordBatch]:
    """A row group in batches; a column of one text is made, not read."""
    import pyarrow as pa

    alike = {name: only[0] for name, said in facts.items() if (only := _only_text(said))}
    read = [name for name in question.columns if name not in alike]
    if not read:
        read = [question.columns[0]]
        del alike[read[0]]
    for rows in file.iter_batches(ROWS_AT_ONCE, row_groups=[at], columns=read):
        made = {name: _repeated(text, rows.num_rows) for name, text in alike.items()}
        columns = [made[n] if n in made else rows.column(n) for n in question.columns]
        yield pa.RecordBatch.from_arrays(columns, names=question.columns)


def _repeated(text: str | None, rows: int) -> pa.Array:
    """A coded column that says the same in every row, or nothing."""
    import pyarrow as pa

    from mtool.engines.arrow_values import texts

    given = pa.py_buffer(bytes(rows // 8 + 1)) if text is None else None
    codes = pa.Array.from_buffers(pa.int32(), rows, [given, pa.py_buffer(bytes(4 * rows))])
    return pa.DictionaryArray.from_arrays(codes, texts([] if text is None else [text]))


# CSV ------------------------------------------------------------------------------------------


def csv_batches(path: Path, question: Question) -> Iterator[pa.RecordBatch]:
    """The columns that a question needs of canonical CSV: figures as floats, the rest coded text."""
    import pyarrow.csv as pv

    if _has_quotes(path):
        yield from _in_blocks(path, question)
        return
    with pv.open_csv(
        path, read_options=pv.ReadOptions(block_size=BLOCK), convert_options=_types(question)
    ) as batches:
        yield from batches


def _has_quotes(path: Path) -> bool:
    """Whether any cell is quoted, and so could hold a line end."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(b'"') >= 0


def _types(question: Question, places: Mapping[str, str] | None = None) -> pv.ConvertOptions:
    """How cells are read; `places` gives the name that each column goes by."""
    import pyarrow as pa
    import pyarrow.csv as pv

    coded = pa.dictionary(pa.int32(), pa.string())
    named = places or {name: name for name in question.columns}
    return pv.ConvertOptions(
        column_types={
            named[name]: pa.float64() if is_number(name, question) else coded
            for name in question.columns
        },
        include_columns=[named[name] for name in question.columns],
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )


def _in_blocks(path: Path, question: Question) -> Iterator[pa.RecordBatch]:
    """Blocks of whole records, each read by a thread of its own."""
    from mtool.engines.blocks import Layout, read_blocks, read_header
    from mtool.engines.scan import in_order

    header = read_header(path, Layout())
    absent = [name for name in question.columns if name not in header]
    if absent:
        raise not_as_written(path, f"no column {', '.join(absent)}")
    places = {name: str(header.index(name)) for name in question.columns}
    types = _types(question, places)
    names = [str(at) for at in range(len(header))]
    blocks = read_blocks(path, Layout(), BLOCK)
    jobs = (partial(_block, block.data, names, types, at == 0) for at, block in enumerate(blocks))
    for batches in in_order(jobs):
        for batch in batches:
            yield batch.rename_columns(question.columns)


def _block(
    data: bytes | memoryview, names: list[str], types: pv.ConvertOptions, opens: bool
) -> list[pa.RecordBatch]:
    """The records of one block; the first one opens with the header.

    It ends with a record, so that pyarrow need not look for line ends within quotes to cut it.
    """
    import pyarrow as pa
    import pyarrow.csv as pv

    options = pv.ReadOptions(
        use_threads=False, column_names=names, block_size=len(data) + 1, skip_rows=int(opens)
    )
    batches: list[pa.RecordBatch] = pv.read_csv(
        pa.py_buffer(data), options, convert_options=types
    ).to_batches()
    return batches
