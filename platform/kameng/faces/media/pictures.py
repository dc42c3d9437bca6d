"""One picture or film of a site by its whole address; whatever does not fit it leads nowhere."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Response, abort, g, make_response, request

from kameng.config import settings
from kameng.domains.design.media import queries
from kameng.faces.frame import guards
from kameng.faces.frame.throttle import limiter
from kameng.faces.media import films
from kameng.faces.media.blueprint import media
from kameng.kit.pictures import WIDTHS
from tenants import registry
from tenants.context import use
from tenants.tree import Tenant

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
FILE = re.compile(r"([0-9a-f]{16})-([1-9]\d{0,3})\.webp")
HEADERS = {
    "Content-Type": "image/webp",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Disposition": "inline",
}
HIDDEN = frozenset({"closed"})


@media.get("/<code>/<uuid:media_id>/<name>")
@guards.public
@limiter.limit("1200 per minute")
def picture(code: str, media_id: UUID, name: str) -> Response:
    """The bytes of one width of a picture, or some of those of a film, that is not deleted."""
    if film := films.FILE.fullmatch(name):
        g.tenant = _site(code)
        return films.answer(g.tenant, media_id, digest=film[1], kind=film[2])
    fits = FILE.fullmatch(name)
    if not fits or int(fits[2]) > WIDTHS[-1]:
        abort(404)
    g.tenant = _site(code)
    with use(g.tenant):
        body = queries.body(g.tenant, media_id, digest=fits[1], width=int(fits[2]))
    if body is None:
        abort(404)
    answer = make_response(body)
    answer.headers.update(HEADERS)
    answer.set_etag(f"{fits[1]}-{fits[2]}")
    answer.make_conditional(request)
    return answer


def _site(code: str) -> Tenant:
    """The site of this name, by its name below the base domain."""
    found = registry.by_host(settings().host(code)) if CODE.fullmatch(code) else None
    if found is None or found.slug != code or found.state in HIDDEN:
        abort(404)
    if found.state == registry.BEHIND:
        abort(503)
    return found


def loaded() -> None:
    """Called by init so that importing this module has a visible reason."""
