"""Settings: flags > `MTOOL_*` variables > `mtool.toml` > defaults, each with its origin."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mtool.errors import UsageError

FailOn = Literal["structure", "source", "warning", "never"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its default, what it may be, and what it is for."""

    name: str
    default: str
    choices: tuple[str, ...]
    purpose: str


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("country", "", (), "ISO 3166-1 alpha-3 code for tables that name no country"),
        Setting(
            "fail_on",
            "source",
            ("structure", "source", "warning", "never"),
            "which findings give exit code 1",
        ),
        Setting(
            "cluster",
            "",
            (),
            "address of the Dask scheduler for the cluster engine; empty: this machine's cores",
        ),
        Setting(
            "engine",
            "local",
            ("local", "cluster", "reference"),
            "what checks the rows of tidy files",
        ),
        Setting("lang", "en", ("en", "fr"), "language of messages"),
        Setting(
            "quarantine",
            "false",
            ("true", "false"),
            "publish the rows that pass when others of the same source do not",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a setting and where it came from."""

    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting with its value and origin."""

    values: Mapping[str, Value]

    def __getitem__(self, name: str) -> str:
        return self.values[name].text

    @property
    def quarantine(self) -> bool:
        return self["quarantine"] == "true"


def load_config(root: Path, flags: Mapping[str, str | None] | None = None) -> Config:
    """Read the settings of a workspace.

    Raises `UsageError` for an unknown key or a value that is not one of the choices.
    """
    file = root / "mtool.toml"
    written = _read_toml(file)
    values = {}
    for name, setting in SETTINGS.items():
        variable = f"MTOOL_{name.upper()}"
        if (flags or {}).get(name):
            value = Value(str((flags or {})[name]), f"--{name.replace('_', '-')}")
        elif os.environ.get(variable):
            value = Value(os.environ[variable], variable)
        elif name in written:
            value = Value(_as_text(written[name]), str(file))
        else:
            value = Value(setting.default, "default")
        if setting.choices and value.text not in setting.choices:
            expected = ", ".join(setting.choices)
            raise UsageError(f"{value.origin}: {name} = {value.text!r}; expected one of {expected}")
        values[name] = value
    return Config(values)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_toml(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None
    for key in written:
        if key not in SETTINGS:
            near = difflib.get_close_matches(key, SETTINGS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(SETTINGS)}"
            raise UsageError(f"{file}: unknown setting {key!r}; {hint}")
    return written
