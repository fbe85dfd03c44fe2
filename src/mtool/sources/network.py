"""Connections that are looked at before they are made: where to, how fast, how long.

A host is resolved once, every address is judged, and the socket is opened to the address that was
judged: a name that resolves differently a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from mtool.config import Config
from mtool.errors import UsageError

#: A server that gives less than this while it may be silent is dripping.
SLOWEST_BYTES_PER_SECOND = 100
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Limits:
    """Which addresses are allowed, and what patience there is, in seconds."""

    allow_private: bool = False
    private_hosts: frozenset[str] = frozenset()
    silence: float = 30
    whole: float = 1800

    @classmethod
    def of(cls, config: Config) -> Limits:
        hosts = config["private_hosts"].split(",")
        return cls(
            config.is_on("allow_private_addresses"),
            frozenset(host.strip().lower() for host in hosts if host.strip()),
            config.number("network_timeout"),
            config.number("fetch_time"),
        )


def is_public(address: str) -> bool:
    """True for an address of the open internet, also when it stands inside an IPv6 address."""
    known = _innermost(ipaddress.ip_address(address.partition("%")[0]))
    return known.is_global and not known.is_multicast


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def addresses_of(host: str, port: int | None, limits: Limits) -> list[str]:
    """Resolve a host; raise `UsageError` when any of its addresses is one that is not allowed."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if limits.allow_private or host.lower() in limits.private_hosts:
        return addresses
    for address in addresses:
        if not is_public(address):
            named = host if host == address else f"{host} ({address})"
            raise UsageError(
                f"{named} is a loopback, private or link-local address, which nothing is fetched "
                f'from; if you mean it, write private_hosts = ["{host}"] into mtool.toml'
            )
    return addresses


def guarded_transport(limits: Limits) -> Any:
    """An httpx transport whose every connection, redirects included, is judged first."""
    import httpcore
    import httpx

    class GuardedStream(httpcore.NetworkStream):
        """Ends a request that takes too long as a whole or that drips."""

        def __init__(self, stream: httpcore.NetworkStream) -> None:
            self._stream = stream
            self._begin()

        def _begin(self) -> None:
            self._began = self._since = time.monotonic()
            self._received = 0

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            data = self._stream.read(max_bytes, timeout)
            now = time.monotonic()
            self._received += len(data)
            if now - self._began > limits.whole:
                _give_up(f"not done after {limits.whole:g} s")
            if now - self._since > limits.silence:
                if self._received < SLOWEST_BYTES_PER_SECOND * (now - self._since):
                    _give_up(f"less than {SLOWEST_BYTES_PER_SECOND} bytes per second")
                self._since, self._received = now, 0
            return data

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            self._begin()
            self._stream.write(buffer, timeout)

        def close(self) -> None:
            self._stream.close()

        def start_tls(
            self,
            ssl_context: ssl.SSLContext,
            server_hostname: str | None = None,
            timeout: float | None = None,
        ) -> httpcore.NetworkStream:
            return GuardedStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

        def get_extra_info(self, info: str) -> Any:
            return self._stream.get_extra_info(info)

    def _give_up(why: str) -> NoReturn:
        raise httpcore.ReadTimeout(why)

    class GuardedBackend(httpcore.SyncBackend):
        """Connects to an address that was judged, never to a name."""

        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.NetworkStream:
            try:
                addresses = addresses_of(host, port, limits)
            except OSError as error:
                raise httpcore.ConnectError(f"no address for {host}: {error.strerror}") from None
            failure: Exception | None = None
            for address in addresses:
                try:
                    return GuardedStream(
                        super().connect_tcp(address, port, timeout, local_address, socket_options)
                    )
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    failure = error
            raise failure or httpcore.ConnectError(f"no address for {host}")

    class GuardedTransport(httpx.HTTPTransport):
        def __init__(self) -> None:
            super().__init__()
            self._pool.close()
            self._pool = httpcore.ConnectionPool(
                ssl_context=httpx.create_ssl_context(), network_backend=GuardedBackend()
            )

    return GuardedTransport()
