"""Questions to an ArcGIS service: tokens, and errors that come as HTTP 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from mtool.credentials import redact, remember, secret
from mtool.errors import UnreadableInput
from mtool.sources import Wanted
from mtool.sources.web import TRANSIENT, Transient, Web

#: Error codes of a token that is not valid (any more), or missing.
_OF_TOKENS = (498, 499)
#: Minutes for which a token is asked.
_TOKEN_LIFE = 60


class Service:
    """One layer of a service, asked with whatever token its source has.

    A token travels in the body of a POST, so that it stands in no address and no log.
    """

    def __init__(self, web: Web, wanted: Wanted) -> None:
        self._web = web
        self._wanted = wanted
        self.layer = layer_url(wanted.uri)
        self._token_refused = False
        self.token = secret(wanted.token, wanted.called) if wanted.token else ""
        if wanted.username and not self.token:
            self.token = self._new_token()

    def ask(self, path: str = "", **question: Any) -> dict[str, Any]:
        """The answer of the layer; a token that ran out is renewed once."""
        try:
            return self._ask(path, question)
        except UnreadableInput:
            if not self._wanted.username or not self._token_refused:
                raise
            self.token = self._new_token()
            return self._ask(path, question)

    def _ask(self, path: str, question: Mapping[str, Any]) -> dict[str, Any]:
        asked = {"f": "json", **question}
        url = self.layer + path
        if self.token:
            form = asked | {"token": self.token}
            return self._checked(url, self._web.json(url, form=form, check=self._check))
        return self._checked(url, self._web.json(url, asked, check=self._check))

    def _checked(self, url: str, answer: Any) -> dict[str, Any]:
        if not isinstance(answer, dict):
            raise UnreadableInput(f"{redact(url)}: not the answer of an ArcGIS service")
        return answer

    def _check(self, answer: Any) -> None:
        """Raise what an `error` in an answer means, though its status was 200."""
        error = answer.get("error") if isinstance(answer, dict) else None
        if not error:
            return
        code = error.get("code") if isinstance(error, dict) else None
        said = redact(_said(error))
        self._token_refused = code in _OF_TOKENS
        if code in TRANSIENT:
            raise Transient(f"the service answered error {code} ({said})")
        if code in (*_OF_TOKENS, 401, 403):
            raise UnreadableInput(
                f"{redact(self.layer)}: access refused ({said}); name the variable that holds a "
                "token in the [[source]] entry (token), or username and password"
            )
        raise UnreadableInput(f"{redact(self.layer)}: the service answered error {code} ({said})")

    def _new_token(self) -> str:
        """A token for the user name and password of the source."""
        wanted = self._wanted
        form = {
            "f": "json",
            "username": secret(wanted.username, wanted.called),
            "password": secret(wanted.password, wanted.called),
            "client": "requestip",
            "expiration": _TOKEN_LIFE,
        }
        url = str(wanted.options.get("token_url") or self._token_url())
        token = str(self._web.json(url, form=form, check=self._check).get("token") or "")
        if not token:
            raise UnreadableInput(f"{redact(url)}: gave no token; look at token_url")
        remember(token)
        return token

    def _token_url(self) -> str:
        """Where the server says that tokens are had; another host than its own must be declared."""
        root = self.layer.partition("/services/")[0]
        info = self._web.json(f"{root}/info", {"f": "json"}).get("authInfo") or {}
        url = str(
            info.get("tokenServicesUrl") or f"{root.removesuffix('/rest')}/tokens/generateToken"
        )
        here, there = urlsplit(self.layer), urlsplit(url)
        if (here.hostname, here.scheme) != (there.hostname, there.scheme):
            raise UnreadableInput(
                f"{redact(self.layer)}: says that tokens are had at {redact(url)}, another host; if "
                f'you trust it, write token_url = "{redact(url)}" into the [[source]] entry'
            )
        return url


def _said(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    details = [str(d) for d in error.get("details") or () if d]
    return "; ".join([str(error.get("message") or "no message"), *details])[:300]


def layer_url(uri: str) -> str:
    """The address of a layer, without `/query` and what follows it."""
    plain = uri.partition("?")[0].partition("#")[0].rstrip("/")
    return plain.removesuffix("/query")
