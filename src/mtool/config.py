"""Settings: flags > `MTOOL_*` variables > `mtool.toml` > defaults, each with its origin."""

from __future__ import annotations

import itertools
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mtool.errors import UsageError, nearest
from mtool.language import LANGUAGES, system_language

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
        Setting("lang", "system", ("system", *LANGUAGES), "language of messages and help"),
        Setting(
            "quarantine",
            "false",
            ("true", "false"),
            "publish the rows that pass when others of the same source do not",
        ),
        Setting(
            "keep_states", "10", (), "how many last states of data/clean are kept for rollback"
        ),
        Setting("metrics", "", (), "a file for Prometheus metrics, written by every run"),
        Setting("ping_url_from", "", (), "environment variable with a URL to call after every run"),
        Setting(
            "webhook_url_from",
            "",
            (),
            "environment variable with a URL that gets JSON when a run fails",
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
        Setting(
            "round_coordinates",
            "1",
            (),
            "decimals of coordinates for those who may not see them exactly",
        ),
        Setting(
            "suppress_below",
            "5",
            (),
            "counts of people that are suppressed for the public: from 1 to below this",
        ),
    )
}
#: The table of `mtool.toml` that describes runs; see `mtool.pipeline.run_plan`.
RUN_TABLE = "run"

#: The key of `mtool.toml` under which the entries of sources stand.
SOURCE_ENTRIES = "source"


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a setting and where it came from."""

    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting with its value and origin.

    `sources` are the `[[source]]` entries, and `run` the table of described runs, as written.
    """

    values: Mapping[str, Value]
    file: Path = Path("mtool.toml")
    sources: tuple[Mapping[str, Any], ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values[name].text

    def number(self, name: str) -> int:
        """A setting that is a whole number above zero."""
        return int(self[name])

    def is_on(self, name: str) -> bool:
        """A setting that is true or false."""
        return self[name] == "true"

    @property
    def keep_states(self) -> int:
        """How many last states of `data/clean` are kept; 0 keeps none."""
        text = self["keep_states"]
        if not (text.isascii() and text.isdigit()):
            origin = self.values["keep_states"].origin
            raise UsageError(f"{origin}: keep_states = {text!r}; expected a whole number from 0")
        return int(text)

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
    entries = tuple(written.get(SOURCE_ENTRIES, ()))
    return Config(values, file, entries, written.get(RUN_TABLE, {}))


def language_setting(asked: str | None, arguments: Sequence[str]) -> str:
    """The language of messages: a flag, `MTOOL_LANG`, the workspace's setting, else the system's.

    The workspace is the one that the command line names, else the current folder or one above.
    Wrong settings are left to the command, which says what is wrong with them.
    """
    if asked is not None and asked not in LANGUAGES:
        raise UsageError(f"--lang {asked!r}; expected one of {', '.join(LANGUAGES)}")
    said = asked or os.environ.get("MTOOL_LANG") or _language_of_workspace(arguments)
    return said if said in LANGUAGES else system_language()


def _language_of_workspace(arguments: Sequence[str]) -> str:
    named = [
        after for word, after in itertools.pairwise(arguments) if word in ("-w", "--workspace")
    ]
    start = Path(named[-1] if named else os.environ.get("MTOOL_WORKSPACE") or Path.cwd())
    folders = (start,) if named else (start, *start.parents)
    file = next((f / "mtool.toml" for f in folders if (f / "mtool.toml").is_file()), None)
    try:
        return str(_read_toml(file).get("lang", "")) if file else ""
    except UsageError:
        return ""


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_nul, (*value, *value.values())))
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _read_toml(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None
    except ValueError:
        raise UsageError(f"{file}: not valid TOML: a number of thousands of digits") from None
    except RecursionError:
        raise UsageError(f"{file}: nested deeper than any settings are") from None
    if _holds_nul(written):
        raise UsageError(f"{file}: a text with a NUL character, which no path and no name can have")
    known = (*SETTINGS, SOURCE_ENTRIES, RUN_TABLE)
    for key in written:
        if key not in known:
            raise UsageError(f"{file}: unknown setting {key!r}; {nearest(key, known)}")
    entries = written.get(SOURCE_ENTRIES, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{file}: write each source under a heading of its own: [[source]]")
    return written
