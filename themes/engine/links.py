"""Where a link in a theme may lead, and the storefront paths themes know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

ROUTES: Mapping[str, str] = {
    "home": "/",
    "category": "/c/",
    "categories": "/c",
    "search": "/search",
    "product": "/p/",
    "place": "/orders",
    "order": "/orders/",
    "orders": "/orders",
    "order_query": "/orders/query",
    "cashier": "/cashier/",
    "member": "/me",
    "member_orders": "/me/orders",
    "top_up": "/me/top-up",
    "promotion": "/me/promotion",
    "payee": "/me/promotion/payee",
    "payee_accounts": "/me/promotion/payee/accounts",
    "withdrawals": "/me/promotion/withdrawals",
    "mails": "/me/promotion/mails",
    "sign_in": "/sign-in",
    "sign_up": "/sign-up",
    "sign_out": "/sign-out",
    "password": "/password/reset",
    "notices": "/notices",
    "help": "/help",
    "article": "/articles/",
    "page": "/pages/",
    "cart": "/cart",
    "cart_lines": "/cart/lines",
    "checkout": "/checkout",
    "open": "/open",
}
PLACES = ("home", "categories", "orders", "member", "notices", "help", "open")
NAMED = ("category", "product", "page", "article")
"""Kinds of pages of which there are many: the reference says which."""
KINDS = (*PLACES, *NAMED, "external")
_CONTROL = re.compile(r"[\x00-\x20\x7f\\\"'<>`]")


_pictures_from: list[str] = []


def pictures_from(place: str) -> None:
    """Where the deployment shows pictures of sites (scheme and host): there even http is meant, as
    on a developer's machine."""
    if place not in _pictures_from:
        _pictures_from.append(place.rstrip("/"))


def safe(url: object) -> str:
    """`url` if a page may link to it, else "#": own paths, https, mailto and tel only, and pictures
    of sites."""
    text = str(url)
    if not text or _CONTROL.search(text):
        return "#"
    if text[0] in "#?" or (text[0] == "/" and not text.startswith("//")):
        return text
    return text if _outside_is_allowed(text) else "#"


def _outside_is_allowed(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    if parts.scheme == "http":
        return f"http://{parts.netloc}" in _pictures_from
    return parts.scheme in {"mailto", "tel"} or (parts.scheme == "https" and bool(parts.netloc))


def resolve(link: Mapping[str, str] | None, routes: Mapping[str, str] = ROUTES) -> str:
    """The URL of a structured link setting {kind, ref}; "" when there is none."""
    if not link or not link.get("kind"):
        return ""
    kind, ref = link["kind"], link.get("ref", "")
    if kind == "external":
        return safe(ref) if ref.startswith("https://") else ""
    if kind in NAMED:
        return routes[kind] + ref if ref else ""
    return routes[kind]
