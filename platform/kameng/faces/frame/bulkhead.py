"""Stands before the app and lets each site have its share of this process, and no more.

Who may not come in now gets 503 with Retry-After before a page, a session or a connection of the
database is touched. A site has three lanes: its shop; the pages of orders that were placed, so that
a rush on the shop keeps nobody from what he paid for; and the programs that ask its API. Providers'
notices are never held up.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, g
from werkzeug.wrappers import Request

from kameng.config import Settings, settings
from kameng.faces.frame import busy, machines
from kameng.kit.shares import Crowded, Shares
from tenants import routing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOSTS_KEPT = 20_000
NAME = "kameng.bulkhead"
PACED = ("shop", machines.FACE)
STRANGERS = "strangers"
"""The lane of hosts this process has not seen yet: a flood of made-up names is one neighbour."""
DESK = "console/s/"
PICTURES = "media/"
TOLD_EVERY = 10.0
_log = logging.getLogger("kameng.bulkhead")


class Bulkhead:
    """A WSGI application around another."""

    def __init__(self, app: WSGIApplication, chosen: Settings, refusal: busy.Refusal) -> None:
        self.app, self.refusal = app, refusal
        self.faces = chosen.platform_hosts
        self.shares = Shares(max(1, chosen.web_threads), chosen.web_waiting)
        self.refused: Counter[Hashable] = Counter()
        self._sites: OrderedDict[str, int] = OrderedDict()
        self._told_at = 0.0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        lane = self.lane(environ)
        if lane is None:
            return self.app(environ, start_response)
        try:
            seat = self.shares.enter(lane, paced=_is_paced(lane))
        except Crowded as crowded:
            self._count(lane)
            refused = self.refusal.of(Request(environ), crowded.retry_after)
            return refused(environ, start_response)
        with seat:
            return self.app(environ, start_response)

    def lane(self, environ: WSGIEnvironment) -> Hashable | None:
        """Where a request stands; None is let through at once."""
        host, path = _host(environ), environ.get("PATH_INFO", "")
        face = self.faces.get(host)
        if face == "hooks":
            return None
        if face == "console":
            return face, self._desk(path)
        if face == "media":
            return face, self._sites.get(f"{PICTURES}{path[1:].split('/', 1)[0]}", STRANGERS)
        if face is not None:
            return face
        return self._sites.get(host, STRANGERS), _kind(environ.get("REQUEST_METHOD", ""), path)

    def _desk(self, path: str) -> Hashable:
        """A site's console has a lane once somebody of it was let in: names are soon made up."""
        if not path.startswith("/s/"):
            return ""
        return self._sites.get(f"{DESK}{path.split('/', 3)[2]}", STRANGERS)

    def learn(self, host: str, tenant_id: int) -> None:
        """Remember whose host, or place at the console, this is: all of a site share its lanes."""
        if self._sites.get(host) == tenant_id:
            return
        with self._lock:
            self._sites[host] = tenant_id
            if len(self._sites) > HOSTS_KEPT:
                self._sites.popitem(last=False)

    def _count(self, lane: Hashable) -> None:
        """Count the refusals, and write them down now and then: each by itself would be a flood."""
        with self._lock:
            self.refused[lane] += 1
            now = time.monotonic()
            if now - self._told_at < TOLD_EVERY:
                return
            self._told_at, refused, self.refused = now, self.refused, Counter()
        for name, times in refused.most_common(5):
            _log.warning("too busy: %s requests of %s were told to come back", times, name)


def _kind(method: str, path: str) -> str:
    """Pages and states of orders, also where a provider leads back to after a payment; programs
    stand by themselves, so that the busiest of them keeps no shopper out."""
    if path.startswith(machines.ROOT):
        return machines.FACE
    return "orders" if method in ("GET", "HEAD") and path.startswith("/orders/") else "shop"


def _is_paced(lane: Hashable) -> bool:
    return isinstance(lane, tuple) and lane[1] in PACED and lane[0] != STRANGERS


def _host(environ: WSGIEnvironment) -> str:
    """The host as routing reads it."""
    return str(environ.get("HTTP_HOST", "")).rsplit(":", 1)[0].rstrip(".").lower()


def _learn() -> None:
    """After routing: the host has led to a site."""
    if g.get("tenant") is not None:
        wall: Bulkhead = current_app.extensions[NAME]
        wall.learn(routing.host_of_request(), g.tenant.id)


def _learn_desk(answer: Response) -> Response:
    """After the console's guard: this person works on the site; after a picture: whose it is."""
    place = {"console": DESK, "media": PICTURES}.get(g.get("face") or "")
    if place and g.get("tenant") is not None:
        wall: Bulkhead = current_app.extensions[NAME]
        wall.learn(f"{place}{g.tenant.slug}", g.tenant.id)
    return answer


def init(app: Flask) -> None:
    """Stand before the app; what reads forwarded headers stands before this."""
    app.before_request(_learn)
    app.after_request(_learn_desk)
    wall = Bulkhead(app.wsgi_app, settings(), busy.Refusal(app))
    app.extensions[NAME] = wall
    app.wsgi_app = wall  # type: ignore[method-assign]
