"""What every answer tells the browser to forbid, per face."""

from urllib.parse import urlsplit

from flask import Flask, Response

from kameng.config import settings
from kameng.faces.frame import addresses, media, problems
from themes.engine import content_policy

CLOSED = "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
OWN = "script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'"
IMAGES = "img-src 'self' data:"
"""Tabler's own are data; pictures of sites come from the media host."""
BARE = "default-src 'none'; sandbox"
STRIPE_CHECKOUT = "https://checkout.stripe.com"
STRIPE_CONNECT = "https://connect.stripe.com"
"""Where a site's people open their account to be paid to; only the console leads there."""
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def policy(face: str) -> str:
    """The Content-Security-Policy of a face; nothing from other hosts, nothing inline."""
    if face in ("console", "signup"):
        hosts = _pay_host() if settings().stripe_api_base else f"{STRIPE_CHECKOUT} {STRIPE_CONNECT}"
        shown = f"{IMAGES} {media.host()}; media-src {media.host()}"
        return f"{CLOSED}; {OWN}; {shown}; form-action 'self' {hosts}"
    if face == "storefront":
        return _storefront()
    return BARE if face == "media" else CLOSED


def framing(response: Response, origin: str) -> Response:
    """This page of the console may hold a frame, and only of `origin`, a site's own shop."""
    response.headers["Content-Security-Policy"] = f"{policy('console')}; frame-src {origin}"
    return response


def _storefront() -> str:
    """The one the themes are written for."""
    return content_policy(
        form_hosts=[_pay_host()], media_host=media.host(), frame_hosts=[addresses.console("")]
    )


def _pay_host() -> str:
    """Where a payment page is: a browser checks form-action on the redirect after a form too."""
    base = settings().stripe_api_base
    if not base:
        return STRIPE_CHECKOUT
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


def _protect(response: Response) -> Response:
    face = problems.face()
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy(face))
    response.vary.add("Host")
    if face in ("console", "signup") and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if settings().scheme == "https":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def init(app: Flask) -> None:
    """Add the headers to every answer that does not bring its own."""
    app.after_request(_protect)
