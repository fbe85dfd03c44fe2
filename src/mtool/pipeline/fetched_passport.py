"""The first passport of a file that was fetched: what was inferred, and what its source declares."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from mtool.credentials import redact
from mtool.errors import UsageError
from mtool.model import Source
from mtool.passport import Passport, TableRecipe, passport_path
from mtool.pipeline.first_passport import passport_of_file
from mtool.sources import Fetched, Wanted, find_source
from mtool.sources.files import source_id_of
from mtool.sources.landing import place_of
from mtool.workspace import Workspace


def passport_of_fetched(workspace: Workspace, wanted: Wanted, fetched: Fetched) -> Passport | None:
    """The passport for a file that has none yet; proof, too, that the file can be read."""
    if fetched.path is None:
        return None
    if fetched.path.absolute().is_relative_to(workspace.clean):
        raise UsageError(
            f"{wanted.uri}: holds data/clean, which mtool derives; name the folder with the sources"
        )
    place = place_of(workspace, wanted, fetched)
    if wanted.id and passport_path(place).is_file():
        return None
    source = Source(
        _source_id(wanted, fetched, place),
        title=wanted.title or fetched.title,
        path=_shown(workspace, wanted, fetched),
    )
    # A declared source lives on under one passport: the day of its first bytes is no edition of it.
    told = ("" if wanted.id else fetched.published, wanted.schema)
    inferred = passport_of_file(workspace, fetched.path, source, told)
    return _as_declared(inferred, wanted, fetched)


def _as_declared(passport: Passport, wanted: Wanted, fetched: Fetched) -> Passport:
    """A passport that was inferred, with what the source of the file declares."""
    source, about = passport.source, fetched.about
    fetched_from = "" if find_source(wanted.uri, wanted.kind).is_local else redact(wanted.uri)
    source = replace(
        source,
        title=wanted.title or source.title or fetched.title,
        publisher=wanted.publisher or about.get("publisher") or source.publisher,
        licence=wanted.licence or about.get("licence") or source.licence,
        sharing=wanted.sharing or about.get("sharing") or source.sharing,
        methodology=about.get("methodology", ""),
        url=fetched_from or source.url,
        retrieved=datetime.now(UTC).date().isoformat() if fetched_from else source.retrieved,
    )
    tables = tuple(_with_decimal(table, fetched.decimal) for table in passport.tables)
    return replace(passport, source=source, tables=tables)


def _with_decimal(table: TableRecipe, mark: str) -> TableRecipe:
    """The recipe told what decimal mark its figures have; mark empty: nobody knows."""
    columns = {
        header: {**rule, "decimal": mark} if mark and "measure" in rule else rule
        for header, rule in table.columns.items()
    }
    return replace(table, columns=columns)


def _shown(workspace: Workspace, wanted: Wanted, fetched: Fetched) -> str:
    """How messages name a file before it has landed: as the user knows it."""
    assert fetched.path is not None
    if find_source(wanted.uri, wanted.kind).is_local and not fetched.several:
        return workspace.relative(fetched.path)
    return f"{redact(wanted.uri)} ({fetched.name})" if fetched.several else redact(wanted.uri)


def _source_id(wanted: Wanted, fetched: Fetched, place: Path) -> str:
    if wanted.id and not fetched.several:
        return wanted.id
    if not fetched.several:
        return source_id_of(place)
    inner = "_".join(PurePosixPath(fetched.name).with_suffix("").parts).replace(".", "_")
    return source_id_of(Path(f"{wanted.id}_{inner}"))
