"""`mtool export`: figures to send on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from mtool.cli import completion
from mtool.cli.options import EditionOption, QuietOption, SourceOption, WhereOption, WorkspaceOption
from mtool.cli.progress import progress_shown
from mtool.cli.render import say


class Share(StrEnum):
    """Who an export is for."""

    public = "public"
    partners = "partners"
    internal = "internal"


class ExcelLocale(StrEnum):
    """The language of the Excel that opens a CSV."""

    en = "en"
    fr = "fr"


def command(
    to: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="csv, xlsx, html, parquet, sqlite, duckdb, postgres, datapackage, hxl, "
            "geojson, topojson or prov.",
        ),
    ],
    datasets: Annotated[
        list[str] | None,
        typer.Argument(help="Which datasets; all by default.", autocompletion=completion.datasets),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="The file or folder to write; for postgres a connection without a password, "
            "such as service=mali.",
        ),
    ] = None,
    share: Annotated[
        Share, typer.Option("--share", help="Who it is for; what they may not see is held back.")
    ] = Share.internal,
    include_restricted: Annotated[
        bool,
        typer.Option(
            "--include-restricted", help="Row by row what its terms forbid to pass on; mind them."
        ),
    ] = False,
    upsert: Annotated[
        bool,
        typer.Option("--upsert", help="In a database: replace rows of the same key, keep others."),
    ] = False,
    excel_locale: Annotated[
        ExcelLocale,
        typer.Option("--excel-locale", help="CSV as Excel opens it in that language."),
    ] = ExcelLocale.en,
    where: WhereOption = None,
    source: SourceOption = None,
    edition: EditionOption = None,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write datasets to a file or a database; the same bytes on every run.

    Example: mtool export xlsx incidents -o incidents.xlsx
    """
    from mtool.datasets import Selection
    from mtool.export_datasets import ExportRequest, export_datasets
    from mtool.sharing import Audience
    from mtool.workspace import find_workspace

    request = ExportRequest(
        to,
        tuple(datasets or ()),
        out,
        Selection(tuple(where or ()), source, edition),
        Audience(share.value, include_restricted),
        upsert,
        excel_locale.value,
    )
    with progress_shown(wanted=not quiet):
        exported = export_datasets(find_workspace(workspace), request)
    for sentence in exported.held_back:
        say(sentence)
    if not quiet:
        for note in exported.notes:
            say(f"note: {note}")
        for written in exported.written:
            say(f"wrote {written}")
