"""One file over HTTP: asked for only if it changed, taken up where it broke off, then unpacked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool import progress
from mtool.credentials import redact
from mtool.errors import UnreadableInput
from mtool.sources.content import head_of
from mtool.sources.unpacking import GZIP, too_large, unpack
from mtool.sources.web import Transient, Web

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said about the file that it gave."""

    final_url: str
    media_type: str
    disposition: str
    validator: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Download:
    """One file to bring: from where, whether `packed` bytes wait from last time, the most bytes."""

    url: str
    partial: Path
    most: int

    @property
    def packed(self) -> Path:
        """Bytes as sent; what is there when a download breaks off is gone on with."""
        return self.partial / (hashlib.sha256(self.url.encode()).hexdigest()[:24] + ".part")

    @property
    def told(self) -> Path:
        """Which state of the file those bytes are of."""
        return self.packed.with_suffix(".json")


def download(
    web: Web, wanted: Download, target: Path, validator: Mapping[str, str]
) -> Answer | None:
    """Bring a file to `target`, unpacked; null when the server says it has not changed.

    `validator` is what the last answer said (`etag`, `last_modified`). Raises `TryAgainLater` for
    network trouble, keeping what came so far, and `UnreadableInput` for what is no use.
    """
    wanted.partial.mkdir(parents=True, exist_ok=True)
    answer = web.patiently(wanted.url, lambda: _attempt(web, wanted, validator))
    if answer is None:
        return None
    said, encoding = answer
    cap = (wanted.most, redact(wanted.url))
    try:
        unpack(wanted.packed, target, encoding, cap)
        if head_of(target).startswith(GZIP):
            packed = target.with_name(f"{target.name}.gz")
            target.rename(packed)
            unpack(packed, target, "gzip", cap)
            packed.unlink()
    finally:
        _forget(wanted)
    return said


def _attempt(web: Web, wanted: Download, validator: Mapping[str, str]) -> tuple[Answer, str] | None:
    begun = _begun(wanted)
    headers = _range(wanted, begun) if begun else _conditions(validator)
    with web.answer("GET", wanted.url, headers) as response:
        if response.status_code == 304:
            return None
        if response.status_code not in (200, 206) or not _fits(response, wanted):
            _forget(wanted)
            raise Transient("the server does not go on where the last attempt broke off")
        _receive(response, wanted)
        return _said(response), response.headers.get("content-encoding", "")


def _receive(response: httpx.Response, wanted: Download) -> None:
    """Write the body as sent; when it breaks off, what came stays if it can be gone on with."""
    resuming = response.status_code == 206
    validator = _strong_validator(response)
    received = wanted.packed.stat().st_size if resuming else 0
    wanted.told.write_text(json.dumps({"validator": validator}), encoding="utf-8")
    with wanted.packed.open("ab" if resuming else "wb") as out:
        # As they come: none is lost when the next breaks off.
        said = str(response.headers.get("content-length", ""))
        length = int(said) if said.isdecimal() else None
        what = f"fetching {redact(wanted.url)}"
        for chunk in progress.through(response.iter_raw(), what, length, len):
            received += len(chunk)
            if received > wanted.most:
                out.close()
                _forget(wanted)
                raise too_large(redact(wanted.url), wanted.most)
            out.write(chunk)


def _begun(wanted: Download) -> str:
    """The validator of the state that the waiting bytes are of; empty when none can be gone on with."""
    try:
        told: dict[str, Any] = json.loads(wanted.told.read_text(encoding="utf-8"))
        return str(told["validator"]) if wanted.packed.stat().st_size else ""
    except (OSError, ValueError, KeyError):
        return ""


def _range(wanted: Download, validator: str) -> dict[str, str]:
    return {"Range": f"bytes={wanted.packed.stat().st_size}-", "If-Range": validator}


def _conditions(validator: Mapping[str, str]) -> dict[str, str]:
    names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
    return {header: validator[name] for name, header in names.items() if validator.get(name)}


def _fits(response: httpx.Response, wanted: Download) -> bool:
    """True when the whole file comes, or the rest from where the waiting bytes end."""
    if response.status_code == 200:
        return True
    received = wanted.packed.stat().st_size if wanted.packed.exists() else 0
    return str(response.headers.get("content-range", "")).startswith(f"bytes {received}-")


def _strong_validator(response: httpx.Response) -> str:
    """What `If-Range` may carry: an ETag that is not weak, else the date of the last change."""
    etag: str = response.headers.get("etag", "")
    if etag and not etag.startswith("W/"):
        return etag
    return str(response.headers.get("last-modified", ""))


def _said(response: httpx.Response) -> Answer:
    names = {"etag": "etag", "last_modified": "last-modified"}
    headers = response.headers
    return Answer(
        redact(str(response.url)),
        headers.get("content-type", ""),
        headers.get("content-disposition", ""),
        {name: headers[header] for name, header in names.items() if headers.get(header)},
    )


def _forget(wanted: Download) -> None:
    wanted.packed.unlink(missing_ok=True)
    wanted.told.unlink(missing_ok=True)


def check_not_empty(path: Path, where: str) -> bytes:
    """The first bytes of what came; raises `UnreadableInput` when nothing did."""
    head = head_of(path)
    if not head:
        raise UnreadableInput(f"{where}: the file is empty (0 bytes)")
    return head
