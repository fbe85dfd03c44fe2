"""Canonical CSV: UTF-8, LF, a fixed order of rows, the same bytes on every run.

Text that a spreadsheet would run as a formula gets a leading apostrophe (a leading apostrophe of
the source is doubled); `read_csv_text` undoes both. Typed numbers are never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from csv import reader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.guarded_text import guard_text, unguard_text
from mtool.schemas import Schema
from mtool.whole_files import staged
from mtool.writers.staging import targets

#: Each row but the last, and each row but the first.
_NEIGHBOURS = (slice(None, -1), slice(1, None))
#: Larger files are read by Arrow.
LARGE_BYTES = 5_000_000

if TYPE_CHECKING:
    import pandas as pd

    from mtool.writers import Export


def in_canonical_order(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Rows sorted by the schema's key, nulls first, then by source and cell."""
    key = [name for name in (*schema.key, "source_ref", "source_cell") if name in frame]
    if _is_in_order(frame, key):
        return frame.reset_index(drop=True)
    return frame.sort_values(key, kind="stable", na_position="first").reset_index(drop=True)


def _is_in_order(frame: pd.DataFrame, key: Sequence[str]) -> bool:
    """True when no row has to be moved: most datasets were published in this order."""
    tied: Any = True
    for name in key:
        upper, lower = (frame[name].iloc[part].reset_index(drop=True) for part in _NEIGHBOURS)
        rises = _sure(upper < lower) | (upper.isna() & lower.notna())
        same = _sure(upper == lower) | (upper.isna() & lower.isna())
        if (tied & ~(rises | same)).any():
            return False
        tied = tied & same
    return True


def _sure(compared: pd.Series) -> pd.Series:
    """A comparison in which null is false."""
    return compared.fillna(False).astype("bool")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as canonical CSV; nulls are empty, days are ISO, whole floats have no `.0`."""
    import csv

    guarded = _guarded(frame)
    # Python's csv writer leaves a carriage return bare, and readers would end the row there.
    torn = any(guarded[name].str.contains("\r", regex=False).any() for name in _texts(guarded))
    guarded.to_csv(
        path,
        index=False,
        encoding="utf-8",
        lineterminator="\n",
        date_format="%Y-%m-%d",
        float_format="%.15g",
        quoting=csv.QUOTE_NONNUMERIC if torn else csv.QUOTE_MINIMAL,
    )


def _texts(frame: pd.DataFrame) -> list[str]:
    import pandas as pd

    return [str(n) for n in frame if pd.api.types.is_string_dtype(frame[n].dtype)]


def _guarded(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{name: guard_text(frame[name]) for name in _texts(frame)})


def read_csv(path: Path, schema: Schema) -> pd.DataFrame:
    """Read canonical CSV back to the schema's types, without checking anything else."""
    import pandas as pd

    frame = _texts_of(path)
    for name, column in schema.columns.items():
        if name not in frame:
            continue
        if column.dtype in ("Int64", "Float64"):
            frame[name] = pd.to_numeric(frame[name]).astype(column.dtype)
        elif column.dtype.startswith("datetime64"):
            frame[name] = pd.to_datetime(frame[name], format="%Y-%m-%d").astype(column.dtype)
        else:
            frame[name] = unguard_text(frame[name])
    return frame


def _texts_of(path: Path) -> pd.DataFrame:
    """The cells of a file as text, null where they are empty; a large one by Arrow, the same."""
    import pandas as pd

    if path.stat().st_size < LARGE_BYTES:
        return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
    import pyarrow as pa
    from pyarrow import csv

    with path.open(encoding="utf-8", newline="") as file:
        header = next(reader(file))
    table = csv.read_csv(
        path,
        read_options=csv.ReadOptions(block_size=1 << 22),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.large_string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    text = pd.StringDtype("pyarrow", na_value=float("nan"))
    return table.to_pandas(types_mapper={pa.large_string(): text}.get, self_destruct=True)


def write_for_excel(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as a French Excel opens it by double click: `;`, decimal comma, a BOM.

    A fraction of three digits gets a zero: `1,125` could be a thousand and more.
    """
    written = _guarded(frame)
    for name in written.select_dtypes("float"):
        texts = written[name].dropna().map("{:.15g}".format).astype("str")
        doubtful = texts.str.fullmatch(r"-?[0-9]{1,3}\.[0-9]{3}")
        texts = texts.where(~doubtful, texts + "0").str.replace(".", ",", regex=False)
        written = written.assign(**{name: texts.reindex(written.index)})
    written.to_csv(
        path,
        index=False,
        sep=";",
        encoding="utf-8-sig",
        lineterminator="\r\n",
        date_format="%Y-%m-%d",
    )


def write(export: Export, out: Path) -> list[Path]:
    """Write one dataset to the file `out`, or each of several into the folder `out`."""
    written = targets(export.frames, out, ".csv")
    write_frame = write_for_excel if export.excel_locale == "fr" else write_csv
    for name, path in written.items():
        with staged(path) as new:
            write_frame(in_canonical_order(export.frames[name], export.schemas[name]), new)
    return list(written.values())
