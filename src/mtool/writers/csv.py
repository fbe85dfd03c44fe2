"""Canonical CSV: UTF-8, LF, a fixed order of rows, the same bytes on every run.

Text that a spreadsheet would run as a formula gets a leading apostrophe (a leading apostrophe of
the source is doubled); `read_csv_text` undoes both. Typed numbers are never touched.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mtool.guarded_text import guard_text, unguard_text
from mtool.schemas import Schema
from mtool.whole_files import staged
from mtool.writers.staging import targets

if TYPE_CHECKING:
    import pandas as pd

    from mtool.writers import Export


def in_canonical_order(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Rows sorted by the schema's key, nulls first, then by source and cell."""
    key = [name for name in (*schema.key, "source_ref", "source_cell") if name in frame]
    return frame.sort_values(key, kind="stable", na_position="first").reset_index(drop=True)


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

    frame = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
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
