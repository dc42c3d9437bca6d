"""Host -> Tenant, for the length of one request. The only file here that imports flask."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from flask import Flask, abort, g, request

from tenants import registry
from tenants.context import use
from tenants.tree import Tenant

MAX_HOST = 253


def init(app: Flask, platform_hosts: Mapping[str, str]) -> None:
    """Resolve every request's host; `platform_hosts` (host -> face) belong to no tenant."""
    faces = dict(platform_hosts)

    @app.before_request
    def bind() -> None:
        host = host_of_request()
        g.face = faces.get(host)
        g.tenant = None
        g.bound = ExitStack()
        if g.face is None:
            found = _tenant_or_404(host)
            if found.state == registry.BEHIND:
                abort(503)
            g.tenant = found
            g.bound.enter_context(use(found))

    @app.teardown_request
    def release(_error: BaseException | None) -> None:
        stack = g.pop("bound", None)
        if stack is not None:
            stack.close()


def host_of_request() -> str:
    """The request's host, lower case, without port or trailing dot."""
    return request.host.rsplit(":", 1)[0].rstrip(".").lower()


def _tenant_or_404(host: str) -> Tenant:
    found = registry.by_host(host) if 0 < len(host) <= MAX_HOST else None
    if found is None:
        abort(404)
    return found
