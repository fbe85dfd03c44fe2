"""Rows that two raw files both give under one key: an export of mtool taken in beside its source.

Figures are never added twice: the file that comes first by its path stands, and a finding speaks of
the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mtool.language import counted
from mtool.model import Finding, Locator
from mtool.schemas import Schema

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class RowsSeen:
    """The rows of the files taken in so far, by dataset and source."""

    _by_source: dict[tuple[str, str], list[tuple[str, pd.DataFrame]]] = field(default_factory=dict)

    def take_in(
        self, path: str, frames: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema]
    ) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
        """The frames without the rows whose keys another file gave before; a finding for each file."""
        kept, findings = {}, []
        for name, frame in frames.items():
            kept[name] = frame
            sources = frame["source_id"].unique() if len(frame) else ()
            before = [one for s in sources for one in self._by_source.get((name, str(s)), ())]
            for other, rows in before:
                same = _same_keys(kept[name], rows, schemas[name])
                if len(same):
                    findings.append(_finding(path, other, name, len(same)))
                    kept[name] = kept[name].drop(index=same)
            for source_id in sources:
                self._by_source.setdefault((name, str(source_id)), []).append((path, kept[name]))
        return kept, findings


def _same_keys(frame: pd.DataFrame, other: pd.DataFrame, schema: Schema) -> pd.Index:
    """The rows of a frame that have a key which rows of another have, too; nulls are equal."""
    key = [column for column in schema.key if column in frame and column in other]
    mine = frame[key].astype("object").reset_index(names="_row")
    theirs = other[key].astype("object").drop_duplicates()
    found = mine.merge(theirs, on=key)["_row"] if key else mine["_row"][:0]
    return frame.index.intersection(found)


def _finding(path: str, other: str, dataset: str, rows: int) -> Finding:
    return Finding(
        "same_rows_twice",
        "structure",
        "error",
        f"{dataset}: {counted(rows, 'row')} with the source, edition and key of rows of {other}; those of "
        "this file are left out",
        Locator(path=path),
        suggestion=f"take one of the two files out: mtool forget {path}",
    )
