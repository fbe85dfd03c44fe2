"""Requests over HTTP: redirects looked at one by one, patience bounded, secrets kept at home.

`Web.download` brings a file, `Web.json` an answer of a service. Whatever goes wrong becomes one
sentence: `TryAgainLater` for network trouble, `UnreadableInput` for an answer that is no use.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from mtool import __version__
from mtool.config import Config
from mtool.credentials import redact, remember, secret
from mtool.errors import TryAgainLater, UnreadableInput, UsageError
from mtool.sources import Fetching, Wanted
from mtool.sources.network import Limits, guarded_transport

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
MOST_REDIRECTS = 10
#: Answers of a service that are held in memory.
MOST_JSON_BYTES = 200_000_000
#: A server may ask for this much patience, in seconds; for more, the next run asks again.
LONGEST_RETRY_AFTER = 60
TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
#: Left to whoever asked for a range.
RANGE_NOT_SATISFIABLE = 416


class Transient(Exception):
    """Trouble that the next attempt may not have; `wait` is what the server asked for, seconds."""

    def __init__(self, said: str, wait: float | None = None) -> None:
        super().__init__(said)
        self.wait = wait


class AccessRefused(UnreadableInput):
    """The server wants to know who asks, or does not let who asked."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Secrets of one source, read from where its entry says, for the host of its URI only."""

    headers: Mapping[str, str]
    query: Mapping[str, str]

    @classmethod
    def of(cls, wanted: Wanted, *, bearer: bool = True) -> Credentials:
        """Without `bearer` the token is left to the kind of source, which sends it its own way."""
        purpose = wanted.called
        headers = {name: secret(held, purpose) for name, held in wanted.headers.items()}
        query = {name: secret(held, purpose) for name, held in wanted.query.items()}
        if wanted.token and bearer:
            headers["Authorization"] = f"Bearer {secret(wanted.token, purpose)}"
        elif wanted.username and bearer:
            headers["Authorization"] = _basic(wanted)
        return cls(headers, query)


def _basic(wanted: Wanted) -> str:
    from base64 import b64encode

    user = secret(wanted.username, wanted.called)
    password = secret(wanted.password, wanted.called) if wanted.password else ""
    encoded = b64encode(f"{user}:{password}".encode()).decode()
    remember(encoded)
    return f"Basic {encoded}"


class Web:
    """What one source may ask of the web. Made by `open_web`."""

    def __init__(self, client: httpx.Client, credentials: Credentials, config: Config) -> None:
        self._client = client
        self._credentials = credentials
        self._attempts = config.number("fetch_attempts")
        self._patience = config.number("fetch_time")
        self._origin: tuple[str, str, int | None] | None = None

    def json(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        check: Callable[[Any], None] = lambda answer: None,
    ) -> Any:
        """The JSON that a service answers; with `form`, asked for by POST.

        A POST is repeated after trouble like a GET: use it only where asking twice is no harm.
        `check` raises what an answer means that says no in its body: `Transient` to ask again.
        """

        def ask() -> Any:
            method = "GET" if form is None else "POST"
            with self.answer(method, url, params=params, data=form) as response:
                answer = _parsed(response)
            check(answer)
            return answer

        return self.patiently(url, ask)

    def carry(self, token: str) -> None:
        """Send a token that the service gave with every further request to its host."""
        remember(token)
        headers = {**self._credentials.headers, "Authorization": f"Bearer {token}"}
        self._credentials = replace(self._credentials, headers=headers)

    def patiently(self, url: str, ask: Callable[[], T]) -> T:
        """Ask again, after longer and longer pauses, while the trouble may pass."""
        import stamina
        from stamina.instrumentation import set_on_retry_hooks

        set_on_retry_hooks(())  # it would log to standard output where structlog is installed

        def worth_it(error: Exception) -> bool | float:
            if not isinstance(error, Transient):
                return False
            return True if error.wait is None else error.wait

        try:
            for attempt in stamina.retry_context(
                on=worth_it,
                attempts=self._attempts,
                timeout=self._patience,
                wait_initial=0.5,
                wait_max=LONGEST_RETRY_AFTER,
            ):
                with attempt:
                    return ask()
        except Transient as error:
            raise TryAgainLater(f"{redact(url)}: {error}; try again later") from None
        raise AssertionError("every attempt either returns or raises")

    @contextmanager
    def answer(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, **content: Any
    ) -> Iterator[httpx.Response]:
        """The answer to one request, redirects followed, its body not read yet.

        Raises `Transient`, or `UnreadableInput` for an answer that says no.
        """
        import httpx

        try:
            response = self._follow(self._request(method, url, headers or {}, content))
            try:
                _check_status(response)
                yield response
            finally:
                response.close()
        except httpx.UnsupportedProtocol as error:
            raise UnreadableInput(f"{redact(url)}: {error}") from None
        except httpx.InvalidURL as error:
            raise UsageError(f"{redact(url)}: not a URL: {error}") from None
        except httpx.TransportError as error:
            raise _trouble(url, error) from None

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], content: Mapping[str, Any]
    ) -> httpx.Request:
        import httpx

        target = httpx.URL(url)
        if self._origin is None:
            self._origin = _origin(target)
        mine = _origin(target) == self._origin
        if mine and self._credentials.query:
            target = target.copy_merge_params(dict(self._credentials.query))
        secrets = self._credentials.headers if mine else {}
        if content.get("params"):
            target = target.copy_merge_params(content["params"])
        return self._client.build_request(
            method, target, headers={**headers, **secrets}, data=content.get("data")
        )

    def _follow(self, request: httpx.Request) -> httpx.Response:
        for _ in range(MOST_REDIRECTS + 1):
            response = self._client.send(request, stream=True, follow_redirects=False)
            following = response.next_request
            if following is None:
                return response
            response.close()
            request = self._checked_hop(request, following)
        raise UnreadableInput(f"{redact(str(request.url))}: more than {MOST_REDIRECTS} redirects")

    def _checked_hop(self, request: httpx.Request, following: httpx.Request) -> httpx.Request:
        before, after = request.url, following.url
        hop = f"{redact(str(before))}: redirected to {redact(str(after))}"
        if after.scheme not in ("http", "https"):
            raise UnreadableInput(f"{hop}, which is no web address; nothing was fetched")
        if before.scheme == "https" and after.scheme == "http":
            raise UnreadableInput(f"{hop}, which is not encrypted; nothing was fetched")
        if _origin(before) != _origin(after):
            for name in self._credentials.headers:
                following.headers.pop(name, None)
        return following


@contextmanager
def open_web(wanted: Wanted, fetching: Fetching, *, bearer: bool = True) -> Iterator[Web]:
    """A client for one source: its credentials, its limits, its connections."""
    import httpx

    limits = Limits.of(fetching.config)
    with httpx.Client(
        transport=guarded_transport(limits),
        timeout=limits.silence,
        headers={"User-Agent": f"mtool/{__version__}", "Accept-Encoding": "gzip"},
    ) as client:
        yield Web(client, Credentials.of(wanted, bearer=bearer), fetching.config)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, port


def _trouble(url: str, error: httpx.TransportError) -> Exception:
    """What a failure of the network means: worth another attempt, or not."""
    said = redact(str(error) or type(error).__name__)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return UnreadableInput(
            f"{redact(url)}: the server's certificate is not valid for it; nothing was fetched"
        )
    return Transient(f"the network or the server failed ({said})")


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status < 400 or status == RANGE_NOT_SATISFIABLE:
        return
    where = redact(str(response.url))
    if status in TRANSIENT:
        wait = _retry_after(response)
        if wait is not None and wait > LONGEST_RETRY_AFTER:
            raise TryAgainLater(f"{where}: the server asks to wait {wait:,.0f} s (status {status})")
        raise Transient(f"the server answered {status} {response.reason_phrase}".strip(), wait)
    if status in (401, 403):
        raise AccessRefused(
            f"{where}: access refused (status {status}); name the variables that hold its "
            "credentials in the [[source]] entry: token, username and password, headers or query"
        )
    if status in (404, 410):
        raise UnreadableInput(f"{where}: nothing is there (status {status}); look at the address")
    raise UnreadableInput(f"{where}: the server answered {status} {response.reason_phrase}".strip())


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asks to wait, given as a number or as a date; null when it does not."""
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    written = response.headers.get("retry-after", "").strip()
    if written.isdigit():
        return float(written)
    try:
        return max((parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError):
        return None


def _parsed(response: httpx.Response) -> Any:
    from mtool.sources.unpacking import unpacked_chunks

    where = redact(str(response.url))
    chunks = unpacked_chunks(
        response.iter_raw(), response.headers.get("content-encoding", ""), where
    )
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MOST_JSON_BYTES:
            raise UnreadableInput(f"{where}: an answer of over {MOST_JSON_BYTES:,} bytes")
    try:
        return json.loads(body)
    except ValueError:
        from mtool.sources.content import what_it_is

        raise UnreadableInput(
            f"{where}: {what_it_is(bytes(body[:4096]))} came instead of JSON"
        ) from None
