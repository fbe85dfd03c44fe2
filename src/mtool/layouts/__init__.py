"""Layouts that feeds and forms publish their tables in, recognised by the header alone.

A layout says what each of its columns is; a column that it has and the table lacks, or the other
way round, is a finding that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from mtool.areas import fold_name
from mtool.errors import UsageError
from mtool.model import Finding, RawTable, Source
from mtool.passport import TableRecipe
from mtool.recipes import column_keys

Rule = Mapping[str, str]

#: The share of a layout's columns that makes it known even where an essential one was renamed.
NEARLY = 0.75
FEWEST = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """One published layout.

    `columns` maps a folded header (`event_date`) to its rule; without an `essential` one the rows
    cannot be trusted, and not every file has the `optional` ones. `codes` and `missing`
    are laid into the recipe; `counts_one_kind` are the words in the names of its files that say
    which kind of event one counts. `definition` is what a reader of the figures must know;
    `publisher`, `licence` and `sharing` describe the source.
    """

    name: str
    title: str
    schema: str
    columns: Mapping[str, Rule]
    essential: frozenset[str]
    optional: frozenset[str] = frozenset()
    codes: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    counts_one_kind: tuple[tuple[str, str], ...] = ()
    definition: str = ""
    publisher: str = ""
    licence: str = ""
    sharing: str = ""


def folded(header: str) -> str:
    """A header without case, accents and marks between words: `Admin2 Pcode` → `admin2_pcode`."""
    return re.sub(r"[^a-z0-9]+", "_", fold_name(header)).strip("_")


def known_layouts() -> dict[str, Layout]:
    """Every layout by its name."""
    from mtool.layouts.acled import LAYOUTS

    return {layout.name: layout for layout in LAYOUTS}


def recognise(table: RawTable, rows: Iterable[tuple[str, ...]]) -> Layout | None:
    """The layout that the header is nearest to, or null where it is near none.

    Where two layouts share a header, cells of the sample `rows` tell them apart.
    """
    from mtool.layouts.acled import told_by_cells

    header = [folded(name) for name in table.header]
    fitting = [layout for layout in known_layouts().values() if _fits(layout, set(header))]
    if not fitting:
        return None
    away = {layout.name: _distance(layout, set(header)) for layout in fitting}
    nearest = [layout for layout in fitting if away[layout.name] == min(away.values())]
    return told_by_cells(nearest, header, rows) if len(nearest) > 1 else nearest[0]


def _fits(layout: Layout, header: set[str]) -> bool:
    """All that is essential is there, or nearly everything: a renamed column hides no layout."""
    expected = set(layout.columns) - layout.optional
    enough = max(NEARLY * len(expected), FEWEST)
    return layout.essential <= header or len(expected & header) >= enough


def _distance(layout: Layout, header: set[str]) -> tuple[bool, int]:
    expected = set(layout.columns)
    strangers = len(header - expected) + len(expected - layout.optional - header)
    return not layout.essential <= header, strangers


def rules_of(layout: Layout, table: RawTable) -> dict[str, dict[str, str]]:
    """The rule of each printed column by its key; a column that the layout lacks is ignored."""
    stranger = {"column": "ignore", "reason": f"no column of the layout {layout.name}"}
    keys = column_keys(table.header)
    return {
        key: dict(layout.columns.get(folded(name), stranger))
        for key, name in zip(keys, table.header, strict=True)
    }


def described_by_layout(source: Source, recipes: Iterable[TableRecipe]) -> Source:
    """A source with what the layout of its tables says about it, where nothing else does."""
    layouts = known_layouts()
    for layout in (layouts[recipe.layout] for recipe in recipes if recipe.layout):
        source = replace(
            source,
            publisher=source.publisher or layout.publisher,
            licence=source.licence or layout.licence,
            sharing=source.sharing or layout.sharing,
        )
    return source


def without_licence_sheets(recipes: list[TableRecipe]) -> list[TableRecipe]:
    """Beside a table of a layout, one that holds no figures is its licence or its notes."""
    layout = next((recipe.layout for recipe in recipes if recipe.layout), "")
    if not layout:
        return recipes
    reason = f"text beside the data of {known_layouts()[layout].title}: no figures"
    return [
        replace(recipe, ignore=reason) if not (recipe.schema or recipe.candidates) else recipe
        for recipe in recipes
    ]


def layout_findings(table: RawTable, name: str) -> Iterator[Finding]:
    """What a table has other than its layout, and what its figures do and do not say.

    Nothing for a table without one; raises `UsageError` for a layout that mtool does not know.
    """
    if not name:
        return
    layout = known_layouts().get(name)
    if layout is None:
        raise UsageError(
            f"{table.locator.path}: no layout {name!r}; known: {', '.join(known_layouts())}"
        )
    where = replace(table.locator, table=table.id)
    header = [folded(printed) for printed in table.header]
    lost = sorted(layout.essential - set(header))
    difference = _difference(layout, header)
    if difference:
        yield Finding(
            "layout_columns",
            "structure" if lost else "note",
            "error" if lost else "warning",
            f"not the columns of {layout.title}: {difference}",
            where,
            suggestion="look whether the publisher changed the layout; say in the passport what a "
            "new column is, and take out `layout`",
        )
    if layout.definition:
        yield Finding("definition", "note", "info", layout.definition, where)


def _difference(layout: Layout, header: list[str]) -> str:
    """Columns that are gone, that stand in the place of one that is gone, and that are new."""
    expected = list(layout.columns)
    gone = [name for name in expected if name not in header and name not in layout.optional]
    new = [name for name in header if name not in layout.columns]
    said = []
    for name in list(gone):
        instead = _in_place_of(name, expected, header)
        if instead in new:
            said.append(f"{name} is gone, {instead} stands in its place")
            gone.remove(name)
            new.remove(instead)
    said += [f"{', '.join(gone)} gone"] if gone else []
    said += [f"{', '.join(new)} new"] if new else []
    return "; ".join(said)


def _in_place_of(name: str, expected: list[str], header: list[str]) -> str:
    """What stands between the neighbours that a column has in its layout; empty where unclear."""
    at = expected.index(name)
    before = expected[at - 1] if at else ""
    after = expected[at + 1] if at + 1 < len(expected) else ""
    start = header.index(before) + 1 if before in header else 0 if not before else -1
    end = header.index(after) if after in header else len(header) if not after else -1
    return header[start] if start >= 0 and end - start == 1 else ""
