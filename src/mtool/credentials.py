"""Secrets: read from the environment or the keyring by name, and kept out of all that is shown.

A configuration names a secret; it never holds one. Whatever was read here is blanked by `redact`
in messages, records and crash files, in every form in which it may stand in a URL.
"""

from __future__ import annotations

import os
import re
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

from mtool.errors import UsageError

BLANK = "***"
#: Names of query parameters whose values are secrets, compared in lower case without - and _.
SECRET_PARAMETERS = re.compile(
    r"(?i).*(token|password|passwd|secret|signature|credential|api[-_]?key|access[-_]?key)|sig|key|pwd|auth"
)
_KEYRING_SERVICE = "mtool"
#: A shorter value would blank ordinary words.
_SHORTEST = 4
_known: set[str] = set()


def secret(name: str, purpose: str) -> str:
    """The secret that an environment variable, or else the keyring, holds under a name.

    Raises `UsageError` that names the variable and what it is for, never a value.
    """
    value = os.environ.get(name) or _from_keyring(name)
    if not value:
        raise UsageError(
            f"{purpose} needs the environment variable {name}, which is not set; set it, or keep "
            f"it in the keyring: keyring set {_KEYRING_SERVICE} {name}"
        )
    if "\n" in value or "\r" in value:
        raise UsageError(f"the environment variable {name} holds more than one line")
    remember(value)
    return value


def remember(value: str) -> None:
    """Have `redact` blank a value from now on: a token that a server gave, for example."""
    if len(value) >= _SHORTEST:
        _known.update((value, quote(value, safe=""), quote_plus(value)))


def redact(text: str) -> str:
    """The text without any secret read so far and without passwords and tokens in its URLs."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, BLANK)
    return re.sub(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+", lambda m: _shown(m[0]), text)


def _shown(url: str) -> str:
    """A URL without its password and without the values of parameters that are secrets."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}:{BLANK}@{host}" if at and ":" in user else parts.netloc
    query = re.sub(
        r"([^&=]+)=([^&]*)",
        lambda m: f"{m[1]}={BLANK}" if SECRET_PARAMETERS.fullmatch(m[1]) else m[0],
        parts.query,
    )
    return urlunsplit((parts.scheme, netloc, parts.path, query, parts.fragment))


def secrets_in(url: str) -> tuple[bool, list[str]]:
    """Whether a URL holds a password, and which of its query parameters hold a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False, []
    named = [k for k, v in parse_qsl(parts.query) if v and SECRET_PARAMETERS.fullmatch(k)]
    return ":" in parts.netloc.rpartition("@")[0], named


def _from_keyring(name: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(_KEYRING_SERVICE, name) or ""
    except KeyringError:
        return ""
