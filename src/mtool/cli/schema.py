"""`mtool schema`: the contracts of tidy tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtool.cli import completion
from mtool.cli.options import Format, FormatOption, WorkspaceOption
from mtool.cli.render import envelope, say, write_json, write_rows
from mtool.cli.render import show as show_line
from mtool.language import colon, translated

app = typer.Typer(help="The contracts of tidy tables.", no_args_is_help=True)


@app.command("list")
def list_schemas(workspace: WorkspaceOption = None, output: FormatOption = Format.table) -> None:
    """List the schemas, and which of them a workspace has made its own."""
    from mtool.schema_listing import listed

    rows = listed(workspace)
    if output is Format.json:
        write_json(envelope("schema list", {"schemas": rows}))
    else:
        header = ("name", "title", "measures", "from")
        if output is not Format.csv:
            rows = [row | {"title": translated(row["title"])} for row in rows]
        write_rows(output, header, [[row[h] for h in header] for row in rows])


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(help="A schema's name, or a YAML file.", autocompletion=completion.schemas),
    ],
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
    plan: Annotated[
        bool, typer.Option("--plan", help="How each check is run: natively, or through pandera.")
    ] = False,
) -> None:
    """Show a schema's columns, units, checks and key."""
    from mtool.schema_listing import described, planned

    if plan:
        steps = planned(name, workspace)
        if output is Format.json:
            write_json(envelope("schema show", {"plan": steps}))
        else:
            rows = [[step[h] for h in ("column", "asks", "run")] for step in steps]
            write_rows(output, ("column", "asks", "run"), rows)
        return
    schema = described(name, workspace)
    if output is Format.json:
        write_json(envelope("schema show", schema))
        return
    header = ("column", "type", "null", "checks", "description")
    rows = [[column[h] for h in header] for column in schema["columns"]]
    if output is not Format.csv:
        rows = [[*row[:2], translated(row[2]), row[3], translated(row[4])] for row in rows]
    title = f"{schema['name']}{colon()} {translated(schema['title'])}"
    write_rows(output, header, rows, title)
    if output is not Format.csv:
        show_line(f"key: {', '.join(schema['key'])}")
        show_line(f"rules: {', '.join(schema['rules']) or 'none'}")


@app.command()
def infer(
    source: Annotated[Path, typer.Argument(help="A file with a table.")],
    table: Annotated[str | None, typer.Option("--table", help="Which table, such as t1.")] = None,
) -> None:
    """Write a first schema, in YAML, for a table that none of the shipped ones fits."""
    from mtool.schema_listing import inferred_schema

    typer.echo(inferred_schema(source, table), nl=False)
    say("save it under schemas/ of the workspace, and mend what is wrong")
