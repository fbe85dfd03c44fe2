"""Settings: flags > `MTOOL_*` variables > `mtool.toml` > defaults, each with its origin."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
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
    is_number: bool = False


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
        Setting("lang", "en", ("en", "fr"), "language of messages"),
        Setting(
            "quarantine",
            "false",
            ("true", "false"),
            "publish the rows that pass when others of the same source do not",
        ),
        Setting(
            "offline", "false", ("true", "false"), "work from what was fetched before; no network"
        ),
        Setting(
            "allow_private_addresses",
            "false",
            ("true", "false"),
            "fetch from loopback, private and link-local addresses too",
        ),
        Setting(
            "private_hosts", "", (), "hosts that may be at such addresses, with commas between"
        ),
        Setting("max_bytes", "2000000000", (), "most bytes of one fetched file, unpacked", True),
        Setting("network_timeout", "30", (), "seconds that a server may be silent", True),
        Setting(
            "fetch_time", "1800", (), "seconds that one request may take, and be repeated", True
        ),
        Setting("fetch_attempts", "5", (), "how often a request is tried", True),
    )
}

#: The key of `mtool.toml` under which the entries of sources stand.
SOURCE_ENTRIES = "source"


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a setting and where it came from."""

    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting with its value and origin; `sources` are the `[[source]]` entries as written."""

    values: Mapping[str, Value]
    file: Path = Path("mtool.toml")
    sources: tuple[Mapping[str, Any], ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.values[name].text

    def number(self, name: str) -> int:
        """A setting that is a whole number above zero."""
        return int(self[name])

    def is_on(self, name: str) -> bool:
        """A setting that is true or false."""
        return self[name] == "true"

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
        if setting.is_number and not (value.text.isascii() and value.text.strip("0").isdigit()):
            raise UsageError(
                f"{value.origin}: {name} = {value.text!r}; expected a whole number above zero"
            )
        values[name] = value
    return Config(values, file, tuple(written.get(SOURCE_ENTRIES, ())))


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_toml(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None
    known = (*SETTINGS, SOURCE_ENTRIES)
    for key in written:
        if key not in known:
            raise UsageError(f"{file}: unknown setting {key!r}; {nearest(key, known)}")
    entries = written.get(SOURCE_ENTRIES, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{file}: write each source under a heading of its own: [[source]]")
    return written


def nearest(key: str, known: Iterable[str]) -> str:
    """What an unknown key may have meant, or what there is."""
    names = list(known)
    near = difflib.get_close_matches(key, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
