"""Where bytes come from. Each source only puts a file and its passport into `data/raw`.

A new kind of source is one module with `fetch(wanted, fetching) -> Iterator[Fetched]` and one line
in `SOURCES`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from mtool.config import Config
from mtool.model import Finding


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch: a URI of the command line, or a `[[source]]` entry of `mtool.toml`.

    `id` is empty on the command line. `token`, `username`, `password`, and the values of `headers`
    and `query` are names of environment variables, never secrets. `options` are of the kind.
    """

    uri: str
    id: str = ""
    kind: str = ""
    title: str = ""
    publisher: str = ""
    licence: str = ""
    terms: str = ""
    sharing: str = ""
    schema: str = ""
    format: str = ""
    required: bool = True
    max_bytes: int = 0
    token: str = ""
    username: str = ""
    password: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """How messages name it."""
        return f"source {self.id!r}" if self.id else self.uri


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of a file that was fetched, for the next time; no secret is in it.

    `asked` stands for all that was asked for: URI, kind and options. `validator` is what the source needs to ask whether anything changed: ETag, date, edit time.
    """

    source: str = ""
    kind: str = ""
    asked: str = ""
    url: str = ""
    final_url: str = ""
    retrieved: str = ""
    sha256: str = ""
    size: int = 0
    format: str = ""
    licence: str = ""
    terms: str = ""
    name: str = ""
    validator: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file that a source gave. `path` is null when the one fetched before is still current.

    `name` is the file's own name, with folders inside a source of several files; `several` says
    that it is one of them. The ending of `path` is that of `name`. `beside` are further files by
    the end of their name (`.layer.json`), kept hidden beside it. `published` is the day, ISO, that
    the source gives the bytes, `decimal` the mark in its figures, where these are known.
    `about` are keys of a passport's source that the publisher gives (publisher, licence, sharing).
    `findings` tell the person what was left out, what is gone, what changed its shape.
    """

    name: str
    path: Path | None
    final_url: str = ""
    several: bool = False
    title: str = ""
    published: str = ""
    decimal: str = ""
    validator: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Path] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetching:
    """What a source has to work with.

    `root` is the folder that relative paths start from. `staging` is an empty folder for what it fetches, `partial`
    one for broken downloads, kept between runs. `before` gives what was fetched from this source
    the last time, by file name, and `raw` where those files stand; both are empty when the source
    is asked for something else than then.
    """

    config: Config
    root: Path
    staging: Path
    partial: Path
    before: Mapping[str, Record] = field(default_factory=dict)
    raw: Mapping[str, Path] = field(default_factory=dict)

    def most_bytes(self, wanted: Wanted) -> int:
        """The cap on one file of a source, after unpacking."""
        return wanted.max_bytes or self.config.number("max_bytes")


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source. `pattern` matches the URIs that it claims.

    `module` holds `fetch` and is imported when needed; `options` are the keys that a `[[source]]`
    entry of this kind may have besides the common ones, with the type of their values. A `general` kind claims only what no other
    does; a kind without a pattern must be named.
    """

    name: str
    module: str
    pattern: str = ""
    options: Mapping[str, type] = field(default_factory=dict)
    general: bool = False
    is_local: bool = False

    def matches(self, uri: str) -> bool:
        return bool(self.pattern and re.match(self.pattern, uri))

    def fetch(self, wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
        fetched: Iterator[Fetched] = import_module(self.module).fetch(wanted, fetching)
        return fetched


def asked_for(wanted: Wanted) -> str:
    """One word for what a source is asked for; another word makes what was fetched before useless."""
    parts = {"uri": wanted.uri, "kind": wanted.kind, "options": dict(wanted.options)}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


WEB = r"(?i)https?://"
SOURCES: dict[str, SourceKind] = {
    kind.name: kind
    for kind in (
        SourceKind("stdin", "mtool.sources.local", r"-$", is_local=True),
        SourceKind(
            "arcgis",
            "mtool.sources.arcgis",
            WEB + r"[^?#]+/(Feature|Map)Server/\d+(/query)?/?([?#]|$)",
            {"where": str, "fields": list, "page_size": int, "token_url": str},
        ),
        SourceKind("http", "mtool.sources.http", WEB, general=True),
        SourceKind(
            "google_sheets",
            "mtool.sources.google_sheets",
            rf"{WEB}(docs\.google\.com/(a/[^/]+/)?(spreadsheets|open)|drive\.google\.com/(open|file))",
            {"service": str, "service_account": str},
        ),
        SourceKind(
            "hdx",
            "mtool.sources.hdx",
            rf"{WEB}data\.humdata\.org/([a-z]{{2}}/)?dataset/|hdx:",
            {"service": str, "resource": str},
        ),
        SourceKind("acled", "mtool.sources.acled", r"acled:", {"service": str, "where": dict}),
        SourceKind(
            "remote",
            "mtool.sources.remote",
            r"(?i)(?!https?:|file:)[a-z][a-z0-9+.-]+(::|://)",
            {"storage_options": dict},
        ),
        SourceKind("files", "mtool.sources.local", is_local=True),
    )
}


def find_source(uri: str, kind: str = "") -> SourceKind:
    """Return the one kind of source that claims a URI, or the one that an entry names.

    A path claims what looks like no URI. Two kinds claiming one URI is a bug.
    """
    if kind:
        return SOURCES[kind]
    claiming = [known for known in SOURCES.values() if known.matches(uri)]
    special = [known for known in claiming if not known.general]
    if len(special) > 1:
        raise AssertionError(f"{uri}: claimed by {' and '.join(k.name for k in special)}")
    return (special or claiming or [SOURCES["files"]])[0]
