"""A web server on loopback that answers what a test wants, well or badly."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Files:
    """(host, path) -> text; and the ways to misbehave, by path."""

    port: int = 0
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    led_on: dict[str, str] = field(default_factory=dict)
    dripping: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)


class Handler(http.server.BaseHTTPRequestHandler):
    """One visitor."""

    protocol_version = "HTTP/1.1"
    files: Files

    def do_GET(self) -> None:
        host, files = self.headers.get("Host", ""), self.files
        files.asked.append((host, self.path))
        if host in files.dripping:
            self._drip()
        elif self.path in files.led_on:
            self._say(302, "", Location=files.led_on[self.path])
        elif (host, self.path) in files.texts:
            self._say(200, files.texts[host, self.path])
        else:
            self._say(404, "")

    def _say(self, status: int, text: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def _drip(self) -> None:
        """A byte now and then, for as long as somebody listens."""
        self.send_response(200)
        self.send_header("Content-Length", "4000")
        self.end_headers()
        with suppress(OSError):
            for _ in range(400):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def serving() -> Iterator[Files]:
    """The server on a free port, until the block ends."""
    files = Files()
    handler = type("Handler", (Handler,), {"files": files})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        files.port = int(server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield files
        finally:
            server.shutdown()
