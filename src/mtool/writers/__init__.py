"""Where figures go. A new format is one function and one line in `WRITERS`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.errors import UsageError
from mtool.model import Document, Finding, Report
from mtool.schemas import Schema

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Export:
    """What a writer is given: frames in canonical order, their schemas, sources and findings.

    `documents` are the sources with the audit of each, where the writer asked for them.
    `held_back` are sentences that say what is not in the export, and why.
    """

    frames: Mapping[str, pd.DataFrame]
    schemas: Mapping[str, Schema]
    sources: tuple[Mapping[str, str], ...]
    findings: tuple[Finding, ...]
    folders: tuple[Path, ...] = ()
    version: str = ""
    held_back: tuple[str, ...] = ()
    documents: tuple[tuple[Document, Report], ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """One format. `module` holds `write(export, out) -> list[Path]`; several datasets fit in one
    file, or `out` is a folder. `reads_sources` asks for the sources and their audit."""

    name: str
    suffix: str
    module: str
    one_file: bool
    reads_sources: bool = False

    def write(self, export: Export, out: Path) -> list[Path]:
        written: list[Path] = import_module(self.module).write(export, out)
        return written


WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        Writer("csv", ".csv", "mtool.writers.csv", False),
        Writer("xlsx", ".xlsx", "mtool.writers.xlsx", True),
        Writer("prov", ".prov.json", "mtool.writers.prov", True),
        Writer("html", ".html", "mtool.writers.html", True, reads_sources=True),
    )
}


def find_writer(name: str) -> Writer:
    """The writer of a format; `UsageError` naming the formats there are."""
    if name not in WRITERS:
        raise UsageError(f"no format {name!r}; there are: {', '.join(WRITERS)}")
    return WRITERS[name]
