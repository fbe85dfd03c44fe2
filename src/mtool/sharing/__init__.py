"""What an audience may see: sources, columns and small numbers held back, and said so.

Levels are declared in passports (`source.sharing`) and schemas (`metadata.sharing`). Counts of
people below a threshold are `suppressed` for the public, with every other figure that would give
them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mtool.config import Config
from mtool.datasets import read_manifest
from mtool.errors import UsageError
from mtool.language import counted
from mtool.model import SHARING_LEVELS
from mtool.passport import SHARING, passport_path, read_passport
from mtool.schemas import load_schema
from mtool.sharing.restricted import BY_MONTH, RESTRICTED, by_month, has_periods, is_feed, terms
from mtool.sharing.small_counts import without_small_counts
from mtool.workspace import Workspace, sha256_of
from mtool.writers import Export

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Audience:
    """Who an export is for, and whether restricted sources are wanted row by row all the same."""

    share: str = "internal"
    include_restricted: bool = False

    def may_see(self, level: str) -> bool:
        """True when what is declared for a level may reach this audience."""
        return SHARING_LEVELS.index(level or "public") <= SHARING_LEVELS.index(self.share)


def held_back(export: Export, workspace: Workspace, audience: Audience) -> Export:
    """What of an export the audience may see; `held_back` says what is missing and why."""
    levels = {source["path"]: _level(workspace, source) for source in export.sources}
    said: list[str] = []
    export = _without_sources(export, levels, audience, said)
    export = _without_restricted_rows(export, levels, audience, said)
    export = _without_columns(export, workspace.config, audience, said)
    if audience.share == "public":
        threshold = _whole_number(workspace.config, "suppress_below")
        export, suppressed = without_small_counts(export, threshold)
        said += suppressed
    return replace(export, held_back=tuple(said))


def _level(workspace: Workspace, source: Mapping[str, str]) -> str:
    """The level a source was published with, or a stricter one that its passport says by now."""
    known = source.get("sharing") or "public"
    passport = passport_path(workspace.root / source["path"])
    inputs = read_manifest(workspace).get("inputs", {})
    if not passport.is_file() or sha256_of(passport) == inputs.get(workspace.relative(passport)):
        return known
    return max(known, read_passport(passport).source.sharing or "public", key=SHARING.index)


def _without_sources(
    export: Export, levels: dict[str, str], audience: Audience, said: list[str]
) -> Export:
    """Leave out the sources that are not for this audience."""
    barred = [
        source
        for source in export.sources
        if levels[source["path"]] != RESTRICTED and not audience.may_see(levels[source["path"]])
    ]
    if not barred:
        return export
    said += [
        f"held back: source {source['id']} ({source['edition']}), which is for "
        f"{levels[source['path']]} use"
        for source in barred
    ]
    identities = {(source["id"], source["edition"]) for source in barred}
    frames = {n: f[~_of(f, identities)] for n, f in export.frames.items()}
    return _narrowed(export, {n: f for n, f in frames.items() if len(f)}, identities)


def _of(frame: pd.DataFrame, identities: set[tuple[str, str]]) -> pd.Series:
    """True for the rows of these sources and editions."""
    import pandas as pd

    editions = frame["edition"].fillna("").astype("str")
    pairs = zip(frame["source_id"].astype("str"), editions, strict=True)
    return pd.Series([pair in identities for pair in pairs], index=frame.index, dtype="bool")


def _narrowed(
    export: Export, frames: dict[str, pd.DataFrame], gone: set[tuple[str, str]]
) -> Export:
    """The export without what speaks of sources that are gone."""
    sources = tuple(s for s in export.sources if (s["id"], s["edition"]) not in gone)
    paths, ids = {s["path"] for s in sources}, {s["id"] for s in sources}
    return replace(
        export,
        frames=frames,
        sources=sources,
        findings=tuple(f for f in export.findings if f.locator.path in paths),
        totals=tuple(t for t in export.totals if t["source_ref"].partition("[")[0] in ids),
    )


def _without_restricted_rows(
    export: Export, levels: dict[str, str], audience: Audience, said: list[str]
) -> Export:
    """Count the events of restricted sources by area and month; leave out other rows of theirs."""
    restricted = [s for s in export.sources if levels[s["path"]] == RESTRICTED]
    if not restricted:
        return export
    if audience.include_restricted:
        said += [f"included row by row, mind its terms: {terms(source)}" for source in restricted]
        return export
    identities = {(source["id"], source["edition"]) for source in restricted}
    frames, schemas = {}, dict(export.schemas)
    monthly = []
    for name, frame in export.frames.items():
        theirs = _of(frame, identities)
        kept = frame[~theirs | has_periods(frame)]
        if len(kept):
            frames[name] = kept
        rows = frame[theirs & ~has_periods(frame)]
        if len(rows):
            monthly += [rows] if is_feed(rows) else []
            said.append(_restricted_said(name, rows))
    if monthly:
        import pandas as pd

        schemas[BY_MONTH] = load_schema(BY_MONTH, export.folders)
        counted = by_month(pd.concat(monthly), schemas[BY_MONTH])
        given = [frames[BY_MONTH]] if BY_MONTH in frames else []
        frames[BY_MONTH] = pd.concat([*given, counted], ignore_index=True)
    said += [f"the terms of {terms(source)}" for source in restricted]
    paths = {source["path"] for source in restricted}
    findings = tuple(f for f in export.findings if f.locator.path not in paths)
    return replace(export, frames=frames, schemas=schemas, findings=findings)


def _restricted_said(name: str, rows: pd.DataFrame) -> str:
    if not is_feed(rows):
        return f"held back: {counted(len(rows), 'row')} of {name}, which a restricted source gives"
    undated = int(rows["event_date"].isna().sum())
    lost = f"; {undated} without a date are in none" if undated else ""
    return (
        f"held back: {counted(len(rows), 'row')} of {name} of a restricted source; counted by area and month "
        f"as {BY_MONTH}{lost} (--include-restricted gives the rows)"
    )


def _without_columns(export: Export, config: Config, audience: Audience, said: list[str]) -> Export:
    """Drop the columns that are not for this audience; round those that the schema lets round."""
    frames = {}
    for name, frame in export.frames.items():
        schema = export.schemas[name]
        barred = [c for c, level in schema.sharing.items() if not audience.may_see(level)]
        barred = [column for column in barred if column in frame]
        for column in barred:
            if column in schema.rounded:
                places = _whole_number(config, "round_coordinates")
                frame = frame.assign(**{column: frame[column].round(places)})
                said.append(f"rounded: {column} of {name} to {places} decimals")
            else:
                frame = frame.drop(columns=column)
                said.append(f"held back: column {column} of {name}")
        frames[name] = frame
    return replace(export, frames=frames)


def _whole_number(config: Config, name: str) -> int:
    text = config[name]
    if not text.isdigit():
        origin = config.values[name].origin
        raise UsageError(f"{origin}: {name} = {text!r}; expected a whole number, such as 5")
    return int(text)
