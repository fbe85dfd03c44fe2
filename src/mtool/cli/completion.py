"""What the shell offers after a Tab: names of datasets, sources, schemas and regions, cheaply.

Without pandas, and without a word where the workspace cannot be read: a shell has nowhere to
show an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mtool.errors import MtoolError


def _beginning(names: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """A callback that gives the names beginning with what was typed, whatever its case."""

    def offered(incomplete: str) -> list[str]:
        try:
            known = sorted(set(names()))
        except (MtoolError, OSError):
            return []
        return [name for name in known if name.casefold().startswith(incomplete.casefold())]

    return offered


def _datasets() -> Iterable[str]:
    from mtool.datasets import dataset_names
    from mtool.workspace import find_workspace

    return dataset_names(find_workspace())


def _sources() -> Iterable[str]:
    from mtool.clean import read_sources
    from mtool.workspace import find_workspace

    return [source["id"] for source in read_sources(find_workspace())]


def _schemas() -> Iterable[str]:
    from mtool.schemas import schema_names
    from mtool.workspace import find_workspace_if_any

    workspace = find_workspace_if_any()
    return schema_names(workspace.schema_folders if workspace else ())


def _regions() -> Iterable[str]:
    from mtool.place_lookup import places_named

    return [area.name for areas in places_named(None, None) for area in areas.areas]


datasets = _beginning(_datasets)
sources = _beginning(_sources)
datasets_and_sources = _beginning(lambda: [*_datasets(), *_sources()])
schemas = _beginning(_schemas)
regions = _beginning(_regions)
