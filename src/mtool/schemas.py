"""Schemas: Pandera's YAML dialect, read strictly, without pandera until something is validated.

Pandera ignores misspelt keys; here an unknown key, check or column key is refused by name.
"""

from __future__ import annotations

import copy
import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.errors import UsageError, nearest
from mtool.model import SHARING_LEVELS
from mtool.schema_trees import read_tree
from mtool.shipped import shipped_schemas

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

SCHEMA_KEYS = (
    "schema_type",
    "version",
    "api",
    "name",
    "title",
    "description",
    "metadata",
    "columns",
    "checks",
    "strict",
    "ordered",
    "unique",
    "unique_column_names",
    "coerce",
)
METADATA_KEYS = ("measures", "people", "sharing", "rounded")
COLUMN_KEYS = (
    "title",
    "description",
    "dtype",
    "nullable",
    "checks",
    "unique",
    "coerce",
    "required",
)
#: Pandera's built-in checks that the dialect allows on a column.
BUILT_IN_CHECKS = (
    "equal_to",
    "not_equal_to",
    "greater_than",
    "greater_than_or_equal_to",
    "less_than",
    "less_than_or_equal_to",
    "in_range",
    "isin",
    "notin",
    "str_matches",
    "str_contains",
    "str_startswith",
    "str_endswith",
    "str_length",
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
#: Files and tables beside the datasets, and devices of Windows.
TAKEN_NAMES = {
    *(
        "sources",
        "findings",
        "control_totals",
        "held_back",
        "manifest",
        "datapackage",
        "vocabularies",
    ),
    *("con", "prn", "aux", "nul"),
    *(f"{device}{number}" for device in ("com", "lpt") for number in range(10)),
}
DTYPES = ("str", "Int64", "Float64", "boolean", "datetime64[ns]")


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column as its schema declares it. `checks` maps a check's name to its arguments."""

    name: str
    dtype: str = "str"
    title: str = ""
    description: str = ""
    nullable: bool = False
    required: bool = True
    unique: bool = False
    checks: Mapping[str, Any] = field(default_factory=dict)

    @property
    def vocabulary(self) -> str | None:
        """The vocabulary its codes come from, or null."""
        return self.checks.get("in_vocabulary")


@dataclass(frozen=True, slots=True)
class Schema:
    """A tidy table's contract. `key` identifies a row; `measures` are the figures, first first.

    `people` are the measures that count persons. `sharing` says who may see a column, where not
    everybody; `rounded` are columns that others see rounded instead of not at all.
    """

    name: str
    title: str
    description: str
    columns: Mapping[str, ColumnSpec]
    key: tuple[str, ...]
    measures: tuple[str, ...]
    checks: Mapping[str, Any]
    path: Path
    tree: Mapping[str, Any] = field(repr=False, default_factory=dict)
    people: tuple[str, ...] = ()
    sharing: Mapping[str, str] = field(default_factory=dict)
    rounded: tuple[str, ...] = ()

    def pandera(self) -> DataFrameSchema:
        """The same schema as Pandera's own object, with mtool's named checks registered."""
        return _contract(self.path)


@cache
def _contract(path: Path) -> DataFrameSchema:
    from pandera.io import pandas_io

    from mtool.checks import register_checks

    register_checks()
    tree = copy.deepcopy(dict(_read(path).tree))
    contract: DataFrameSchema = pandas_io.deserialize_schema(tree)  # type: ignore[no-untyped-call]
    for check in contract.checks:
        check.ignore_na = False  # else a row that is null throughout passes every rule
    return contract


def schema_names(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Every schema by name → its file; a workspace's own folder wins over the shipped one."""
    names: dict[str, Path] = {}
    for folder in (*folders, shipped_schemas()):
        for path in sorted(folder.glob("*.yaml")):
            if path.stem != "treaties":
                _refuse_no_name(path)
                names.setdefault(path.stem, path)
    return dict(sorted(names.items()))


def _refuse_no_name(path: Path) -> None:
    """The name of a schema is that of files, tables and sheets on every system."""
    name = path.stem
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{path}: {name!r} is no name for a schema; expected small letters, digits and _, a "
            "letter first, 60 at most"
        )
    if name in TAKEN_NAMES or name.startswith("rejected_"):
        raise UsageError(
            f"{path}: the name {name!r} is taken by mtool, or by Windows; choose another"
        )


def find_schema(name: str, folders: Iterable[Path] = ()) -> Path:
    """The file of a schema, by name or by the path of a YAML file.

    Raises `UsageError` for an unknown name, with candidates.
    """
    if name.endswith((".yaml", ".yml")):
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"{name}: no such schema file")
        return path
    names = schema_names(folders)
    if name not in names:
        raise UsageError(f"no schema named {name!r}; {nearest(name, names)}")
    return names[name]


def load_schema(name: str, folders: Iterable[Path] = ()) -> Schema:
    """Load a schema by name or by the path of a YAML file.

    Raises `UsageError` for an unknown name (with candidates), key, check, dtype or column.
    """
    return _read(find_schema(name, folders))


@cache
def _read(path: Path) -> Schema:
    tree = read_tree(path)
    _refuse_unknown(path, tree, SCHEMA_KEYS, "schema")
    _refuse_unknown(path, tree.get("metadata") or {}, METADATA_KEYS, "metadata")
    columns = {}
    for name, entry in (tree.get("columns") or {}).items():
        columns[name] = _column(path, name, entry or {})
    if not columns:
        raise UsageError(f"{path}: a schema without columns checks nothing")
    checks = _checks(path, "schema", tree.get("checks"))
    metadata = tree.get("metadata") or {}
    measures = tuple(metadata.get("measures") or ())
    people, rounded = (tuple(metadata.get(name) or ()) for name in ("people", "rounded"))
    sharing = dict(metadata.get("sharing") or {})
    key = tree.get("unique") or ()
    for column in (*measures, *people, *rounded, *sharing, *key):
        if column not in columns:
            raise UsageError(f"{path}: {column!r} is not a column of this schema")
    for column, level in sharing.items():
        if level not in SHARING_LEVELS:
            known = ", ".join(SHARING_LEVELS)
            raise UsageError(f"{path}: sharing of {column}: {level!r}; expected one of {known}")
    return Schema(
        name=path.stem,
        title=str(tree.get("title") or path.stem),
        description=str(tree.get("description") or ""),
        columns=columns,
        key=tuple([key] if isinstance(key, str) else key),
        measures=measures,
        checks=checks,
        path=path,
        tree=tree,
        people=people,
        sharing=sharing,
        rounded=rounded,
    )


def _column(path: Path, name: str, entry: Mapping[str, Any]) -> ColumnSpec:
    _refuse_unknown(path, entry, COLUMN_KEYS, f"column {name}")
    dtype = str(entry.get("dtype", "str"))
    if dtype not in DTYPES:
        raise UsageError(
            f"{path}: column {name}: dtype {dtype!r}; expected one of {', '.join(DTYPES)}"
        )
    return ColumnSpec(
        name=name,
        dtype=dtype,
        title=str(entry.get("title") or name),
        description=str(entry.get("description") or "").strip(),
        nullable=bool(entry.get("nullable", False)),
        required=bool(entry.get("required", True)),
        unique=bool(entry.get("unique", False)),
        checks=_checks(path, f"column {name}", entry.get("checks")),
    )


def _checks(path: Path, where: str, written: Any) -> dict[str, Any]:
    from mtool.checks import RULES

    if not written:
        return {}
    if not isinstance(written, Mapping):
        raise UsageError(f"{path}: {where}: checks are written as 'name: value' lines")
    _refuse_unknown(path, written, (*BUILT_IN_CHECKS, *RULES), f"checks of {where}")
    return dict(written)


def _refuse_unknown(path: Path, tree: Any, known: tuple[str, ...], where: str) -> None:
    if not isinstance(tree, Mapping):
        raise UsageError(f"{path}: {where}: 'key: value' lines expected")
    for key in tree:
        if key not in known:
            hint = nearest(str(key), known)
            raise UsageError(f"{path}: unknown key {key!r} in {where}; {hint}")


@dataclass(frozen=True, slots=True)
class Term:
    """One code of a vocabulary with its labels and definition."""

    code: str
    label_en: str
    label_fr: str
    definition: str
    source: str


@cache
def load_vocabulary(name: str, folders: tuple[Path, ...] = ()) -> dict[str, Term]:
    """The terms of a vocabulary by code; `UsageError` where there is no such vocabulary."""
    for folder in (*folders, shipped_schemas()):
        path = folder / "vocabularies" / f"{name}.csv"
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as lines:
                return {row["code"]: Term(**row) for row in csv.DictReader(lines)}
    raise UsageError(f"no vocabulary named {name!r} under schemas/vocabularies")
