"""A page of the shop as another revision of its design would draw it: for who holds the link.

Never kept, never indexed; the colours of that revision are kept for the few minutes its page needs
to ask for them."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, request

from kameng.domains.design import queries as design
from kameng.domains.design.errors import NoSuchRevision
from kameng.faces.frame import looks
from kameng.kit import cache
from tenants.tree import Tenant
from themes import engine

COLOURS_SECONDS = 600


def looked_at(tenant: Tenant) -> dict[str, Any] | None:
    """The revision the address asks for, if its token is good for this very site."""
    token = request.args.get(looks.ARGUMENT, "")[:300]
    revision_id = looks.read(tenant, token) if token and request.method == "GET" else None
    if revision_id is None:
        return None
    try:
        _facts, found = design.revision(tenant, revision_id)
    except NoSuchRevision:
        return None
    g.previewing = True
    return found


def is_on() -> bool:
    """Whether this request looks at a revision."""
    return bool(g.get("previewing", False))


def drops(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What a theme is told in a preview: to show what would be empty, too."""
    if not is_on():
        return {}
    digest, css = engine.tokens_css(shown["theme"], shown["tokens"], shown["version"])
    cache.put(g.tenant, f"look-colours:{digest}", css, seconds=COLOURS_SECONDS)
    return {"preview": True}


def colours(digest: str) -> str | None:
    """The colours of a revision that was looked at a moment ago."""
    kept = cache.get(g.tenant, f"look-colours:{digest}")
    return str(kept) if kept else None


def hidden(response: Response) -> Response:
    """No cache keeps it and no search engine lists it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
