"""A page of the shop as another revision of its design, or the working draft, would draw it: for
who holds the link. In the editor's frame it is drawn for a guest who can send nothing.

Never kept, never indexed; the colours of that revision are kept for the few minutes its page needs
to ask for them."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, request

from kameng.domains.design import queries as design
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.errors import NoSuchRevision
from kameng.faces.frame import looks
from kameng.kit import cache
from tenants.tree import Tenant
from themes import engine

COLOURS_SECONDS = 600


def looked_at(tenant: Tenant) -> dict[str, Any] | None:
    """What the address asks for, a revision or the draft, if its token is for this very site."""
    token = request.args.get(looks.ARGUMENT, "")[:300]
    if not token or request.method != "GET":
        return None
    if looks.reads_draft(tenant, token):
        language = looks.editing_in(tenant, token)
        return edited(tenant, language) if language else _on(draft(tenant))
    revision_id = looks.read(tenant, token)
    if revision_id is None:
        return None
    try:
        _facts, found = design.revision(tenant, revision_id)
    except NoSuchRevision:
        return None
    return _on(found)


def draft(tenant: Tenant) -> dict[str, Any]:
    """The working draft; while nothing is being drafted, what is live."""
    found = drafts.one(tenant)
    return (found.arrangement if found else None) or design.live(tenant)


def edited(tenant: Tenant, language: str) -> dict[str, Any]:
    """The draft as its editor's frame shows it: no cookie decides what is in it, since the frame
    has none when it asks for a section again."""
    g.editing, g.member, g.lang_code = True, None, language
    return _on(draft(tenant))


def _on(found: dict[str, Any]) -> dict[str, Any]:
    g.previewing = True
    return found


def is_on() -> bool:
    """Whether this request looks at a revision."""
    return bool(g.get("previewing", False))


def is_edited() -> bool:
    """Whether the page stands in the editor's frame."""
    return bool(g.get("editing", False))


def drops(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What a theme is told in a preview: to show what would be empty, too."""
    if not is_on():
        return {}
    keep_colours(shown)
    return {"preview": True, "editing": is_edited()}


def keep_colours(shown: Mapping[str, Any]) -> str:
    """Have the colours of a preview at hand for the page that asks for them; their address."""
    digest, css = engine.tokens_css(shown["theme"], shown["tokens"], shown["version"])
    cache.put(g.tenant, f"look-colours:{digest}", css, seconds=COLOURS_SECONDS)
    return f"/tokens/{digest}.css"


def colours(digest: str) -> str | None:
    """The colours of a revision that was looked at a moment ago."""
    kept = cache.get(g.tenant, f"look-colours:{digest}")
    return str(kept) if kept else None


def hidden(response: Response) -> Response:
    """No cache keeps it and no search engine lists it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
