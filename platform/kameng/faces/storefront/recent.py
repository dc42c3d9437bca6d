"""This browser's last orders: a signed, host-only cookie that lets the browser which placed an
order open it again without typing the query password.

The cookie holds order numbers with the access token of each. It is signed for one tenant: the
same cookie carried to another shop's host reads as empty."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kameng.domains.orders import queries as orders
from tenants.tree import Tenant

COOKIE = "recent_orders"
KEEP = 5
AGE_SECONDS = 180 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """One remembered order: its number and the token that proves the browser was there."""

    number: str
    token: str


def of_this_browser(tenant: Tenant) -> list[Kept]:
    """The orders this browser placed or unlocked at `tenant`, newest first, at most five."""
    try:
        pairs = _seal(tenant).loads(request.cookies.get(COOKIE, ""), max_age=AGE_SECONDS)
    except BadSignature:
        return []
    return [Kept(str(number), str(token)) for number, token in pairs[:KEEP]]


def token_for(tenant: Tenant, number: str) -> str | None:
    """The access token this browser holds for order `number`, or None."""
    return next((kept.token for kept in of_this_browser(tenant) if kept.number == number), None)


def remember(response: Response, tenant: Tenant, number: str, token: str) -> Response:
    """Put order `number` first among this browser's orders."""
    others = [kept for kept in of_this_browser(tenant) if kept.number != number]
    return _write(response, tenant, [Kept(number, token), *others][:KEEP])


def _write(response: Response, tenant: Tenant, orders: Sequence[Kept]) -> Response:
    response.set_cookie(
        COOKIE,
        _seal(tenant).dumps([[kept.number, kept.token] for kept in orders]),
        max_age=AGE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def _seal(tenant: Tenant) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"recent-orders:{tenant.id}")


def with_order(answer: ResponseReturnValue, tenant: Tenant, number: str) -> Response:
    """`answer`, and this browser remembers order `number`."""
    return remember(make_response(answer), tenant, number, orders.access_token(tenant, number))
