"""GET /tls?domain=…: may the proxy in front get a certificate for this host? 200 yes, 404 no.

Caddy asks before it obtains one on demand (docs/Caddyfile). Only this machine and trusted proxies
may ask, so a stranger cannot list whose hosts lead here; one remembered look-up answers.
"""

from __future__ import annotations

import re

from flask import request
from flask.typing import ResponseReturnValue

from kameng.config import settings
from kameng.faces.api.hooks.blueprint import hooks
from kameng.faces.frame import guards
from tenants import registry, routing

SIGNS = re.compile(r"[a-z0-9.-]+")


def loaded() -> None:
    """Importing this file has registered its address."""


@hooks.get("/tls")
@guards.near
def tls() -> ResponseReturnValue:
    """Whether a host leads to a site, or is one of the platform's own."""
    host = request.args.get("domain", "").rstrip(".").lower()
    if len(host) > routing.MAX_HOST or not SIGNS.fullmatch(host):
        return {"error": "unknown_host"}, 404
    if host not in settings().platform_hosts and registry.by_host(host) is None:
        return {"error": "unknown_host"}, 404
    return {"host": host}, 200
