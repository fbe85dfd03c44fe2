"""Options that several commands share, and the values they take."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mtool.cli import completion


class Format(StrEnum):
    """How results are written to standard output."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    md = "md"


class ReportFormat(StrEnum):
    """How an audit or a comparison is written to standard output."""

    table = "table"
    json = "json"
    csv = "csv"
    md = "md"
    html = "html"


class Engine(StrEnum):
    """What checks the rows of tidy files."""

    local = "local"
    cluster = "cluster"
    reference = "reference"


class FailOn(StrEnum):
    """Which findings give exit code 1."""

    structure = "structure"
    source = "source"
    warning = "warning"
    never = "never"


class LogFormat(StrEnum):
    """How a run tells on standard error what it does."""

    text = "text"
    json = "json"


WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="The workspace; found by walking up by default."),
]
FormatOption = Annotated[
    Format, typer.Option("--format", "-f", help="For people (table, md) or programs.")
]
FailOnOption = Annotated[
    FailOn | None, typer.Option("--fail-on", help="Which findings give exit code 1.")
]
WaitOption = Annotated[
    float,
    typer.Option("--wait", min=0, help="Seconds to wait for another mtool in this workspace."),
]
LimitOption = Annotated[
    int, typer.Option("--limit", min=0, help="Examples shown per rule; counts are always true.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="One line, or nothing.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Say why, too.")]
DatasetArgument = Annotated[
    str | None,
    typer.Argument(help="The dataset, such as incidents.", autocompletion=completion.datasets),
]
RegionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        help="A region by any alias; may be given again.",
        autocompletion=completion.regions,
    ),
]
FromOption = Annotated[int | None, typer.Option("--from", help="First year.")]
ToOption = Annotated[int | None, typer.Option("--to", help="Last year.")]
ByOption = Annotated[
    str,
    typer.Option("--by", help="period, year, quarter, month, day, region, admin2 or a column."),
]
MeasureOption = Annotated[str | None, typer.Option("--measure", help="Which figure.")]
WhereOption = Annotated[
    list[str] | None,
    typer.Option("--where", help="Only rows with COLUMN=VALUE; may be given again."),
]
SourceOption = Annotated[str | None, typer.Option("--source", help="Only this source.")]
EditionOption = Annotated[str | None, typer.Option("--edition", help="Only this edition.")]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", help="How the text is encoded, such as cp1252.")
]
MojibakeOption = Annotated[
    bool, typer.Option("--fix-mojibake", help="Repair text such as MÃ©naka.")
]
SchemaOption = Annotated[
    str | None,
    typer.Option(
        "--schema", help="A schema's name, or a YAML file.", autocompletion=completion.schemas
    ),
]
OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Work from what was fetched before; no network.")
]
EngineOption = Annotated[
    Engine | None, typer.Option("--engine", help="What checks the rows of a tidy file.")
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", help="A Dask scheduler to check a tidy file on: tcp://HOST:PORT."),
]
