"""The `[[source]]` entries of `mtool.toml`: what `mtool run` fetches, checked key by key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from mtool.config import Config
from mtool.credentials import redact, secrets_in
from mtool.errors import UsageError, nearest
from mtool.passport import SHARING
from mtool.readers import READERS
from mtool.sources import SOURCES, Wanted, find_source

#: The keys that an entry of any kind may have.
KEYS = tuple(field.name for field in fields(Wanted) if field.name != "options")
_OF_TYPE: dict[str, tuple[type, str]] = {
    "required": (bool, "true or false"),
    "max_bytes": (int, "a whole number of bytes"),
    "headers": (dict, 'a table, such as { X-Api-Key = "NAME_OF_VARIABLE" }'),
    "query": (dict, 'a table, such as { api_key = "NAME_OF_VARIABLE" }'),
}
#: Keys whose values are names of environment variables.
_NAMES_OF_SECRETS = ("token", "username", "password", "headers", "query")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ID = re.compile(r"[a-z0-9][a-z0-9_]*")


def declared_sources(config: Config) -> list[Wanted]:
    """Every `[[source]]` entry, checked; raises `UsageError` for the first thing that is wrong."""
    found: dict[str, Wanted] = {}
    for number, entry in enumerate(config.sources, 1):
        where = f"{config.file}: source {entry.get('id') or number}"
        wanted = _wanted(where, entry)
        if wanted.id in found:
            raise UsageError(f"{where}: another source has this id; give one of them another")
        found[wanted.id] = wanted
    return list(found.values())


def wanted_of(uri: str) -> Wanted:
    """What a URI on the command line asks for; one with a password in it is refused."""
    has_password, _ = secrets_in(uri)
    if has_password:
        raise UsageError(
            f"{redact(uri)}: a password does not belong into a command; declare the source in "
            'mtool.toml: [[source]] with uri, username = "NAME", password = "NAME", the names of '
            "environment variables that hold them"
        )
    return Wanted(uri)


def _wanted(where: str, entry: Mapping[str, Any]) -> Wanted:
    if not entry.get("id") or not entry.get("uri"):
        missing = "uri" if entry.get("id") else "id"
        raise UsageError(f"{where}: {missing} is missing; a source needs id and uri")
    if not _ID.fullmatch(str(entry["id"])):
        raise UsageError(f"{where}: id {entry['id']!r}; expected lower case letters, digits and _")
    named = str(entry.get("kind", ""))
    if named and named not in SOURCES:
        raise UsageError(f"{where}: no kind of source {named!r}; {nearest(named, SOURCES)}")
    kind = find_source(str(entry["uri"]), named)
    if kind.name == "stdin":
        raise UsageError(
            f"{where}: standard input is for mtool ingest -; a source needs an address"
        )
    options = {}
    for key, value in entry.items():
        if key in kind.options:
            _check_option(f"{where}: {key}", kind.options[key], value)
            options[key] = value
        elif key not in KEYS:
            hint = nearest(key, (*KEYS, *kind.options))
            raise UsageError(
                f"{where}: unknown key {key!r} for a source of kind {kind.name}; {hint}"
            )
        else:
            _check_value(f"{where}: {key}", key, value)
    _refuse_secrets(where, str(entry["uri"]))
    return Wanted(**{key: entry[key] for key in KEYS if key in entry} | {"options": options})


def _check_option(where: str, of_type: type, value: Any) -> None:
    expected = {str: "text in quotes", int: "a whole number", list: "a list", dict: "a table"}
    if not _is(value, of_type):
        raise UsageError(f"{where} = {value!r}; expected {expected.get(of_type, 'true or false')}")


def _is(value: Any, of_type: type) -> bool:
    """True for a value of a type; whole numbers are above zero, and true is none."""
    if of_type is int:
        return isinstance(value, int) and value is not True and value > 0
    return isinstance(value, of_type)


def _check_value(where: str, key: str, value: Any) -> None:
    of_type, expected = _OF_TYPE.get(key, (str, "text in quotes"))
    if key in _NAMES_OF_SECRETS:
        for name in value.values() if isinstance(value, dict) else (value,):
            _check_name(where, name)
    if not _is(value, of_type):
        raise UsageError(f"{where} = {value!r}; expected {expected}")
    if key == "sharing" and value not in SHARING:
        raise UsageError(f"{where} = {value!r}; {nearest(str(value), SHARING)}")
    if key == "format" and value not in READERS:
        raise UsageError(f"{where} = {value!r}; {nearest(str(value), READERS)}")


def _check_name(where: str, name: Any) -> None:
    """A name of a variable; what stands in its place is never shown, for it may be the secret."""
    if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
        raise UsageError(
            f"{where}: expected the name of an environment variable, such as MY_TOKEN; the secret "
            "itself never stands in a file"
        )


def _refuse_secrets(where: str, uri: str) -> None:
    has_password, named = secrets_in(uri)
    if has_password:
        raise UsageError(
            f"{where}: a password does not belong into a file; take it out of uri and write "
            'username = "NAME", password = "NAME" with the names of environment variables'
        )
    if named:
        raise UsageError(
            f"{where}: {named[0]} in the uri looks like a secret, which does not belong into a "
            f'file; write query = {{ {named[0]} = "NAME" }} with the name of an environment variable'
        )
