"""Schemas for people to look at, and a first schema for a table that has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mtool.errors import UsageError
from mtool.model import RawTable, Source
from mtool.schemas import load_schema, schema_names
from mtool.shipped import shipped_schemas
from mtool.workspace import find_workspace_if_any


def _folders(workspace: Path | None) -> tuple[Path, ...]:
    found = find_workspace_if_any(workspace)
    return found.schema_folders if found else ()


def listed(workspace: Path | None) -> list[dict[str, str]]:
    """Every schema with its title, its measures and where it comes from."""
    folders = _folders(workspace)
    rows = []
    for name, path in schema_names(folders).items():
        schema = load_schema(name, folders)
        own = path.parent.resolve() != shipped_schemas().resolve()
        measures = ", ".join(schema.measures) or "none"
        origin = str(path) if own else "mtool"
        rows.append({"name": name, "title": schema.title, "measures": measures, "from": origin})
    return rows


def described(name: str, workspace: Path | None) -> dict[str, Any]:
    """One schema: its columns with types and checks, its key and its rules."""
    schema = load_schema(name, _folders(workspace))
    columns = [
        {
            "column": column.name,
            "type": column.dtype,
            "null": "yes" if column.nullable else "no",
            "checks": ", ".join(
                f"{k} {v}" if v not in ({}, None) else k for k, v in column.checks.items()
            ),
            "description": column.description,
        }
        for column in schema.columns.values()
    ]
    return {
        "name": schema.name,
        "title": schema.title,
        "description": schema.description.strip(),
        "measures": list(schema.measures),
        "columns": columns,
        "key": list(schema.key),
        "rules": list(schema.checks),
    }


def planned(name: str, workspace: Path | None) -> list[dict[str, str]]:
    """Every step of a schema's plan: the column, what is asked of it, and how that is run."""
    from mtool.engines.plan import explain
    from mtool.engines.plan_cache import plan_of

    steps = explain(plan_of(name, _folders(workspace)))
    return [{"column": column, "asks": asks, "run": how} for column, asks, how in steps]


def inferred_schema(path: Path, wanted: str | None) -> str:
    """A schema in Pandera's YAML dialect made from one table's header and contents."""
    import yaml

    from mtool.sources.files import read_document, source_id_of

    document = read_document(path, Source(source_id_of(path), path=str(path)))
    tables = {table.id: table for table in document.tables}
    if not tables:
        raise UsageError(f"{path}: no table to make a schema from")
    if wanted and wanted not in tables:
        raise UsageError(f"{path}: no table {wanted!r}; there are: {', '.join(tables)}")
    table = tables[wanted] if wanted else next(iter(tables.values()))
    tree = {
        "schema_type": "dataframe",
        "name": source_id_of(path),
        "title": table.title or source_id_of(path),
        "strict": True,
        "columns": _columns(table),
    }
    return str(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True))


def _columns(table: RawTable) -> dict[str, Any]:
    from mtool.printed_numbers import missing_status, read_number
    from mtool.recipes import column_keys
    from mtool.sources.files import source_id_of

    columns: dict[str, Any] = {}
    for at, key in enumerate(column_keys(table.header)):
        texts = [row.cells[at] for row in table.body]
        given = [text for text in texts if missing_status(text) is None]
        numbers = [read_number(text) for text in given]
        name = source_id_of(Path(key.replace("/", " ").replace(".", " ")))
        column: dict[str, Any] = {"title": key, "description": f"As printed: {key}."}
        if given and all(n is not None and n.value is not None for n in numbers):
            whole = all(isinstance(n.value, int) for n in numbers if n)
            column["dtype"] = "Int64" if whole else "Float64"
            if all(n.value >= 0 for n in numbers if n and n.value is not None):
                column["checks"] = {"greater_than_or_equal_to": 0}
        else:
            column["dtype"] = "str"
        column["nullable"] = len(given) < len(texts)
        columns[name] = column
    return columns
