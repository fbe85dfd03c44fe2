"""A short word to a monitoring service: that a run ended, and how."""

from __future__ import annotations

from typing import Any

SECONDS = 10


def ping(url: str, said: dict[str, Any]) -> str:
    """Send JSON to a URL; return what went wrong, or nothing. Never raises for a network."""
    import httpx

    try:
        httpx.post(url, json=said, timeout=SECONDS, follow_redirects=True).raise_for_status()
    except httpx.HTTPStatusError as error:
        return f"the server answered {error.response.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return f"{type(error).__name__}"
    return ""
