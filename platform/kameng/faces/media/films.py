"""A film by its whole address, or the range of it that is asked for: phones play nothing else.

What is small is handed to the server at once. What is long is read a piece at a time while it goes
out, and a player that is paused takes none for minutes: a thread of the server waits with it. So
these have a number of their own, half of it for one address, and shops keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from flask import Flask, Response, abort, current_app, request
from werkzeug.datastructures import ContentRange

from kameng.config import settings
from kameng.domains.design.media import queries
from kameng.domains.design.media.errors import MediaMissing
from kameng.domains.design.media.queries import FilmFacts
from kameng.domains.design.media.rules import PART
from kameng.kit.films import TYPES
from kameng.kit.shares import Crowded, Seat, Shares
from tenants.context import use
from tenants.tree import Tenant

FILE = re.compile(r"([0-9a-f]{16})\.(mp4|webm)")
AT_ONCE = 2 * 1024 * 1024
"""Bytes that are answered without a thread waiting for who takes them. Who asks for all from
somewhere on gets this much and asks again; who names an end gets all up to it: iPhones insist."""
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Disposition": "inline",
}
NAME = "kameng.films"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` to before `stop` of a film of a site; whether they were asked for."""

    site: Tenant
    media_id: UUID
    start: int
    stop: int
    is_part: bool

    @property
    def length(self) -> int:
        return self.stop - self.start


def answer(site: Tenant, media_id: UUID, *, digest: str, kind: str) -> Response:
    """200 with all of it, 206 with a part, 304, 404, 416, or 503 when too many are on their way."""
    with use(site):
        film = queries.film(site, media_id, digest=digest, kind=kind)
    if film is None:
        abort(404)
    said = Response(status=200, headers=HEADERS, mimetype=TYPES[kind])
    said.set_etag(f"{digest}-{kind}")
    if request.if_none_match.contains(f"{digest}-{kind}"):
        said.status_code = 304
        return said
    wanted = _wanted(film, digest)
    if wanted is None:
        said.status_code = 416
        said.headers["Content-Range"] = f"bytes */{film.bytes}"
        return said
    return _filled(said, Span(site, media_id, *wanted), film)


def _wanted(film: FilmFacts, digest: str) -> tuple[int, int, bool] | None:
    """From where to where; None for what lies beyond it. Several ranges, and those of another
    version, are answered with all of it."""
    asked, fresh = request.range, request.if_range
    if fresh is not None and fresh.etag not in (None, f"{digest}-{film.kind}"):
        asked = None
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return 0, film.bytes, False
    found = asked.range_for_length(film.bytes)
    if found is None:
        return None
    start, stop = found
    begin, end = asked.ranges[0]
    is_open = begin >= 0 and end is None
    return start, min(stop, start + AT_ONCE) if is_open else stop, True


def _filled(said: Response, span: Span, film: FilmFacts) -> Response:
    """The answer with its bytes."""
    if span.is_part:
        said.status_code = 206
        said.content_range = ContentRange("bytes", span.start, span.stop, film.bytes)
    said.content_length = span.length
    if request.method == "HEAD":
        return said
    if span.length <= AT_ONCE:
        said.set_data(b"".join(_pieces(span)))
        return said
    try:
        seat = _gate().enter(request.remote_addr or "", paced=False)
    except Crowded as crowded:
        return Response("", 503, {"Retry-After": str(crowded.retry_after)}, mimetype="text/plain")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    said.response = _Flow(app, span, seat)
    return said


class _Flow:
    """A long answer on its way, long after its request is over; its seat is given back at the end,
    whoever comes to it first. A film that is deleted meanwhile ends there."""

    def __init__(self, app: Flask, span: Span, seat: Seat) -> None:
        self.app, self.pieces, self.seat = app, _pieces(span), [seat]

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            with self.app.app_context():
                return next(self.pieces)
        except MediaMissing:
            raise StopIteration from None

    def close(self) -> None:
        """Called by the server, also when nobody listens any more."""
        while self.seat:
            seat = self.seat.pop()
            seat.shares.leave(seat)

    __del__ = close


def _pieces(span: Span) -> Iterator[bytes]:
    """Each read in a transaction of its own: nothing is held while somebody takes it."""
    for at in range(span.start // PART, (span.stop - 1) // PART + 1):
        with use(span.site):
            body = queries.part(span.site, span.media_id, at)
        yield body[max(0, span.start - at * PART) : span.stop - at * PART]


def _gate() -> Shares:
    found: Shares = current_app.extensions[NAME]
    return found


def init(app: Flask) -> None:
    """So many long answers at a time in this process."""
    app.extensions[NAME] = Shares(max(2, settings().web_films), 0)
