"""What `[run]` in `mtool.toml` says: which sources, guards, audits that block, exports, and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from mtool.errors import UsageError, nearest
from mtool.model import SHARING_LEVELS
from mtool.workspace import Workspace

UNITS = {"h": "hours", "d": "days", "w": "weeks"}
EVERY = ("hour", "day", "week")


@dataclass(frozen=True, slots=True)
class SourceRules:
    """When a source may be published, and what happens when it may not.

    `required`: without it, nothing is published at all. `keep_last_good`: its last good rows stay
    when it breaks. The others are guards; null is no guard. Losses are shares of what was
    published last, 0 to 1.
    """

    required: bool = False
    keep_last_good: bool = True
    max_age: timedelta | None = None
    min_rows: int | None = None
    max_row_loss: float | None = None
    max_total_loss: float | None = None

    @property
    def compare(self) -> bool:
        """True when a guard looks at what was published last."""
        return self.max_row_loss is not None or self.max_total_loss is not None


@dataclass(frozen=True, slots=True)
class ExportStep:
    """One file to write after a publication: format, path from the workspace, datasets (all: none),
    and for whom (public, partners, internal)."""

    to: str
    out: str
    datasets: tuple[str, ...] = ()
    share: str = "internal"


@dataclass(frozen=True, slots=True)
class RunPlan:
    """One described run. Empty `sources` means all of them; `datasets` must come out of it.

    `audit` are patterns of rules whose findings hold a source back.
    """

    name: str = ""
    sources: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    audit: tuple[str, ...] = ()
    exports: tuple[ExportStep, ...] = ()
    guards: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    at: str = "03:00"
    every: str = "day"

    def wants(self, source_id: str, path: str) -> bool:
        """True for a source that this run derives."""
        return not self.sources or any(_names(p, source_id, path) for p in self.sources)

    def rules(self, source_id: str, path: str) -> SourceRules:
        """The rules of a source: the guards of the run, then what is said about the source."""
        said: dict[str, Any] = dict(self.guards)
        for pattern, own in self.source.items():
            if _names(pattern, source_id, path):
                said |= own
        return SourceRules(**said)

    @property
    def has_ages(self) -> bool:
        """True when some source may be only so old."""
        return any("max_age" in rules for rules in (self.guards, *self.source.values()))

    def blocks(self, rule: str) -> bool:
        """True for a finding that holds its source back."""
        return any(fnmatchcase(rule, pattern) for pattern in self.audit)


def _names(pattern: str, source_id: str, path: str) -> bool:
    return any(fnmatchcase(text, pattern) for text in (source_id, path, path.rpartition("/")[2]))


def read_plan(workspace: Workspace, name: str = "") -> RunPlan:
    """The plan `[run.NAME]`, over what `[run]` says for all; `[run]` alone without a name.

    Raises `UsageError` for an unknown name, an unknown key, or a value that cannot be one.
    """
    where = f"{workspace.root / 'mtool.toml'}: [run]"
    table = _table(workspace.config.run, where)
    named = {key: value for key, value in table.items() if key not in KEYS}
    for key, value in named.items():
        if not isinstance(value, dict):
            raise UsageError(f"{where}: unknown key {key!r}; {nearest(key, KEYS)}")
        _read_keys(value, f"{where[:-1]}.{key}]")
    if name and name not in named:
        known = ", ".join(named) or "none; describe it under [run.NAME] in mtool.toml"
        raise UsageError(f"no run named {name!r}; there are: {known}")
    said = _read_keys({k: v for k, v in table.items() if k in KEYS}, where)
    said |= _read_keys(named.get(name, {}), f"{where[:-1]}.{name}]")
    return RunPlan(name, **said)


def plan_names(workspace: Workspace) -> list[str]:
    """The names of the described runs, besides `[run]` itself."""
    return [key for key in workspace.config.run if key not in KEYS]


def _read_keys(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    return _read(table, KEYS, where)


def _read(
    table: Mapping[str, Any], known: Mapping[str, Callable[[Any, str], Any]], where: str
) -> dict[str, Any]:
    """Each key by its own reader; an unknown one is an error."""
    read = {}
    for key, value in table.items():
        if key not in known:
            raise UsageError(f"{where}: unknown key {key!r}; {nearest(key, known)}")
        read[key] = known[key](value, f"{where} {key}")
    return read


def _wrong(where: str, value: Any, expected: str) -> UsageError:
    return UsageError(f"{where} = {value!r}; expected {expected}")


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, value, "a table")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(where, value, "a text in quotes")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise _wrong(where, value, 'a list of texts, such as ["incidents"]')
    return tuple(value)


def _truth(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, value, "true or false")
    return value


def _count(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(where, value, "a whole number from 0")
    return value


def _share(value: Any, where: str) -> float:
    """`"20%"` → 0.2."""
    number = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", value) if isinstance(value, str) else None
    if number is None or float(number[1]) > 100:
        raise _wrong(where, value, 'a share from "0%" to "100%"')
    return float(number[1]) / 100


def _age(value: Any, where: str) -> timedelta:
    """`"12h"`, `"7d"`, `"2w"`."""
    written = re.fullmatch(r"(\d{1,5})\s*([hdw])", value) if isinstance(value, str) else None
    if written is None:
        raise _wrong(where, value, 'hours, days or weeks, such as "12h", "7d" or "2w"')
    return timedelta(**{UNITS[written[2]]: int(written[1])})


def _time(value: Any, where: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise _wrong(where, value, 'a time of day, such as "03:00"')
    return value


def _every(value: Any, where: str) -> str:
    if value not in EVERY:
        raise _wrong(where, value, f"one of {', '.join(EVERY)}")
    return str(value)


def _level(value: Any, where: str) -> str:
    if value not in SHARING_LEVELS:
        raise _wrong(where, value, f"one of {', '.join(SHARING_LEVELS)}")
    return str(value)


def _exports(value: Any, where: str) -> tuple[ExportStep, ...]:
    if not isinstance(value, list):
        raise _wrong(where, value, 'a list, such as [{to = "xlsx", out = "out/mali.xlsx"}]')
    steps = []
    for entry in value:
        said = _read(_table(entry, where), EXPORT_KEYS, where)
        if missing := {"to", "out"} - set(said):
            raise UsageError(f"{where}: an export needs {' and '.join(sorted(missing))}")
        steps.append(ExportStep(**said))
    return tuple(steps)


def _guards(value: Any, where: str) -> dict[str, Any]:
    return _read(_table(value, where), GUARD_KEYS, where)


def _sources(value: Any, where: str) -> dict[str, dict[str, Any]]:
    table = _table(value, where)
    return {
        pattern: _read(_table(rules, f"{where}.{pattern}"), RULE_KEYS, f"{where}.{pattern}")
        for pattern, rules in table.items()
    }


EXPORT_KEYS = {"to": _text, "out": _text, "datasets": _texts, "share": _level}
GUARD_KEYS = {
    "max_age": _age,
    "min_rows": _count,
    "max_row_loss": _share,
    "max_total_loss": _share,
}
RULE_KEYS = {"required": _truth, "keep_last_good": _truth, **GUARD_KEYS}
KEYS: dict[str, Callable[[Any, str], Any]] = {
    "sources": _texts,
    "datasets": _texts,
    "audit": _texts,
    "exports": _exports,
    "guards": _guards,
    "source": _sources,
    "at": _time,
    "every": _every,
}
