"""What was published last: the rows, sources and totals that a broken source falls back on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mtool.clean import read_findings, read_rows, read_sources
from mtool.model import Finding
from mtool.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


class LastGood:
    """The publication that stands in `data/clean`, read once and only if somebody asks."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @cached_property
    def datasets(self) -> dict[str, pd.DataFrame]:
        """Every published dataset, by name."""
        from mtool.datasets import dataset_names, load_dataset

        names = dataset_names(self.workspace)
        return {name: load_dataset(self.workspace, name)[0] for name in names}

    @cached_property
    def _sources(self) -> list[dict[str, str]]:
        return read_sources(self.workspace)

    @cached_property
    def _findings(self) -> list[Finding]:
        return read_findings(self.workspace.clean / "findings.csv")

    @cached_property
    def _totals(self) -> list[dict[str, str]]:
        return read_rows(self.workspace.clean / "control_totals.csv")

    def rows(self, identity: tuple[str, str]) -> dict[str, pd.DataFrame]:
        """The rows of a source, known by its id and edition, of each dataset that has some."""
        source, edition = identity
        found = {}
        for name, frame in self.datasets.items():
            mine = (frame["source_id"] == source) & (frame["edition"].fillna("") == edition)
            if mine.any():
                found[name] = frame[mine]
        return found

    def rows_of_source(self, identity: tuple[str, str]) -> dict[str, pd.DataFrame]:
        """The rows of a source's edition, else of the newest other edition that was published."""
        same = self.rows(identity)
        editions = sorted(row["edition"] for row in self._sources if row["id"] == identity[0])
        return same or (self.rows((identity[0], editions[-1])) if editions else {})

    def findings_at(self, path: str) -> list[Finding]:
        """The findings that were published about a raw file."""
        return [finding for finding in self._findings if finding.locator.path == path]

    def sources_at(self, path: str) -> list[dict[str, str]]:
        """The sources that were published from a raw file."""
        return [row for row in self._sources if row["path"] == path]

    def totals(self, sources: list[dict[str, str]]) -> list[dict[str, str]]:
        """The control totals that were published for these sources."""
        ids = {row["id"] for row in sources}
        return [row for row in self._totals if row["source_ref"].partition("[")[0] in ids]
