"""Any storage that fsspec knows: `s3://`, `gs://`, `abfs://`, `sftp://`, `memory://` …"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from mtool.credentials import redact, secret
from mtool.errors import MissingExtra, MtoolError, TryAgainLater, UnreadableInput, UsageError
from mtool.sources import Fetched, Fetching, Wanted
from mtool.sources.archives import is_archive, is_wanted, left_out, members
from mtool.sources.content import check_expected, ending_of, expected_of
from mtool.sources.download import check_not_empty
from mtool.sources.network import Limits, addresses_of
from mtool.sources.unpacking import too_large

_CHUNK = 1 << 20
#: Protocols whose addresses begin with a host.
_HOST_IN_ADDRESS = ("ftp", "ftps", "sftp", "ssh", "smb", "webhdfs", "webdav", "hdfs")
#: What fsspec calls protocols that reach into this machine or around the guarded connections.
_NOT_HERE = ("http", "https", "file", "local", "simplecache", "filecache", "blockcache")


def fetch(wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    """The object, or the tables and reports among those of a folder or glob; only what changed."""
    where = redact(wanted.uri)
    try:
        yield from _objects(wanted, fetching)
    except FileNotFoundError:
        raise UnreadableInput(f"{where}: nothing is there; look at the address") from None
    except PermissionError:
        raise UnreadableInput(
            f"{where}: access refused; name its credentials under storage_options"
        ) from None
    except MtoolError:
        raise
    except Exception as error:  # each storage library has a family of exceptions of its own
        said = redact(str(error) or type(error).__name__)
        raise TryAgainLater(f"{where}: the storage failed ({said}); try again later") from None


def _objects(wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    system, path = _opened(wanted, fetching)
    base = path.rstrip("/")
    if "*" in path or system.isdir(path):
        base = path.partition("*")[0].rpartition("/")[0] if "*" in path else base
        found = sorted(system.glob(path) if "*" in path else system.find(path))
        names = {one: one.removeprefix(base).lstrip("/") for one in found if system.isfile(one)}
    else:
        names = {path: PurePosixPath(path).name}
    several = list(names) != [path]
    chosen = {one: name for one, name in names.items() if not several or is_wanted(name)}
    if not chosen:
        raise UnreadableInput(f"{redact(wanted.uri)}: no table or report is there")
    passed_over = left_out(
        wanted.called, (name for one, name in names.items() if one not in chosen)
    )
    for number, (one, name) in enumerate(chosen.items()):
        about = Fetched(name, None, several=several)
        about = replace(about, findings=() if number else passed_over)
        yield from _object(wanted, fetching, (system, one), about)


def _object(
    wanted: Wanted, fetching: Fetching, place: tuple[Any, str], about: Fetched
) -> Iterator[Fetched]:
    system, path = place
    where = wanted.called
    validator = {"key": str(system.ukey(path))}
    known = {r.validator.get("key"): r.name for r in fetching.before.values()}
    if validator["key"] in known:
        yield replace(about, name=known[validator["key"]])
        return
    target = fetching.staging / f"object-{len(list(fetching.staging.iterdir()))}"
    _copy(system, path, target, (fetching.most_bytes(wanted), where))
    head = check_not_empty(target, where)
    if is_archive(target, head):
        yield from members(target, fetching, wanted)
        return
    name = PurePosixPath(about.name).with_suffix(ending_of(about.name, "", head))
    check_expected(expected_of(wanted.format, about.name, ""), str(name), head, where)
    named = target.rename(target.with_suffix(name.suffix))
    yield replace(about, name=str(name), path=named, validator=validator)


def _copy(system: Any, path: str, target: Path, cap: tuple[int, str]) -> None:
    most, where = cap
    written = 0
    with system.open(path, "rb") as packed, target.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            written += len(chunk)
            if written > most:
                raise too_large(where, most)
            out.write(chunk)


def _opened(wanted: Wanted, fetching: Fetching) -> tuple[Any, str]:
    """The file system of a URI, and the path in it."""
    protocol = wanted.uri.partition(":")[0].lower()
    if protocol in _NOT_HERE or "::" in wanted.uri:
        raise UsageError(f"{redact(wanted.uri)}: no chained address; write the plain one")
    if protocol in _HOST_IN_ADDRESS:
        _judge_host(wanted, fetching)
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise MissingExtra(f"fetching from {protocol}://", "remote") from None
    try:
        system, path = url_to_fs(wanted.uri, **_storage_options(wanted))
    except ImportError as error:
        raise UsageError(f"{redact(wanted.uri)}: {error}") from None
    except ValueError as error:
        raise UsageError(f"{redact(wanted.uri)}: {redact(str(error))}") from None
    return system, path


def _judge_host(wanted: Wanted, fetching: Fetching) -> None:
    """Refuse a host at a private address; the storage's own library connects afterwards."""
    host = urlsplit(wanted.uri).hostname
    if host:
        addresses_of(host, None, Limits.of(fetching.config))


def _storage_options(wanted: Wanted) -> dict[str, Any]:
    """What a storage is opened with: text is the name of a variable that holds the value."""
    given: Mapping[str, Any] = wanted.options.get("storage_options", {})
    return {
        key: secret(value, wanted.called) if isinstance(value, str) else value
        for key, value in given.items()
    }
