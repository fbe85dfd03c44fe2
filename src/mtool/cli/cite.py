"""`mtool cite`: how to cite a dataset or a source."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from mtool.cli import completion
from mtool.cli.options import WorkspaceOption
from mtool.cli.render import say, show_line, write_json


class Citation(StrEnum):
    """How a citation is written."""

    text = "text"
    bibtex = "bibtex"
    csl_json = "csl-json"


def command(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="DATASET|SOURCE",
            help="All sources by default.",
            autocompletion=completion.datasets_and_sources,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    output: Annotated[
        Citation, typer.Option("--format", "-f", help="For people, BibTeX, or Zotero and Pandoc.")
    ] = Citation.text,
) -> None:
    """Show how to cite a dataset or a source, one entry for each source and edition.

    Example: mtool cite incidents --format bibtex
    """
    from mtool.citing import as_bibtex, as_csl, as_text, cited_sources, missing_facts
    from mtool.workspace import find_workspace

    sources = cited_sources(find_workspace(workspace), target)
    if output is Citation.csl_json:
        write_json(as_csl(sources))
    elif output is Citation.bibtex:
        typer.echo(as_bibtex(sources))
    else:
        for source in sources:
            show_line(as_text(source))
    for source in sources:
        missing = missing_facts(source)
        if missing:
            say(f"note: {source['id']}: the passport does not say {', '.join(missing)}")
    if not sources:
        say("no sources yet")
