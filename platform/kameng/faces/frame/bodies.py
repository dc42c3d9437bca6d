"""Takes in what is sent with a request before the request takes anybody's place.

The server starts a request when its head is there; what follows may come one sign an hour. Whoever
waited for it held a place of a site's share, or of nobody's: forty idle lines shut every shop of a
process. Here it is waited for outside, by a part of the threads, and one address gets half of that
part at most. A line that goes quiet for ever is the proxy's to cut (docs/Caddyfile, `read_body`).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from flask import Flask
from werkzeug.wrappers import Request

from kameng.config import settings
from kameng.faces.frame import busy
from kameng.kit.shares import Crowded, Shares

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NAME = "kameng.bodies"
IN_MEMORY = 256 * 1024
AT_A_TIME = 64 * 1024


class Bodies:
    """A WSGI application around another, to which every body is there at once.

    Of bodies longer than `most`, only so much is taken in that the application refuses them.
    """

    def __init__(
        self, app: WSGIApplication, refusal: busy.Refusal, *, waiting: int, most: int
    ) -> None:
        self.app, self.refusal, self.most = app, refusal, most
        self.shares = Shares(max(2, waiting // 2), 0)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _has_body(environ):
            return self.app(environ, start_response)
        left = _length(environ, otherwise=self.most + 1)
        if left > self.most and environ.get("CONTENT_LENGTH"):
            return self.app(environ, start_response)  # refused by its length; nobody reads it
        with ExitStack() as stack:
            body = BytesIO() if left <= IN_MEMORY else stack.enter_context(TemporaryFile())
            try:
                with self.shares.enter(environ.get("REMOTE_ADDR", ""), paced=False):
                    _copy(environ["wsgi.input"], body, left)
            except Crowded as crowded:
                refused = self.refusal.of(Request(environ), crowded.retry_after)
                return refused(environ, start_response)
            environ["wsgi.input"] = body
            return self.app(environ, start_response)  # what it answers reads no more of it


def _copy(source: IO[bytes], body: IO[bytes], left: int) -> None:
    while left > 0 and (piece := source.read(min(left, AT_A_TIME))):
        body.write(piece)
        left -= len(piece)
    body.seek(0)


def _length(environ: WSGIEnvironment, *, otherwise: int) -> int:
    told = environ.get("CONTENT_LENGTH") or ""
    return int(told) if told.isascii() and told.isdigit() else otherwise


def _has_body(environ: WSGIEnvironment) -> bool:
    chunked = "HTTP_TRANSFER_ENCODING" in environ
    return chunked or environ.get("CONTENT_LENGTH") not in (None, "", "0")


def init(app: Flask) -> None:
    """Stand before the bulkhead; what reads forwarded headers stands before this."""
    desk = Bodies(
        app.wsgi_app,
        busy.Refusal(app),
        waiting=settings().web_waiting,
        most=app.config["MAX_CONTENT_LENGTH"],
    )
    app.extensions[NAME] = desk
    app.wsgi_app = desk  # type: ignore[method-assign]
