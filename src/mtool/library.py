"""The library: what `import mtool` offers, in the words of the commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.model import RawTable, Report, Source
from mtool.readers import ReadOptions
from mtool.summary import Request, Summary
from mtool.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    import pandas as pd

    from mtool.datasets import Selection
    from mtool.export_datasets import Exported
    from mtool.query import Answer
    from mtool.tracing import Trace, TraceRequest


def read_tables(
    path: str | Path, *, encoding: str | None = None, fix_mojibake: bool = False
) -> list[RawTable]:
    """Every table of a file, as printed: `.id .title .header .rows .grid .notes .locator`.

    Raises `mtool.errors.UnreadableInput` for a file that is missing or not what its name says.
    """
    from mtool.sources.files import read_document, source_id_of

    file = Path(path)
    source = Source(source_id_of(file), path=str(path))
    document = read_document(file, source, ReadOptions(encoding, fix_mojibake))
    return list(document.tables)


def audit(path: str | Path, *, as_of: date | None = None) -> Report:
    """Ask whether a document agrees with itself: totals, parts, claims in prose, deadlines."""
    from mtool.audit_sources import AuditRequest, audit_file

    return audit_file(Path(path), AuditRequest(as_of)).report


@dataclass(frozen=True, slots=True)
class OpenWorkspace:
    """A workspace: its published datasets, and questions about them."""

    workspace: Workspace

    @property
    def datasets(self) -> list[str]:
        """The names of the published datasets."""
        from mtool.datasets import dataset_names

        return dataset_names(self.workspace)

    def dataset(self, name: str) -> pd.DataFrame:
        """All rows of a dataset with its provenance columns, typed by its schema."""
        from mtool.datasets import read_dataset

        return read_dataset(self.workspace, name)

    def validate(self, dataset: str | None = None) -> Report:
        """Derive every source in memory and report on it; nothing is written."""
        from mtool.check_sources import validate_workspace

        return validate_workspace(self.workspace, dataset)

    def summarize(
        self,
        dataset: str | None = None,
        *,
        request: Request | None = None,
        selection: Selection | None = None,
    ) -> Summary:
        """Totals, shares and changes; see `mtool.summary.Request` for what can be asked.

        `selection` keeps rows by column, source and edition, as `--where`, `--source`, `--edition`.
        """
        from mtool.datasets import Selection
        from mtool.summarize_dataset import summarize_dataset

        return summarize_dataset(
            self.workspace, dataset, request or Request(""), selection or Selection()
        )

    def query(self, sql: str) -> Answer:
        """Answer one SELECT over the datasets, with DuckDB; nothing is changed."""
        from mtool.query import query

        return query(self.workspace, sql)

    def export(self, to: str, *datasets: str, out: str, share: str = "internal") -> Exported:
        """Write datasets (all by default) in a format to a file or a folder, for an audience."""
        from mtool.export_datasets import ExportRequest, export_datasets
        from mtool.sharing import Audience

        request = ExportRequest(to, datasets, out, audience=Audience(share))
        return export_datasets(self.workspace, request)

    def trace(self, dataset: str | None = None, request: TraceRequest | None = None) -> list[Trace]:
        """The printed cell behind each figure chosen, what was checked, and who says otherwise."""
        from mtool.tracing import TraceRequest, trace

        return trace(self.workspace, dataset, request or TraceRequest())[0]

    def audit(self, target: str) -> Report:
        """Audit a source of the workspace, by its id or file."""
        from mtool.audit_sources import AuditRequest, audit_targets

        reports = [a.report for a in audit_targets([target], self.workspace.root, AuditRequest())]
        return sum(reports[1:], reports[0])


def open_workspace(path: str | Path | None = None) -> OpenWorkspace:
    """Open the workspace named, or the one found by walking up from the current folder."""
    return OpenWorkspace(find_workspace(Path(path) if path is not None else None))
