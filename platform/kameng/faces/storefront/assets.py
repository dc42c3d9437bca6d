"""Files of the theme, and the shop's colours: addresses carry a hash, so they are kept forever."""

from typing import Any

from flask import Response, abort, g, make_response, redirect
from flask.typing import ResponseReturnValue

from kameng.faces.frame import guards, packing
from kameng.faces.storefront import manifests, previewing
from kameng.faces.storefront.answer import arrangement
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import media
from themes import engine

FOREVER = "public, max-age=31536000, immutable"


@storefront.get("/assets/<theme>/<version>/<digest>/<path:path>")
@guards.public
def asset(theme: str, version: str, digest: str, path: str) -> Response:
    """One file of a theme; a hash that is not this file's is no address at all."""
    found = engine.asset(theme, version, digest, path)
    if found is None:
        abort(404)
    return _forever(_sent(found), found.content_type)


@storefront.get("/tokens/<digest>.css")
@guards.public
def tokens(digest: str) -> Response:
    """The shop's colours as CSS variables."""
    live = arrangement()
    css = _colours(live, digest) or previewing.colours(digest) or abort(404)
    return _forever(packing.file(css.encode(), digest), "text/css; charset=utf-8")


def _colours(live: dict[str, Any], digest: str) -> str | None:
    """The shop's colours on its line, or on another of its theme: a page that was drawn a moment
    before the shop changed lines asks for those."""
    lines = (live.get("version"), *engine.lines(live["theme"]))
    made = (engine.tokens_css(live["theme"], live["tokens"], line) for line in lines)
    return next((css for current, css in made if current == digest), None)


def _favicon(live: dict[str, Any]) -> str:
    return engine.asset_url(live["theme"], "favicon.svg", live.get("version"))


def _sent(found: engine.Asset) -> Response:
    """Text is packed; pictures are already."""
    packable = found.content_type.startswith("text/") or "svg" in found.content_type
    return packing.file(found.body, found.hash) if packable else make_response(found.body)


@storefront.get("/favicon.ico")
@guards.public
def icon() -> ResponseReturnValue:
    """The tab's icon where a browser asks for it by itself: the shop's, or its theme's."""
    live = arrangement()
    own = str(live.get("site", {}).get("favicon") or "")
    picture = media.shown(g.tenant, [own]).get(own)
    where = picture["src"] if picture else _favicon(live)
    answer = redirect(where, 302)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@storefront.get("/manifest/<digest>.webmanifest")
@guards.public
def manifest(digest: str) -> Response:
    """The shop as an app; a page drawn a moment before the shop changed gets today's."""
    live = arrangement()
    site = live.get("site", {})
    icons = media.shown(g.tenant, [str(site.get(key) or "") for key in ("favicon", "logo")])
    found = manifests.of(live, icons, g.tenant.name)
    if found.digest == digest:
        return _forever(packing.file(found.body, found.digest), manifests.TYPE)
    answer = make_response(found.body)
    answer.headers["Content-Type"], answer.headers["Cache-Control"] = manifests.TYPE, "no-cache"
    return answer


def _forever(response: Response, content_type: str) -> Response:
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = FOREVER
    return response
