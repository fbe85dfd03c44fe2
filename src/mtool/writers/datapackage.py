"""Data Package (version 2): CSV files and a `datapackage.json` that says all there is to know of them.

A name ending in `.zip` gives one zip file, any other a folder. Text that a spreadsheet would run
as a formula is guarded by an apostrophe, as in every CSV that mtool writes.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from mtool.errors import UsageError
from mtool.fixed_zip import write_zip
from mtool.schemas import ColumnSpec, load_vocabulary
from mtool.whole_files import staged
from mtool.writers import Export
from mtool.writers.csv import write_csv
from mtool.writers.tables import Table, companion_tables, dataset_tables

DESCRIPTOR = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/{}.json"
TYPES = {
    "str": "string",
    "Int64": "integer",
    "Float64": "number",
    "boolean": "boolean",
    "datetime64[ns]": "date",
}
NO_VALUE = {"value": "", "label": "No value; where a figure is missing, value_status says why"}
#: Licences that have an identifier of the Open Definition, as passports write them.
OPEN_LICENCE = re.compile(
    r"\b(CC0-1\.0|CC-BY-4\.0|CC-BY-SA-4\.0|ODbL-1\.0|PDDL-1\.0|ODC-BY-1\.0)\b"
)
BOUNDS = {"greater_than_or_equal_to": "minimum", "less_than_or_equal_to": "maximum"}


def write(export: Export, out: Path) -> list[Path]:
    """Write a data package as a zip file or a folder, replaced as a whole."""
    folder = out.with_name(f".{out.name}.package")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        names = _write_files(export, folder, out)
        if out.suffix == ".zip":
            with staged(out) as new:
                write_zip(new, [(name, folder / name) for name in names])
        else:
            _replace_folder(folder, out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [out]


def _replace_folder(new: Path, out: Path) -> None:
    """Put a folder in the place of another package; never of anything else."""
    if out.exists() and not (out / DESCRIPTOR).is_file() and any(out.iterdir()):
        raise UsageError(f"{out}: holds other files; name a new folder, or a data package's")
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _write_files(export: Export, folder: Path, out: Path) -> list[str]:
    """Write every file of the package; return their names, the descriptor first."""
    (folder / "data").mkdir()
    resources = []
    for table in chain(dataset_tables(export), companion_tables(export)):
        path = folder / "data" / f"{table.name}.csv"
        write_csv(table.frame, path)
        resources.append(_resource(table, path, export))
    text = json.dumps(_descriptor(export, resources, out), indent=2, ensure_ascii=False)
    (folder / DESCRIPTOR).write_text(text + "\n", encoding="utf-8", newline="\n")
    return [DESCRIPTOR, *(str(resource["path"]) for resource in resources)]


def _descriptor(export: Export, resources: list[dict[str, Any]], out: Path) -> dict[str, Any]:
    titles = [export.schemas[name].title for name in export.frames]
    held_back = " ".join(f"{sentence}." for sentence in export.held_back)
    publishers = dict.fromkeys(s["publisher"] for s in export.sources if s["publisher"])
    package: dict[str, Any] = {
        "$schema": PROFILE.format("datapackage"),
        "name": re.sub(r"[^a-z0-9._-]+", "-", out.stem.lower()).strip("-") or "mtool",
        "title": "; ".join(titles),
        "description": f"Mine action figures with their sources, to the cell. {held_back}".strip(),
        "version": _version(export),
        "licenses": _licences(export),
        "sources": [_source(source) for source in export.sources],
        "contributors": [{"title": name, "roles": ["author"]} for name in publishers],
        "resources": resources,
    }
    return {name: value for name, value in package.items() if value}


def _version(export: Export) -> str:
    """The newest edition of a source: what tells this package from an earlier one."""
    return max((source["edition"] for source in export.sources), default="")


def _licences(export: Export) -> list[dict[str, str]]:
    licences = {}
    for source in export.sources:
        text = source["licence"]
        known = OPEN_LICENCE.search(text)
        if known:
            licences[text] = {"name": known.group(1), "title": text}
        elif text:
            licences[text] = {"name": "other-see-title", "title": text}
    return [licences[text] for text in sorted(licences)]


def _source(source: Mapping[str, str]) -> dict[str, str]:
    said = {
        "title": source["title"] or source["id"],
        "path": source["url"] if source["url"].startswith(("http://", "https://")) else "",
        "version": source["edition"],
    }
    return {name: value for name, value in said.items() if value}


def _resource(table: Table, path: Path, export: Export) -> dict[str, Any]:
    data = path.read_bytes()
    return {
        "name": table.name,
        "type": "table",
        "path": f"data/{path.name}",
        "title": table.title.partition(". ")[0],
        "description": table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True, "header": True},
        "schema": _table_schema(table, export),
    }


def _table_schema(table: Table, export: Export) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": PROFILE.format("tableschema"),
        "fields": [_field(column, export) for column in table.columns],
        "missingValues": [NO_VALUE],
    }
    if table.key_is_whole:
        schema["primaryKey"] = list(table.key)
    elif table.key:
        schema["uniqueKeys"] = [list(table.key)]
    foreign = list(_foreign_keys(table))
    return schema | ({"foreignKeys": foreign} if foreign else {})


def _foreign_keys(table: Table) -> Any:
    """From a row to the passport of its source."""
    names = [column.name for column in table.columns]
    if not table.companion and {"source_id", "edition"} <= set(names):
        reference = {"resource": "sources", "fields": ["id", "edition"]}
        yield {"fields": ["source_id", "edition"], "reference": reference}


def _field(column: ColumnSpec, export: Export) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    constraints |= {BOUNDS[c]: v for c, v in column.checks.items() if c in BOUNDS}
    if "in_range" in column.checks:
        limits = column.checks["in_range"]
        constraints |= {"minimum": limits["min_value"], "maximum": limits["max_value"]}
    field: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[column.dtype],
        "title": column.title or column.name,
        "description": column.description,
    }
    if column.vocabulary and column.name != "value_status":
        terms = load_vocabulary(column.vocabulary, export.folders).values()
        field["categories"] = [{"value": t.code, "label": t.label_en} for t in terms]
    if column.dtype == "boolean":
        field |= {"trueValues": ["True"], "falseValues": ["False"]}
    field["constraints"] = constraints
    return {name: value for name, value in field.items() if value}
