"""Sums on a cluster: each part of a published dataset is added up where it is read.

Figures are added in whole billionths, so that the order of parts changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.engines.cluster_part import IrregularText, batches, tally_share
from mtool.engines.dask_workers import Workers, dask_workers
from mtool.engines.parts import Part, parquet_parts, shares, text_parts, whole
from mtool.engines.scan import scan
from mtool.engines.sums import NUMBERS, Question, Record, Tally, not_as_written
from mtool.engines.sums_arrow import add_batches
from mtool.engines.sums_files import parquet_batches

if TYPE_CHECKING:
    import pyarrow as pa


def sum_on_cluster(
    path: Path,
    question: Question,
    address: str = "",
    connect: Callable[[str], AbstractContextManager[Workers]] = dask_workers,
) -> list[Record]:
    """`engines.sums.sum_file` on the workers at an address, or on this machine's cores.

    Raises as it does, and for a cluster that cannot be used.
    """
    path = path.resolve()
    with connect(address) as workers:
        work = partial(sum_part, question)
        parts = _parts(workers, path)
        found = list(workers.results(workers.each(work, parts)))
        if None in found:
            in_one_go = [whole(shares(path, scan(path, ()).layout))]
            found = list(workers.results(workers.each(work, in_one_go)))
    together = Tally(question)
    for tally in found:
        together.merge(tally)
    return together.records()


def _parts(workers: Workers, path: Path) -> list[Part]:
    if path.suffix == ".parquet":
        return parquet_parts(path)
    layout = scan(path, ()).layout
    cut = shares(path, layout)
    begun = workers.each(tally_share, [(layout, share) for share in cut])
    return text_parts(cut, list(workers.results(begun)))


def sum_part(question: Question, part: Part) -> tuple[Tally | None]:
    """On a worker: the sums of one part; null for text that must be read in one go."""
    import pyarrow as pa

    tally = Tally(question)
    is_text = part.path.suffix == ".csv"
    try:
        found = _text(question, part) if is_text else _groups(question, part)
        add_batches(tally, found, guarded=is_text)
    except IrregularText:
        return (None,)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise not_as_written(part.path, str(error).split("\n")[0]) from None
    return (tally,)


def _groups(question: Question, part: Part) -> Iterator[pa.RecordBatch]:
    return parquet_batches(part.path, question, range(part.start, part.stop))


def _text(question: Question, part: Part) -> Iterator[pa.RecordBatch]:
    """The columns of a part of canonical CSV: figures as floats, the rest as coded text."""
    import pyarrow as pa

    for batch in batches(scan(part.path, question.columns), part):
        columns = [
            cells.cast(pa.float64())
            if question.dtypes.get(name) in NUMBERS
            else cells.dictionary_encode()
            for name, cells in zip(question.columns, batch.columns.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, names=question.columns)
