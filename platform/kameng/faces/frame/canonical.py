"""One shop, several hosts: visitors of the others are led to the one it is known by.

Only who comes to look (GET, HEAD) is led on; a form is answered where it was sent. What must answer
on the host it began on does: an order's pages, because the cookie that opens them is of that host
and a payment page leads back there; the files of pages already open; the API, because a program
that is led on shows no key there. The answer is not to be kept: the owner may choose another main
host, and a browser that kept both would go in circles.
"""

from __future__ import annotations

from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue

from kameng.config import settings
from kameng.faces.frame import addresses, machines
from tenants import routing

STAYS = frozenset(
    {
        *("storefront.asset", "storefront.tokens", "storefront.well_known"),
        *("storefront.robots", "storefront.icon"),
        *("storefront.order", "storefront.order_status", "storefront.order_query"),
        "storefront.cashier",
    }
)


def init(app: Flask) -> None:
    """Lead visitors on, before any face answers."""
    app.before_request(lead_on)


def lead_on() -> ResponseReturnValue | None:
    """The way to the main host, for a page asked for on another of the shop's hosts."""
    tenant = g.get("tenant")
    if tenant is None or not tenant.host or request.method not in ("GET", "HEAD"):
        return None
    if tenant.host == routing.host_of_request() or _stays():
        return None
    answer = redirect(settings().address(addresses.main_host(tenant), addresses.here()), 308)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _stays() -> bool:
    return request.endpoint in STAYS or machines.here() or not _is_page()


def _is_page() -> bool:
    """Scripts and pictures of an open page stay: led to another host they would be refused."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
