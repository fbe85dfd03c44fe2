"""What the cluster engine does on a worker: one part at a time, and keys that met.

Functions of plain values, so that any system can send them to where the data are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mtool.engines.arrow_steps import check_batch
from mtool.engines.blocks import Layout
from mtool.engines.dask_workers import KEY_TYPES
from mtool.engines.failures import Outcome
from mtool.engines.parts import Part, Share, Tally, part_blocks, tally
from mtool.engines.plan import Plan
from mtool.engines.request import ROWS_OF_A_FILE
from mtool.engines.scan import Batch, Scan
from mtool.errors import UnreadableInput

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class IrregularText(Exception):
    """Text whose records cannot be told by counting quotes: it must be read in one go."""


def tally_share(given: tuple[Layout, Share]) -> tuple[Tally]:
    """Count the line ends and quotes of a share."""
    layout, share = given
    try:
        return (tally(share, layout),)
    except OSError as error:
        raise UnreadableInput(
            f"{share.path}: a worker cannot read it ({error.strerror}); files must stand under the "
            "same path for every worker"
        ) from None


def check_part(plan: Plan, given: tuple[Scan, Part]) -> list[Any]:
    """The outcomes of a part's batches, then the rows of each key of the plan.

    In place of the outcomes null, where the text is irregular.
    """
    import pandas as pd

    outcomes: list[Outcome] = []
    keys: dict[str, list[pd.DataFrame]] = {name: [] for name in plan.keys}
    try:
        for batch in batches(*given):
            outcome = check_batch(plan, batch)
            for name, columns in outcome.across.items():
                keys[name].append(key_rows(columns, outcome.lines))
            lines = outcome.lines if outcome.grouped is not None else ()
            outcomes.append(replace(outcome, across={}, lines=lines))
    except IrregularText:
        return [None, *(no_keys() for _ in keys)]
    return [outcomes, *(pd.concat([no_keys(), *rows], ignore_index=True) for rows in keys.values())]


def batches(opened: Scan, part: Part) -> Iterator[Batch]:
    """The batches of a part, their lines numbered over all files. Raises `IrregularText`."""
    first = part.file * ROWS_OF_A_FILE
    for batch in _batches(opened, part):
        yield _numbered(batch, first) if first else batch


def _numbered(batch: Batch, first: int) -> Batch:
    lines = batch.lines
    if isinstance(lines, range):
        lines = range(lines.start + first, lines.stop + first)
    else:
        lines = [line + first for line in lines]
    ragged = tuple(replace(row, line=row.line + first) for row in batch.ragged)
    return replace(batch, lines=lines, ragged=ragged)


def _batches(opened: Scan, part: Part) -> Iterator[Batch]:
    if opened.is_parquet:
        groups = tuple(range(part.start, part.stop))
        yield from replace(opened, row_groups=groups, first_row=part.line).map(_same, workers=1)
        return
    for at, block in enumerate(part_blocks(part, opened.layout)):
        if block.is_irregular and not part.is_whole:
            raise IrregularText
        yield opened.parsed(block, opens=at == 0 and part.start == 0)


def _same(batch: Batch) -> Batch:
    return batch


# Keys -----------------------------------------------------------------------------------------


def no_keys() -> pd.DataFrame:
    """A frame of keys without rows."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in KEY_TYPES.items()})


def key_rows(columns: pa.RecordBatch, lines: Sequence[int]) -> pd.DataFrame:
    """One row per key: its hash, the key as one text, and its line; all nulls are no key.

    Different keys have different texts: each value with its length before it, null as `-`.
    """
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    from mtool.engines.keys import hashes

    words = []
    for column in columns.columns:
        if pa.types.is_floating(column.type):
            column = pc.add(column, 0.0)  # -0.0 is 0.0
        text = column.cast(pa.string())
        length = pc.binary_length(text).cast(pa.string())
        words.append(pc.fill_null(pc.binary_join_element_wise(length, text, ":"), "-"))
    key = pc.binary_join_element_wise(*words, ";") if len(words) > 1 else words[0]
    numbers = np.asarray(lines, np.int64)
    found = pd.DataFrame({"hash": hashes(columns), "key": key.to_pandas(), "line": numbers})
    none = pc.equal(key, ";".join("-" * len(words)))
    return found[~none.to_numpy(zero_copy_only=False)] if pc.any(none).as_py() else found


def twins(rows: pd.DataFrame) -> pd.DataFrame:
    """Of keys that met: those that stand more than once, each with the line of the first other."""
    alike = rows[rows["hash"].duplicated(keep=False)]
    alike = alike[alike["key"].duplicated(keep=False)].sort_values("line")
    nth = alike.groupby("key").cumcount()
    first = alike["key"].map(alike[nth == 0].set_index("key")["line"])
    second = alike["key"].map(alike[nth == 1].set_index("key")["line"])
    twin = first.where(nth > 0, second).astype("int64")
    return alike[["key", "line"]].assign(twin=twin)


def value_of(key: str, dtype: str) -> str:
    """The value of a key of one column, as a finding says it."""
    text = key.partition(":")[2]
    if dtype == "Float64":
        return str(float(text))
    if dtype == "boolean":
        return text.capitalize()
    return text[:10] if dtype.startswith("datetime") else text
