"""Small counts of people → `suppressed`, with the figures and totals that would give them back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mtool.language import counted
from mtool.schemas import Schema
from mtool.sharing.complement import with_complements
from mtool.sharing.relations import Figures, find_figures
from mtool.writers import Export

if TYPE_CHECKING:
    import pandas as pd

SUPPRESSED = "suppressed"
_LOW_END = re.compile(r"(-?[0-9.]+)\.\.")


def without_small_counts(export: Export, threshold: int) -> tuple[Export, list[str]]:
    """Suppress counts of people from 1 to below `threshold`, and what gives them back.

    A printed zero stays: it counts nobody. Findings of a source with suppressed figures quote
    figures, and control totals that cannot be tied to their figures might give one back: both are
    left out. Returns the export and what was held back, in sentences.
    """
    frames = {name: frame.reset_index(drop=True) for name, frame in export.frames.items()}
    summed = {n: f for n, f in frames.items() if _has_sums(f, export.schemas[n])}
    figures = find_figures(summed, export.schemas, export.totals)
    small = [f for f in _published(figures) if 0 < figures.sums.values[f] < threshold]
    hidden = with_complements(figures.sums, small)
    masks = {n: _masked(figures, hidden, n, f, export.schemas[n]) for n, f in summed.items()}
    for name in frames.keys() - summed.keys():
        masks[name] = _small_ones(frames[name], export.schemas[name], threshold)
    for name, mask in masks.items():
        mask |= _small_ranges(frames[name], mask, threshold)
    suppressed = {n: _suppress(f, masks[n], export.schemas[n]) for n, f in frames.items()}
    touched = {
        str(ref)
        for name, mask in masks.items()
        for ref in frames[name].loc[mask.any(axis=1), "source_ref"].unique()
    }
    totals = [
        total
        for at, total in enumerate(export.totals)
        if figures.totals.get(at) not in hidden
        and not (at in figures.unlinked and total["source_ref"] in touched)
    ]
    quoted = {ref.partition("[")[0] for ref in touched}
    paths = {source["path"] for source in export.sources if source["id"] in quoted}
    findings = tuple(f for f in export.findings if f.locator.path not in paths)
    said = list(_said(masks, set(small), hidden, threshold))
    for what, before, after in (
        ("control totals that would give one back", export.totals, totals),
        ("findings that quote such sources", export.findings, findings),
    ):
        if len(before) > len(after):
            said.append(f"held back: {len(before) - len(after)} {what}")
    kept = replace(export, frames=suppressed, totals=tuple(totals), findings=findings)
    return kept, said


def _has_sums(frame: pd.DataFrame, schema: Schema) -> bool:
    """True where figures add up to others; in a feed of single events none does."""
    return "reference_period_start" in frame or "casualties" in schema.people


def _published(figures: Figures) -> Iterable[int]:
    return {*figures.cells.values(), *figures.totals.values()}


def _people(frame: pd.DataFrame, schema: Schema) -> list[str]:
    return [measure for measure in schema.people if measure in frame]


def _small_ones(frame: pd.DataFrame, schema: Schema, threshold: int) -> pd.DataFrame:
    counts = frame[_people(frame, schema)]
    return ((counts > 0) & (counts < threshold)).fillna(value=False).astype("bool")


def _masked(
    figures: Figures, hidden: set[int], name: str, frame: pd.DataFrame, schema: Schema
) -> pd.DataFrame:
    """Which cells of a dataset are hidden, one column per count of people."""
    import pandas as pd

    rows: dict[str, set[int]] = {measure: set() for measure in _people(frame, schema)}
    for (dataset, at, measure), figure in figures.cells.items():
        if dataset == name and figure in hidden:
            rows[measure].add(at)
    return pd.DataFrame({m: frame.index.isin(sorted(at)) for m, at in rows.items()}, frame.index)


def _small_ranges(frame: pd.DataFrame, mask: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Counts that the source gives as a range which begins below the threshold."""
    if "qualifier" not in frame:
        return mask
    lows = frame["qualifier"].str.extract(_LOW_END, expand=False).astype("Float64")
    small = (lows < threshold).fillna(value=False).astype("bool")
    return mask.apply(lambda column: column | (small & frame[column.name].isna()))


def _suppress(frame: pd.DataFrame, mask: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    rows = mask.any(axis=1)
    if not rows.any():
        return frame
    blank = {measure: frame[measure].mask(mask[measure]) for measure in mask}
    hidden = frame.assign(**blank)
    status = frame["value_status"].astype("object")
    measures = [measure for measure in schema.measures if measure in frame]
    empty = frame[measures].isna()
    for at in frame.index[rows]:
        now = [measure for measure in mask if mask.at[at, measure]]
        missing = [m for m in measures if empty.at[at, m] and m not in now]
        status[at] = _status(status[at], now, missing) if len(measures) > 1 else SUPPRESSED
    hidden["value_status"] = status.where(status.notna(), None).astype("str")
    if "qualifier" in hidden:
        hidden["qualifier"] = hidden["qualifier"].mask(rows)
    return hidden


def _status(said: Any, now: list[str], missing: list[str]) -> str:
    """`killed=suppressed` beside what was said of the others."""
    parts = str(said).split("; ") if isinstance(said, str) and said else []
    words: dict[str, str] = {}
    for part in parts:
        measure, _, word = part.rpartition("=")
        words |= dict.fromkeys([measure] if measure else missing, word)
    words |= dict.fromkeys(now, SUPPRESSED)
    return "; ".join(f"{measure}={word}" for measure, word in words.items())


def _said(
    masks: Mapping[str, pd.DataFrame], small: set[int], hidden: set[int], threshold: int
) -> Iterable[str]:
    for name, mask in masks.items():
        cells = int(mask.to_numpy().sum())
        if cells:
            yield (
                f"suppressed: {counted(cells, 'figure')} of {name}: counts of people below {threshold}, "
                "and those that would give them back"
            )
