"""Whose cart it is: the member's, or a browser's by a random key in a signed, host-only cookie.

Beside it lies a cookie with nothing but the number of goods: the script draws the badge from it, so
pages stay the same for everybody and ask the server nothing."""

from uuid import UUID, uuid4

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kameng.domains.orders.cart import queries, rules, service
from kameng.faces.frame import who
from kameng.faces.storefront.ids import uuid_of
from tenants.tree import Tenant

KEY = "cart"
COUNT = "cart_n"
AGE_SECONDS = int(rules.KEPT_FOR.total_seconds())


def present(tenant: Tenant) -> str | None:
    """The owner of this request's cart; None while a browser has none."""
    member = who.member()
    if member is not None:
        return rules.of_member(member.id)
    key = _key(tenant)
    return rules.of_browser(key) if key else None


def kept(answer: ResponseReturnValue, tenant: Tenant, owner: str, goods: int) -> Response:
    """`answer`, and this browser remembers its cart and how many goods lie there."""
    response = counted(answer, goods)
    kind, _colon, key = owner.partition(":")
    if kind == "browser":
        _set(response, KEY, str(_seal(tenant).dumps(key)), for_scripts=False)
    return response


def counted(answer: ResponseReturnValue, goods: int) -> Response:
    """`answer`, with the number for the badge."""
    response = make_response(answer)
    if goods:
        _set(response, COUNT, str(goods), for_scripts=True)
    elif COUNT in request.cookies:
        response.delete_cookie(COUNT)
    return response


def uncounted(answer: ResponseReturnValue) -> Response:
    """`answer`; whoever comes next on this browser sees no badge."""
    return counted(answer, 0)


def new(tenant: Tenant) -> str:
    """A cart for a browser that had none."""
    return rules.of_browser(uuid4())


def brought_along(answer: ResponseReturnValue, tenant: Tenant, member_id: UUID) -> Response:
    """`answer` to a sign-in: what the browser's cart held is the member's now."""
    key, mine = _key(tenant), rules.of_member(member_id)
    if key is None:
        return counted(answer, queries.count(tenant, mine))
    response = counted(answer, service.merge(tenant, rules.of_browser(key), mine))
    response.delete_cookie(KEY)
    return response


def _key(tenant: Tenant) -> UUID | None:
    """The key in the cookie; one that was signed for another shop reads as none."""
    try:
        return uuid_of(_seal(tenant).loads(request.cookies.get(KEY, ""), max_age=AGE_SECONDS))
    except BadSignature:
        return None


def _set(response: Response, name: str, value: str, *, for_scripts: bool) -> None:
    response.set_cookie(
        name,
        value,
        max_age=AGE_SECONDS,
        httponly=not for_scripts,
        samesite="Lax",
        secure=request.is_secure,
    )


def _seal(tenant: Tenant) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"cart:{tenant.id}")
