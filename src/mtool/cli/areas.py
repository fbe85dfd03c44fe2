"""`mtool areas`: names and codes of places."""

from __future__ import annotations

from typing import Annotated

import typer

from mtool.cli.options import Format, FormatOption, WorkspaceOption
from mtool.cli.render import envelope, say, write_json, write_rows
from mtool.errors import ExitCode

app = typer.Typer(help="Names and codes of places.", no_args_is_help=True)
HEADER = ("code", "name", "level", "parent", "valid from", "valid to", "aliases")
CountryOption = Annotated[
    str | None, typer.Option("--country", "-c", help="ISO 3166-1 alpha-3 code, such as MLI.")
]


@app.command()
def find(
    name: Annotated[str, typer.Argument(help="A name, an alias or a code.")],
    country: CountryOption = None,
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
) -> None:
    """Find an area by its name, an alias or its code.

    Example: mtool areas find "Gao (includes Menaka)"
    """
    from mtool.place_lookup import places_named, rows_of

    places = places_named(country, workspace)
    found = [area for areas in places for area in areas.find(name)]
    if output is Format.json:
        write_json(envelope("areas find", {"name": name, "areas": rows_of(found)}))
    elif found:
        write_rows(output, HEADER, [list(row.values())[: len(HEADER)] for row in rows_of(found)])
    if not found:
        near = [candidate for areas in places for candidate in areas.candidates(name)]
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        where = ", ".join(areas.location_code for areas in places)
        say(f"mtool: no area {name!r} in {where}{hint}")
        raise typer.Exit(ExitCode.USAGE)


@app.command("list")
def list_areas(
    country: CountryOption = None,
    level: Annotated[int | None, typer.Option("--level", help="0, 1 or 2.")] = None,
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
) -> None:
    """List the areas of a country with their codes and aliases."""
    from mtool.place_lookup import areas_of, rows_of

    areas = areas_of(country, workspace)
    rows = rows_of([a for a in areas.areas if level in (None, a.level)])
    if output is Format.json:
        write_json(envelope("areas list", {"country": areas.location_code, "areas": rows}))
        return
    title = f"{areas.location_code} ({areas.gazetteer})"
    write_rows(output, HEADER, [list(row.values())[: len(HEADER)] for row in rows], title)
