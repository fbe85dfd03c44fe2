"""A real HTTP server on loopback whose pages tests write, and misbehaviours to give them."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Page = Callable[["Handler"], None]
CSV = b"Region,2021,2022\nMopti,33,35\nSegou,12,21\nTotal,45,56\n"
TOML = 'private_hosts = ["127.0.0.1"]\nnetwork_timeout = 2\nfetch_time = 6\nfetch_attempts = 3\n'


@dataclass
class Site:
    """A running server: its address, its pages by path, and every request it got."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def asked(self, path: str) -> list[dict[str, str]]:
        """The headers of each request for a path, in order."""
        return [headers for _, asked, headers, _ in self.requests if asked.split("?")[0] == path]


class Handler(BaseHTTPRequestHandler):
    """Answers with the page of the path; HTTP/1.1, quiet."""

    protocol_version = "HTTP/1.1"
    site: Site

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """A complete answer; `content_type="text/csv"` becomes a header."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if status == 304 else body)

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.site.requests.append((self.command, self.path, headers, body))
        page = self.site.pages.get(self.path.split("?")[0])
        self.asked_body = body
        try:
            if page:
                page(self)
            else:
                self.answer(b"nothing here", 404)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = _serve  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


class Server(ThreadingHTTPServer):
    """A server that takes clients who hang up for granted."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Tests print nothing."""


@contextmanager
def serving(**pages: Page) -> Iterator[Site]:
    """A server for as long as the test needs it; `mali=…` is the page `/mali`."""
    handler = type("Bound", (Handler,), {})
    server = Server(("127.0.0.1", 0), handler)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    site.pages |= {f"/{name}": page for name, page in pages.items()}
    handler.site = site
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page(body: bytes, **headers: str) -> Page:
    """A file that never changes, with an ETag that is honoured."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'

    def serve(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            handler.answer(b"", 304, ETag=etag)
        else:
            handler.answer(body, ETag=etag, **({"content_type": "text/csv"} | headers))

    return serve


def breaking_off(body: bytes, after: int, etag: str = '"v1"') -> Page:
    """A file whose connection breaks each time after some bytes; ranges are honoured."""

    def serve(handler: Handler) -> None:
        start = 0
        if handler.headers.get("If-Range") == etag and handler.headers.get("Range"):
            start = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        rest = body[start:]
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        handler.send_header("Content-Type", "text/csv")
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(rest)))
        handler.end_headers()
        handler.wfile.write(rest[:after])
        handler.wfile.flush()
        handler.close_connection = True

    return serve


def dripping(handler: Handler) -> None:
    """One byte every now and then, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/csv")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"1")
        handler.wfile.flush()
        time.sleep(0.05)


def dripping_headers(handler: Handler) -> None:
    """A status line, and then header after header."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        handler.wfile.write(f"X-{number}: 1\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.15)


def zeros(gigabytes: int) -> bytes:
    """Gzip data that unpacks to so many gigabytes of zeros, in members of 64 MiB each."""
    return gzip.compress(bytes(1 << 26), mtime=0) * (16 * gigabytes)


def declare(workspace: Path, *entries: str, settings: str = TOML) -> None:
    """Write `mtool.toml` with settings for loopback and the entries given."""
    text = settings + "".join(f"\n[[source]]\n{entry}\n" for entry in entries)
    (workspace / "mtool.toml").write_text(text, encoding="utf-8")
