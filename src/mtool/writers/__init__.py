"""Where figures go. A new format is one function and one line in `WRITERS`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mtool.charts import Chart
from mtool.errors import UsageError, nearest
from mtool.model import Document, Finding, Report
from mtool.schemas import Schema

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Export:
    """What a writer is given: frames with their schemas, sources, control totals and findings.

    `excel_locale` is the language of the Excel that is to open a CSV, `en` or `fr`.
    `held_back` are sentences that say what is not in the export, and why; a writer adds to `notes`
    what its reader should know. `documents` are the sources with the audit of each, and `charts`
    those of a dataset, where the writer asks for them; `not_audited` leads from the path of any other
    source to a clause that says why.
    """

    frames: Mapping[str, pd.DataFrame]
    schemas: Mapping[str, Schema]
    sources: tuple[Mapping[str, str], ...]
    findings: tuple[Finding, ...]
    folders: tuple[Path, ...] = ()
    version: str = ""
    totals: tuple[Mapping[str, str], ...] = ()
    held_back: tuple[str, ...] = ()
    documents: tuple[tuple[Document, Report], ...] = ()
    charts: Mapping[str, tuple[Chart, ...]] = field(default_factory=dict)
    not_audited: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    excel_locale: str = "en"


@dataclass(frozen=True, slots=True)
class Writer:
    """One format. `module` holds `write(export, out) -> list[Path]`; several datasets fit in one
    file, or `out` is a folder. `reads_sources` asks for sources, their audit, and charts."""

    name: str
    suffix: str
    module: str
    one_file: bool
    reads_sources: bool = False

    def write(self, export: Export, out: Path) -> list[Path]:
        written: list[Path] = import_module(self.module).write(export, out)
        return written


class DatabaseWriter(Protocol):
    """A module that loads an export into a database and says what it loaded, one line per table."""

    def load(self, export: Export, connection: str, *, upsert: bool) -> list[str]: ...


WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        Writer("csv", ".csv", "mtool.writers.csv", False),
        Writer("xlsx", ".xlsx", "mtool.writers.xlsx", True),
        Writer("prov", ".prov.json", "mtool.writers.prov", True),
        Writer("html", ".html", "mtool.writers.html", True, reads_sources=True),
        Writer("parquet", ".parquet", "mtool.writers.parquet", False),
        Writer("sqlite", ".sqlite", "mtool.writers.sqlite", True),
        Writer("duckdb", ".duckdb", "mtool.writers.duckdb", True),
        Writer("datapackage", ".zip", "mtool.writers.datapackage", True),
        Writer("hxl", ".csv", "mtool.writers.hxl", False),
        Writer("geojson", ".geojson", "mtool.writers.geojson", False),
        Writer("topojson", ".topojson", "mtool.writers.topojson", False),
    )
}
#: Where figures go that is not a file: format → module with `load(export, connection, upsert=)`.
DATABASES = {"postgres": "mtool.writers.postgres"}


def format_names() -> list[str]:
    """Every format that figures can be exported to."""
    return [*WRITERS, *DATABASES]


def find_writer(name: str) -> Writer:
    """The writer of a format; `UsageError` naming the formats there are."""
    if name not in WRITERS:
        hint = nearest(name, format_names())
        raise UsageError(f"no format {name!r}; {hint}")
    return WRITERS[name]


def find_database(name: str) -> DatabaseWriter | None:
    """What loads a database of this kind; null where the format is a file's."""
    if name not in DATABASES:
        return None
    module: DatabaseWriter = import_module(DATABASES[name])
    return module
