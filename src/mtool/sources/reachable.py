"""Whether the host of a source answers at all, without asking it for anything."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from mtool.config import Config
from mtool.errors import UsageError
from mtool.sources.network import Limits, addresses_of

#: Seconds that a host has to take a connection.
PATIENCE = 10
PORTS = {"http": 80, "https": 443}


def host_of(uri: str) -> tuple[str, int] | None:
    """Host and port of a web address; null for a local file and for services by their short names."""
    parts = urlsplit(uri)
    if parts.scheme not in PORTS or not parts.hostname:
        return None
    return parts.hostname, parts.port or PORTS[parts.scheme]


def unreachable(host: str, port: int, config: Config) -> str:
    """Why a host takes no connection; empty where it does. Private addresses are refused as ever."""
    limits = Limits.of(config)
    try:
        addresses = addresses_of(host, port, limits)
    except UsageError as error:
        return str(error)
    except OSError as error:
        return f"no address for {host}: {error.strerror}"
    why = ""
    for address in addresses:
        try:
            socket.create_connection((address, port), PATIENCE).close()
            return ""
        except OSError as error:
            why = f"{host}:{port} takes no connection: {error.strerror or error}"
    return why
