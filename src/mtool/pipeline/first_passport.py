"""The first passport of a raw file: everything that can be worked out about it, spelled out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Document, Source
from mtool.passport import Passport, TableRecipe, is_tidy
from mtool.workspace import Workspace, sha256_of

#: Below this, a table waits for a person.
CONFIDENCE_NEEDED = 0.7


def passport_of_file(
    workspace: Workspace, raw: Path, source: Source, told: tuple[str, str]
) -> Passport:
    """Read a file and infer its passport; of a large feed, from its head and its last lines.

    `told` is the file's own date, for its edition, and the schema asked for or empty. Raises what
    reading the file raises.
    """
    from mtool.sources.files import read_document

    return _passport_of_feed(workspace, raw, source, told) or infer_passport(
        workspace, raw, read_document(raw, source), told
    )


def _passport_of_feed(
    workspace: Workspace, raw: Path, source: Source, told: tuple[str, str]
) -> Passport | None:
    """The passport of a file that is derived as a feed; null for any other file."""
    from mtool.feed import open_feed
    from mtool.feed_sample import may_be_feed, sample_of
    from mtool.sources.files import read_document

    if not may_be_feed(raw):
        return None
    try:
        with sample_of(raw) as sample:
            passport = infer_passport(workspace, raw, read_document(sample, source), told)
    except UnreadableInput:
        return None
    feed = open_feed(raw, source, passport, workspace.schema_folders)
    return passport if feed else None


def infer_passport(
    workspace: Workspace, raw: Path, document: Document, told: tuple[str, str]
) -> Passport:
    """Everything that can be worked out about a file, spelled out; `told` as above."""
    from mtool.infer import context_of, infer_recipe
    from mtool.layouts import described_by_layout, without_licence_sheets

    edition, schema = told
    recipes = []
    for table in document.tables:
        country = workspace.config["country"]
        context = context_of(document, table, country, workspace.schema_folders, schema)
        recipes.append(infer_recipe(table, context))
    recipes = without_licence_sheets(_without_mtools_own_tables(document, recipes))
    unsure = any(float(r.confidence.partition(" ")[0] or 1) < CONFIDENCE_NEEDED for r in recipes)
    waiting = any(not r.schema and not r.ignore for r in recipes)
    source = document.source
    published = source.published
    return Passport(
        source=described_by_layout(replace(source, path="", sha256=""), recipes),
        sha256=sha256_of(raw),
        status="needs_review" if unsure or waiting else "inferred",
        edition="" if published else edition,
        tables=tuple(recipes),
    )


def _without_mtools_own_tables(document: Document, recipes: list[TableRecipe]) -> list[TableRecipe]:
    """In a file that mtool wrote, what stands beside the datasets is not figures of a source."""
    from mtool.infer import COUNTED_COLUMN
    from mtool.writers.tables import is_companion

    headers = [table.header for table in document.tables]
    if not any(COUNTED_COLUMN in header or is_companion(header) for header in headers):
        return recipes
    return [
        recipe
        if is_tidy(recipe)
        else replace(recipe, ignore="mtool export wrote it beside the datasets")
        for recipe in recipes
    ]
