"""Reading `data/clean`: datasets, their manifest, and which rows stand for a series.

Without pandera: what is in `data/clean` has been validated when it was published.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mtool.errors import UsageError
from mtool.one_publication import of_one_publication
from mtool.schemas import Schema, load_schema
from mtool.workspace import Workspace
from mtool.writers.csv import read_csv

if TYPE_CHECKING:
    import pandas as pd


def read_manifest(workspace: Workspace) -> dict[str, Any]:
    """The manifest of `data/clean`, or `{}` where nothing has been published."""
    path = workspace.clean / "manifest.json"
    if not path.is_file():
        return {}
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise UsageError(
            f"{path}: not valid JSON; derive it again with: mtool run --force"
        ) from None
    return manifest


def dataset_names(workspace: Workspace) -> list[str]:
    """The datasets in `data/clean`."""
    return sorted(read_manifest(workspace).get("datasets", {}))


def choose_dataset(workspace: Workspace, name: str | None, having: str = "") -> str:
    """The dataset named, or the only one there is (with the column `having`, if given).

    Raises `UsageError` naming the choices when there are several, or none.
    """
    names = dataset_names(workspace)
    if not names:
        raise UsageError(
            f"{workspace.clean}: no datasets yet; make them with: mtool ingest FILE, or mtool run"
        )
    if name:
        if name in names:
            return name
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
        raise UsageError(f"no dataset named {name!r}; {hint}")
    fitting = [
        n for n in names if not having or having in load_schema(n, workspace.schema_folders).columns
    ]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise UsageError(f"no dataset has {having!r}; there are: {', '.join(names)}")
    raise UsageError(f"which dataset? There are: {', '.join(fitting or names)}")


def load_dataset(workspace: Workspace, name: str) -> tuple[pd.DataFrame, Schema]:
    """All published rows of a dataset, typed by its schema."""
    schema = load_schema(name, workspace.schema_folders)
    return read_csv(workspace.clean / f"{name}.csv", schema), schema


@of_one_publication
def read_dataset(workspace: Workspace, name: str) -> pd.DataFrame:
    """All published rows of a dataset that must be there, typed by its schema."""
    return load_dataset(workspace, choose_dataset(workspace, name))[0]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows to read: `--where column=value`, `--source`, `--edition`."""

    where: tuple[str, ...] = ()
    source: str | None = None
    edition: str | None = None


def select(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows that a selection keeps; `UsageError` for an unknown column, or a value nobody has."""
    wanted: dict[str, str] = {}
    for condition in selection.where:
        column, equals, value = condition.partition("=")
        if not equals:
            raise UsageError(f"--where {condition!r}: expected COLUMN=VALUE, such as edition=2023")
        if column.strip() not in frame:
            near = difflib.get_close_matches(column.strip(), list(frame), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UsageError(
                f"--where {condition!r}: expected COLUMN=VALUE with a known column{hint}"
            )
        wanted[column.strip()] = value.strip()
    wanted |= {
        name: value
        for name, value in (("source_id", selection.source), ("edition", selection.edition))
        if value
    }
    for column, value in wanted.items():
        known = sorted(frame[column].dropna().astype("str").unique())
        if value not in known:
            raise UsageError(f"{column}: nothing is {value!r}; there are: {', '.join(known[:20])}")
        frame = frame[frame[column].astype("str") == value]
    return frame


def newest_editions(frame: pd.DataFrame) -> tuple[pd.DataFrame, Mapping[str, list[str]]]:
    """Keep the newest edition of each source; also the older ones left aside, by source."""
    editions = frame["edition"].fillna("")
    newest = editions.groupby(frame["source_id"]).transform("max")
    aside = frame[editions != newest]
    older = {
        str(source): sorted(rows["edition"].dropna().unique())
        for source, rows in aside.groupby("source_id")
    }
    return frame[editions == newest], older
