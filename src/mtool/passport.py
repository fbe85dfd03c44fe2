"""Passports: what mtool worked out about a raw file, written beside it, reviewed by a person.

YAML 1.2, every scalar read as text and then typed here; unknown keys are errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.errors import UsageError, nearest
from mtool.model import Source
from mtool.nesting import nested_too_deep
from mtool.whole_files import write_whole
from mtool.workspace import PASSPORT_SUFFIX

if TYPE_CHECKING:
    from ruamel.yaml import YAML

STATUSES = ("inferred", "needs_review", "reviewed")
SOURCE_KEYS = (
    "id",
    "title",
    "publisher",
    "published",
    "edition",
    "as_of",
    "retrieved",
    "language",
    "licence",
    "url",
    "sharing",
    "methodology",
)
#: Who may get the rows of a source, from anybody to nobody.
SHARING = ("public", "partners", "internal", "restricted")
TABLE_KEYS = (
    "id",
    "title",
    "locator",
    "header_fingerprint",
    "layout",
    "schema",
    "candidates",
    "columns",
    "codes",
    "control_totals",
    "constants",
    "missing",
    "count",
    "confidence",
    "reasons",
    "ignore",
)
LOCATOR_KEYS = ("line", "page", "sheet", "cell", "row", "column")
CORRECTION_KEYS = ("where", "from", "to", "reason", "status")
ACKNOWLEDGED_KEYS = ("rule", "where", "stated", "computed", "reason", "by", "date")
OPTION_KEYS = ("encoding", "delimiter", "fix_mojibake")
PASSPORT_KEYS = (
    "version",
    "source",
    "sha256",
    "status",
    "quarantine",
    "options",
    "tables",
    "corrections",
    "acknowledged",
)
COLUMN_KEYS = (
    "column",
    "measure",
    "wide",
    "unit",
    "decimal",
    "date_order",
    "span",
    "blank",
    "choices",
    "reason",
    "year",
    "month",
    "period",
    "area",
    "operator",
    "role",
    "sex",
    "device_type",
    "age_group",
    "civilian_status",
)
LARGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class TableRecipe:
    """How one table becomes tidy rows.

    `columns` maps a printed header (or `2017..2022`) to what the column is: `{"column": "area"}`,
    `{"measure": "staff", "sex": "female"}`, `{"wide": "year", "measure": "incidents"}`.
    `schema` is empty while nobody has decided; then `candidates` names what it could be.
    `layout` names the published layout of the header, if it has one. `codes` fills a column by
    another: `{"device_type": {"sub_event_type": {"Grenade": "ied"}}}`. `count` asks for events to be
    counted into another dataset: `{"into": "incidents", "by": "month", "areas": "admin1"}`.
    """

    id: str
    title: str = ""
    locator: Mapping[str, str] = field(default_factory=dict)
    header_fingerprint: str = ""
    layout: str = ""
    schema: str = ""
    candidates: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    control_totals: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    count: Mapping[str, str] = field(default_factory=dict)
    confidence: str = ""
    reasons: tuple[str, ...] = ()
    ignore: str = ""

    @property
    def feeds(self) -> tuple[str, ...]:
        """The datasets that the table's rows go to; none while nobody has decided."""
        counted = self.count.get("into", "incidents") if self.count else ""
        return tuple(name for name in (self.schema, counted) if name)


@dataclass(frozen=True, slots=True)
class Correction:
    """A curator's correction of one cell; it fails when the source no longer says `original`."""

    where: str
    original: str
    to: str
    reason: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A finding that a person has looked at; it lapses when `stated` or `computed` change."""

    rule: str
    where: str
    stated: str = ""
    computed: str = ""
    reason: str = ""
    by: str = ""
    date: str = ""


#: The reason that a recipe gives for a table that was tidy already.
TIDY_REASON = "the columns are those of the schema {}"


def is_tidy(recipe: TableRecipe) -> bool:
    """True for a table that was tidy already: one row per figure, not a table of a report."""
    return TIDY_REASON.format(recipe.schema) in recipe.reasons


@dataclass(frozen=True, slots=True)
class Passport:
    """All that is known about one raw file. `sha256` is of the file it was written for."""

    source: Source
    sha256: str
    status: str = "inferred"
    edition: str = ""
    as_of: str = ""
    quarantine: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[TableRecipe, ...] = ()
    corrections: tuple[Correction, ...] = ()
    acknowledged: tuple[Acknowledgement, ...] = ()


def passport_path(raw_file: Path) -> Path:
    """Where the passport of a raw file stands."""
    return raw_file.with_name(raw_file.name + PASSPORT_SUFFIX)


def read_passport(path: Path) -> Passport:
    """Read and check a passport; raise `UsageError` naming the line of what is wrong."""
    tree = _read_fast(path)
    if tree is not None:
        try:
            return _passport(path, tree)
        except UsageError:
            pass  # read below with its lines, so that the message names one
    return _passport(path, _load(path))


def _read_fast(path: Path) -> Mapping[str, Any] | None:
    """A passport with every scalar as text, without lines; null for one that must be looked at.

    The parser that keeps comments takes longer to import than to read a short file.
    """
    import yaml

    fastest: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

    class PlainLoader(fastest):  # type: ignore[misc]
        """Refuses equal keys, as the parser that keeps comments does."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            mapping: dict[Any, Any] = super().construct_mapping(node, deep)
            if len(mapping) < len(node.value):
                raise yaml.YAMLError("a key stands twice")
            return mapping

    if path.stat().st_size > LARGEST:
        return None
    try:
        text = path.read_text(encoding="utf-8")
        if nested_too_deep(text):
            return None
        tree = yaml.load(text, PlainLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    return tree if isinstance(tree, dict) else None


def _passport(path: Path, tree: Mapping[str, Any]) -> Passport:
    _known_keys(path, tree, PASSPORT_KEYS, "passport")
    if str(tree.get("version", "")) != "1":
        raise UsageError(f"{path}: version: 1 expected, not {tree.get('version')!r}")
    status = str(tree.get("status", "inferred"))
    if status not in STATUSES:
        raise UsageError(f"{path}: status {status!r}; expected one of {', '.join(STATUSES)}")
    source = _mapping(path, tree, "source")
    _known_keys(path, source, SOURCE_KEYS, "source")
    if not source.get("id"):
        raise UsageError(f"{path}: source: id is missing")
    sharing = str(source.get("sharing", ""))
    if sharing and sharing not in SHARING:
        raise UsageError(
            f"{path}: source: sharing {sharing!r}; expected one of {', '.join(SHARING)}"
        )
    options = _mapping(path, tree, "options")
    _known_keys(path, options, OPTION_KEYS, "options")
    plain = {k: str(source.get(k, "")) for k in SOURCE_KEYS}
    edition, as_of = plain.pop("edition"), plain.pop("as_of")
    return Passport(
        source=Source(**plain, sha256=str(tree.get("sha256", ""))),
        sha256=str(tree.get("sha256", "")),
        status=status,
        edition=edition,
        as_of=as_of,
        quarantine=str(tree.get("quarantine", "")),
        options=dict(options),
        tables=tuple(_table(path, entry) for entry in _sequence(path, tree, "tables")),
        corrections=tuple(_correction(path, e) for e in _sequence(path, tree, "corrections")),
        acknowledged=tuple(_acknowledged(path, e) for e in _sequence(path, tree, "acknowledged")),
    )


def _table(path: Path, entry: Any) -> TableRecipe:
    entry = _as_mapping(path, entry, "tables")
    _known_keys(path, entry, TABLE_KEYS, "table")
    if not entry.get("id"):
        raise UsageError(f"{path}, line {_line(entry)}: a table needs an id")
    locator = _mapping(path, entry, "locator")
    _known_keys(path, locator, LOCATOR_KEYS, "locator")
    totals = _mapping(path, entry, "control_totals")
    _known_keys(path, totals, ("row", "column"), "control_totals")
    count = _mapping(path, entry, "count")
    _known_keys(path, count, ("into", "by", "areas"), "count")
    columns = {
        header: _column_rule(path, header, rule)
        for header, rule in _mapping(path, entry, "columns").items()
    }
    return TableRecipe(
        id=str(entry["id"]),
        title=str(entry.get("title", "")),
        locator=dict(locator),
        header_fingerprint=str(entry.get("header_fingerprint", "")),
        layout=str(entry.get("layout", "")),
        schema=str(entry.get("schema", "") or ""),
        candidates=tuple(_sequence(path, entry, "candidates")),
        columns=columns,
        codes=_codes(path, entry),
        control_totals=dict(totals),
        constants=dict(_mapping(path, entry, "constants")),
        missing=dict(_mapping(path, entry, "missing")),
        count={str(key): str(word) for key, word in count.items()},
        confidence=str(entry.get("confidence", "")),
        reasons=tuple(_sequence(path, entry, "reasons")),
        ignore=str(entry.get("ignore", "")),
    )


def _codes(path: Path, entry: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """`codes: {device_type: {sub_event_type: {printed: code}}}`."""
    codes: dict[str, dict[str, dict[str, str]]] = {}
    for target, sources in _mapping(path, entry, "codes").items():
        tables = _as_mapping(path, sources, f"codes: {target}")
        codes[str(target)] = {
            str(source): {
                str(printed): str(code)
                for printed, code in _as_mapping(path, table, f"codes: {target}: {source}").items()
            }
            for source, table in tables.items()
        }
    return codes


def _column_rule(path: Path, header: str, rule: Any) -> dict[str, str]:
    if isinstance(rule, str):
        return {"column": rule}
    rule = _as_mapping(path, rule, f"columns: {header}")
    _known_keys(path, rule, COLUMN_KEYS, f"column {header!r}")
    if rule.get("span", "week") != "week":
        raise UsageError(f"{path}: column {header!r}: span {rule['span']!r}; expected week")
    return {str(key): str(value) for key, value in rule.items()}


def _correction(path: Path, entry: Any) -> Correction:
    entry = _as_mapping(path, entry, "corrections")
    _known_keys(path, entry, CORRECTION_KEYS, "correction")
    for key in ("where", "from", "to", "reason"):
        if key not in entry:
            raise UsageError(f"{path}, line {_line(entry)}: a correction needs {key!r}")
    return Correction(
        str(entry["where"]),
        str(entry["from"]),
        str(entry["to"]),
        str(entry["reason"]),
        str(entry.get("status", "")),
    )


def _acknowledged(path: Path, entry: Any) -> Acknowledgement:
    entry = _as_mapping(path, entry, "acknowledged")
    _known_keys(path, entry, ACKNOWLEDGED_KEYS, "acknowledged finding")
    for key in ("rule", "where", "reason"):
        if not entry.get(key):
            raise UsageError(f"{path}, line {_line(entry)}: an acknowledged finding needs {key!r}")
    return Acknowledgement(**{key: str(entry.get(key, "")) for key in ACKNOWLEDGED_KEYS})


def _load(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > LARGEST:
        raise UsageError(f"{path}: a passport of over {LARGEST} bytes is not one mtool wrote")
    try:
        return _parse(path, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text; save the passport as UTF-8") from None


def _parse(path: Path, text: str) -> Mapping[str, Any]:
    from ruamel.yaml.error import YAMLError

    if nested_too_deep(text):
        raise UsageError(f"{path}: nested deeper than any passport is")
    try:
        tree = _yaml().load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = str(getattr(error, "problem", None) or error).split("\n")[0]
        raise UsageError(f"{path}{line}: not valid YAML: {problem}") from None
    if not isinstance(tree, Mapping):
        raise UsageError(f"{path}: a passport is a mapping that begins with 'version: 1'")
    return tree


def _yaml() -> YAML:
    """A round-trip parser that keeps comments and reads every scalar as text."""
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import ScalarNode
    from ruamel.yaml.resolver import VersionedResolver

    class TextResolver(VersionedResolver):
        """Gives every scalar the tag of a string, whatever it looks like."""

        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            if kind is ScalarNode:
                return self.DEFAULT_SCALAR_TAG
            return super().resolve(kind, value, implicit)

    yaml = YAML()
    yaml.Resolver = TextResolver
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _line(node: Any) -> int:
    return int(node.lc.line) + 1 if hasattr(node, "lc") else 1


def _known_keys(path: Path, node: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for key in node:
        if key in known:
            continue
        line = node.lc.key(key)[0] + 1 if hasattr(node, "lc") else 1
        hint = nearest(str(key), known)
        raise UsageError(f"{path}, line {line}: unknown key {key!r} in {what}; {hint}")


def _as_mapping(path: Path, node: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(node, Mapping):
        raise UsageError(f"{path}: {what}: key: value lines expected, not {node!r}")
    return node


def _mapping(path: Path, node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = node.get(key)
    return _as_mapping(path, value, key) if value not in (None, "") else {}


def _sequence(path: Path, node: Mapping[str, Any], key: str) -> list[Any]:
    value = node.get(key)
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise UsageError(f"{path}: {key}: a list expected (lines beginning with '-')")
    return list(value)


def write_passport(path: Path, passport: Passport) -> None:
    """Write a passport for the first time; an existing one is never written over."""
    if path.exists():
        raise FileExistsError(path)
    write_whole(path, passport_text(passport))


def passport_text(passport: Passport) -> str:
    """The passport as YAML, empty parts left out."""
    source = asdict(passport.source)
    described = {k: source[k] for k in SOURCE_KEYS if source.get(k)}
    for name in ("edition", "as_of"):
        if getattr(passport, name):
            described[name] = getattr(passport, name)
    tree: dict[str, Any] = {
        "version": "1",
        "source": described,
        "sha256": passport.sha256,
        "status": passport.status,
    }
    if passport.quarantine:
        tree["quarantine"] = passport.quarantine
    if passport.options:
        tree["options"] = dict(passport.options)
    tree["tables"] = [_table_tree(table) for table in passport.tables]
    tree["corrections"] = [
        {"where": c.where, "from": c.original, "to": c.to, "reason": c.reason}
        for c in passport.corrections
    ]
    tree["acknowledged"] = [
        {k: v for k, v in asdict(a).items() if v} for a in passport.acknowledged
    ]
    out = StringIO()
    _yaml().dump(tree, out)
    return out.getvalue()


def _table_tree(table: TableRecipe) -> dict[str, Any]:
    tree = {k: v for k, v in asdict(table).items() if v}
    for key in ("candidates", "reasons"):
        if key in tree:
            tree[key] = list(tree[key])
    tree["columns"] = {
        header: rule["column"] if set(rule) == {"column"} else dict(rule)
        for header, rule in table.columns.items()
    }
    return tree


def accept(path: Path) -> None:
    """Record that a person has reviewed a passport; comments and order are kept."""
    _edit(path, lambda tree: tree.__setitem__("status", "reviewed"))


def acknowledge(path: Path, acknowledgement: Acknowledgement) -> None:
    """Record that a person has looked at a finding; comments and order are kept."""
    entry = {k: v for k, v in asdict(acknowledgement).items() if v}

    def add(tree: Any) -> None:
        if not tree.get("acknowledged"):
            tree["acknowledged"] = []
        tree["acknowledged"].append(entry)

    _edit(path, add)


def _edit(path: Path, change: Any) -> None:
    tree = _load(path)
    change(tree)
    out = StringIO()
    _yaml().dump(tree, out)
    _passport(path, _parse(path, out.getvalue()))
    write_whole(path, out.getvalue())
