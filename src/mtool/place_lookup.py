"""Areas for a question at the command line: of a country named, or of the workspace."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mtool.areas import Area, Areas, countries_with_areas, find_country, load_areas
from mtool.errors import UsageError
from mtool.workspace import Workspace, find_workspace_if_any


def areas_of(country: str | None, folder: Path | None) -> Areas:
    """The areas of the country named; else of the workspace's setting, else of its data."""
    workspace = find_workspace_if_any(folder)
    folders = workspace.schema_folders if workspace else ()
    if country:
        code = find_country(country)
        if code is None:
            raise UsageError(
                f"no country {country!r}; give its ISO 3166-1 alpha-3 code, such as MLI"
            )
        return load_areas(code, folders)
    known = _countries(workspace) if workspace else []
    if len(known) == 1:
        return load_areas(known[0], folders)
    choice = f"; there are {', '.join(known)}" if known else ", such as MLI"
    raise UsageError(f"which country? Say --country CODE{choice}")


def places_named(country: str | None, folder: Path | None) -> list[Areas]:
    """Where to look for a name: the country said or known, else every country with an areas file."""
    if country:
        return [areas_of(country, folder)]
    workspace = find_workspace_if_any(folder)
    folders = workspace.schema_folders if workspace else ()
    known = _countries(workspace) if workspace else []
    return [load_areas(code, folders) for code in known or countries_with_areas(folders)]


def _countries(workspace: Workspace) -> list[str]:
    if workspace.config["country"]:
        return [workspace.config["country"].upper()]
    from mtool.workspace_sources import passports

    codes = {
        recipe.constants["location_code"]
        for _, passport in passports(workspace)
        for recipe in passport.tables
        if "location_code" in recipe.constants
    }
    return sorted(codes)


def rows_of(areas: Iterable[Area]) -> list[dict[str, Any]]:
    """Areas as plain rows, in the order given."""
    return [
        {
            "code": area.code,
            "name": area.name,
            "level": area.level,
            "parent": area.parent,
            "valid_from": area.valid_from,
            "valid_to": area.valid_to,
            "aliases": " | ".join(area.aliases),
            "members": list(area.members),
            "source": area.source,
        }
        for area in areas
    ]
