"""Reading `data/clean`: datasets, their manifest, and which rows stand for a series.

Without pandera: what is in `data/clean` has been validated when it was published.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.clean import told_if_damaged
from mtool.errors import UsageError, nearest
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
    with told_if_damaged(path):
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not {"mtool", "inputs", "datasets", "checked"} <= set(manifest):
            raise ValueError
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
        raise UsageError(f"no dataset named {name!r}; {nearest(name, names)}")
    fitting = [n for n in names if not having or _has_column(workspace, n, having)]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise UsageError(f"no dataset has {having!r}; there are: {', '.join(names)}")
    raise UsageError(f"which dataset? There are: {', '.join(fitting or names)}")


def _has_column(workspace: Workspace, name: str, column: str) -> bool:
    """Ask the header of a CSV file, which costs less than its schema."""
    path = dataset_path(workspace, name)
    if path.suffix != ".csv" or not path.is_file():
        return column in load_schema(name, workspace.schema_folders).columns
    with told_if_damaged(path), path.open(encoding="utf-8") as lines:
        return column in lines.readline().rstrip("\n").split(",")


def dataset_path(workspace: Workspace, name: str) -> Path:
    """The published file of a dataset: CSV, or Parquet for one of many rows."""
    large = workspace.clean / f"{name}.parquet"
    return large if large.is_file() else workspace.clean / f"{name}.csv"


def load_dataset(workspace: Workspace, name: str) -> tuple[pd.DataFrame, Schema]:
    """All published rows of a dataset, typed by its schema."""
    from mtool.large_datasets import read_parquet

    schema = load_schema(name, workspace.schema_folders)
    path = dataset_path(workspace, name)
    read = read_parquet if path.suffix == ".parquet" else read_csv
    with told_if_damaged(path):
        return read(path, schema), schema


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


def conditions(selection: Selection, columns: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The columns and values that a selection names; `UsageError` for a column nobody has."""
    known = list(columns)
    wanted: dict[str, str] = {}
    for condition in selection.where:
        column, equals, value = condition.partition("=")
        if not equals:
            raise UsageError(f"--where {condition!r}: expected COLUMN=VALUE, such as edition=2023")
        if column.strip() not in known:
            hint = nearest(column.strip(), known)
            raise UsageError(f"--where {condition!r}: no such column; {hint}")
        wanted[column.strip()] = value.strip()
    named = (("source_id", selection.source), ("edition", selection.edition))
    wanted |= {name: value for name, value in named if value}
    return tuple(wanted.items())


def nothing_is(column: str, value: str, known: Iterable[str]) -> UsageError:
    """The error for a value that no row has."""
    return UsageError(f"{column}: nothing is {value!r}; {nearest(value, sorted(known))}")


def select(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows that a selection keeps; `UsageError` for an unknown column, or a value nobody has."""
    for column, value in conditions(selection, frame):
        texts = frame[column].astype("str")
        if not (texts == value).any():
            raise nothing_is(column, value, texts[frame[column].notna()].unique())
        frame = frame[texts == value]
    return frame
