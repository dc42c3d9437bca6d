"""One way to answer with a page: the tenant's theme draws it from plain values."""

from typing import Any

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue

from kameng.domains.design import queries as design
from kameng.faces.frame import i18n, packing
from kameng.faces.storefront import extras, failures, manifests, previewing
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import media, shop
from themes import engine

KEEP_NOTHING = "no-store"
FAILED = 400
"""From here on a page tells of a refusal: it asks for nothing it can do without."""


def arrangement() -> dict[str, Any]:
    """How the shop is arranged right now, or in the revision that is looked at; read once."""
    if "arrangement" not in g:
        g.arrangement = _drawable(previewing.looked_at(g.tenant) or design.live(g.tenant))
    kept: dict[str, Any] = g.arrangement
    return kept


def _drawable(found: dict[str, Any]) -> dict[str, Any]:
    """In another theme where the gallery has lost its own: a shop never stands empty."""
    if found["theme"] in engine.THEMES:
        return found
    return engine.recovered(found)[0] | {"digest": found.get("digest", "")}


def page(
    template: str, drops: dict[str, Any] | None = None, *, status: int = 200, active: str = ""
) -> Response:
    """`template` of the tenant's live theme, drawn with `drops` and what every page gets."""
    live = arrangement()
    seen = _seen(live, template, active, whole=status < FAILED) | (drops or {})
    seen |= previewing.drops(live)
    if "fragment_of" in g:
        return _fragment(live, template, seen)
    failed: list[engine.Failure] = []
    with failures.counted(g.tenant, live, failed, told=status < FAILED and not previewing.is_on()):
        html = engine.render(
            live["theme"],
            template,
            arrangement=live,
            drops=seen,
            locale=i18n.locale(),
            failed=failed,
        )
    if failed and status < FAILED and not previewing.is_on():
        failures.tell(g.tenant, live, template, failed)
    g.holds_token = bool(seen["csrf"])
    return make_response(html, status)


def _seen(live: dict[str, Any], template: str, active: str, *, whole: bool) -> dict[str, Any]:
    """What every page gets, and what the sections of a whole one show."""
    common = shop.on_every_page(g.tenant, live, template, active)
    pictures = _pictures(live, template)
    common["shop"]["manifest"] = _manifest(live, pictures)
    more = extras.of_the_page(g.tenant, live, template) if whole else {}
    return {**common, "media": pictures, **more}


def _fragment(live: dict[str, Any], template: str, seen: dict[str, Any]) -> Response:
    """Of the page only the section its editor asked for; nothing where the page has it not."""
    try:
        html = engine.fragment(
            live["theme"],
            template,
            g.fragment_of,
            arrangement=live,
            drops=seen,
            locale=i18n.locale(),
        )
    except KeyError:
        html = ""
    return make_response(html)


def _manifest(live: dict[str, Any], pictures: dict[str, Any]) -> str:
    """Where a phone reads of the shop as an app; a preview is none."""
    if previewing.is_on():
        return ""
    return manifests.address(manifests.of(live, pictures, g.tenant.name))


def _pictures(live: dict[str, Any], template: str) -> dict[str, Any]:
    """The site's own pictures this page shows, by their ids."""
    return media.shown(g.tenant, engine.pictures(live, template))


def private(answer: ResponseReturnValue) -> Response:
    """Mark a page that shows orders or an account: no cache may keep it."""
    response = make_response(answer)
    response.headers["Cache-Control"] = KEEP_NOTHING
    return response


@storefront.after_request
def fresh(response: Response) -> Response:
    """Pages are asked for again each time unless their view said otherwise; packed where that
    gives nothing away."""
    if previewing.is_on():
        return previewing.hidden(response)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
        return packing.page(response) if _tells_nothing(response) else response
    return response


def _tells_nothing(response: Response) -> bool:
    """A page beside whose token no stranger can put words of his own; one that is not there says
    the address again. Pages of orders and accounts have said already that nothing keeps them, and
    are not asked about."""
    asked_plainly = request.method == "GET" and not request.query_string
    asked_plainly = asked_plainly and response.status_code < FAILED
    is_page = response.mimetype == "text/html" and not response.is_streamed
    return is_page and (asked_plainly or not g.get("holds_token", True))
